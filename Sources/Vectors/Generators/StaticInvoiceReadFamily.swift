internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import Wire

/// `bolt12/static-invoice-read`: what a reader of static invoices takes and refuses.
func staticInvoiceReadFamily(
    _ context: GenerationContext,
    _ profile: Profile
) throws(GenerationError) -> VectorFamily {
    var family = StaticInvoiceReadBuilder(context, profile)
    try family.addLife()
    try family.addFeatures()
    try family.addPaths()
    try family.addMessagePaths()
    try family.addSigner()
    try family.addSignatures()
    try family.addChains()
    try family.addStaticForm()
    try family.addContext()
    try family.addEncodings()
    try family.addUnknownRecords()
    try family.addOfferInside()
    return try family.builder.build()
}

/// The parts of the family. A name stands once; what a profile switches decides on which side a case falls.
struct StaticInvoiceReadBuilder {
    let profile: Profile
    let base: InvoiceFixture
    var builder: FamilyBuilder

    static let op = "static_invoice.validate"
    static let created = Fixtures.createdAt

    init(_ context: GenerationContext, _ profile: Profile) {
        self.profile = profile
        base = InvoiceFixture(profile)
        builder = FamilyBuilder(
            "bolt12/static-invoice-read",
            title: "Static invoices at their reader: life, features, paths, signer, chain, context, encodings",
            profile: profile,
            in: context,
            flags: [
                VectorFamily.Flag("boundary", "One step before or behind a limit: off by one, or the wrong comparison"),
                VectorFamily.Flag("missing", "A record that must be there is not"),
                VectorFamily.Flag(
                    "signer",
                    "Somebody else signs, or something else is signed: the payment goes to a thief"
                ),
                VectorFamily.Flag("context", "A right invoice at the wrong place: answers are mixed up or made up"),
                VectorFamily.Flag("encoding", "The stream itself is malformed"),
                VectorFamily.Flag("unknown", "Records and bits that the reader does not know"),
            ]
        )
    }

    mutating func accept(
        _ name: String,
        _ requirements: [RequirementID],
        _ comment: String,
        _ flags: [String] = [],
        readings: [String] = [],
        in input: JSON
    ) throws(GenerationError) {
        try builder.accept(name, Self.op, requirements, comment, flags: flags, readings: readings, in: input)
    }

    mutating func reject(
        _ name: String,
        _ violates: RequirementID,
        _ reasons: [ReasonClass],
        _ comment: String,
        _ flags: [String] = [],
        readings: [String] = [],
        neighbour: String = "plain",
        in input: JSON
    ) throws(GenerationError) {
        try builder.reject(
            name,
            Self.op,
            [violates],
            reasons,
            comment,
            neighbour: neighbour,
            flags: flags,
            readings: readings,
            in: input
        )
    }
}

/// A feature bitmap with these bits.
func bitmap(_ bits: [Int]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: (bits.max() ?? -8) / 8 + 1)
    for bit in bits { bytes[bytes.count - 1 - bit / 8] |= 1 << (bit % 8) }
    return bytes
}

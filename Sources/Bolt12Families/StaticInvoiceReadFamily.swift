internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit
internal import Wire

/// `bolt12/static-invoice-read`: what a reader of static invoices takes and rejects.
func staticInvoiceReadFamily(
    _ context: GenerationContext,
    _ profile: Profile
) throws(GenerationError) -> GeneratedFamily {
    var family = StaticInvoiceReadBuilder(context, profile)
    family.addLife()
    family.addFeatures()
    family.addPaths()
    family.addMessagePaths()
    family.addSigner()
    family.addSignatures()
    family.addChains()
    family.addStaticForm()
    family.addContext()
    try family.addEncodings()
    family.addUnknownRecords()
    family.addOfferInside()
    return family.builder.build()
}

/// The parts of the family. A name stands once; what a profile switches decides on which side a case falls.
struct StaticInvoiceReadBuilder {
    let profile: Profile
    let base: InvoiceFixture
    /// The draft's texts give one number to writers and another to readers (C-30); deployed code has one.
    let hasTwoDefaultLives: Bool
    var builder: FamilyBuilder

    static let op = "static_invoice.validate"
    static let created = Fixtures.createdAt

    init(_ context: GenerationContext, _ profile: Profile) {
        self.profile = profile
        base = InvoiceFixture(profile)
        hasTwoDefaultLives = profile.name == context.draft.name
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
        in input: JSON,
        under: [Under] = [],
        file: StaticString = #fileID,
        line: UInt = #line
    ) {
        builder.accept(
            name,
            Self.op,
            requirements,
            comment,
            flags: flags,
            in: input,
            under: under,
            file: file,
            line: line
        )
    }

    mutating func reject(
        _ name: String,
        _ violates: RequirementID,
        _ reasons: [ReasonClass],
        _ comment: String,
        _ flags: [String] = [],
        neighbour: String = "plain",
        in input: JSON,
        under: [Under] = [],
        file: StaticString = #fileID,
        line: UInt = #line
    ) {
        builder.reject(
            name,
            Self.op,
            [violates],
            reasons,
            comment,
            neighbour: neighbour,
            flags: flags,
            in: input,
            under: under,
            file: file,
            line: line
        )
    }
}

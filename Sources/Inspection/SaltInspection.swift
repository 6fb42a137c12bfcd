internal import Lightning
internal import Primitives
internal import Rules
internal import SaltSecret
internal import Wire

/// Records of the older scheme: an offer's grant, or a hop's sealed reply path with the salt.
struct SaltInspection {
    /// What the keys opened.
    let lines: [String]
    let validation: Validation

    init(_ bytes: [UInt8], _ context: Inspection.Context) {
        var validation = Validation(.collecting)
        var lines: [String] = []
        do throws(Finding) {
            let stream = try validation.decodeWhole { onFault throws(WireError) in
                try TLVStream.read(bytes[...], known: .unspecified, onFault: onFault)
            }
            try Self.checkGrant(stream)
            if let sealed = stream[SaltRequest.sealedReplyPathType], let key = context.keys.sealing {
                let plaintext = try key.sealing.open(Array(sealed), under: key.encrypted_counterparty_secret)
                let path = try ReplyPath.decode(plaintext, &validation)
                lines = ["", "record \(SaltRequest.sealedReplyPathType), opened under \(key.sealing.rawValue)"]
                lines += ValueText().lines(path.value, BlindedPath.format, named: "path").map { "  \($0)" }
            }
        } catch {
            validation.note(error)
        }
        self.lines = lines
        self.validation = validation
    }

    /// SALT-1 and SALT-2: the sizes of what an offer or a hop is given.
    private static func checkGrant(_ stream: TLVStream) throws(Finding) {
        let salt = stream[SaltOfferRecords.unique_salt] ?? stream[SaltRequest.saltType]
        let masked = stream[SaltOfferRecords.encrypted_counterparty_secret]
        let right = [UInt8](repeating: 0, count: 16)
        guard salt != nil || masked != nil else { return }
        _ = try SaltGrant(
            unique_salt: salt.map(Array.init) ?? right,
            encrypted_counterparty_secret: masked.map(Array.init) ?? right
        )
    }
}

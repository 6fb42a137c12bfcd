internal import InvoiceServer
internal import Primitives
internal import SaltSecret
internal import StrictJSON

/// The JSON of the stateful operations of the scheme of salt and secret.
extension SaltConfiguration {
    /// A reading is no wish that could be passed over: messages would be closed to those who take another.
    init(_ reader: JSONReader) throws(JSONShapeError) {
        self.init()
        let masking = try reader.optional("masking").map { r throws(JSONShapeError) in try Reference.masking(r) }
        let sealing = try reader.optional("sealing").map { r throws(JSONShapeError) in try Reference.sealing(r) }
        let secret = try reader.optional("counterparty_secret")
        self.masking = masking?.rawValue
        self.sealing = sealing?.rawValue
        counterparty_secret = try secret?.hex()
        unaware = try reader.optional("unaware")?.bool() ?? false
        let size = (masking ?? .recommended).secretSize
        if let secret, counterparty_secret?.count != size { throw secret.fail("\(size) bytes are needed") }
    }
}

extension SaltAnswer {
    var json: JSONObject {
        switch self {
        case .grant(let unique_salt, let encrypted_counterparty_secret):
            [
                "unique_salt": .hex(unique_salt),
                "encrypted_counterparty_secret": .hex(encrypted_counterparty_secret),
            ]
        case .offer(let offer, let invoice):
            ["offer": .string(offer), "invoice": .hex(invoice)]
        }
    }
}

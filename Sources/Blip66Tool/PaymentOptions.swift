import ArgumentParser
internal import Inspection
internal import Primitives
internal import Reference
internal import StrictJSON

/// What came with a payment whose last payload is inspected.
struct PaymentOptions: ParsableArguments {
    @Option(help: "For a payload: the payment's hash. The other three go with it.")
    var paymentHash: String?

    @Option(help: "For a payload: the HTLC's amount in millisatoshi.")
    var amountMsat: UInt64?

    @Option(help: "For a payload: the HTLC's expiry, a height.")
    var cltvExpiry: UInt32?

    @Option(help: "For a payload: the chain's height.")
    var height: UInt32?

    @Option(help: "For a payload: the data that the last hop found in its path, an encrypted_data_tlv in hexadecimal.")
    var encryptedDataTlv: String?

    /// Members of the request's `in`.
    func members(for kind: Inspection.Kind) throws -> [(String, JSON)] {
        let given = [paymentHash != nil, amountMsat != nil, cltvExpiry != nil, height != nil]
        if !given.contains(true), encryptedDataTlv == nil { return [] }
        guard kind == .payload, let paymentHash, let amountMsat, let cltvExpiry, let height else {
            throw ValidationError(
                "--payment-hash, --amount-msat, --cltv-expiry and --height go together, and with inspect payload."
            )
        }
        var members: [(String, JSON)] = [
            ("payment_hash", try hex(paymentHash, "--payment-hash")), ("amount_msat", .decimal(amountMsat)),
            ("cltv_expiry", .integer(Int64(cltvExpiry))), ("height", .integer(Int64(height))),
        ]
        if let encryptedDataTlv {
            members.append(("encrypted_data_tlv", try hex(encryptedDataTlv, "--encrypted-data-tlv")))
        }
        return members
    }

    private func hex(_ text: String, _ option: String) throws -> JSON {
        do {
            return .hex(try Hex.decode(text.lowercased()))
        } catch {
            throw ValidationError("\(option): \(error.detail)")
        }
    }
}

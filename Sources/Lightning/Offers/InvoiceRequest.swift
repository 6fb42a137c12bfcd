package import Primitives
package import Rules

/// An `invoice_request` (BOLT 12, "Invoice Requests").
package struct InvoiceRequest: Bolt12Object, Hashable {
    package let decoded: DecodedStream

    package init(_ decoded: DecodedStream) { self.decoded = decoded }

    package static let prefix = "lnr"
    /// The part of the signature's tag that names the stream.
    package static let messagename = "invoice_request"

    package static func read(
        _ bytes: ArraySlice<UInt8>,
        _ validation: inout Validation
    ) throws(Finding) -> InvoiceRequest {
        InvoiceRequest(try TLVSchema.invoice_request.read(bytes, &validation))
    }

    package var invreq_metadata: ArraySlice<UInt8>? { bytes(0) }
    package var invreq_chain: Bytes32? { bytes(80).flatMap { try? Bytes32($0) } }
    package var invreq_amount: UInt64? { integer(82) }
    package var invreq_features: ArraySlice<UInt8>? { bytes(84) }
    package var invreq_quantity: UInt64? { integer(86) }
    package var invreq_payer_id: PublicKey? { point(88) }
    package var invreq_payer_note: String? { text(89) }
    package var invreq_paths: [BlindedPath]? { paths(90) }
    package var signature: ArraySlice<UInt8>? { bytes(240) }

    /// The name and domain of `invreq_bip_353_name`.
    package var invreq_bip_353_name: (name: ArraySlice<UInt8>, domain: ArraySlice<UInt8>)? {
        guard case .structure(let members) = decoded[91], members.count == 2,
            case .bytes(let name) = members[0], case .bytes(let domain) = members[1]
        else { return nil }
        return (name, domain)
    }
}

extension InvoiceRequest {
    /// The least that the payer has to send, in millisatoshi: what the request states, else the offer's price times the
    /// quantity, at most 2^64 - 1. `nil` where only a price in another currency is known, or none.
    package var expected_msat: UInt64? {
        if let invreq_amount { return invreq_amount }
        guard let price = offer_amount, !decoded.contains(6) else { return nil }
        let (amount, overflow) = price.multipliedReportingOverflow(by: invreq_quantity ?? 1)
        return overflow ? .max : amount
    }

    /// Whether the amount that the request states, if any, is the offer's price times the quantity or more. Prices in another
    /// currency are not compared.
    func reachesPrice(of offer: some Bolt12Object) -> Verdict {
        guard let price = offer.offer_amount, !offer.decoded.contains(6), let amount = invreq_amount else {
            return .notApplicable("no amount is stated, or the offer asks for none in millisatoshi")
        }
        let (expected, overflow) = price.multipliedReportingOverflow(by: invreq_quantity ?? 1)
        return .require(!overflow && amount >= expected, "invreq_amount \(amount) is below the offer's price")
    }

    /// The first record that is neither a signature nor in the ranges of invoice requests.
    var recordOutOfRange: Verdict {
        let outside = decoded.stream.records.first {
            !Bolt12Range.isInvoiceRequest($0.type) && !Bolt12Range.isSignature($0.type)
        }
        guard let outside else { return .meets }
        return .fails("record \(outside.type) is outside 0 to 159 and 1000000000 to 2999999999")
    }
}

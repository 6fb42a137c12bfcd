package import Lightning
package import Primitives
package import Rules
internal import Wire

/// The rules of a static invoice server, as values. A mutant server lacks one, or has another in its place.
package struct ServerChecks: Sendable {
    /// Recipients of `offer_paths_request`: "MUST authenticate the request using encrypted data from the blinded path".
    package var requestPath = PathContextChecks.all("B66-OPR-R1", .clientRequest)
    package var request: [Check<ReceivedOfferPathsRequest>] = [
        ReceivedOfferPathsRequest.replyPathGiven, ReceivedOfferPathsRequest.slotFree,
        ReceivedOfferPathsRequest.notTooOften,
    ]

    /// Recipients of `serve_static_invoice`: "MUST authenticate the message using encrypted data".
    package var serveStaticInvoicePath = PathContextChecks.all("B66-SSI-R1", .invoiceUpdate)
    package var serveStaticInvoice: [Check<ReceivedServeStaticInvoice>] =
        [
            ReceivedServeStaticInvoice.replyPathGiven, ReceivedServeStaticInvoice.slotFree,
            ReceivedServeStaticInvoice.notTooMany, ReceivedServeStaticInvoice.withinSize,
        ]
        + ReceivedServeStaticInvoice.invoiceRules

    /// An invoice request is answered when it came over a path of the offer (B12-IRQ-8).
    package var offerPath = PathContextChecks.all("B12-IRQ-8", .offer)
    package var invoiceRequest: [Check<InvoiceRequestReaderInput>] = InvoiceRequestReaderChecks.all

    package init() {}
}

/// A client's place for one invoice.
package struct ClientSlot: Hashable, Sendable {
    package var client: String
    package var slot: UInt16

    package init(client: String, slot: UInt16) {
        self.client = client
        self.slot = slot
    }
}

/// What a server knows of a client when it decides.
package struct ClientState: Sendable {
    /// Slots that hold an invoice, or are about to.
    package let slots: Set<UInt16>
    package let max_slots: UInt64
    package let max_invoice_bytes: UInt64
    /// Requests that were answered within the last minute.
    package let recentRequests: Int
    package let max_requests_per_minute: UInt64
    /// Invoices of the client that are not in the store yet.
    package let openWrites: Int

    static let mostOpenWrites = 64

    /// One more invoice finds room, or takes the place of one.
    func hasRoom(for slot: UInt16) -> Verdict {
        .require(
            slots.contains(slot) || UInt64(slots.count) < max_slots,
            "the client has \(slots.count) invoices, \(max_slots) are allowed"
        )
    }
}

/// An `offer_paths_request` whose path is authenticated.
package struct ReceivedOfferPathsRequest: Sendable {
    package let slot: UInt16
    package let reply_path: BlindedPath?
    package let client: ClientState

    static let replyPathGiven = Check<ReceivedOfferPathsRequest>("B66-OPR-S1", .missing, reading: "C-10") { request in
        .require(request.reply_path != nil, "there is no reply path to answer over")
    }

    /// Paths for an invoice that would not be stored are of no use.
    static let slotFree = Check<ReceivedOfferPathsRequest>("B66-SSI-R3", "policy") { request in
        request.client.hasRoom(for: request.slot)
    }

    static let notTooOften = Check<ReceivedOfferPathsRequest>("OM-R12", "policy") { request in
        .require(
            UInt64(request.client.recentRequests) < request.client.max_requests_per_minute,
            "\(request.client.recentRequests) requests of the client were answered within a minute"
        )
    }
}

/// A `serve_static_invoice` whose path is authenticated.
package struct ReceivedServeStaticInvoice: Sendable {
    package let slot: UInt16
    package let invoice: StaticInvoice
    package let reply_path: BlindedPath?
    package let client: ClientState
    package let now: UInt64
    package let chain: Bytes32
    package let profile: Profile

    static let replyPathGiven = Check<ReceivedServeStaticInvoice>("B66-SSI-S3", .missing, reading: "C-10") { message in
        .require(message.reply_path != nil, "there is no reply path to acknowledge over")
    }

    static let slotFree = Check<ReceivedServeStaticInvoice>("B66-SSI-R3", "policy") { message in
        message.client.hasRoom(for: message.slot)
    }

    /// A store that does not answer must not fill the memory.
    static let notTooMany = Check<ReceivedServeStaticInvoice>("OM-R12", "policy") { message in
        .require(
            message.client.openWrites < ClientState.mostOpenWrites,
            "\(message.client.openWrites) invoices of the client wait to be written"
        )
    }

    static let withinSize = Check<ReceivedServeStaticInvoice>("B66-SSI-R3", "policy") { message in
        let count = message.invoice.decoded.bytes.count
        return .require(
            UInt64(count) <= message.client.max_invoice_bytes,
            "the invoice has \(count) bytes, \(message.client.max_invoice_bytes) are allowed"
        )
    }

    /// The rules for payers that a server applies, each with the reading that says so.
    private static let readingOfRule: [RequirementID: String] = [
        "B12-SI-R1": "C-15", "B12-SI-R2": "C-15", "B12-SI-R13": "C-15", "B12-SI-R5": "C-80", "B12-SI-R6": "C-80",
        "B12-SI-R7": "C-121", "B12-SI-R8": "C-121", "B12-SI-R9": "C-121", "B12-SI-R17": "C-121",
    ]

    /// What no payer could use is not stored: an invoice without time or signer, with a wrong signature, expired, or without the
    /// paths that a payment needs.
    static let invoiceRules: [Check<ReceivedServeStaticInvoice>] = StaticInvoiceReaderChecks.all
        .filter { readingOfRule[$0.id] != nil }
        .map { rule in
            Check(rule.id, rule.reason, reading: readingOfRule[rule.id]) { message in
                rule.evaluate(
                    StaticInvoiceReaderInput(
                        invoice: message.invoice,
                        profile: message.profile,
                        now: message.now,
                        chain: message.chain
                    )
                )
            }
        }
}

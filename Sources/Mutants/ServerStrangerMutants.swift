internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import Wire

/// Servers of a third round, written from bLIP-66 and `Spec/stateful-operations.md` alone: caches, mix-ups, and limits that never
/// lift.
extension MutantRegistry {
    static let serverStrangers: [Mutant] = caches + mixUps + lasting

    private static let caches: [Mutant] = [
        // What was served once is served for an hour, whatever is stored meanwhile.
        Mutant("B66-SSI-R2/serves-from-a-cache-for-an-hour", .server, onSend: .static_invoice) { message, party in
            let offer = party.offerID(in: message.content.value)
            let cached = party.sent(.static_invoice).last { earlier in
                party.now < earlier.at + 3600 && party.offerID(in: earlier.message.content.value) == offer
            }
            return cached.map { message.with(content: $0.message.content) } ?? message
        },
        // The slot is emptied when paths are asked for anew, and not when another invoice comes.
        Mutant("B66-SRV-1/gone-when-paths-are-asked-anew", .server, onReceive: .invoice_request) { message, party in
            guard let context = party.context(message, for: .offer) else { return message }
            let asked = party.received.lastIndex { earlier in
                earlier.kind == .offer_paths_request && earlier.context?.client == context.client
                    && party.invoice_slot(in: earlier.message.content) == context.slot
            }
            let stored = party.received.lastIndex { earlier in
                earlier.kind == .serve_static_invoice && earlier.context.map(ClientSlot.init) == ClientSlot(context)
            }
            guard let asked, let stored else { return message }
            return asked > stored ? nil : message
        },
        // A payer who lost the answer, and sends the same request once more.
        Mutant("B66-SRV-1/each-request-once", .server, onSend: .static_invoice) { message, party in
            let request = party.received.last { $0.kind == .invoice_request }?.message.content
            let times = party.received.count { $0.kind == .invoice_request && $0.message.content == request }
            return times > 1 ? nil : message
        },
    ]

    private static let mixUps: [Mutant] = [
        Mutant("B66-SRV-2b/wakes-who-came-last", .server) { effect, party in
            guard case .wake = effect, let last = party.places.last else { return effect }
            return .wake(client: last.client)
        },
        Mutant("B66-SRV-2a/newest-forward-path-of-the-client", .server, onSend: .invoice_request) { message, party in
            let request = party.received.last { $0.kind == .invoice_request }
            let last = party.received(.serve_static_invoice, over: .invoiceUpdate)
                .last { $0.context.client == request?.context?.client }
            return last.flatMap { party.forward_path(in: $0.message.content) }.map { message.with(over: $0) } ?? message
        },
        // Two invoices are being written, and both are acknowledged to who came last.
        Mutant("B66-SSI-R4/acknowledges-to-who-came-last", .server, onSend: .static_invoice_persisted) {
            message,
            party in
            let last = party.received(.serve_static_invoice, over: .invoiceUpdate).last
            return last?.message.reply_path.map { message.with(over: $0) } ?? message
        },
        Mutant("B66-OPR-R2/answers-over-the-last-reply-path-of-the-client", .server, onSend: .offer_paths) {
            message,
            party in
            let requests = party.received(.offer_paths_request, over: .clientRequest)
            let before = requests.dropLast().last { $0.context.client == requests.last?.context.client }
            return before?.message.reply_path.map { message.with(over: $0) } ?? message
        },
        // Which slot an update is for is remembered, and after a restart it is the client's first.
        Mutant("B66-OP-S4/updates-the-first-slot-after-a-restart", .server, onReceive: .serve_static_invoice) {
            message,
            party in
            guard party.creationTime(message) == nil, var context = party.context(message, for: .invoiceUpdate) else {
                return message
            }
            let slots = party.configuration.store.keys.compactMap(SlotInStore.init).filter {
                $0.client == context.client
            }
            guard let first = slots.map(\.slot).min() else { return message }
            context.slot = first
            return party.moved(message, to: context)
        },
        // A path that stands in two hand-overs is the first one's.
        Mutant("B66-SRV-2a/forward-path-belongs-to-one-slot", .server, onSend: .invoice_request) { message, party in
            let request = party.received.last { $0.kind == .invoice_request }
            let owner = party.received(.serve_static_invoice, over: .invoiceUpdate)
                .first { party.forward_path(in: $0.message.content) == message.over }
            return owner.map { ClientSlot($0.context) } == request?.context.map(ClientSlot.init) ? message : nil
        },
        // Its own path stands in the request, and what comes over it is dropped.
        Mutant("B66-SRV-2a/reply-path-that-never-answers", .server, onSend: .invoice_request) { message, party in
            message.reply_path == nil ? message : message.with(reply_path: party.path(.invoiceReply))
        },
    ]

    private static let lasting: [Mutant] = [
        // Who has asked three times within a minute is never answered again.
        Mutant("B66-OPR-R2/limit-that-never-lifts", .server, onReceive: .offer_paths_request) { message, party in
            guard let client = party.context(message, for: .clientRequest)?.client else { return message }
            let times = party.received.filter { $0.kind == .offer_paths_request && $0.context?.client == client }
                .map(\.at)
            let isFlood = zip(times, times.dropFirst(3)).contains { $1 - $0 < 60 }
            return isFlood ? nil : message
        },
        Mutant("B66-SRV-1/ends-a-second-early", .server, onReceive: .invoice_request) { message, party in
            guard let context = party.context(message, for: .offer) else { return message }
            let last = party.received(.serve_static_invoice, over: .invoiceUpdate)
                .last { ClientSlot($0.context) == ClientSlot(context) }
            let ends = last.flatMap { party.end(ofInvoiceIn: $0.message.content) }
            return ends.map { party.now >= $0 } ?? false ? nil : message
        },
    ]
}

/// A slot, as the reference names it in its store.
private struct SlotInStore {
    let client: String
    let slot: UInt16

    init?(_ key: String) {
        let parts = key.split(separator: "/")
        guard parts.count == 3, parts[0] == "invoice", let bytes = try? Hex.decode(String(parts[1])),
            let slot = UInt16(parts[2])
        else { return nil }
        client = String(decoding: bytes, as: UTF8.self)
        self.slot = slot
    }
}

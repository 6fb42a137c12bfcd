internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import Wire

/// What the implementation under test has been given occasion to send, and how often it has made use of it (B66-NU-1).
///
/// A message is due where another one asked for it. Retries and copies are free within bounds: `mostCopies` of one content over one
/// path for each message that asks for it. What a party sends by itself, an invoice anew, needs a reason or an interval
/// (B66-SIP-R3).
struct Occasions: Sendable {
    /// A message to the party.
    struct Delivered: Sendable {
        let kind: String
        let from: String
        var over: [UInt8]?
        var reply_path: [UInt8]?
        var forward_path: [UInt8]?
        var content: [UInt8] = []
    }

    /// What is amiss with a message or event, and the requirement that it breaks.
    struct Objection: Sendable {
        let requirement: RequirementID
        let detail: String
    }

    /// Sends of the same content over the same path that one message may lead to, and events of the same kind.
    static let mostCopies = 3
    /// Messages at once when a link comes up.
    static let mostAtLinkUp = 20
    /// Seconds between two invoices for one offer, the former of which is acknowledged, that need no reason.
    static let leastInterval: UInt64 = 60

    /// How many messages of a kind have come, by the reply paths that they brought.
    private var replyPaths: [String: [[UInt8]: Int]] = [:]
    /// How often each invoice request has come, by its bytes and then by the path that it came over.
    private var requests: [[UInt8]: [[UInt8]: Int]] = [:]
    /// Who has handed over an invoice with this forward path.
    private var ownersOfForwardPath: [[UInt8]: Set<String>] = [:]
    /// Whose offers the server's paths are for, by their encodings.
    private var clientOfPath: [[UInt8]: String] = [:]
    /// Paths of a server that the recipient was given.
    private var serverPaths: Set<[UInt8]> = []
    private var payments = 0
    private var sent: [[UInt8]: Int] = [:]
    private var reported: [String: Int] = [:]
    private var handOvers: [[UInt8]: HandOver] = [:]
    /// Of a `serve_static_invoice`: the path that it went over, by its reply path.
    private var pathOfReply: [[UInt8]: [UInt8]] = [:]

    /// The last invoice that went over a path.
    private struct HandOver: Sendable {
        var at: UInt64
        var isAcknowledged = false
        /// Something has happened since that asks for another one.
        var isExcused = false
    }

    // MARK: Occasions

    mutating func note(_ message: Delivered) {
        if let path = message.reply_path { replyPaths[message.kind, default: [:]][path, default: 0] += 1 }
        if let path = message.forward_path { ownersOfForwardPath[path, default: []].insert(message.from) }
        switch message.kind {
        case "invoice_request": requests[message.content, default: [:]][message.over ?? [], default: 0] += 1
        case "static_invoice_persisted":
            if let over = message.over, let path = pathOfReply[over] { handOvers[path]?.isAcknowledged = true }
        case "offer_paths": excuseHandOvers()
        default: break
        }
    }

    mutating func noteServerPaths(_ paths: [BlindedPath]) {
        serverPaths.formUnion(paths.map(\.encoding))
        excuseHandOvers()
    }

    mutating func notePayment() { payments += 1 }

    /// Channels, links or the party itself are not what they were.
    mutating func excuseHandOvers() {
        for path in handOvers.keys { handOvers[path]?.isExcused = true }
    }

    // MARK: Messages

    /// Takes in a message of the party, and says what speaks against it.
    mutating func objection(
        to observed: ObservedMessage,
        _ profile: Profile,
        interval: UInt64
    ) -> Objection? {
        let kind = observed.name(profile)
        guard let over = observed.over else {
            return Self.unasked("\(kind) came to \(observed.to) over no path that was given out")
        }
        let path = over.path.encoding
        let content = Array(observed.payload.content?.value ?? [])
        if kind == "offer_paths", let record = observed.payload.content { noteOffer(record, to: over.owner, profile) }
        if kind == "serve_static_invoice" { return objectionToHandOver(observed, path, interval) }
        let occasions = occasions(for: kind, over: path, content)
        guard occasions > 0 else { return Self.unasked("nothing asked for \(kind) on \(over.name)") }
        let count = (sent[[UInt8](kind.utf8) + path + content] ?? 0) + 1
        sent[[UInt8](kind.utf8) + path + content] = count
        let bound = Self.mostCopies * occasions
        return count > bound
            ? Self.unasked("\(kind) was sent \(count) times over \(over.name), \(bound) are allowed") : nil
    }

    private static func unasked(_ detail: String) -> Objection { Objection(requirement: "B66-NU-1", detail: detail) }

    private mutating func noteOffer(_ record: TLVRecord, to client: String, _ profile: Profile) {
        var validation = Validation(.collecting)
        let message = (try? Message.read(.offerPaths, record, profile, &validation)) ?? nil
        for path in message?.offer_paths ?? [] { clientOfPath[path.encoding] = client }
    }

    /// How many messages to the party have this one for an answer.
    private func occasions(for kind: String, over path: [UInt8], _ content: [UInt8]) -> Int {
        switch kind {
        case "offer_paths": replies(path, to: "offer_paths_request")
        case "static_invoice_persisted": replies(path, to: "serve_static_invoice")
        case "static_invoice", "invoice", "invoice_error": replies(path, to: "invoice_request")
        case "release_held_htlc": replies(path, to: "held_htlc_available")
        case "invoice_request": requestsToForward(content, over: path)
        // A recipient may ask as often as it ticks while it lacks an offer.
        case "offer_paths_request": serverPaths.contains(path) ? .max / Self.mostCopies : 0
        default: 0
        }
    }

    private func replies(_ path: [UInt8], to kind: String) -> Int { replyPaths[kind]?[path] ?? 0 }

    /// Payers' requests with this content that are for the client whose forward path it is.
    private func requestsToForward(_ content: [UInt8], over path: [UInt8]) -> Int {
        let owners = ownersOfForwardPath[path] ?? []
        return (requests[content] ?? [:]).reduce(0) { sum, request in
            sum + (clientOfPath[request.key].map(owners.contains) ?? false ? request.value : 0)
        }
    }

    // MARK: Invoices that a recipient hands over

    private mutating func objectionToHandOver(
        _ observed: ObservedMessage,
        _ path: [UInt8],
        _ interval: UInt64
    ) -> Objection? {
        guard replies(path, to: "offer_paths") > 0 else {
            return Self.unasked("no offer_paths came with the path of this serve_static_invoice")
        }
        if let reply = observed.reply_path { pathOfReply[reply.encoding] = path }
        let last = handOvers[path]
        handOvers[path] = HandOver(at: observed.at)
        guard let last, last.isAcknowledged, !last.isExcused, observed.at < last.at &+ interval else { return nil }
        return Objection(
            requirement: "B66-SIP-R3",
            detail: "another invoice \(observed.at - last.at) seconds after one that is acknowledged, for no reason"
        )
    }

    // MARK: Events

    mutating func objection(to event: ReportedEvent) -> Objection? {
        let request = event.members["invoice_request"]?.string ?? ""
        let client = event.members["client"]?.string ?? ""
        let occasions: Int
        switch event.name {
        case "wake":
            occasions = requests.values.joined().reduce(0) { sum, request in
                sum + (clientOfPath[request.key] == client ? request.value : 0)
            }
        case "invreq_received":
            let content = (try? Hex.decode(request)) ?? []
            occasions = (requests[content] ?? [:]).values.reduce(0, +)
        case "htlc.claim", "htlc.fail":
            occasions = payments
        default:
            return nil
        }
        let copies = event.name.hasPrefix("htlc.") ? 1 : Self.mostCopies
        let key = "\(event.name) \(client) \(request)"
        reported[key, default: 0] += 1
        guard let count = reported[key], count > copies * occasions else { return nil }
        return Self.unasked(
            occasions == 0 ? "nothing asked for \(event.name)" : "\(event.name) came \(count) times, expected less"
        )
    }
}

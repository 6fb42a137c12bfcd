internal import InvoiceServer
internal import Lightning
internal import Rules
internal import Wire

/// A message of the implementation under test that reached a node of the runner.
struct ObservedMessage: Sendable {
    /// The actor at whom it ended.
    let to: String
    /// The runner's path that it came over; `nil` when it came over none.
    let over: PathRegistry.Entry?
    let payload: OnionMessagePayload
    /// The whole onion, at packet depth.
    let open: DecryptedOnionMessage?
    /// When it came, in seconds since 1970.
    var at: UInt64 = 0
    /// The channels of the party as they were then.
    var channels: [PartyChannel] = []

    var reply_path: BlindedPath? { payload.reply_path }

    /// What kind of message it is, as scenarios spell it.
    func name(_ profile: Profile) -> String {
        guard let content = payload.content else { return "a message without a payload of one known kind" }
        return MessageName.of(content.type, profile)
    }

    /// Whether the other one is a copy: the same content, over a path of the same list.
    func isCopy(of other: ObservedMessage) -> Bool {
        payload.content == other.payload.content && to == other.to && over?.name == other.over?.name
    }
}

/// The names of messages in scenarios, and their numbers.
enum MessageName {
    private static let ofBolt12: [(String, UInt64)] = [("invoice_request", 64), ("invoice", 66), ("invoice_error", 68)]

    static func of(_ type: UInt64, _ profile: Profile) -> String {
        if let known = ofBolt12.first(where: { $0.1 == type }) { return known.0 }
        let message = Profile.Message.allCases.first { profile.onion_message_types.type(of: $0) == type }
        return message?.rawValue ?? "record \(type)"
    }
}

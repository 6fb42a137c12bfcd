internal import InvoiceServer
internal import SaltSecret
internal import Synchronization

/// The roles of the scheme of salt and secret, perhaps with another rule or choice.
extension Base {
    static let counterparty = counterparty { _ in }
    static let payer = payer { _ in }

    static func counterparty(_ change: @escaping @Sendable (inout Counterparty) -> Void) -> Base {
        Base(role: "salt-counterparty") { configuration in
            var party = Counterparty(configuration)
            change(&party)
            return party
        }
    }

    static func receiver(_ change: @escaping @Sendable (inout Receiver) -> Void) -> Base {
        Base(role: "salt-receiver") { configuration in
            var party = Receiver(configuration)
            change(&party)
            return party
        }
    }

    static func payer(_ change: @escaping @Sendable (inout Payer) -> Void) -> Base {
        Base(role: "salt-payer") { configuration in
            var party = Payer(configuration)
            change(&party)
            return party
        }
    }
}

/// A party around a right one, which changes what that is told or what it does. It sees messages on their way, as the right one
/// does.
struct PartyWithFault: Party {
    typealias Fault = @Sendable (PartyEvent, UInt64, inout any Party) -> [PartyEffect]

    private var party: any Party
    private let fault: Fault

    init(_ party: any Party, _ fault: @escaping Fault) {
        self.party = party
        self.fault = fault
    }

    var relayRecords: Set<UInt64> { party.relayRecords }

    mutating func handle(_ event: PartyEvent, at now: UInt64) -> [PartyEffect] { fault(event, now, &party) }
}

/// Something that a variant keeps in mind. Made anew with each start, it is "in memory".
final class Memory<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) { self.value = Mutex(value) }

    func change<Result: Sendable>(_ body: (inout Value) -> Result) -> Result { value.withLock { body(&$0) } }
}

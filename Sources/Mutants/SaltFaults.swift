internal import InvoiceServer
internal import SaltSecret
internal import Synchronization

/// The roles of the scheme of salt and secret, perhaps with another rule or choice.
extension Base {
    static let counterparty = counterparty { _ in }
    static let payer = payer { _ in }

    static func counterparty(_ change: @escaping @Sendable (inout Counterparty) -> Void) -> Base {
        Base("salt-counterparty", Counterparty.init, change)
    }

    static func receiver(_ change: @escaping @Sendable (inout Receiver) -> Void) -> Base {
        Base("salt-receiver", Receiver.init, change)
    }

    static func payer(_ change: @escaping @Sendable (inout Payer) -> Void) -> Base {
        Base("salt-payer", Payer.init, change)
    }
}

/// Something that a variant keeps in mind. Made anew with each start, it is "in memory".
final class Memory<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) { self.value = Mutex(value) }

    func change<Result: Sendable>(_ body: (inout Value) -> Result) -> Result { value.withLock { body(&$0) } }
}

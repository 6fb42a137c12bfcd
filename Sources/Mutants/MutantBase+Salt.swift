internal import Lightning
internal import InvoiceServer
internal import SaltSecret
internal import Synchronization

/// The roles of the scheme of salt and secret, perhaps with another check or policy.
extension MutantBase {
    static let counterparty = counterparty { _ in }
    static let payer = payer { _ in }

    static func counterparty(_ change: @escaping @Sendable (inout Counterparty) -> Void) -> MutantBase {
        MutantBase("salt-counterparty", Counterparty.init, change)
    }

    static func receiver(_ change: @escaping @Sendable (inout Receiver) -> Void) -> MutantBase {
        MutantBase("salt-receiver", Receiver.init, change)
    }

    static func payer(_ change: @escaping @Sendable (inout Payer) -> Void) -> MutantBase {
        MutantBase("salt-payer", Payer.init, change)
    }
}

/// Something that a variant keeps in mind. Made anew with each start, it is "in memory".
final class MutantMemory<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) { self.value = Mutex(value) }

    func change<Result: Sendable>(_ body: (inout Value) -> Result) -> Result { value.withLock { body(&$0) } }
}

extension BlindedPath {
    /// With its first hop alone.
    var endingAtItsIntroduction: BlindedPath {
        BlindedPath(introduction: introduction, path_key: path_key, hops: Array(hops.prefix(1)))
    }
}

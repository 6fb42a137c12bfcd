import Primitives
import Rules
import StrictJSON

extension SecretKey {
    init(hex: String) throws { try self.init(Hex.decode(hex)) }

    /// A key for tests, by number.
    init(number: UInt8) throws { try self.init(Bytes32(repeating: number)) }
}

/// The finding with which `body` ends; `nil` when it ends well.
func finding(_ body: () throws -> Void) -> Finding? {
    do {
        try body()
        return nil
    } catch {
        return error as? Finding
    }
}

extension JSONReader {
    func text(_ key: String) throws -> String { try member(key).string() }
}

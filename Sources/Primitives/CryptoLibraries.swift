internal import CSecp256k1
internal import CSodium

/// The two C libraries, initialized once. Neither has state that an operation changes, so sharing them is safe.
final class CryptoLibraries: @unchecked Sendable {
    static let shared = CryptoLibraries()

    /// libsecp256k1's context. Only functions that take it as const are called.
    let secp256k1: OpaquePointer

    /// Makes sure that libsodium has chosen its implementations for this processor.
    static func prepare() { _ = shared }

    private init() {
        guard sodium_init() >= 0, let context = secp256k1_context_create(UInt32(SECP256K1_CONTEXT_NONE)) else {
            // Only memory or entropy exhaustion at start-up leads here; no input can.
            fatalError("libsodium or libsecp256k1 could not be initialised")
        }
        secp256k1 = context
    }
}

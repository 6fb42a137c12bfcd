/// Why a cryptographic object could not be made, or an operation failed.
package struct PrimitiveError: Error, Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// The wrong number of bytes.
        case length
        /// Not a compressed point on secp256k1, or a sum or product that has no such point.
        case point
        /// Zero, or not below the order of the group.
        case scalar
        /// The tag of a ciphertext does not match.
        case tag
        /// Text that is not lower-case hexadecimal of whole bytes.
        case hex
    }

    package let kind: Kind
    package let detail: String

    package init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }
}

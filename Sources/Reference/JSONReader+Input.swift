package import Primitives
package import StrictJSON

/// The kinds of value that requests hold, read with the JSON path in every error.
extension JSONReader {
    package func hex() throws(JSONShapeError) -> [UInt8] {
        let text = try string()
        do {
            return try Hex.decode(text)
        } catch {
            throw fail(error.detail)
        }
    }

    package func bytes32() throws(JSONShapeError) -> Bytes32 {
        let bytes = try hex()
        do {
            return try Bytes32(bytes)
        } catch {
            throw fail(error.detail)
        }
    }

    package func secretKey() throws(JSONShapeError) -> SecretKey {
        let bytes = try bytes32()
        do {
            return try SecretKey(bytes)
        } catch {
            throw fail(error.detail)
        }
    }

    package func publicKey() throws(JSONShapeError) -> PublicKey {
        let bytes = try hex()
        do {
            return try PublicKey(bytes)
        } catch {
            throw fail(error.detail)
        }
    }
}

extension JSON {
    package static func hex(_ bytes: some Sequence<UInt8>) -> JSON { .string(Hex.encode(bytes)) }
    package static func hex(_ bytes: Bytes32) -> JSON { .string(bytes.hex) }
    package static func decimal(_ value: UInt64) -> JSON { .string(String(value)) }
}

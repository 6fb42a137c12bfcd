package import Primitives

/// An offer, an invoice request or a static invoice: a stream whose records are read under the BOLT's own names.
///
/// A property is `nil` when its record is absent (or malformed, in a collecting validation).
package protocol Bolt12Object: Sendable {
    var decoded: DecodedStream { get }
}

extension Bolt12Object {
    func integer(_ type: UInt64) -> UInt64? {
        if case .integer(let value) = decoded[type] { return value }
        return nil
    }

    func bytes(_ type: UInt64) -> ArraySlice<UInt8>? {
        if case .bytes(let value) = decoded[type] { return value }
        return nil
    }

    func text(_ type: UInt64) -> String? {
        if case .text(let value) = decoded[type] { return value }
        return nil
    }

    func list(_ type: UInt64) -> [FieldValue]? {
        if case .list(let values) = decoded[type] { return values }
        return nil
    }

    func paths(_ type: UInt64) -> [BlindedPath]? { list(type)?.compactMap { BlindedPath($0) } }

    func point(_ type: UInt64) -> PublicKey? { bytes(type).flatMap { decoded.point($0) } }
}

/// The records of the offer, which an invoice request and an invoice repeat.
extension Bolt12Object {
    /// The last second of the offer's life is over (B12-OFF-R10). One that states none lives for ever.
    package func hasEnded(at now: UInt64) -> Bool { offer_absolute_expiry.map { now > $0 } ?? false }

    package var offer_chains: [Bytes32]? {
        list(2)?.compactMap { value in
            guard case .bytes(let chain) = value else { return nil }
            return try? Bytes32(chain)
        }
    }
    package var offer_metadata: ArraySlice<UInt8>? { bytes(4) }
    package var offer_currency: String? { text(6) }
    package var offer_amount: UInt64? { integer(8) }
    package var offer_description: String? { text(10) }
    package var offer_features: ArraySlice<UInt8>? { bytes(12) }
    package var offer_absolute_expiry: UInt64? { integer(14) }
    package var offer_paths: [BlindedPath]? { paths(16) }
    package var offer_issuer: String? { text(18) }
    package var offer_quantity_max: UInt64? { integer(20) }
    package var offer_issuer_id: PublicKey? { point(22) }
}

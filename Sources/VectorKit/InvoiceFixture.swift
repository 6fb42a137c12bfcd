package import Lightning
internal import Primitives
package import Rules
package import StrictJSON
package import Wire

/// A static invoice as a set of records that a case changes one at a time and signs again, so that its one fault is the only one.
package struct InvoiceFixture: SignedRecordFixture {
    package static let messagename = "static_invoice"

    package var records: [UInt64: [UInt8]]
    package var signer = "recipient"
    package let profile: Profile

    package static let offerPaths = [Fixtures.path("offer one"), Fixtures.path("offer two")]
    package static let paymentPaths = [Fixtures.path("payment one"), Fixtures.path("payment two", hops: 3)]
    package static let messagePaths = [Fixtures.path("held one"), Fixtures.path("held two", hops: 1)]

    package var messagePathsType: UInt64 { profile.static_invoice.message_paths_type }

    /// An invoice that violates no rule under the profile: two paths of each kind, no stated life.
    package init(_ profile: Profile) {
        self.profile = profile
        let records: [TLVRecord] = [
            .text(10, "coffee"),
            .paths(16, Self.offerPaths),
            TLVRecord(type: 22, value: Fixtures.point("recipient")),
            .paths(160, Self.paymentPaths),
            .payinfos(162, [Fixtures.payinfo, Fixtures.payinfo]),
            .tu64(164, Fixtures.createdAt),
            TLVRecord(type: 176, value: Fixtures.point("recipient")),
            .paths(profile.static_invoice.message_paths_type, Self.messagePaths),
        ]
        self.records = Dictionary(uniqueKeysWithValues: records.map { ($0.type, Array($0.value)) })
    }

    /// Records in a malformed order or form, signed as they stand: the malformation is then the only fault.
    package func signedAsItStands(_ unsigned: [UInt8]) throws(GenerationError) -> [UInt8] {
        do {
            let stream = try TLVStream.read(unsigned[...], known: .unspecified) { _ in }
            let root = MerkleDerivation(stream.records).root
            let digest = MerkleDerivation.taggedHash("lightningstatic_invoicesignature", root.bytes)
            return unsigned + TLVRecord(type: 240, value: Schnorr.sign(digest, with: Fixtures.key(signer))).encoding
        } catch {
            throw GenerationError(id: "signed as it stands", problems: [error.detail])
        }
    }

    /// The offer inside, as a stream.
    package var offer: TLVStream { TLVStream(sorting: unsigned.records.filter { Bolt12Range.isOffer($0.type) }) }

    package var offerText: String { OfferText.encode(prefix: "lno", offer.bytes) }

    /// A request's `in` for this invoice.
    package func input(now: UInt64 = Fixtures.createdAt, _ more: (String, JSON)...) -> JSON {
        Self.input(bytes, now: now, more)
    }

    package static func input(_ bytes: [UInt8], now: UInt64 = Fixtures.createdAt, _ more: [(String, JSON)] = []) -> JSON
    {
        .object(JSONObject([("bytes", .hex(bytes)), ("now", .decimal(now))] + more))
    }
}

/// A blinded path without hops.
extension Fixtures {
    package static let pathWithoutHops = BlindedPath(
        introduction: .pubkey(point("introduction of nothing")),
        path_key: point("path key of nothing"),
        hops: []
    )
}

internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit
internal import Wire

/// Who signs, and what is signed.
extension StaticInvoiceReadBuilder {
    // MARK: Signer

    mutating func addSigner() {
        let node: [ReasonClass] = ["semantic.invoice_node_id"]
        reject(
            "without-node-id",
            "B12-SI-R2",
            ["tlv.missing", "semantic.invoice_node_id"],
            "invoice_node_id is missing",
            ["missing", "signer"],
            in: base.without(176).input()
        )
        let byServer = base.with(TLVRecord(type: 176, value: Fixtures.point("server"))).signed(by: "server")
        reject(
            "node-id-is-the-servers",
            "B12-SI-R11",
            node,
            "the server names itself, and signs",
            ["signer"],
            in: byServer.input()
        )
        var negated = Array(Fixtures.point("recipient"))
        negated[0] ^= 1
        reject(
            "node-id-with-the-other-sign",
            "B12-SI-R11",
            node,
            "the same x with the other y: the signature verifies, the key is another",
            ["signer"],
            in: base.with(176, negated).input()
        )
        addSignerAtPathsEnd()
        addSignerOfNoOffer()
    }

    /// Nobody could have asked for an invoice of such an offer (B12-OFF-R8); of the invoice alone no rule says so (C-114).
    private mutating func addSignerOfNoOffer() {
        let nobody = base.without(16, 22)
        let reasons: [ReasonClass] = ["semantic.offer", "semantic.offer_paths"] + Self.issuerMissing
        if !profile.static_invoice.offer_checked {
            accept(
                "offer-of-nobody",
                ["B12-SI-R11"],
                "the offer has neither issuer nor paths: no key is named that must sign",
                ["signer"],
                in: nobody.input(),
                under: [.reject("C-114 b", reasons)]
            )
        } else {
            reject(
                "offer-of-nobody",
                "B12-SI-R24",
                reasons,
                "the offer has neither issuer nor paths: nobody could ask",
                ["signer"],
                in: nobody.input()
            )
        }
    }

    /// A reader that takes no invoice of an offer without issuer id says one of these, whoever signed (C-86).
    private static let issuerMissing: [ReasonClass] = ["tlv.missing", "semantic.offer_issuer_id", "policy"]

    /// Without offer_issuer_id, the last blinded id of the path that the request took signs (C-86).
    private mutating func addSignerAtPathsEnd() {
        let node: [ReasonClass] = ["semantic.invoice_node_id"] + Self.issuerMissing
        func path(_ index: Int) -> BlindedPath {
            let path = InvoiceFixture.offerPaths[index]
            let last = BlindedPath.Hop(
                blinded_node_id: Fixtures.point("end of offer path \(index)"),
                encrypted_recipient_data: path.hops[1].encrypted_recipient_data
            )
            return BlindedPath(introduction: path.introduction, path_key: path.path_key, hops: [path.hops[0], last])
        }
        let anonymous = base.without(22).with(.paths(16, [path(0), path(1)]))
        func signed(atEndOf index: Int) -> InvoiceFixture {
            let name = "end of offer path \(index)"
            return anonymous.with(TLVRecord(type: 176, value: Fixtures.point(name))).signed(by: name)
        }
        accept(
            "no-issuer-signed-at-path-used",
            ["B12-SI-R12"],
            "the end of path 1 signs, and the request took path 1",
            ["signer"],
            in: signed(atEndOf: 1).input(now: Self.created, ("path_used", 1)),
            under: [.reject("C-86 b", Self.issuerMissing)]
        )
        accept(
            "no-issuer-signed-at-first-path",
            ["B12-SI-R12"],
            "the end of path 0 signs, and the request took path 0",
            ["signer"],
            in: signed(atEndOf: 0).input(now: Self.created, ("path_used", 0)),
            under: [.reject("C-86 b", Self.issuerMissing)]
        )
        for (name, neighbour, signer, used) in [
            ("other-path", "path-used", 0, 1), ("other-path-than-the-first", "first-path", 1, 0),
        ] {
            let otherPath = signed(atEndOf: signer).input(now: Self.created, ("path_used", .integer(Int64(used))))
            if profile.static_invoice.any_path_may_sign {
                accept(
                    "no-issuer-signed-at-\(name)",
                    ["B12-SI-R12"],
                    "this profile takes the end of any path",
                    ["signer"],
                    in: otherPath,
                    under: [.reject("C-86 b", Self.issuerMissing)]
                )
            } else {
                reject(
                    "no-issuer-signed-at-\(name)",
                    "B12-SI-R12",
                    node,
                    "the end of path \(signer) signs, and the request took path \(used)",
                    ["signer"],
                    neighbour: "no-issuer-signed-at-\(neighbour)",
                    in: otherPath
                )
            }
        }
        let stranger = anonymous.with(TLVRecord(type: 176, value: Fixtures.point("server"))).signed(by: "server")
        reject(
            "no-issuer-signed-by-a-stranger",
            "B12-SI-R12",
            node,
            "the signer is at the end of no path",
            ["signer"],
            neighbour: "no-issuer-signed-at-path-used",
            in: stranger.input(now: Self.created, ("path_used", 1))
        )
        reject(
            "no-issuer-signed-before-the-end",
            "B12-SI-R12",
            node,
            "the signer is a hop of the path and not its last",
            ["signer"],
            neighbour: "no-issuer-signed-at-path-used",
            in: firstHopSigned(anonymous).input(now: Self.created, ("path_used", 1))
        )
    }

    /// A path whose first blinded id is a key that can sign.
    private func firstHopSigned(_ fixture: InvoiceFixture) -> InvoiceFixture {
        let path = InvoiceFixture.offerPaths[1]
        let hops = [
            BlindedPath.Hop(blinded_node_id: Fixtures.point("first hop"), encrypted_recipient_data: [1, 2, 3]),
            path.hops[1],
        ]
        let signing = BlindedPath(introduction: path.introduction, path_key: path.path_key, hops: hops)
        return fixture.with(.paths(16, [InvoiceFixture.offerPaths[0], signing]))
            .with(TLVRecord(type: 176, value: Fixtures.point("first hop"))).signed(by: "first hop")
    }

    // MARK: Signature

    mutating func addSignatures() {
        let signature = base.signature()
        func flipped(_ index: Int) -> [UInt8] {
            var flipped = signature
            flipped[index] ^= 0x80
            return flipped
        }
        let withOdd = base.with(33, [1])
        let cases: [(name: String, comment: String, bytes: [UInt8])] = [
            (
                "tag-of-invoice", "signed as an invoice with a payment hash",
                base.bytes(signature: base.signature(messagename: "invoice"))
            ),
            (
                "tag-of-invoice-request", "signed as an invoice request",
                base.bytes(signature: base.signature(messagename: "invoice_request"))
            ),
            (
                "signed-by-the-server", "the server's signature under the recipient's name",
                base.bytes(signature: base.signed(by: "server").signature())
            ),
            (
                "signature-of-another-invoice", "the signature belongs to an invoice of one second later",
                base.bytes(signature: base.with(.tu64(164, Self.created + 1)).signature())
            ),
            ("flipped-bit-of-r", "a bit of the signature's first half", base.bytes(signature: flipped(0))),
            ("flipped-bit-of-s", "a bit of the signature's second half", base.bytes(signature: flipped(32))),
            ("zero-signature", "64 zero bytes", base.bytes(signature: [UInt8](repeating: 0, count: 64))),
            ("unsigned", "there is no signature record", base.unsigned.bytes),
            (
                "description-altered", "somebody wrote another description",
                base.with(.text(10, "coffin")).bytes(signature: signature)
            ),
            (
                "payment-path-swapped", "somebody changed the order of paths",
                base.with(.paths(160, InvoiceFixture.paymentPaths.reversed())).bytes(signature: signature)
            ),
            (
                "unknown-odd-record-stripped", "an unknown record that was signed is gone",
                base.bytes(signature: withOdd.signature())
            ),
            ("unknown-odd-record-added", "an unknown record was not signed", withOdd.bytes(signature: signature)),
            (
                "experimental-record-added", "records behind the signature are signed too",
                base.with(1_000_000_001, [1]).bytes(signature: signature)
            ),
        ]
        for (name, comment, bytes) in cases {
            reject(
                name,
                "B12-SI-R13",
                name == "unsigned" ? ["signature", "tlv.missing"] : ["signature"],
                comment,
                ["signer"],
                in: InvoiceFixture.input(bytes)
            )
        }
    }
}

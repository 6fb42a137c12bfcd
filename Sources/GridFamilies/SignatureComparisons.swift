internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import VectorKit
internal import Wire

/// BIP-340's verification: what it compares beside the equation. An s of 2^256 - n or more, and an r that agrees in many bytes, are
/// out of reach: nobody can make such signatures.
enum SignatureComparisons {
    static let once: [Comparison] = {
        let key = SchnorrDerivation.key("signer", odd: true)
        let even = SchnorrDerivation.key("signer", odd: false)
        let records = [TLVRecord.text(10, "coffee"), TLVRecord(type: 22, value: key.publicKey.bytes[...])]
        let operation = "bolt12.verify"
        func input(_ flaw: SchnorrDerivation.Flaw?, _ key: SecretKey) -> JSON {
            let signature = signature(records, "test", key, flaw)
            return [
                "bytes": .hex(TLVStream(sorting: records + [TLVRecord(type: 240, value: signature)]).bytes),
                "messagename": "test", "key": .hex(key.publicKey.bytes),
            ]
        }
        return [
            Comparison(
                name: "signature",
                row: "R = sG - eP has the x of the signature, and an even y",
                family: "bolt12/signature-comparisons",
                operation: operation,
                requirement: "B12-SIG-7",
                reasons: ["signature"],
                sides: [Comparison.right("even-key", input(nil, even), "lazy-signature-of-odd-keys@\(operation)")]
                    + sides(operation) { input($0, key) }
            )
        ]
    }()

    static func each(_ profile: Profile) -> [Comparison] {
        let key = SchnorrDerivation.key("signer", odd: true)
        let node = Array(key.publicKey.bytes)
        let invoice = InvoiceFixture(profile).with(22, node).with(176, node)
        func signed(_ flaw: SchnorrDerivation.Flaw?) -> [UInt8] {
            invoice.bytes(signature: signature(invoice.unsigned.records, "static_invoice", key, flaw))
        }
        let held = InvoiceFixture(profile)
        let request = RequestFixture(held).with(88, node)
        func ask(_ flaw: SchnorrDerivation.Flaw?) -> JSON {
            let signature = signature(request.unsigned.records, "invoice_request", key, flaw)
            return [
                "bytes": .hex(request.bytes(signature: signature)), "invoice": .hex(held.bytes),
                "now": .decimal(Fixtures.createdAt), "arrived_over": 0,
            ]
        }
        func comparison(
            _ name: String,
            _ operation: String,
            _ requirement: RequirementID,
            _ input: (SchnorrDerivation.Flaw?) -> JSON
        ) -> Comparison {
            Comparison(
                name: name,
                row: "R = sG - eP has the x of the signature, and an even y (\(operation))",
                family: "bolt12/invoice-comparisons",
                operation: operation,
                requirement: requirement,
                reasons: ["signature"],
                sides: sides(operation, input)
            )
        }
        return [
            comparison("signature-alone", "static_invoice.verify", "B12-SI-R13") { ["bytes": .hex(signed($0))] },
            comparison("signature", "static_invoice.validate", "B12-SI-R13") { InvoiceFixture.input(signed($0)) },
            comparison("payers-signature", "invreq.validate_for", "B12-IRQ-5", ask),
        ]
    }

    private static func sides(
        _ operation: String,
        _ input: (SchnorrDerivation.Flaw?) -> JSON
    ) -> [Comparison.Side] {
        [
            Comparison.right("odd-key", input(nil), "lazy-signature-by-the-point@\(operation)"),
            Comparison.wrong("odd-r", input(.oddR), "lazy-signature-any-parity@\(operation)"),
            Comparison.wrong("key-as-it-is", input(.keyAsItIs), "lazy-signature-key-as-it-is@\(operation)"),
            Comparison.wrong("first-byte-of-r", input(.firstByteOfR), "lazy-signature-first-byte@\(operation)"),
            Comparison.wrong("last-byte-of-r", input(.lastByteOfR), "lazy-signature-last-byte@\(operation)"),
        ]
    }

    /// An empty signature, which no case survives, should the derivation fail.
    private static func signature(
        _ records: some Sequence<TLVRecord>,
        _ messagename: String,
        _ key: SecretKey,
        _ flaw: SchnorrDerivation.Flaw?
    ) -> [UInt8] {
        let root = MerkleDerivation(TLVStream(sorting: records).records).root
        let digest = MerkleDerivation.taggedHash("lightning" + messagename + "signature", root.bytes)
        return (try? SchnorrDerivation.sign(digest, with: key, flaw)) ?? []
    }
}

internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Wire

/// A payer as the writer of its invoice request (BOLT 12, "Invoice Requests").
extension MutantRegistry {
    static let requestWriters: [Mutant] = [
        writing("B12-IRQW-1/leaves-the-description-out") { $0.filter { $0.type != 10 } },
        writing("B12-IRQW-1/leaves-the-paths-of-the-offer-out") { $0.filter { $0.type != 16 } },
        writing("B12-IRQW-2/names-a-chain-that-was-not-offered") {
            $0 + [TLVRecord(type: 80, value: Chain.testnet.bytes)]
        },
        writing("B12-IRQW-9/a-record-of-invoices-in-it") { $0 + [TLVRecord(type: 161, value: [1])] },
        Mutant(
            "B12-IRQW-8/signs-with-another-key",
            .asyncPayer {
                $0.policy.builtRequest = { builder, key in
                    let request = builder.build(payer_key: key)
                    return signed(request, by: key.multiplied(by: key)) { $0 }
                }
            }
        ),
        Mutant(
            "B12-IRQW-8/signs-as-an-invoice",
            .asyncPayer {
                $0.policy.builtRequest = { builder, key in
                    signed(builder.build(payer_key: key), by: key, messagename: "invoice") { $0 }
                }
            }
        ),
    ]

    /// The request holds other records, and is rightly signed. That the invoice has what it lacks is not looked at: the payment goes on.
    private static func writing(
        _ name: String,
        _ change: @escaping @Sendable ([TLVRecord]) -> [TLVRecord]
    ) -> Mutant {
        Mutant(
            name,
            .asyncPayer {
                $0.checks.invoice = $0.checks.invoice.without("B12-SI-R20")
                $0.policy.builtRequest = { builder, key in signed(builder.build(payer_key: key), by: key, change) }
            }
        )
    }

    @Sendable
    private static func signed(
        _ request: [UInt8],
        by key: SecretKey,
        messagename: String = InvoiceRequest.messagename,
        _ change: ([TLVRecord]) -> [TLVRecord]
    ) -> [UInt8] {
        guard let stream = try? TLVStream.read(request[...], known: .unspecified) else { return request }
        let unsigned = TLVStream(sorting: change(stream.records.filter { $0.type != Bolt12Signature.type }))
        let signature = Bolt12Signature(unsigned, messagename: messagename, key: key)
        return (signature?.added(to: unsigned) ?? unsigned).bytes
    }
}

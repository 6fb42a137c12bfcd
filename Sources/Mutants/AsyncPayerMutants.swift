internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules

/// A payer of static invoices: what it takes, when it pays, and how often.
extension MutantRegistry {
    static let asyncPayer: [Mutant] = [
        Mutant(
            "B12-SI-R16/invoice-over-any-path",
            .asyncPayer {
                $0.checks.invoicePath = []
                $0.policy.paymentOfInvoice = { id, payments in
                    payments[id] ?? payments.values.first { $0.state == .requested }
                }
            }
        ),
        without("B12-SI-R5/expired-invoice-paid", "B12-SI-R5"),
        without("B12-SI-R13/signature-not-checked", "B12-SI-R13"),
        without("B12-SI-R20/invoice-of-another-offer-paid", "B12-SI-R20"),
        Mutant("B12-SI-R18/pays-at-once", .asyncPayer { $0.policy.waitsForRelease = false }),
        Mutant(
            "ASY-S2/release-over-any-path",
            .asyncPayer {
                $0.checks.releasePath = []
                $0.policy.paymentOfRelease = { id, payments in
                    payments[id] ?? payments.values.first { $0.state == .waiting }
                }
            }
        ),
        Mutant("ASY-M1/pays-at-each-release", .asyncPayer { $0.policy.mayPay = { $0 != .requested } }),
        Mutant(
            "ASY-M1/forgets-what-was-paid",
            .asyncPayer {
                $0.policy.stored = { payment in
                    var payment = payment
                    if payment.state == .sent { payment.state = .waiting }
                    return payment
                }
            }
        ),
        Mutant(
            "ASY-M2/forgets-what-waits",
            .asyncPayer {
                $0.policy.stored = { payment in
                    var payment = payment
                    if payment.state == .waiting { payment.state = .sent }
                    return payment
                }
            }
        ),
        Mutant("ASY-M2/tells-the-recipient-once", .asyncPayer { $0.policy.tellsAgain = false }),
        Mutant(
            "B12-OFF-R11/request-to-the-introduction",
            .asyncPayer {
                $0.policy.offerPath = { paths in
                    paths.first.map {
                        BlindedPath(
                            introduction: $0.introduction,
                            path_key: $0.path_key,
                            hops: Array($0.hops.prefix(1))
                        )
                    }
                }
            }
        ),
        Mutant(
            "B12-IRQW-6/one-payer-id",
            .asyncPayer {
                $0.policy.payerKey = { _ in
                    var fixed: any RandomSource = SeededRandomness(seed: "always the same payer")
                    return fixed.secretKey()
                }
            }
        ),
        Mutant(
            "B12-IRQW-7/metadata-always-the-same",
            .asyncPayer { $0.policy.metadata = { _ in [UInt8](repeating: 1, count: 16) } }
        ),
        Mutant(
            "ASY-P1/preimage-used-again",
            .asyncPayer { $0.policy.preimage = { _ in [UInt8](repeating: 5, count: 32) } }
        ),
        Mutant(
            "ASY-P3/another-request-in-the-payment",
            .asyncPayer { $0.policy.request = { request in request.dropLast() + [request.last.map { $0 ^ 1 } ?? 0] } }
        ),
    ]

    private static func without(_ name: String, _ id: RequirementID) -> Mutant {
        Mutant(name, .asyncPayer { $0.checks.invoice = $0.checks.invoice.without(id) })
    }
}

extension MutantBase {
    static func asyncPayer(_ change: @escaping @Sendable (inout AsyncPayer) -> Void) -> MutantBase {
        MutantBase("payer", AsyncPayer.init, change)
    }
}

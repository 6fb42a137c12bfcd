internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import Wire

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
        Mutant("B12-SI-R18/pays-at-once", .asyncPayer { $0.policy.waitsForRelease = { _ in false } }),
        Mutant(
            "ASY-S2/release-over-any-path",
            .asyncPayer {
                $0.checks.releasePath = []
                $0.policy.paymentOfRelease = { id, payments in
                    payments[id] ?? payments.values.first { $0.state == .waiting }
                }
            }
        ),
        Mutant("ASY-S2/pays-when-nobody-answers", .asyncPayer { $0.policy.waitsForEver = false }),
        Mutant("ASY-M1/takes-the-invoice-again", .asyncPayer { $0.policy.takesInvoice = { $0 != .waiting } }),
        Mutant("ASY-M1/takes-a-failed-write-for-done", .asyncPayer { _ in }) { event, party in
            guard case .stored(let put, .error) = event else { return party.take(event) }
            return party.take(.stored(put: put, .ok))
        },
        Mutant("ASY-M1/pays-at-each-release", .asyncPayer { $0.policy.mayPay = { $0 != .requested } }),
        Mutant(
            "ASY-M1/forgets-what-was-paid",
            .asyncPayer { $0.policy.stored = storing(\.state, .sent, as: .waiting) }
        ),
        Mutant("ASY-M2/forgets-what-waits", .asyncPayer { $0.policy.stored = storing(\.state, .waiting, as: .sent) }),
        Mutant("ASY-M2/tells-the-recipient-once", .asyncPayer { $0.policy.tellsAgain = false }),
        Mutant(
            "B12-OFF-R11/request-to-the-introduction",
            .asyncPayer {
                $0.policy.offerPath = { $0.first?.endingAtItsIntroduction }
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
        Mutant("ASY-P2/hash-of-the-hash", .asyncPayer { _ in }) { effect, _ in
            guard case .payHTLC(let htlc) = effect else { return effect }
            return .payHTLC(
                SentHTLC(
                    payment: htlc.payment,
                    payload: htlc.payload,
                    payment_hash: Hash.sha256(htlc.payment_hash.bytes),
                    amount_msat: htlc.amount_msat,
                    hold: htlc.hold
                )
            )
        },
        Mutant(
            "ASY-P3/another-request-in-the-payment",
            .asyncPayer { $0.policy.request = { request in request.dropLast() + [request.last.map { $0 ^ 1 } ?? 0] } }
        ),
    ]

    /// What an invoice must not be, and how its paths are to be used.
    static let asyncPayerInvoices: [Mutant] = [
        without("B12-SI-R1/no-time-of-creation-asked-for", "B12-SI-R1"),
        without("B12-SI-R4/unknown-features-passed-over", "B12-SI-R4"),
        without("B12-SI-R11/signed-by-anybody", "B12-SI-R11"),
        without("B12-SI-R19/hash-and-amount-passed-over", "B12-SI-R19"),
        without("B12-SI-R23/records-of-requests-passed-over", "B12-SI-R23"),
        without("B12-SI-R21/takes-any-number-of-chains", "B12-SI-R21"),
        Mutant(
            "B12-SI-R9/path-without-payinfo-used",
            .asyncPayer { payer in
                payer.checks.invoice = payer.checks.invoice.without("B12-SI-R9")
                payer.checks.payable = []
                payer.policy.paths = { Array($0.withoutPayinfo.prefix(1)) }
            }
        ),
        Mutant(
            "B12-SI-R10/unknown-features-of-a-path-passed-over",
            .asyncPayer { payer in
                payer.checks.invoice = payer.checks.invoice.without("B12-SI-R10")
                payer.checks.payable = []
                payer.policy.paths = { Array($0.all.prefix(1)) }
            }
        ),
        Mutant("B12-SI-R14/last-path-first", .asyncPayer { $0.policy.paths = { Array($0.usable.suffix(1)) } }),
        Mutant(
            "B12-SI-R15/always-in-two-parts",
            .asyncPayer { $0.policy.paths = { [$0.usable[0], $0.usable[0]] } }
        ),
        Mutant(
            "B12-SI-R15/never-in-parts",
            .asyncPayer { $0.policy.paths = { Array($0.usable.prefix(1)) } }
        ),
        Mutant(
            "B12-SI-R17/pays-at-once-without-message-paths",
            .asyncPayer { payer in
                payer.checks.invoice = payer.checks.invoice.without("B12-SI-R17")
                payer.policy.waitsForRelease = { !$0.hold && $0.hasMessagePaths }
            }
        ),
        Mutant("RB-U6/no-path-key", .asyncPayer { $0.policy.pathKey = { _ in nil } }),
        Mutant("RB-U6/path-key-always", .asyncPayer { $0.policy.pathKey = { $0.path_key } }),
        Mutant(
            "RB-W13/one-key-for-all-paths",
            .asyncPayer {
                $0.policy.pathKeyOfOwn = { _ in
                    var fixed: any RandomSource = SeededRandomness(seed: "always the same path")
                    return fixed.secretKey()
                }
            }
        ),
        Mutant(
            "OM-R7/any-message-over-any-path-of-its-own",
            .asyncPayer { $0.checks.releasePath = MutatedContextChecks.anyPurpose("ASY-S2") }
        ),
        Mutant("ASY-D4/static-invoice-in-another-record", .asyncPayer { _ in }) { event, party in
            guard case .message(let message) = event, message.content.type == 66 else { return party.take(event) }
            return party.take(
                .message(message.with(content: party.builder.static_invoice(Array(message.content.value))))
            )
        },
        Mutant(
            "OM-R8/answers-over-no-path",
            .asyncPayer {
                $0.checks.invoicePath = []
                $0.policy.paymentOfInvoice = { id, payments in
                    payments[id] ?? payments.values.first { $0.state == .requested }
                }
            }
        ),
    ]

    /// What the owner wants, and what it may cost.
    static let asyncPayerBounds: [Mutant] = [
        Mutant("B12-OFF-R5/any-chain", .asyncPayer { $0.checks.offer = $0.checks.offer.without("B12-OFF-R5") }),
        Mutant(
            "B12-OFF-R10/ended-offer-asked-for",
            .asyncPayer { $0.checks.offer = $0.checks.offer.without("B12-OFF-R10") }
        ),
        Mutant("B12-IRQW-5/any-quantity", .asyncPayer { $0.checks.wanted = $0.checks.wanted.without("B12-IRQW-5") }),
        Mutant(
            "B12-IRQW-4/price-wraps-around",
            .asyncPayer { payer in
                payer.checks.wanted = payer.checks.wanted.without("B12-IRQW-4").without("B12-IRQW-3")
                payer.policy.amount = { wanted, offer in
                    wanted.amount_msat ?? (offer.offer_amount ?? 0) &* (wanted.quantity ?? 1)
                }
            }
        ),
        Mutant(
            "B12-IRQW-3/asks-for-nothing",
            .asyncPayer { $0.checks.wanted = $0.checks.wanted.without("B12-IRQW-3") }
        ),
        Mutant("ASY-M3/pays-three-times-as-much", .asyncPayer { $0.policy.paid = { $0 &* 3 } }),
        Mutant("ASY-M3/pays-half", .asyncPayer { $0.policy.paid = { $0 / 2 } }),
        Mutant("ASY-M3/locks-for-months", .asyncPayer { $0.policy.finalExpiry = { height, _ in height + 20_000 } }),
        Mutant("ASY-M3/ends-before-it-begins", .asyncPayer { $0.policy.finalExpiry = { height, _ in height - 1 } }),
        Mutant(
            "ASY-M3/over-a-path-that-does-not-carry-it",
            .asyncPayer { payer in
                payer.checks.payable = []
                payer.policy.paths = { Array($0.all.prefix(1)) }
            }
        ),
        Mutant(
            "ASY-M3/share-of-the-fee-passed-over",
            .asyncPayer { payer in
                payer.checks.payable = []
                payer.policy.paths = { Array($0.cheapAtFirstSight.prefix(1)) }
            }
        ),
        Mutant("ASY-M3/pays-what-was-given-up", .asyncPayer { $0.policy.mayPay = { $0 != .sent } }),
        Mutant("ASY-M3/cannot-give-up", .asyncPayer { _ in }) { event, party in
            if case .command(.abandon) = event { return [] }
            return party.take(event)
        },
        Mutant(
            "ASY-M3/forgets-what-was-given-up",
            .asyncPayer { $0.policy.stored = storing(\.state, .abandoned, as: .waiting) }
        ),
        Mutant("ASY-H1/always-held", .asyncPayer { $0.policy.asksToHold = { _ in true } }),
    ]

    /// With a peer that holds the HTLC.
    static let asyncPayerWithHolder: [Mutant] = [
        Mutant("ASY-H5/one-message", .asyncPayer { $0.policy.announcements = { $0.hold ? 1 : 2 } }),
        Mutant(
            "ASY-H5/twice-over-the-same-path",
            .asyncPayer { $0.policy.over = { paths in paths.first.map { [$0, $0] } ?? [] } }
        ),
        Mutant(
            "ASY-H5/paths-for-what-is-not-held",
            .asyncPayer { _ in }
        ) { event, party in
            guard case .releasePaths(_, let paths) = event,
                let told = party.sent(.held_htlc_available).first?.message
            else { return party.take(event) }
            return party.take(event) + paths.map { .send(told.with(reply_path: $0)) }
        },
        Mutant("ASY-H6/one-reply-path", .asyncPayer { $0.policy.replyPath = { paths, _ in paths.first } }),
        Mutant("ASY-H6/its-own-reply-path", .asyncPayer { $0.policy.replyPath = { _, _ in nil } }),
        Mutant("ASY-H8/another-message", .asyncPayer { _ in }, onSend: .held_htlc_available) { message, party in
            message.with(content: party.builder.release_held_htlc())
        },
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

extension PayableInvoice {
    /// Without a look at the share of the amount that they ask for.
    fileprivate var cheapAtFirstSight: [Path] {
        all.filter { UInt64($0.payinfo.fee_base_msat) <= payment.max_fee_msat }
    }

    /// The paths as if they cost nothing.
    fileprivate var withoutPayinfo: [Path] {
        let free = BlindedPayinfo(
            fee_base_msat: 0,
            fee_proportional_millionths: 0,
            cltv_expiry_delta: 18,
            htlc_minimum_msat: 1,
            htlc_maximum_msat: .max
        )
        return (invoice.invoice_paths ?? []).map { Path(path: $0, payinfo: free) }
    }
}

extension AsyncPayment {
    /// Of the draft or of LDK.
    fileprivate var hasMessagePaths: Bool {
        let stream = try? TLVStream.read(invoice[...], known: .unspecified)
        return stream?[178] != nil || stream?[236] != nil
    }
}

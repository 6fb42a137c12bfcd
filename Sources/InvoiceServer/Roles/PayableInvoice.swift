package import Lightning
package import Rules

/// A valid invoice, held against what is to be paid over it: whether its paths carry that, and in how many parts.
package struct PayableInvoice: Sendable {
    package struct Path: Hashable, Sendable {
        package let path: BlindedPath
        package let payinfo: BlindedPayinfo

        package init(path: BlindedPath, payinfo: BlindedPayinfo) {
            self.path = path
            self.payinfo = payinfo
        }
    }

    package let invoice: StaticInvoice
    package let payment: AsyncPayment

    package init(invoice: StaticInvoice, payment: AsyncPayment) {
        self.invoice = invoice
        self.payment = payment
    }

    package static let checks: [Check<PayableInvoice>] = [carriesAmount, carriesParts]

    /// Some path carries the amount for a fee that the owner allows.
    static let carriesAmount = Check<PayableInvoice>("ASY-M3", .semantic("invoice_blindedpay")) { input in
        .require(
            !input.usable.isEmpty,
            "no path carries \(input.payment.amount_msat) msat for a fee of \(input.payment.max_fee_msat) at most"
        )
    }

    static let carriesParts = Check<PayableInvoice>("B12-SI-R15", .semantic("invoice_features")) { input in
        .require(
            input.usable.count >= input.leastParts,
            "the invoice is to be paid over \(input.leastParts) paths, \(input.usable.count) can be used"
        )
    }

    /// Two where the features of the invoice have the compulsory bit of payments in parts.
    package var leastParts: Int { FeatureBits(invoice.invoice_features).contains(16) ? 2 : 1 }

    /// In the invoice's order, without those that ask for what is not known (B12-SI-R10), carry less or more than the amount, or
    /// cost too much.
    package var usable: [Path] {
        all.filter { FeatureBits($0.payinfo.features).unknownEven(known: []) == nil && carries($0.payinfo) }
    }

    package var all: [Path] {
        zip(invoice.invoice_paths ?? [], invoice.invoice_blindedpay ?? []).map { Path(path: $0, payinfo: $1) }
    }

    private func carries(_ payinfo: BlindedPayinfo) -> Bool {
        // The last part takes what is left over.
        let part = payment.amount_msat / UInt64(leastParts)
        let last = payment.amount_msat - part * UInt64(leastParts - 1)
        return part >= payinfo.htlc_minimum_msat && last <= payinfo.htlc_maximum_msat
            && payinfo.fee(of: payment.amount_msat) <= payment.max_fee_msat
    }
}

extension BlindedPayinfo {
    /// What is paid for passing an amount on, in millisatoshi, rounded up; at most 2^64 - 1.
    package func fee(of amount_msat: UInt64) -> UInt64 {
        let million: UInt128 = 1_000_000
        let proportional = (UInt128(amount_msat) * UInt128(fee_proportional_millionths) + million - 1) / million
        return UInt64(clamping: UInt128(fee_base_msat) + proportional)
    }
}

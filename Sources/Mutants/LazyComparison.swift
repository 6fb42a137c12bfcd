internal import InvoiceServer
internal import Lightning
internal import Reference
internal import Rules
internal import StrictJSON
internal import Wire

/// Lazy readers that get a comparison, a sum or a product wrong.
///
/// `lazy-plus-one@offer.validate.now` takes a number of the request for one more, `lazy-63-bits@offer.validate.now` keeps a part
/// of it: so an edge moves, or a comparison is that of signed numbers. Those over two numbers of an object are listed by name.
enum LazyComparison {
    /// - Returns: `nil` for a name of none.
    static func reader(_ name: String) -> LazyReader? {
        byName[name] ?? LazyBytes.reader(name) ?? ofTypes(name) ?? ofInput(name)
    }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    private static let shifts: [String: @Sendable (UInt64) -> UInt64] = [
        "plus-one": { $0 == .max ? $0 : $0 + 1 }, "minus-one": { $0 == 0 ? 0 : $0 - 1 },
        "31-bits": { $0 & 0x7fff_ffff }, "32-bits": { $0 & 0xffff_ffff }, "63-bits": { $0 & (.max >> 1) },
        "double": { UInt64(exactly: Double($0).rounded()) ?? .max },
    ]

    /// A reader that takes a number of the request for another.
    private static func ofInput(_ name: String) -> LazyReader? {
        let parts = name.dropFirst(5).split(separator: "@", maxSplits: 1).map(String.init)
        guard parts.count == 2, let shift = shifts[parts[0]], let dot = parts[1].lastIndex(of: ".") else { return nil }
        let (operation, member) = (String(parts[1][..<dot]), String(parts[1][parts[1].index(after: dot)...]))
        guard OperationTable.reference[operation] != nil else { return nil }
        return .comparing(name, "takes \(member) in \(operation) for another number (\(parts[0]))") { original in
            guard original.name == operation else { return original }
            return Operation(operation) { profile, input, validation in
                let changed = JSONReader(shifted(input.value, member, shift), path: "in")
                return try original.body(profile, changed, &validation)
            }
        }
    }

    /// A reader that keeps a part of the types of records.
    private static func ofTypes(_ name: String) -> LazyReader? {
        let parts = name.dropFirst(5).split(separator: "@", maxSplits: 1).map(String.init)
        guard parts.count == 2, parts[1] == "tlv.decode.type", let shift = shifts[parts[0]] else { return nil }
        return .comparing(name, "takes types of records for other numbers (\(parts[0]))") { original in
            guard original.name == "tlv.decode" else { return original }
            return Operation(original.name) { profile, input, validation in
                let orders: Set<RequirementID> = ["B1-TLV-1", "B1-TLV-2"]
                var out = try original.overlooking { orders.contains($0.requirement) }.body(profile, input, &validation)
                guard case .array(let records)? = out["records"] else { return out }
                let types = records.map { record in shift(record["type"]?.string.flatMap(UInt64.init) ?? 0) }
                if zip(types, types.dropFirst()).contains(where: { $0 >= $1 }) {
                    try validation.report(Finding("B1-TLV-1", "tlv.order", "the types are not in order"))
                }
                out["records"] = .array(
                    zip(records, types).map { record, type in shifted(record, "type") { _ in type } }
                )
                return out
            }
        }
    }

    private static func shifted(_ input: JSON, _ member: String, _ shift: (UInt64) -> UInt64) -> JSON {
        guard case .object(var object) = input, let value = object[member] else { return input }
        if let number = value.string.flatMap(UInt64.init) { object[member] = .string(String(shift(number))) }
        if let number = value.integer { object[member] = .integer(Int64(clamping: shift(UInt64(clamping: number)))) }
        return .object(object)
    }

    /// Those over two numbers of an object.
    static let all: [LazyReader] =
        ends + lives + prices + quantities + counts + caps + totals + paid + stored + signers

    // MARK: When an offer ends

    private static let ends: [LazyReader] = [
        replacing(
            "lazy-end-signed",
            "compares an offer's end as a signed number",
            offerValidate(
                OfferReaderChecks.all + [
                    Check("B12-OFF-R10", .expired) { input in
                        guard let end = input.offer.offer_absolute_expiry else { return .meets }
                        return .require(Int64(bitPattern: end) >= 0, "the end is before 1970")
                    }
                ],
                whenAsync: OfferReaderChecks.ofAsyncOffer
            )
        ),
        requestEnd("lazy-request-end-signed", "compares the end of a request's offer as a signed number") {
            Int64(bitPattern: $0) <= Int64(bitPattern: $1)
        },
        requestEnd("lazy-request-end-in-32-bits", "compares 32 bits of the end of a request's offer") {
            $0 & 0xffff_ffff <= $1 & 0xffff_ffff
        },
    ]

    /// - isInTime: of the time and the end.
    private static func requestEnd(
        _ name: String,
        _ does: String,
        _ isInTime: @escaping @Sendable (UInt64, UInt64) -> Bool
    ) -> LazyReader {
        let check = Check<InvoiceRequestReaderInput>("B12-IRQ-7", .expired) { input in
            .require(input.request.offer_absolute_expiry.map { isInTime(input.now, $0) } ?? true, "the offer is over")
        }
        return replacing(name, does, invoiceRequestValidateFor(InvoiceRequestReaderChecks.all + [check]))
    }

    // MARK: How long an invoice lives

    private static let lives: [LazyReader] = [
        life("lazy-sum-wraps", "adds created_at and the life in 64 bits that wrap") { $0 &+ $1 },
        lifeAt("lazy-age-without-sign", "compares the distance between now and created_at with the life") {
            created,
            life,
            now in
            (now > created ? now - created : created - now) <= life
        },
        lifeAt("lazy-sum-signed", "compares the end of a life as a signed number") { created, life, now in
            Int64(bitPattern: now) <= Int64(bitPattern: created &+ life)
        },
        lifeAt("lazy-created-zero-is-absent", "takes a created_at of zero for none") { created, life, now in
            created == 0 || now <= created.addingReportingOverflow(life).partialValue
        },
        life("lazy-sum-in-32-bits", "adds created_at and the life in 32 bits") { ($0 &+ $1) & 0xffff_ffff },
        life("lazy-sum-in-63-bits", "adds created_at and the life in 63 bits") { ($0 &+ $1) & (.max >> 1) },
        life("lazy-life-a-second-short", "ends a life a second early") {
            $0.addingReportingOverflow($1).overflow ? .max : $0 + $1 - 1
        },
        life("lazy-life-a-second-long", "ends a life a second late") {
            $0.addingReportingOverflow($1).overflow ? .max : $0 + $1 + ($0 + $1 == .max ? 0 : 1)
        },
    ]

    private static func life(
        _ name: String,
        _ does: String,
        _ last: @escaping @Sendable (UInt64, UInt64) -> UInt64
    ) -> LazyReader {
        lifeAt(name, does) { created, life, now in now <= last(created, life) }
    }

    /// - isAlive: of created_at, the life, and the time.
    private static func lifeAt(
        _ name: String,
        _ does: String,
        _ isAlive: @escaping @Sendable (UInt64, UInt64, UInt64) -> Bool
    ) -> LazyReader {
        let check = Check<StaticInvoiceReaderInput>("B12-SI-R5", .expired) { input in
            guard let created = input.invoice.invoice_created_at else { return .meets }
            let life = input.invoice.invoice_relative_expiry ?? input.profile.static_invoice.default_relative_expiry
            return .require(isAlive(created, life, input.now), "the invoice is over")
        }
        let checks: [Check<StaticInvoiceReaderInput>] = StaticInvoiceReaderChecks.all.without("B12-SI-R5").without(
            "B12-SI-R6"
        )
        return replacing(name, does, staticInvoiceValidate(checks + [check]))
    }

    // MARK: What is to be paid

    private static let prices: [LazyReader] = [
        price("lazy-product-wraps", "multiplies price and quantity in 64 bits that wrap") { $2 >= $0 &* $1 },
        price("lazy-product-in-32-bits", "multiplies price and quantity in 32 bits") { $2 >= ($0 &* $1) & 0xffff_ffff },
        price("lazy-product-saturates", "takes an amount of 64 ones for a price beyond 64 bits") {
            price,
            quantity,
            amount in
            let (product, overflow) = price.multipliedReportingOverflow(by: quantity)
            return overflow ? amount >= UInt64.max >> 3 : amount >= product
        },
        price("lazy-price-as-double", "compares prices as doubles") { Double($2) >= Double($0) * Double($1) },
        price("lazy-price-of-one", "forgets the quantity") { price, _, amount in amount >= price },
        price("lazy-price-excluded", "wants more than the price") { $2 > $0 &* $1 },
        price("lazy-price-less-one", "takes a millisatoshi less than the price") {
            $2 >= $0 &* $1 || $2 + 1 == $0 &* $1
        },
    ]

    /// - isEnough: of price, quantity and amount.
    private static func price(
        _ name: String,
        _ does: String,
        _ isEnough: @escaping @Sendable (UInt64, UInt64, UInt64) -> Bool
    ) -> LazyReader {
        request(name, does, "B12-IRQ-11") { request in
            guard let price = request.offer_amount, request.offer_currency == nil, let amount = request.invreq_amount
            else {
                return true
            }
            return isEnough(price, request.invreq_quantity ?? 1, amount)
        }
    }

    // MARK: Who signs, and for what

    private static let signers: [LazyReader] = [
        signer("lazy-signer-at-the-end", "wants the last id of a path to sign, whoever issued the offer") { input in
            ends(input).contains(input.invoice.decoded.stream[176])
        },
        signer("lazy-signer-anyone-named", "takes the last id of a path as signer beside the issuer") { input in
            let signer = input.invoice.decoded.stream[176]
            return signer == input.invoice.decoded.stream[22] || ends(input).contains(signer)
        },
        signer("lazy-signer-issuer-alone", "takes no invoice without an issuer") { $0.invoice.decoded.contains(22) },
        signer("lazy-signer-by-x", "does not compare the first byte of a key") { input in
            let signer = input.invoice.decoded.stream[176]?.dropFirst()
            let named = input.invoice.decoded.stream[22].map { [$0] } ?? ends(input).compactMap { $0 }
            return named.contains { $0.dropFirst() == signer }
        },
        asked("lazy-path-needed", "takes no request that came over no path", "B12-IRQ-8") { $0.arrivedOver != nil },
        asked("lazy-bitcoin-alone", "takes no request on another chain than bitcoin", "B12-IRQ-13") {
            $0.chain == Chain.bitcoin
        },
        asked("lazy-quantity-of-one-refused", "takes no quantity of one", "B12-IRQ-9") {
            $0.request.invreq_quantity != 1
        },
        asked("lazy-quantity-one-is-absent", "needs no quantity where one at most is offered", "B12-IRQ-9") { input in
            let isStated = input.request.invreq_quantity != nil
            return isStated ? input.request.offer_quantity_max != nil : (input.request.offer_quantity_max ?? 1) == 1
        },
        asked("lazy-quantity-bound-zero-is-absent", "takes a bound of zero for none", "B12-IRQ-9") { input in
            let isStated = input.request.invreq_quantity != nil
            return isStated ? input.request.offer_quantity_max != nil : (input.request.offer_quantity_max ?? 0) == 0
        },
        asked("lazy-price-without-currency", "compares prices in another currency as millisatoshi", "B12-IRQ-11") {
            guard let price = $0.request.offer_amount, let amount = $0.request.invreq_amount else { return true }
            return amount >= price
        },
    ]

    private static func ends(_ input: StaticInvoiceReaderInput) -> [ArraySlice<UInt8>?] {
        (input.invoice.offer_paths ?? []).map { $0.hops.last?.blinded_node_id }
    }

    private static func signer(
        _ name: String,
        _ does: String,
        _ isRight: @escaping @Sendable (StaticInvoiceReaderInput) -> Bool
    ) -> LazyReader {
        let check = Check<StaticInvoiceReaderInput>("B12-SI-R11", .semantic("invoice_node_id")) { input in
            .require(isRight(input), "another may sign")
        }
        let checks: [Check<StaticInvoiceReaderInput>] = StaticInvoiceReaderChecks.all.without("B12-SI-R11").without(
            "B12-SI-R12"
        )
        return replacing(name, does, staticInvoiceValidate(checks + [check]))
    }

    private static func asked(
        _ name: String,
        _ does: String,
        _ requirement: RequirementID,
        _ isRight: @escaping @Sendable (InvoiceRequestReaderInput) -> Bool
    ) -> LazyReader {
        let check = Check<InvoiceRequestReaderInput>(requirement, "policy") { .require(isRight($0), "not as asked") }
        let checks: [Check<InvoiceRequestReaderInput>] = InvoiceRequestReaderChecks.all.without(requirement)
        return replacing(name, does, invoiceRequestValidateFor(checks + [check]))
    }

    // MARK: How many

    private static let quantities: [LazyReader] = [
        quantity("lazy-quantity-excluded", "takes fewer than the bound") { $0 >= 1 && $0 < $1 },
        quantity("lazy-quantity-one-more", "takes one more than the bound") { $0 >= 1 && $0 - 1 <= $1 },
        quantity("lazy-quantity-bound-alone", "takes the bound and no other quantity") { $0 == $1 },
        quantity("lazy-quantity-zero", "takes a quantity of zero") { $0 <= $1 },
        quantity("lazy-quantity-signed", "compares quantities as signed numbers") {
            Int64(bitPattern: $0) <= Int64(bitPattern: $1) && $0 != 0
        },
        quantity("lazy-quantity-in-32-bits", "compares 32 bits of quantities") {
            ($0 & 0xffff_ffff) <= ($1 & 0xffff_ffff) && $0 != 0
        },
    ]

    private static func quantity(
        _ name: String,
        _ does: String,
        _ isInBounds: @escaping @Sendable (UInt64, UInt64) -> Bool
    ) -> LazyReader {
        request(name, does, "B12-IRQ-10") { request in
            guard let most = request.offer_quantity_max, most > 0, let quantity = request.invreq_quantity else {
                return true
            }
            return isInBounds(quantity, most)
        }
    }

    private static func request(
        _ name: String,
        _ does: String,
        _ requirement: RequirementID,
        _ isRight: @escaping @Sendable (InvoiceRequest) -> Bool
    ) -> LazyReader {
        let check = Check<InvoiceRequestReaderInput>(requirement, "policy") { input in
            .require(isRight(input.request), "the numbers are not right")
        }
        let checks: [Check<InvoiceRequestReaderInput>] = InvoiceRequestReaderChecks.all.without(requirement)
        return replacing(name, does, invoiceRequestValidateFor(checks + [check]))
    }

    // MARK: Counts and bounds

    private static let counts: [LazyReader] = [
        payinfos("lazy-too-few-payinfos", "takes fewer payinfos than paths") { $0 <= $1 },
        payinfos("lazy-too-many-payinfos", "takes more payinfos than paths") { $0 >= $1 },
        payinfos("lazy-one-payinfo", "takes one payinfo, whatever the number of paths") { count, _ in count == 1 },
    ]

    private static func payinfos(
        _ name: String,
        _ does: String,
        _ isRight: @escaping @Sendable (Int, Int) -> Bool
    ) -> LazyReader {
        let check = Check<StaticInvoiceReaderInput>("B12-SI-R9", .semantic("invoice_blindedpay")) { input in
            let (payinfos, paths) = (input.invoice.invoice_blindedpay ?? [], input.invoice.invoice_paths ?? [])
            return .require(isRight(payinfos.count, paths.count), "the counts do not match")
        }
        let checks: [Check<StaticInvoiceReaderInput>] = StaticInvoiceReaderChecks.all.without("B12-SI-R9")
        return replacing(name, does, staticInvoiceValidate(checks + [check]))
    }

    private static let totals: [LazyReader] = [
        total("lazy-total-excluded", "wants more than was asked for") { $0 > $1 },
        total("lazy-total-in-32-bits", "compares 32 bits of what is paid and asked for") {
            $0 & 0xffff_ffff >= $1 & 0xffff_ffff
        },
        total("lazy-total-as-double", "compares what is paid and asked for as doubles") { Double($0) >= Double($1) },
        total("lazy-total-less-one", "takes a millisatoshi less than was asked for") { $0 >= $1 || $0 + 1 == $1 },
    ]

    private static func total(
        _ name: String,
        _ does: String,
        _ isEnough: @escaping @Sendable (UInt64, UInt64) -> Bool
    ) -> LazyReader {
        let total = ReasonClass.semantic("total_amount_msat")
        let others = PaymentReaderChecks.all.filter { $0.reason != total }
        let check = Check<PaymentReaderInput>("ASY-R2", total) { input in
            guard let expected = input.request?.expected_msat, let paid = input.payload.total_amount_msat else {
                return .meets
            }
            return .require(isEnough(paid, expected), "too little is paid")
        }
        return replacing(name, does, payloadValidate(others + [check]))
    }

    private static let paid: [LazyReader] = [
        paid("lazy-paid-more-than-the-price", "wants more than the price of what was asked for") { $2 > $0 &* $1 },
        paid("lazy-paid-one-less", "takes a millisatoshi less than the price of what was asked for") {
            $2 >= $0 &* $1 || $2 + 1 == $0 &* $1
        },
        paid("lazy-paid-for-one", "forgets the quantity of what is paid") { price, _, total in total >= price },
        paid("lazy-paid-in-32-bits", "multiplies price and quantity of what is paid in 32 bits") {
            $2 >= ($0 &* $1) & 0xffff_ffff
        },
        paid("lazy-paid-as-double", "compares what is paid and its price as doubles") {
            Double($2) >= Double($0) * Double($1)
        },
        paid("lazy-paid-product-wraps", "multiplies price and quantity of what is paid in 64 bits that wrap") {
            $2 >= $0 &* $1
        },
        replacing(
            "lazy-paid-the-price-alone",
            "takes the price for what was promised above it",
            payloadValidate(PaymentReaderChecks.all.filter { $0.reason != .semantic("total_amount_msat") })
        ),
        paid("lazy-paid-without-currency", "takes a price in another currency for millisatoshi", ["USD"]) {
            $2 >= $0 &* $1
        },
    ]

    /// - isEnough: of price, quantity and what is paid, where the request states no amount.
    private static func paid(
        _ name: String,
        _ does: String,
        _ currencies: Set<String> = [],
        _ isEnough: @escaping @Sendable (UInt64, UInt64, UInt64) -> Bool
    ) -> LazyReader {
        let total = ReasonClass.semantic("total_amount_msat")
        let others = PaymentReaderChecks.all.filter { $0.reason != total }
        let check = Check<PaymentReaderInput>("ASY-R2", total) { input in
            guard let request = input.request, request.invreq_amount == nil, let price = request.offer_amount,
                let paid = input.payload.total_amount_msat, request.offer_currency.map(currencies.contains) ?? true
            else {
                return .meets
            }
            return .require(isEnough(price, request.invreq_quantity ?? 1, paid), "too little is paid")
        }
        return replacing(name, does, payloadValidate(others + [check]))
    }

    // MARK: The invoice at hand

    private static let stored: [LazyReader] = [
        replacing(
            "lazy-stored-sum-wraps",
            "adds created_at and the life of the invoice at hand in 64 bits that wrap",
            invoiceRequestValidateFor(
                InvoiceRequestReaderChecks.all + [
                    Check<InvoiceRequestReaderInput>("B12-IRQ-2", .expired) { input in
                        guard let created = input.invoice.invoice_created_at else { return .meets }
                        let life =
                            input.invoice.invoice_relative_expiry
                            ?? input.profile.static_invoice.default_relative_expiry
                        return .require(input.now <= created &+ life, "the invoice is over")
                    }
                ]
            )
        )
    ]

    private static let caps: [LazyReader] = [
        .comparing("lazy-cap-excluded", "rejects 21 million bitcoin") { operation in
            Operation(operation.name) { profile, input, validation in
                let out = try operation.body(profile, input, &validation)
                let stream = (try? input.member("bytes").hex()).flatMap { try? TLVSchema.invoice_request.decode($0) }
                let amounts = [UInt64(8), 82].compactMap { type -> UInt64? in
                    if case .integer(let amount)? = stream?[type] { return amount }
                    return nil
                }
                if amounts.contains(Amount.maxMillisatoshi) {
                    try validation.report(Finding("B1-T-5", .range, "the amount is as much as there is"))
                }
                return out
            }
        }
    ]

    private static func replacing(_ name: String, _ does: String, _ operation: Operation) -> LazyReader {
        .comparing(name, does) { $0.name == operation.name ? operation : $0 }
    }
}

import InvoiceServer
import Lightning
import Primitives
import Reference
import Rules
import SaltSecret
import Synchronization
import Wire

/// A party around a right one, which changes what that is told or what it does.
struct AroundParty: Party {
    typealias Fault = @Sendable (PartyEvent, UInt64, inout any Party) -> [PartyEffect]

    var party: any Party
    let fault: Fault

    var relayRecords: Set<UInt64> { party.relayRecords }

    mutating func handle(_ event: PartyEvent, at now: UInt64) -> [PartyEffect] { fault(event, now, &party) }
}

/// Something that a wrong variant keeps in mind; a variant that is made anew with each start forgets it.
final class Memory<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) { self.value = Mutex(value) }

    func change<Result: Sendable>(_ body: (inout Value) -> Result) -> Result { value.withLock { body(&$0) } }
}

/// Wrong variants of the three roles of the scheme of salt and secret, by the names that `kills` gives them.
enum SaltVariants {
    typealias Factory = PartyRegistry.Factory

    /// A new factory for each run, so that what variants keep in mind does not outlive it.
    static let all: [String: @Sendable () -> Factory] = counterparties.merging(receivers) { one, _ in one }
        .merging(payers) { one, _ in one }

    static func around(
        _ make: @escaping @Sendable (PartyConfiguration) -> any Party,
        _ fault: @escaping @Sendable () -> AroundParty.Fault
    ) -> @Sendable () -> Factory {
        { { AroundParty(party: make($0), fault: fault()) } }
    }
}

// MARK: Counterparty

extension SaltVariants {
    private static func counterparty(
        _ change: @escaping @Sendable (inout Counterparty) -> Void
    ) -> @Sendable () -> Factory {
        {
            { configuration in
                var party = Counterparty(configuration)
                change(&party)
                return party
            }
        }
    }

    private static func around(_ fault: @escaping @Sendable () -> AroundParty.Fault) -> @Sendable () -> Factory {
        around({ Counterparty($0) }, fault)
    }

    private static let fixedSalt = [UInt8](repeating: 7, count: 16)

    static let counterparties: [String: @Sendable () -> Factory] = [
        "SALT-1/constant": counterparty { $0.choices.salt = { _ in fixedSalt } },
        "SALT-1/eight-bytes": counterparty {
            $0.choices.salt = { $0.bytes(8) }
            $0.choices.mask = { masking, secret, salt in
                Result { () throws(Finding) in
                    try masking.mask(secret, with: salt + [UInt8](repeating: 0, count: 16 - salt.count))
                        .encrypted_counterparty_secret
                }
            }
        },
        "SALT-1/counter-begins-anew": counterparty {
            let counter = Memory(UInt8(0))
            $0.choices.salt = { _ in
                counter.change { number in
                    number += 1
                    return [UInt8](repeating: number, count: 16)
                }
            }
        },
        "SALT-3/salt-ignored": counterparty {
            let mask = $0.choices.mask
            $0.choices.mask = { masking, secret, _ in mask(masking, secret, fixedSalt) }
        },
        "SALT-3/random-masked-secret": counterparty {
            let given = Memory<[[UInt8]: [UInt8]]>([:])
            $0.choices.mask = { _, _, salt in
                given.change { given in
                    let masked = given[salt] ?? Array(Hash.sha256(salt).bytes.prefix(16))
                    given[salt] = masked
                    return .success(masked)
                }
            }
        },
        "SALT-4/secret-per-start": {
            let starts = Memory(0)
            return { configuration in
                let count = starts.change { starts in
                    starts += 1
                    return starts
                }
                var configuration = configuration
                if count > 1 { configuration.limits.salt.counterparty_secret?[0] ^= UInt8(count) }
                return Counterparty(configuration)
            }
        },
        "SALT-4/secret-in-an-event": telling { $0 },
        "SALT-4/backwards-in-an-event": telling { $0.reversed() },
        "SALT-8/in-memory-only": {
            { configuration in
                var configuration = configuration
                configuration.store = [:]
                return Counterparty(configuration)
            }
        },
        "SALT-8/one-invoice-for-all": counterparty { $0.choices.place = { _ in fixedSalt } },
        "SALT-8/one-for-each-receiver": {
            { configuration in
                let places = Memory<[[UInt8]: [UInt8]]>([:])
                var party = Counterparty(configuration)
                party.choices.place = { salt in places.change { $0[salt] ?? salt } }
                return AroundParty(party: party) { event, now, party in
                    let effects = party.handle(event, at: now)
                    if case .command(.salt(.grant(let receiver))) = event,
                        case .answer(.salt(.grant(let salt, _)))? = effects.first
                    {
                        places.change { $0[salt] = Array(Hash.sha256(Array(receiver.utf8)).bytes.prefix(16)) }
                    }
                    return effects
                }
            }
        },
        "SALT-8/first-one-stays": around {
            let seen = Memory<Set<[UInt8]>>([])
            return { event, now, party in
                if case .command(.salt(.putInvoice(let salt, _))) = event,
                    !seen.change({ $0.insert(salt).inserted })
                {
                    return []
                }
                return party.handle(event, at: now)
            }
        },
        "SALT-8/believes-before-it-is-written": around {
            { event, now, party in
                let effects = party.handle(event, at: now)
                for case .put(let put) in effects { _ = party.handle(.stored(put: put.put, .ok), at: now) }
                return effects
            }
        },
        "SALT-16/stock-node": { { StockCounterparty(party: Counterparty($0)) } },
        "SALT-16/any-salt-that-opens": around {
            let salts = Memory<[[UInt8]]>([])
            return { event, now, party in
                if case .command(.salt(.putInvoice(let salt, _))) = event { salts.change { $0.append(salt) } }
                guard case .passing(let message) = event, message.onionmsg_tlv[4343] == nil,
                    message.onionmsg_tlv[4141] != nil
                else { return party.handle(event, at: now) }
                return salts.change { $0 }.flatMap { party.handle(.passing(message.with(salt: $0)), at: now) }
            }
        },
        "SALT-16/salt-by-prefix": around {
            let salts = Memory<[[UInt8]]>([])
            return { event, now, party in
                if case .command(.salt(.putInvoice(let salt, _))) = event { salts.change { $0.append(salt) } }
                guard case .passing(let message) = event, let given = message.onionmsg_tlv[4343],
                    let salt = salts.change({ $0.first { $0.starts(with: given) || given.starts(with: $0) } })
                else { return party.handle(event, at: now) }
                return party.handle(.passing(message.with(salt: salt)), at: now)
            }
        },
        "SALT-18/tag-not-checked": counterparty {
            $0.choices.open = { _, sealed, masked in
                let key = Hash.hmac(key: Array("rho".utf8), masked)
                let plaintext = try? ChaCha20.xor(sealed.dropLast(16), key: key, nonce: ChaCha20.zeroNonce, counter: 1)
                return .success(plaintext ?? [])
            }
        },
        "SALT-18/any-grant-opens": counterparty {
            let masked = Memory<[[UInt8]]>([])
            let mask = $0.choices.mask
            let open = $0.choices.open
            $0.choices.mask = { masking, secret, salt in
                let result = mask(masking, secret, salt)
                if case .success(let bytes) = result { masked.change { $0.append(bytes) } }
                return result
            }
            $0.choices.open = { sealing, sealed, own in
                let results = masked.change { $0 }.map { open(sealing, sealed, $0) }
                return results.first { (try? $0.get()) != nil } ?? open(sealing, sealed, own)
            }
        },
        "SALT-18/database-of-masked-secrets": around {
            let granted = Memory<Set<[UInt8]>>([])
            return { event, now, party in
                if case .passing(let message) = event, let salt = message.onionmsg_tlv[4343],
                    !granted.change({ $0.contains(Array(salt)) })
                {
                    return [.passOn(message)]
                }
                let effects = party.handle(event, at: now)
                for case .answer(.salt(.grant(let salt, _))) in effects { granted.change { _ = $0.insert(salt) } }
                return effects
            }
        },
        "SALT-19/altered-invoice": around {
            { event, now, party in
                party.handle(event, at: now).map { effect in
                    guard case .send(var message) = effect else { return effect }
                    message.content = TLVRecord(type: 66, value: message.content.value.dropLast() + [0])
                    return .send(message)
                }
            }
        },
        "SALT-19/empty-invoice": counterparty { $0.checks.invoice = [] },
        "SALT-19/silent-when-online": counterparty { $0.choices.whenOnline = { _ in [] } },
        "OM-R13/scheme-only": around {
            { event, now, party in
                if case .passing(let message) = event, message.onionmsg_tlv[4343] == nil { return [] }
                return party.handle(event, at: now)
            }
        },
    ]

    /// With each answer an event in which the secret stands.
    private static func telling(_ form: @escaping @Sendable ([UInt8]) -> [UInt8]) -> @Sendable () -> Factory {
        {
            { configuration in
                let secret = configuration.limits.salt.counterparty_secret ?? []
                return AroundParty(party: Counterparty(configuration)) { event, now, party in
                    let effects = party.handle(event, at: now)
                    let isAnswer = effects.contains { if case .send = $0 { true } else { false } }
                    return effects + (isAnswer ? [.wake(client: Hex.encode(form(secret)))] : [])
                }
            }
        }
    }
}

/// It knows the scheme and never sees anything of it, for the node around it is a stock one.
private struct StockCounterparty: Party {
    var party: Counterparty

    mutating func handle(_ event: PartyEvent, at now: UInt64) -> [PartyEffect] { party.handle(event, at: now) }
}

extension PassingMessage {
    fileprivate func with(salt: [UInt8]) -> PassingMessage {
        let others = onionmsg_tlv.records.filter { $0.type != 4343 }
        let stream = TLVStream(sorting: others + [TLVRecord(type: 4343, value: salt)])
        return PassingMessage(onionmsg_tlv: stream, next: next, message: message)
    }
}

// MARK: Receiver

extension SaltVariants {
    private static func receiver(_ change: @escaping @Sendable (inout Receiver) -> Void) -> @Sendable () -> Factory {
        {
            { configuration in
                var party = Receiver(configuration)
                change(&party)
                return party
            }
        }
    }

    static let receivers: [String: @Sendable () -> Factory] = [
        "SALT-5/salt-alone": receiver {
            $0.choices.offerRecords = { grant in
                SaltOfferRecords.records(grant).filter { $0.type == SaltOfferRecords.unique_salt }
            }
        },
        "SALT-5/values-swapped": receiver {
            $0.choices.offerRecords = { grant in
                [
                    TLVRecord(type: SaltOfferRecords.unique_salt, value: grant.encrypted_counterparty_secret),
                    TLVRecord(type: SaltOfferRecords.encrypted_counterparty_secret, value: grant.unique_salt),
                ]
            }
        },
        "SALT-5/values-of-the-first-grant": receiver {
            let first = Memory<Grant?>(nil)
            $0.choices.offerRecords = { grant in
                first.change { first in
                    let used = first ?? grant
                    first = used
                    return SaltOfferRecords.records(used)
                }
            }
        },
        "SALT-6/not-through-the-counterparty": receiver { $0.choices.hopsBefore = { _ in [] } },
        "SALT-7/payment-hash": receiver {
            $0.choices.invoiceRecords = { $0 + [TLVRecord(type: 168, value: [UInt8](repeating: 1, count: 32))] }
        },
        "SALT-7/node-key": receiver { $0.choices.signer = { _, node in node } },
    ]
}

// MARK: Payer

extension SaltVariants {
    private static func payer(_ change: @escaping @Sendable (inout Payer) -> Void) -> @Sendable () -> Factory {
        {
            { configuration in
                var party = Payer(configuration)
                change(&party)
                return party
            }
        }
    }

    private static func records(
        _ change: @escaping @Sendable (TLVRecord) -> TLVRecord?
    ) -> @Sendable () -> Factory {
        payer { $0.choices.relayRecords = { $0.compactMap(change) } }
    }

    static let payers: [String: @Sendable () -> Factory] = [
        "SALT-9/records-all-the-same": {
            { configuration in
                var configuration = configuration
                configuration.limits.salt.unaware = false
                return Payer(configuration)
            }
        },
        "SALT-10/request-to-the-counterparty": payer {
            $0.choices.path = { paths in
                paths.first.map {
                    BlindedPath(introduction: $0.introduction, path_key: $0.path_key, hops: Array($0.hops.prefix(1)))
                }
            }
        },
        "SALT-11/plain-request": records { _ in nil },
        "SALT-11/one-record": records { $0.type == 4141 ? $0 : nil },
        "SALT-13/tag-missing": records {
            $0.type == 4141 ? TLVRecord(type: 4141, value: $0.value.dropLast(16)) : $0
        },
        "SALT-14/salt-hashed": records {
            $0.type == 4343 ? TLVRecord(type: 4343, value: Hash.sha256($0.value).bytes.prefix(16)) : $0
        },
        "SALT-20/signature-not-checked": payer { $0.checks.invoice = $0.checks.invoice.without("SALT-20") },
        "SALT-20/key-of-the-invoice": payer {
            let ownKey = Check<KeysendInvoiceOfOffer>("SALT-20", .signature) { subject in
                let records = subject.invoice.records
                guard let key = records.invoice_node_id, let signature = records.signature else {
                    return .fails("no key")
                }
                let isSigned = Bolt12Signature.verify(
                    signature,
                    records.decoded.stream,
                    messagename: "invoice",
                    by: key
                )
                return .require(isSigned, "the signature is not that of invoice_node_id")
            }
            $0.checks.invoice = [ownKey] + $0.checks.invoice.without("SALT-20")
        },
        "SALT-20/any-offer": payer {
            $0.checks.invoice = KeysendInvoiceChecks.ofReader + [KeysendInvoiceChecks.withoutPaymentHash]
        },
        "SALT-21/pays-with-a-hash": payer {
            $0.checks.invoice = KeysendInvoiceChecks.ofReader + [KeysendInvoiceChecks.offerMirrored]
        },
        "SALT-21/no-preimage": payer {
            $0.choices.payload = { payment, path in
                let stream = try? TLVStream.read(payment.payload(over: path)[...], known: .unspecified)
                let records = (stream?.records ?? []).filter { $0.type != KeysendPayment.preimageType }
                return TLVStream(sorting: records).bytes
            }
        },
        "SALT-21/preimage-used-again": payer { $0.choices.preimage = { _ in [UInt8](repeating: 5, count: 32) } },
    ]
}

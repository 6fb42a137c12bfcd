internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import SaltSecret
internal import Wire

/// How a counterparty makes grants, keeps invoices and answers requests: SALT-1 to SALT-4, SALT-8, SALT-16 to SALT-19.
extension MutantRegistry {
    static let saltCounterparty: [Mutant] = [
        Mutant("SALT-1/constant", .counterparty { $0.policy.salt = { _ in fixedSalt } }),
        Mutant(
            "SALT-1/eight-bytes",
            .counterparty {
                $0.policy.salt = { $0.bytes(8) }
                $0.policy.mask = { masking, secret, salt in
                    Result { () throws(Finding) in
                        try masking.mask(secret, with: salt + [UInt8](repeating: 0, count: 16 - salt.count))
                            .encrypted_counterparty_secret
                    }
                }
            }
        ),
        Mutant(
            "SALT-1/counter-begins-anew",
            .counterparty {
                let counter = MutantMemory(UInt8(0))
                $0.policy.salt = { _ in
                    counter.change { number in
                        number += 1
                        return [UInt8](repeating: number, count: 16)
                    }
                }
            }
        ),
        Mutant(
            "SALT-3/salt-ignored",
            .counterparty {
                let mask = $0.policy.mask
                $0.policy.mask = { masking, secret, _ in mask(masking, secret, fixedSalt) }
            }
        ),
        Mutant(
            "SALT-3/random-masked-secret",
            .counterparty {
                let given = MutantMemory<[[UInt8]: [UInt8]]>([:])
                $0.policy.mask = { _, _, salt in
                    given.change { given in
                        let masked = given[salt] ?? Array(Hash.sha256(salt).bytes.prefix(16))
                        given[salt] = masked
                        return .success(masked)
                    }
                }
            }
        ),
        Mutant(name: "SALT-8/any-invoice", role: MutantBase.counterparty.role) { configuration in
            let salts = MutantMemory<[[UInt8]]>([])
            var party = Counterparty(configuration)
            party.policy.place = { salt in
                salts.change { $0.contains(salt) ? salt : $0.last ?? salt }
            }
            return MutantParty(party, configuration) { event, party in
                if case .command(.salt(.putInvoice(let salt, _))) = event { salts.change { $0.append(salt) } }
                return party.take(event)
            }
        },
        Mutant("SALT-8/one-invoice-for-all", .counterparty { $0.policy.place = { _ in fixedSalt } }),
        // Without a secret from outside it makes one for each start, and does not store it.
        Mutant(
            "SALT-4/own-secret-per-start",
            MutantBase.counterparty.configured { configuration in
                guard configuration.limits.salt.counterparty_secret == nil else { return }
                let size = SaltReadings(configuration.limits.salt).masking.secretSize
                configuration.limits.salt.counterparty_secret = configuration.randomness.bytes(size)
            }
        ),
        // The reply path that a salt's first request had is used for all later ones.
        Mutant(
            "SALT-19/reply-path-from-a-cache",
            .counterparty {
                let cached = MutantMemory<[[UInt8]: [UInt8]]>([:])
                let open = $0.policy.open
                $0.policy.open = { sealing, sealed, masked in
                    let path = open(sealing, sealed, masked)
                    guard case .success(let plaintext) = path else { return path }
                    return .success(
                        cached.change { cached in
                            cached[masked] = cached[masked] ?? plaintext
                            return cached[masked] ?? plaintext
                        }
                    )
                }
            }
        ),
        around("SALT-8/first-one-stays") {
            let seen = MutantMemory<Set<[UInt8]>>([])
            return { event, party in
                if case .command(.salt(.putInvoice(let salt, _))) = event,
                    !seen.change({ $0.insert(salt).inserted })
                {
                    return []
                }
                return party.take(event)
            }
        },
        around("SALT-8/believes-before-it-is-written") {
            { event, party in
                let effects = party.take(event)
                for case .put(let put) in effects { _ = party.take(.stored(put: put.put, .ok)) }
                return effects
            }
        },
        around("SALT-16/any-salt-that-opens") {
            let salts = MutantMemory<[[UInt8]]>([])
            return { event, party in
                if case .command(.salt(.putInvoice(let salt, _))) = event { salts.change { $0.append(salt) } }
                guard case .forwarding(let message) = event, message.onionmsg_tlv[4343] == nil,
                    message.onionmsg_tlv[4141] != nil
                else { return party.take(event) }
                return salts.change { $0 }.flatMap { party.take(.forwarding(message.with(salt: $0))) }
            }
        },
        around("SALT-16/salt-by-prefix") {
            let salts = MutantMemory<[[UInt8]]>([])
            return { event, party in
                if case .command(.salt(.putInvoice(let salt, _))) = event { salts.change { $0.append(salt) } }
                guard case .forwarding(let message) = event, let given = message.onionmsg_tlv[4343],
                    let salt = salts.change({ $0.first { $0.starts(with: given) || given.starts(with: $0) } })
                else { return party.take(event) }
                return party.take(.forwarding(message.with(salt: salt)))
            }
        },
        Mutant(
            "SALT-18/tag-not-checked",
            .counterparty {
                $0.policy.open = { _, sealed, masked in
                    let key = Hash.hmac(key: Array("rho".utf8), masked)
                    let plaintext = try? ChaCha20.xor(
                        sealed.dropLast(16),
                        key: key,
                        nonce: ChaCha20.zeroNonce,
                        counter: 1
                    )
                    return .success(plaintext ?? [])
                }
            }
        ),
        Mutant(
            "SALT-18/any-grant-opens",
            .counterparty {
                let masked = MutantMemory<[[UInt8]]>([])
                let mask = $0.policy.mask
                let open = $0.policy.open
                $0.policy.mask = { masking, secret, salt in
                    let result = mask(masking, secret, salt)
                    if case .success(let bytes) = result { masked.change { $0.append(bytes) } }
                    return result
                }
                $0.policy.open = { sealing, sealed, own in
                    let results = masked.change { $0 }.map { open(sealing, sealed, $0) }
                    return results.first { (try? $0.get()) != nil } ?? open(sealing, sealed, own)
                }
            }
        ),
        around("SALT-18/database-of-masked-secrets") {
            let granted = MutantMemory<Set<[UInt8]>>([])
            return { event, party in
                if case .forwarding(let message) = event, let salt = message.onionmsg_tlv[4343],
                    !granted.change({ $0.contains(Array(salt)) })
                {
                    return [.forward(message)]
                }
                let effects = party.take(event)
                for case .answer(.salt(.grant(let salt, _))) in effects { granted.change { _ = $0.insert(salt) } }
                return effects
            }
        },
        around("SALT-19/altered-invoice") {
            { event, party in
                party.take(event).map { effect in
                    guard case .send(var message) = effect else { return effect }
                    message.content = TLVRecord(type: 66, value: message.content.value.dropLast() + [0])
                    return .send(message)
                }
            }
        },
        Mutant("SALT-19/empty-invoice", .counterparty { $0.checks.invoice = [] }),
        Mutant("SALT-19/silent-when-online", .counterparty { $0.policy.whenOnline = { _ in [] } }),
        around("OM-R13/scheme-only") {
            { event, party in
                if case .forwarding(let message) = event, message.onionmsg_tlv[4343] == nil { return [] }
                return party.take(event)
            }
        },
        Mutant(
            "SALT-4/secret-per-start",
            MutantBase.counterparty.configured { configuration in
                if !configuration.store.isEmpty { configuration.limits.salt.counterparty_secret?[0] ^= 1 }
            }
        ),
        telling("SALT-4/secret-in-a-refusal") { $0 },
        telling("SALT-4/backwards-in-a-refusal") { $0.reversed() },
        Mutant("SALT-8/in-memory-only", MutantBase.counterparty.configured { $0.store = [:] }),
        Mutant(name: "SALT-8/one-for-each-receiver", role: MutantBase.counterparty.role) { configuration in
            let places = MutantMemory<[[UInt8]: [UInt8]]>([:])
            var party = Counterparty(configuration)
            party.policy.place = { salt in places.change { $0[salt] ?? salt } }
            return MutantParty(party, configuration) { event, party in
                let effects = party.take(event)
                if case .command(.salt(.grant(let receiver))) = event,
                    case .answer(.salt(.grant(let salt, _)))? = effects.first
                {
                    places.change { $0[salt] = Array(Hash.sha256(Array(receiver.utf8)).bytes.prefix(16)) }
                }
                return effects
            }
        },
        Mutant(name: "SALT-16/stock-node", role: MutantBase.counterparty.role) { StockCounterparty(Counterparty($0)) },
    ]

    private static let fixedSalt = [UInt8](repeating: 7, count: 16)

    /// - `fault`: made anew with each start.
    private static func around(
        _ name: String,
        _ fault: @escaping @Sendable () -> MutantParty.Mutation
    ) -> Mutant {
        Mutant(name: name, role: MutantBase.counterparty.role) { MutantParty(Counterparty($0), $0, fault()) }
    }

    /// With each rejection an event in which the secret stands.
    private static func telling(_ name: String, _ form: @escaping @Sendable ([UInt8]) -> [UInt8]) -> Mutant {
        Mutant(name: name, role: MutantBase.counterparty.role) { configuration in
            let secret = configuration.limits.salt.counterparty_secret ?? []
            return MutantParty(Counterparty(configuration), configuration) { event, party in
                let effects = party.take(event)
                let isRejection = effects.contains { if case .ignored = $0 { true } else { false } }
                return effects + (isRejection ? [.wake(client: Hex.encode(form(secret)))] : [])
            }
        }
    }
}

/// It knows the scheme and never sees anything of it, for the node around it is a stock one.
private struct StockCounterparty: Party {
    private var party: Counterparty

    init(_ party: Counterparty) { self.party = party }

    mutating func handle(_ event: PartyEvent, at now: UInt64) -> [PartyEffect] { party.handle(event, at: now) }
}

extension ForwardedOnionMessage {
    fileprivate func with(salt: [UInt8]) -> ForwardedOnionMessage {
        let others = onionmsg_tlv.records.filter { $0.type != SaltRequest.saltType }
        let stream = TLVStream(sorting: others + [TLVRecord(type: SaltRequest.saltType, value: salt)])
        return ForwardedOnionMessage(onionmsg_tlv: stream, next: next, message: message)
    }
}

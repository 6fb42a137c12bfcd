package import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import Wire

/// The always-online channel counterparty: it hands out a receiver's invoice to payers whose requests it is to pass on.
///
/// It remembers the invoices, each under its salt, and its one secret. What it granted it does not remember: the salt in a
/// message is enough to work the masked secret out again (SALT-18).
package struct Counterparty: Party {
    package var checks = CounterpartyChecks()
    package var policy = CounterpartyPolicy()

    private let readings: SaltReadings
    private let counterparty_secret: [UInt8]
    private var randomness: any RandomSource
    private var isReceiverOnline = false
    /// By `unique_salt`.
    private var invoices: [[UInt8]: [UInt8]] = [:]
    /// Invoices on their way into the store.
    private var writes = OpenWrites<(unique_salt: [UInt8], invoice: [UInt8])>()

    package init(_ configuration: PartyConfiguration) {
        let saltConfiguration = configuration.limits.salt
        readings = SaltReadings(saltConfiguration)
        counterparty_secret =
            saltConfiguration.counterparty_secret
            ?? Self.secret(of: configuration.node_key, readings.masking.secretSize)
        randomness = configuration.randomness
        for (key, value) in configuration.store {
            if let unique_salt = Self.salt(storeKey: key) { invoices[unique_salt] = value }
        }
    }

    /// "a static `counterparty_secret`" (SALT-4): derived, so that it is there again after every start.
    private static func secret(of node_key: SecretKey, _ size: Int) -> [UInt8] {
        Array(Hash.hmac(key: node_key.bytes.bytes, Array("blip66 counterparty secret".utf8)).bytes.prefix(size))
    }

    /// It knows the scheme, and takes what a stock node drops (C-55).
    package var relayRecords: Set<UInt64> { SaltRequest.relayRecordTypes }

    package mutating func handle(_ event: PartyEvent, at now: UInt64) -> [PartyEffect] {
        do throws(Finding) {
            switch event {
            case .forwarding(let message):
                return pass(message)
            case .stored(let put, let result):
                finish(put, result)
                return []
            case .command(.salt(.grant)):
                return [.answer(.salt(try grant()))]
            case .command(.salt(.putInvoice(let unique_salt, let invoice))):
                return try keep(invoice, under: unique_salt)
            case .command(.salt(.setOnline(let isOnline))):
                isReceiverOnline = isOnline
                return []
            case .message(let message):
                throw Finding(
                    "SALT-16",
                    "onion.payload",
                    "record \(message.content.type) is not a message for a counterparty"
                )
            default:
                return []
            }
        } catch {
            return [.ignored(error)]
        }
    }

    // MARK: Grants

    /// "Counterparty sends receiver a 16-byte `unique_salt` and 16-byte `encrypted_counterparty_secret`" (SALT-1, SALT-2).
    private mutating func grant() throws(Finding) -> SaltAnswer {
        let unique_salt = policy.salt(&randomness)
        let masked = try policy.mask(readings.masking, counterparty_secret, unique_salt).get()
        return .grant(unique_salt: unique_salt, encrypted_counterparty_secret: masked)
    }

    // MARK: Invoices

    /// "The counterparty stores this invoice, keyed by `unique_salt`" (SALT-8).
    private mutating func keep(_ invoice: [UInt8], under unique_salt: [UInt8]) throws(Finding) -> [PartyEffect] {
        try checkSaltSize(unique_salt)
        let put = writes.begin((policy.place(unique_salt), invoice))
        let record = StorePut.Record(key: Self.storeKey(policy.place(unique_salt)), value: invoice)
        return [.put(StorePut(put: put, records: [record]))]
    }

    /// What was not stored is not there; what was there before is served on.
    private mutating func finish(_ put: UInt64, _ result: StoreResult) {
        guard let write = writes.end(put), result == .ok else { return }
        invoices[write.unique_salt] = write.invoice
    }

    private static let storePrefix = "salt/"

    private static func storeKey(_ unique_salt: [UInt8]) -> String { storePrefix + Hex.encode(unique_salt) }

    private static func salt(storeKey key: String) -> [UInt8]? {
        guard key.hasPrefix(storePrefix) else { return nil }
        return try? Hex.decode(String(key.dropFirst(storePrefix.count)))
    }

    // MARK: Requests

    /// "Counterparty receives a forwardable onion message with a payload containing the encrypted reply path and
    /// `unique_salt`" (SALT-16).
    private func pass(_ message: ForwardedOnionMessage) -> [PartyEffect] {
        let request = ForwardedSaltRequest(message, invoices: invoices, policy.place)
        guard request.isOfScheme else { return [.forward(message)] }
        if let finding = checks.form.firstFinding(request) { return [.ignored(finding)] }
        // "If the receiver happens to be online at the time, counterparty can forward the invoice request" (SALT-17, C-60).
        if isReceiverOnline { return policy.whenOnline(message) }
        do throws(Finding) {
            return [try answer(request)]
        } catch {
            // What it cannot serve it passes on, as any node of the path that knows the scheme (C-58).
            return [.ignored(error), .forward(message)]
        }
    }

    /// "rederives `encrypted_counterparty_secret` using `unique_salt` and decrypts the reply path", "uses `unique_salt` to fetch
    /// the invoice and sends it to the payer via the newly decrypted reply path" (SALT-18, SALT-19).
    private func answer(_ request: ForwardedSaltRequest) throws(Finding) -> PartyEffect {
        let masked = try policy.mask(readings.masking, counterparty_secret, request.unique_salt).get()
        let plaintext = try policy.open(readings.sealing, request.sealed_reply_path, masked).get()
        var validation = Validation(.strict)
        let reply_path = try ReplyPath.decode(plaintext, &validation)
        try validation.apply(checks.invoice, to: request)
        let content = TLVRecord(type: KeysendInvoice.invoiceType, value: request.invoice ?? [])
        return .send(SentMessage(content, over: reply_path))
    }
}

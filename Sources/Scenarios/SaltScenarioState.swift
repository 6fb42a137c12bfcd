internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import SaltSecret
internal import StrictJSON

/// What the runner keeps in mind in a scenario of the scheme of salt and secret.
struct SaltScenarioState: Sendable {
    let readings: SaltReadings
    /// Nobody on the way to the offers of the party knows the scheme, nor does the party.
    let isUnaware: Bool
    /// The party is one of the scheme's.
    let isSaltRole: Bool
    /// The party has not been told which secret to have.
    let hasOwnSecret: Bool
    /// Salts that the counterparty under test has granted (SALT-1).
    var salts: Set<[UInt8]> = []
    /// Offers of the actors, by the encodings of their paths.
    var offers: [[UInt8]: Offer] = [:]
    /// Messages that the party was asked to pass on, as they should go on.
    var forwarding: Set<OnionMessage> = []
    /// Sealed reply paths with what is in them, by the masked secret, to see what they share (SALT-SEC-1).
    var sealed: [[UInt8]: [(sealed: [UInt8], plaintext: [UInt8])]] = [:]
    /// Preimages of payments so far (SALT-21).
    var preimages: Set<[UInt8]> = []
    /// Invoices of the actors as static invoices, by their bytes as invoices (C-61).
    var staticForms: [[UInt8]: [UInt8]] = [:]
    /// The last `invoice` message to a payer.
    var lastInvoice: SendStep?
    /// Actors who dropped a message of the party.
    var dropped: [String] = []

    init(_ scenario: Scenario, role: String) {
        var saltConfiguration = SaltConfiguration()
        saltConfiguration.masking = scenario.limits["masking"]?.string
        saltConfiguration.sealing = scenario.limits["sealing"]?.string
        readings = SaltReadings(saltConfiguration)
        isUnaware = scenario.limits["unaware"] == .bool(true)
        isSaltRole = role.hasPrefix("salt-")
        hasOwnSecret = scenario.own_secret
    }

    /// The `counterparty_secret` of a node, the implementation under test's too: it is told which to have.
    func secret(of name: String) -> [UInt8] {
        var keys = SeededRandomness(seed: "scenario actor \(name) masks")
        return Array(keys.next32().bytes.prefix(readings.masking.secretSize))
    }

    /// What the party is told of the scheme in `init`.
    func limits(role: String) -> JSONObject {
        guard isSaltRole else { return [:] }
        var limits: JSONObject = [
            "masking": .string(readings.masking.rawValue), "sealing": .string(readings.sealing.rawValue),
        ]
        if role == "salt-counterparty", !hasOwnSecret {
            limits["counterparty_secret"] = .hex(secret(of: ScenarioActor.underTest))
        }
        return limits
    }

    /// Bytes that must stand in no output: the secret, backwards too, and its halves (SALT-4).
    var forbidden: [[UInt8]] {
        guard !hasOwnSecret else { return [] }
        let secret = secret(of: ScenarioActor.underTest)
        let half = secret.count / 2
        return [secret, secret.reversed(), Array(secret.prefix(half)), Array(secret.suffix(half))]
    }
}

/// A grant, and whose it is.
struct NamedGrant: Sendable {
    let by: String
    let grant: SaltGrant
}

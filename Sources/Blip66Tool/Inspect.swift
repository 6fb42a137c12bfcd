import ArgumentParser
internal import Catalogue
internal import Foundation
internal import Inspection
internal import Lightning
internal import Primitives
internal import Rules
internal import SaltSecret
internal import StrictJSON
internal import Wire

/// `blip66 inspect`: an object in people's words, and every rule that it keeps or breaks.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Decode an offer, an invoice request, a static invoice, a message, a path, an onion or another stream, and list the rules it violates.",
        discussion: """
            VALUE is hexadecimal, the text of an offer (lno1…) or of a request (lnr1…), the name of a file that \
            holds either, or - for standard input.

              blip66 inspect offer lno1…
              blip66 inspect static-invoice invoice.hex --profile ldk-0.2 --now 1780000000
              pbpaste | blip66 inspect static-invoice -
              blip66 inspect onion packet.hex --node-key 4242… --path-key 02ab…
              blip66 inspect path path.hex --node-key 4141… --node-key 4242…
              blip66 inspect message body.hex --message serve_static_invoice
              blip66 inspect payload payload.hex --payment-hash 3010… --height 700000 \\
                --amount-msat 1000000 --cltv-expiry 800000
              blip66 inspect salt payload.hex --sealing RA \\
                --encrypted-counterparty-secret ed39…

            The output lists each record with its type, name, meaning, value and position, then each check: ok, FAIL \
            with the reason, or -- with why it does not apply. The chain is the object's own unless --chain names \
            another; the time is now unless --now gives another.

            An onion is decrypted with the key of the node that received it and the path key that came with it. A \
            path is unblinded with the keys of its hops. A message is the body that stands in its onion message record, or \
            the records at the end of a BOLT 2 message. A payload is that of a payment's last hop, without the length before \
            it. The records of salt and secret stand in an offer or in a hop's payload. Other users of the machine can read a command line: use no \
            keys of real nodes.

            Exit status: 0 no rule is violated, 1 some rule is violated, 2 VALUE cannot be read.
            """
    )

    @Argument(help: "tlv, offer, invoice-request, static-invoice, path, onion, message, payload or salt.")
    var kind: Inspection.Kind

    @Argument(help: "Hexadecimal, lno1… or lnr1… text, a file's name, or - for standard input.")
    var value: String

    @Option(help: "For a static invoice: the offer that you want to pay, as text or hexadecimal.")
    var offer: String?

    @Option(help: "For a static invoice: the invoice request that you sent, in hexadecimal.")
    var invoiceRequest: String?

    @Option(help: "For an invoice request: the static invoice that the server holds, in hexadecimal.")
    var invoice: String?

    @Option(help: "For an invoice request: the index of the offer's path that it came over. Default: none of them.")
    var arrivedOver: UInt8?

    @Flag(help: "For an offer: apply the rules for offers that another node answers.")
    var async = false

    @Option(
        help:
            "For an onion: the secret key of the node that received it. For a path: that of a hop. Repeatable."
    )
    var nodeKey: [String] = []

    @Option(help: "For an onion: the path key that came with it.")
    var pathKey: String?

    @Option(help: "With --node-key, for LDK's tags: the key with which the node seals its own hops.")
    var receiveAuthKey: String?

    @Option(help: "For a message: its name, such as offer_paths or held_htlc_available.")
    var message: String?

    @OptionGroup var payment: PaymentOptions

    @Option(help: "For salt: how the reply path is sealed, RA, RB, RC or RD.")
    var sealing: String?

    @Option(help: "For salt: the offer's encrypted_counterparty_secret, which the reply path is sealed with.")
    var encryptedCounterpartySecret: String?

    @Option(help: "Seconds since 1970, for what expires. Default: the clock.")
    var now: UInt64?

    @Option(help: "The chain that the reader uses, 32 bytes in hexadecimal. Default: the object's own.")
    var chain: String?

    @Option(help: "The profile: its name, or a file with its table.")
    var profile = ProfileStore.defaultName

    func run() throws {
        let project = try ProjectFiles.locate()
        var store = try ProfileStore(folder: project.profiles)
        let (bytes, text) = try read(value)
        let profile = try store.profile(profile)
        let inspection = Inspection(
            kind,
            bytes: bytes,
            text: text,
            Inspection.Context(
                profile: profile,
                now: now ?? UInt64(max(0, Date().timeIntervalSince1970)),
                chain: try chain.map(readChain),
                more: try more(profile),
                keys: try keys()
            ),
            try RequirementCatalogue(specFolder: project.spec)
        )
        if let misunderstanding = inspection.misunderstanding {
            throw ValidationError("nothing could be checked: \(misunderstanding)")
        }
        print(inspection.text, terminator: "")
        if inspection.isRejected { throw ExitCode(1) }
    }

    private func keys() throws -> Inspection.Keys {
        if kind == .onion, nodeKey.count != (pathKey == nil ? 0 : 1) {
            throw ValidationError("To decrypt an onion, give one --node-key and the --path-key.")
        }
        let receive_auth_key = try receiveAuthKey.map { try key($0, "--receive-auth-key") { try Bytes32($0) } }
        return Inspection.Keys(
            nodes: try nodeKey.map { text in
                let node_key = try key(text, "--node-key") { try SecretKey($0) }
                return MessageNode(node_key: node_key, receive_auth_key: receive_auth_key)
            },
            path_key: try pathKey.map { try key($0, "--path-key") { try PublicKey($0) } },
            sealing: try sealingKey()
        )
    }

    private func sealingKey() throws -> (sealing: Sealing, encrypted_counterparty_secret: [UInt8])? {
        guard sealing != nil || encryptedCounterpartySecret != nil else { return nil }
        guard kind == .salt, let sealing, let encryptedCounterpartySecret else {
            throw ValidationError("--sealing and --encrypted-counterparty-secret go together, and with salt.")
        }
        guard let known = Sealing(rawValue: sealing) else {
            throw ValidationError("--sealing \(sealing): one of RA, RB, RC and RD is needed")
        }
        return (known, try key(encryptedCounterpartySecret, "--encrypted-counterparty-secret") { $0 })
    }

    private func key<Key>(_ text: String, _ option: String, _ read: ([UInt8]) throws -> Key) throws -> Key {
        do {
            return try read(Hex.decode(text.lowercased()))
        } catch let error as PrimitiveError {
            throw ValidationError("\(option): \(error.detail)")
        }
    }

    private func more(_ profile: Profile) throws -> [(String, JSON)] {
        var more: [(String, JSON)] = []
        if let offer { more.append(("offer", try readOffer(offer))) }
        if let invoiceRequest { more.append(("invoice_request", .hex(try read(invoiceRequest).bytes))) }
        if let invoice {
            more.append(("invoice", .hex(try read(invoice).bytes)))
            more.append(("arrived_over", arrivedOver.map { .integer(Int64($0)) } ?? .null))
        }
        if async { more.append(("async", true)) }
        if let name = try messageName(profile) { more.append(("message", .string(name))) }
        return more + (try payment.members(for: kind))
    }

    private func messageName(_ profile: Profile) throws -> String? {
        guard kind == .message else {
            if message == nil { return nil }
            throw ValidationError("--message goes with inspect message.")
        }
        let names = Inspection.messages(profile)
        guard let message, names.contains(message) else {
            let names = names.joined(separator: ", ")
            throw ValidationError("--message must say which: one of \(names)")
        }
        return message
    }

    /// A chain by its name or its hash.
    private func readChain(_ value: String) throws -> String {
        if let hash = Inspection.chainHash(named: value) { return hash }
        guard let bytes = try? Hex.decode(value.lowercased()), bytes.count == 32 else {
            throw ValidationError(
                "--chain takes 32 bytes in hexadecimal, or bitcoin, testnet3, testnet4, signet or regtest"
            )
        }
        return Hex.encode(bytes)
    }

    /// An offer beside the object, in any form that VALUE takes too.
    private func readOffer(_ value: String) throws -> JSON {
        let content = try content(value)
        if let bytes = hexadecimal(content) { return .hex(bytes) }
        do {
            return .hex(try OfferText.decode(prefix: Offer.prefix, content))
        } catch {
            throw ValidationError(
                "--offer is neither an offer's text nor hexadecimal nor a file's name: \(error.detail)"
            )
        }
    }

    private func hexadecimal(_ content: String) -> [UInt8]? {
        try? Hex.decode(content.filter { !$0.isWhitespace }.lowercased())
    }

    /// The bytes of a value, and its text where it was given as text.
    private func read(_ value: String) throws -> (bytes: [UInt8], text: String?) {
        let content = try content(value)
        if content.isEmpty { throw ValidationError("VALUE is empty") }
        if let bytes = hexadecimal(content) {
            try short(bytes.count)
            return (bytes, nil)
        }
        guard kind == .offer || kind == .invoiceRequest else {
            throw ValidationError(
                isFile(value)
                    ? "\(value) holds no hexadecimal"
                    : "VALUE is no hexadecimal, and no file has this name: \(value.prefix(60))"
            )
        }
        // A character holds five bits.
        try short(content.utf8.count / 8 * 5)
        let prefix = kind == .invoiceRequest ? InvoiceRequest.prefix : Offer.prefix
        do {
            return (try OfferText.decode(prefix: prefix, content), content)
        } catch {
            // A malformed offer's text is still worth inspecting: its faults are what the user wants to see.
            if kind == .offer, content.lowercased().hasPrefix("l") {
                return ((try? OfferText.decode(prefix: prefix, content) { _ in }) ?? [], content)
            }
            let what =
                isFile(value)
                ? "\(value) holds neither hexadecimal nor" : "VALUE is neither hexadecimal nor a file's name nor"
            throw ValidationError("\(what) \(prefix)1… text: \(error.detail)")
        }
    }

    /// Nothing that is sent on Lightning has more than 65,535 bytes.
    private static let mostBytes = 256 * 1024

    private func short(_ count: Int) throws {
        guard count <= Self.mostBytes else {
            throw ValidationError("VALUE has \(count) bytes; at most \(Self.mostBytes) are inspected")
        }
    }

    private func isFile(_ value: String) -> Bool { value == "-" || Files.exists(value) }

    private func content(_ value: String) throws -> String {
        guard isFile(value) else { return value.trimmed }
        // Hexadecimal on lines of any length; what is longer cannot be short enough.
        let limit = 4 * Self.mostBytes
        let bytes = value == "-" ? try Files.readStandardInput(limit: limit) : try Files.read(value, limit: limit)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw FileError(
                path: value == "-" ? "standard input" : value,
                "is not UTF-8 text; bytes are given in hexadecimal (xxd -p FILE | blip66 inspect … -)"
            )
        }
        return (text.hasPrefix("\u{FEFF}") ? String(text.unicodeScalars.dropFirst()) : text).trimmed
    }
}

extension Inspection.Kind: ExpressibleByArgument {}

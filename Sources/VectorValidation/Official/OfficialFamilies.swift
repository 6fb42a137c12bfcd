package import Catalogue
internal import Lightning
internal import Primitives
internal import Reference
package import Rules
internal import StrictJSON
package import VectorFormat
internal import Wire

/// The BOLTs' own vectors as families, made from the user's checkout at run time, so that they are put to adapters as ours are.
/// The answers are the files'. Of a rejected text the files do not say which rule it breaks: who is accused then is what the
/// reference finds.
package enum OfficialFamilies {
    /// The files whose cases are requests of the protocol. The other files that `OfficialSuite` covers are payments' onions with
    /// associated data, for which the protocol has no operation; `blip66 official` compares those in process.
    package static let files: [String] = readers.map(\.file)

    private static let readers: [(file: String, family: String, title: String, read: Reader)] = [
        ("bolt12/format-string-test.json", "official/format-string", "BOLT 12's texts of offers", formatStrings),
        ("bolt12/offers-test.json", "official/offers", "BOLT 12's offers", offers),
        ("bolt12/signature-test.json", "official/signature", "BOLT 12's trees and signatures", signatures),
        ("bolt04/route-blinding-test.json", "official/route-blinding", "BOLT 4's blinded route, opened", blindedRoute),
        (
            "bolt04/blinded-onion-message-onion-test.json", "official/onion-message", "BOLT 4's onion message, opened",
            onionMessage
        ),
    ]

    private typealias Reader = @Sendable (JSONReader, Profile) throws -> [Item]

    /// - Parameter folder: a checkout of lightning/bolts.
    /// - Throws: for a file that is missing or holds something else than is known.
    package static func read(folder: String, profile: Profile) throws(FileError) -> [VectorFamily] {
        var families: [VectorFamily] = []
        for (file, name, title, read) in readers {
            let path = "\(folder)/\(file)"
            guard Files.exists(path) else {
                throw FileError(path: path, "is not there; --official takes a checkout of lightning/bolts")
            }
            do {
                let items = try read(JSONReader(try Files.readJSON(path), path: "file"), profile)
                families.append(family(name, title, items, profile))
            } catch let error as FileError {
                throw error
            } catch {
                throw FileError(path: path, "\(error)")
            }
        }
        return families
    }

    /// A case of a file.
    private struct Item {
        let name: String
        let operation: String
        let subject: RequirementID
        let comment: String
        let input: JSON
        /// `nil` where the file says that it is not valid.
        let out: JSONObject?
    }

    private static func family(_ name: String, _ title: String, _ items: [Item], _ profile: Profile) -> VectorFamily {
        let neighbour = items.first { $0.out != nil }.map { "\(name)/\($0.name)" } ?? ""
        let cases = items.map { item in
            if let out = item.out {
                return VectorCase(
                    id: "\(name)/\(item.name)",
                    operation: item.operation,
                    requirements: [item.subject],
                    subject: item.subject,
                    comment: item.comment,
                    input: item.input,
                    expectation: .accept(out: out)
                )
            }
            let findings = OperationTable.reference.validate(item.operation, profile, item.input).validation.findings
            let violated = findings.first?.requirement ?? item.subject
            return VectorCase(
                id: "\(name)/\(item.name)",
                operation: item.operation,
                requirements: [violated],
                subject: violated,
                comment: item.comment,
                input: item.input,
                expectation: .reject(
                    reasons: [findings.first?.reason ?? "policy"],
                    violates: [violated],
                    neighbour: valid(like: item, among: items).map { "\(name)/\($0)" } ?? neighbour
                )
            )
        }
        return VectorFamily(name: name, title: title, profile: VectorFamily.anyProfile, flags: [], cases: cases)
    }

    /// The first valid case of the same operation.
    private static func valid(like item: Item, among items: [Item]) -> String? {
        items.first { $0.out != nil && $0.operation == item.operation }?.name
    }

    // MARK: BOLT 12

    private static let formatStrings: Reader = { file, _ in
        try file.elements().enumerated().map { index, testCase in
            try testCase.onlyMembers(["comment", "valid", "string"])
            return Item(
                name: "\(index)",
                operation: "offer.decode",
                subject: "B12-ENC-2",
                comment: try testCase.member("comment").string(),
                input: ["offer": .string(try testCase.member("string").string())],
                out: try testCase.member("valid").bool() ? [:] : nil
            )
        }
    }

    private static let offers: Reader = { file, _ in
        try file.elements().enumerated().flatMap { index, testCase -> [Item] in
            try testCase.onlyMembers(["description", "valid", "bolt12", "field info", "fields"])
            let comment = try testCase.member("description").string()
            let text = try testCase.member("bolt12").string()
            let judged: JSON = ["offer": .string(text), "now": "0", "chain": chainOfOffer(text)]
            let isValid = try testCase.member("valid").bool()
            let validated = Item(
                name: "\(index)",
                operation: "offer.validate",
                subject: "B12-OFF-R1",
                comment: comment,
                input: judged,
                out: isValid ? [:] : nil
            )
            guard isValid else { return [validated] }
            let records = try testCase.member("fields").elements().map { field -> JSON in
                try field.onlyMembers(["type", "length", "hex"])
                return [
                    "type": .decimal(try field.member("type").number(atMost: .max)),
                    "value": .string(try field.member("hex").string()),
                ]
            }
            return [
                validated,
                Item(
                    name: "\(index)-decoded",
                    operation: "offer.decode",
                    subject: "B12-ENC-4",
                    comment: comment,
                    input: ["offer": .string(text)],
                    out: ["records": .array(records)]
                ),
            ]
        }
    }

    private static let signatures: Reader = { file, _ in
        try file.elements().enumerated().flatMap { index, testCase -> [Item] in
            let comment = try testCase.optional("comment")?.string() ?? (try testCase.member("tlv").string())
            let bytes = try testCase.member("leaves").elements().flatMap { try leafRecord($0) }
            var items = [
                Item(
                    name: "\(index)",
                    operation: "bolt12.merkle",
                    subject: "B12-SIG-3",
                    comment: comment,
                    input: ["bytes": .hex(bytes)],
                    out: ["root": .string(try testCase.member("merkle").string())]
                )
            ]
            if let text = try testCase.optional("bolt12") {
                let stream = try OfferText.decode(prefix: InvoiceRequest.prefix, try text.string())
                let payer = try TLVStream.read(stream[...], known: .unspecified)[88] ?? []
                items.append(
                    Item(
                        name: "\(index)-verified",
                        operation: "bolt12.verify",
                        subject: "B12-SIG-7",
                        comment: comment,
                        input: ["bytes": .hex(stream), "messagename": "invoice_request", "key": .hex(payer)],
                        out: [:]
                    )
                )
            }
            return items
        }
    }

    // MARK: BOLT 4

    private static let blindedRoute: Reader = { file, _ in
        let sealed = try file.member("route").member("hops").elements()
        let hops = try file.member("unblind").member("hops").elements()
        return try zip(hops, sealed).enumerated().map { index, pair in
            let (hop, sealed) = pair
            return Item(
                name: "unblind-\(index)",
                operation: "path.unblind",
                subject: "RB-E1",
                comment: "\(try hop.member("alias").string()) opens its hop",
                input: [
                    "node_key": .string(try hop.member("node_privkey").string()),
                    "path_key": .string(try hop.member("path_key").string()),
                    "encrypted_recipient_data": .string(try sealed.member("encrypted_data").string()),
                ],
                out: [
                    "encrypted_data_tlv": .string(try hop.member("decrypted_data").string()),
                    "next_path_key": .string(
                        try (hop.optional("next_path_key_override") ?? hop.member("next_path_key")).string()
                    ),
                    "blinded_node_key": .string(try hop.member("blinded_privkey").string()),
                ]
            )
        }
    }

    private static let onionMessage: Reader = { file, _ in
        let hops = try file.member("decrypt").member("hops").elements()
        return try hops.enumerated().map { index, hop in
            let message = try Hex.decode(try hop.member("onion_message").string())
            // Type (2), path key (33), length of the packet (2), the packet.
            guard message.count > 37 else { throw hop.fail("onion_message is too short") }
            var out: JSONObject = ["kind": index == hops.count - 1 ? "receive" : "forward"]
            if let next = try hop.optional("next_node_id") {
                out["next"] = ["node_id": .string(try next.string())]
                let onward = try Hex.decode(try hops[index + 1].member("onion_message").string())
                out["next_path_key"] = .hex(onward[2..<35])
                out["next_packet"] = .hex(onward[37...])
            }
            return Item(
                name: "peel-\(index)",
                operation: "om.peel",
                subject: "OD-3",
                comment: "\(try hop.member("alias").string()) opens its layer",
                input: [
                    "node_key": .string(try hop.member("privkey").string()), "path_key": .hex(message[2..<35]),
                    "packet": .hex(message[37...]),
                ],
                out: out
            )
        }
    }
}

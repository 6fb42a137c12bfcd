package import Rules
package import StrictJSON

/// The JSON form of a profile: numbers and switches. An implementer can write one and hand it to `--profile`.
package enum ProfileFile {
    /// Members that say what a table is, and change nothing.
    private static let descriptions: Set<String> = ["name", "title", "notes"]

    /// The members of each section.
    private static let sections: [String: Set<String>] = [
        "onion_message_types": [
            "offer_paths_request", "offer_paths", "serve_static_invoice", "static_invoice_persisted",
            "held_htlc_available", "release_held_htlc", "static_invoice", "framing", "known",
        ],
        "static_invoice": [
            "message_paths_type", "empty_message_paths_accepted", "min_message_paths", "default_relative_expiry",
            "payinfo_features_checked", "issuer_id_required", "any_path_may_sign", "offer_checked",
            "signature_verified_in_message", "refused_ranges",
        ],
        "blinded_path": ["context_type", "dummy_hop_type", "final_hop_tag", "payment_final_hop_tag", "both_next_hops"],
        "async_payment": [
            "payload_invoice_request_type", "payload_preimage_type", "hold_htlc_type", "release_paths_type",
            "release_paths_with_htlc_id", "hold_feature_bit", "payload_unknown_odd_accepted",
        ],
    ]

    private static func members(_ section: String) -> Set<String> { sections[section] ?? [] }

    /// Reads a profile's table.
    /// - Throws: the JSON path of the first member that is missing, unknown or of a wrong type.
    package static func decode(_ json: JSON, path: String = "profile") throws(JSONShapeError) -> Profile {
        let reader = JSONReader(json, path: path)
        try reader.onlyMembers(descriptions.union(sections.keys))
        return Profile(
            name: try name(reader.member("name")),
            title: try reader.member("title").string(),
            onion_message_types: try onionMessageTypes(reader.member("onion_message_types")),
            static_invoice: try staticInvoice(reader.member("static_invoice")),
            blinded_path: try blindedPath(reader.member("blinded_path")),
            async_payment: try asyncPayment(reader.member("async_payment"))
        )
    }

    /// A table that a runner handed over, which may be of another version: members that are not known are left out, and
    /// those that are missing are as in `base`.
    package static func completed(_ table: JSON, by base: JSON) -> JSON {
        guard let given = table.object, var result = base.object else { return table }
        for name in descriptions { result[name] = given[name] ?? result[name] }
        for (name, known) in sections {
            guard let section = given[name] else { continue }
            result[name] = section.object.map { .object(merged($0, known, base[name]?.object ?? [:])) } ?? section
        }
        return .object(result)
    }

    private static func merged(_ section: JSONObject, _ known: Set<String>, _ base: JSONObject) -> JSONObject {
        var result = base
        for member in section.members where known.contains(member.key) { result[member.key] = member.value }
        return result
    }

    /// Names stand in vector ids behind `@`, so they are kebab-case with digits and dots.
    private static func name(_ reader: JSONReader) throws(JSONShapeError) -> String {
        let name = try reader.string()
        let allowed = Set("abcdefghijklmnopqrstuvwxyz0123456789-.")
        guard !name.isEmpty, name.allSatisfy(allowed.contains) else {
            throw reader.fail("a name is made of a to z, 0 to 9, - and ., this is \"\(name)\"")
        }
        return name
    }

    private static func onionMessageTypes(
        _ reader: JSONReader
    ) throws(JSONShapeError) -> Profile.OnionMessageTypes {
        try reader.onlyMembers(members("onion_message_types"))
        return Profile.OnionMessageTypes(
            offer_paths_request: try reader.member("offer_paths_request").decimal(),
            offer_paths: try reader.member("offer_paths").decimal(),
            serve_static_invoice: try reader.member("serve_static_invoice").decimal(),
            static_invoice_persisted: try reader.member("static_invoice_persisted").decimal(),
            held_htlc_available: try reader.member("held_htlc_available").decimal(),
            release_held_htlc: try reader.member("release_held_htlc").decimal(),
            static_invoice: try reader.member("static_invoice").decimal(),
            framing: try choice(reader.member("framing")),
            known: try messages(reader.member("known"))
        )
    }

    private static func messages(_ reader: JSONReader) throws(JSONShapeError) -> Set<Profile.Message> {
        var messages: Set<Profile.Message> = []
        for element in try reader.elements() {
            guard messages.insert(try choice(element)).inserted else { throw element.fail("it stands twice") }
        }
        return messages
    }

    private static func staticInvoice(_ reader: JSONReader) throws(JSONShapeError) -> Profile.StaticInvoice {
        try reader.onlyMembers(members("static_invoice"))
        return Profile.StaticInvoice(
            message_paths_type: try reader.member("message_paths_type").decimal(),
            empty_message_paths_accepted: try reader.member("empty_message_paths_accepted").bool(),
            min_message_paths: try reader.member("min_message_paths").number(atMost: 255),
            default_relative_expiry: try reader.member("default_relative_expiry").decimal(),
            payinfo_features_checked: try reader.member("payinfo_features_checked").bool(),
            issuer_id_required: try reader.member("issuer_id_required").bool(),
            any_path_may_sign: try reader.member("any_path_may_sign").bool(),
            offer_checked: try reader.member("offer_checked").bool(),
            signature_verified_in_message: try reader.member("signature_verified_in_message").bool(),
            refused_ranges: try ranges(reader.member("refused_ranges"))
        )
    }

    private static func blindedPath(_ reader: JSONReader) throws(JSONShapeError) -> Profile.BlindedPath {
        try reader.onlyMembers(members("blinded_path"))
        return Profile.BlindedPath(
            context_type: try reader.member("context_type").decimal(),
            dummy_hop_type: try reader.optional("dummy_hop_type")?.decimal(),
            final_hop_tag: try choice(reader.member("final_hop_tag")),
            payment_final_hop_tag: try choice(reader.member("payment_final_hop_tag")),
            both_next_hops: try choice(reader.member("both_next_hops"))
        )
    }

    private static func asyncPayment(_ reader: JSONReader) throws(JSONShapeError) -> Profile.AsyncPayment {
        try reader.onlyMembers(members("async_payment"))
        return Profile.AsyncPayment(
            payload_invoice_request_type: try reader.member("payload_invoice_request_type").decimal(),
            payload_preimage_type: try reader.member("payload_preimage_type").decimal(),
            hold_htlc_type: try reader.member("hold_htlc_type").decimal(),
            release_paths_type: try reader.member("release_paths_type").decimal(),
            release_paths_with_htlc_id: try reader.member("release_paths_with_htlc_id").bool(),
            hold_feature_bit: try reader.member("hold_feature_bit").number(atMost: 65_535),
            payload_unknown_odd_accepted: try reader.member("payload_unknown_odd_accepted").bool()
        )
    }

    private static func ranges(_ reader: JSONReader) throws(JSONShapeError) -> [ClosedRange<UInt64>] {
        var ranges: [ClosedRange<UInt64>] = []
        for element in try reader.elements() {
            let bounds = try element.elements()
            guard bounds.count == 2 else { throw element.fail("a range is [first, last]") }
            let (first, last) = (try bounds[0].decimal(), try bounds[1].decimal())
            guard first <= last else { throw element.fail("the first type is above the last") }
            ranges.append(first...last)
        }
        return ranges
    }
}

/// The profiles that come with the project, and those that a user hands in.
package struct ProfileStore: Sendable {
    package static let defaultName = "blip66-draft"

    package private(set) var profiles: [String: Profile] = [:]
    /// The tables as they stand in the files, for `hello`.
    package private(set) var tables: [String: JSON] = [:]

    package init(folder: String) throws(FileError) {
        for name in try Files.list(folder, ending: ".json") { try load("\(folder)/\(name)") }
    }

    package var names: [String] { profiles.keys.sorted() }

    /// The profile called `name`; if there is none, the one in the file of that path.
    package mutating func profile(_ nameOrPath: String) throws(FileError) -> Profile {
        if let profile = profiles[nameOrPath] { return profile }
        guard Files.exists(nameOrPath) else {
            throw FileError(
                path: nameOrPath,
                "there is no such profile and no such file; profiles are \(names.joined(separator: ", "))"
            )
        }
        let known = tables
        let profile = try load(nameOrPath)
        if let own = known[profile.name], own != tables[profile.name] {
            throw FileError(
                path: nameOrPath,
                "the name \(profile.name) is that of one of the project's own profiles; give this one another"
            )
        }
        return profile
    }

    /// Reads a table that a runner handed over in `hello`. What it leaves out is as in the profile of its name, or the
    /// default profile.
    /// - `path`: ends in the name that the table was handed over under.
    package func decodeReceived(_ table: JSON, path: String) throws(JSONShapeError) -> Profile {
        let name = table["name"]?.string ?? names.first { path.hasSuffix(".\($0)") } ?? Self.defaultName
        let base = tables[name] ?? tables[Self.defaultName] ?? [:]
        return try ProfileFile.decode(ProfileFile.completed(table, by: base), path: path)
    }

    @discardableResult
    private mutating func load(_ path: String) throws(FileError) -> Profile {
        let json = try Files.readJSON(path)
        do {
            let profile = try ProfileFile.decode(json)
            profiles[profile.name] = profile
            tables[profile.name] = json
            return profile
        } catch {
            throw FileError(path: path, "\(error)")
        }
    }
}

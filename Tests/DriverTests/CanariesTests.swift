internal import Catalogue
internal import Reference
internal import Rules
internal import StrictJSON
internal import TestSupport
internal import Testing

internal import Driver

@Suite struct CanariesTests {
    /// Names for which cases stand in.
    private static let withoutOwn: Set<String> = ["static_invoice.build", "invreq.validate_for", "payload.validate"]

    private static let names: [String] = {
        let members: [String: [String]] = [
            "msg.decode": ["serve_static_invoice"], "msg.encode": ["offer_paths_request"],
            "tlv.decode": ["without schema", "n1", "n2"],
            "field.decode": [
                "u16", "u32", "u64", "tu16", "tu32", "tu64", "point", "sciddir_or_pubkey", "utf8", "msat", "sat",
                "bip340sig", "chain_hash",
            ],
        ]
        return OperationTable.reference.names.flatMap { operation in
            members[operation]?.map { "\(operation) \($0)" } ?? [operation]
        }
    }()

    /// A key in the tag is LDK's: under another profile the form without it is the sound one.
    @Test(arguments: names, ["blip66-draft", "ldk-0.2"])
    func theReferenceAnswersTheFormsRightly(name: String, profileName: String) throws {
        let profile = try profile(profileName)
        let forms = Canaries.forms(name, try canaryProfile(profileName))
        #expect(forms.isEmpty == Self.withoutOwn.contains(name), "\(name) has \(forms.count) canaries")
        let operation = String(name.prefix { $0 != " " })
        func perform(_ input: JSON) -> Outcome { OperationTable.reference.perform(operation, profile, input) }
        for form in profileName == "ldk-0.2" ? forms : Array(forms.prefix(1)) {
            switch form.pair {
            case .acceptAndReject(let valid, let invalid):
                #expect(perform(valid).name == "accept")
                #expect(perform(invalid).name == "reject")
            case .twoAccepts(let first, let second):
                #expect(perform(first).name == "accept")
                #expect(perform(second).name == "accept")
                #expect(perform(first) != perform(second))
            }
        }
    }

    @Test(arguments: names)
    func whatACanaryShowsIsInTheCatalogue(name: String) throws {
        let catalogue = try ProjectData.requirements()
        for form in Canaries.forms(name, try canaryProfile("blip66-draft")) {
            #expect(catalogue[form.first] != nil)
            #expect(catalogue[form.second] != nil)
        }
    }

    @Test func theSignaturesOfTheStaticInvoicesAreThoseOfTheReference() throws {
        for name in ["blip66-draft", "ldk-0.2"] {
            let (sign, verify) = ("static_invoice.sign", "static_invoice.verify")
            guard case .acceptAndReject(let unsigned, _)? = Canaries.forms(sign, try canaryProfile(name)).first?.pair,
                case .acceptAndReject(let signed, _)? = Canaries.forms(verify, try canaryProfile(name)).first?.pair,
                case .accept(let out) = OperationTable.reference.perform(sign, try profile(name), unsigned)
            else {
                Issue.record("there is no canary to sign under \(name)")
                return
            }
            #expect(out["bytes"] == signed["bytes"])
        }
    }

    @Test func anOperationThatIsNotInTheTableHasNone() {
        let profile = CanaryProfile(messagePathsType: "9", isLengthPrefixed: false)
        #expect(Canaries.forms("coffee.make", profile).isEmpty)
        #expect(Canaries.forms("static_invoice.decode", profile).isEmpty)
    }

    /// Layers by themselves, and such as are judged as they are opened; each with and without a key in the tag.
    @Test(arguments: [("om.peel", [false, true]), ("path.unblind", [false])])
    func anOnionMayBeOpenedWithOrWithoutAKeyInTheTag(operation: String, classified: [Bool]) throws {
        let valid = Canaries.forms(operation, try canaryProfile("blip66-draft")).map(\.pair).compactMap { pair in
            if case .acceptAndReject(let valid, _) = pair { valid } else { nil }
        }
        #expect(valid.map { $0["receive_auth_key"] != nil } == classified.flatMap { _ in [false, true] })
        #expect(valid.map { $0["classify"] == true } == classified.flatMap { [$0, $0] })
    }

    private func canaryProfile(_ name: String) throws -> CanaryProfile {
        let store = try ProfileStore(folder: ProjectFiles(root: Project.root).profiles)
        return CanaryProfile(store.tables[name])
    }

    private func profile(_ name: String) throws -> Profile {
        var store = try ProfileStore(folder: ProjectFiles(root: Project.root).profiles)
        return try store.profile(name)
    }
}

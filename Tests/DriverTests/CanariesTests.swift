internal import Catalogue
internal import Reference
internal import Rules
internal import StrictJSON
internal import Testing

internal import Driver

@Suite struct CanariesTests {
    /// Operations for which the first cases of a family stand in.
    private static let withoutOwn: Set<String> = [
        "static_invoice.validate", "static_invoice.build", "invreq.validate_for", "msg.decode", "payload.validate",
    ]

    @Test(arguments: OperationTable.reference.names, ["blip66-draft", "ldk-0.2"])
    func theReferenceAnswersTheCanariesRightly(operation: String, profileName: String) throws {
        let profile = try profile(profileName)
        let type = String(profile.static_invoice.message_paths_type)
        guard let pair = Canaries.pair(operation, messagePathsType: type) else {
            #expect(Self.withoutOwn.contains(operation), "\(operation) has no canaries")
            return
        }
        func perform(_ input: JSON) -> Outcome { OperationTable.reference.perform(operation, profile, input) }
        switch pair {
        case .acceptAndReject(let valid, let invalid):
            #expect(perform(valid).name == "accept")
            #expect(perform(invalid).name == "reject")
        case .twoAccepts(let first, let second):
            #expect(perform(first).name == "accept")
            #expect(perform(second).name == "accept")
            #expect(perform(first) != perform(second))
        }
    }

    @Test func theSignaturesOfTheStaticInvoicesAreThoseOfTheReference() throws {
        for (name, type) in [("blip66-draft", "178"), ("ldk-0.2", "236")] {
            let profile = try profile(name)
            let (sign, verify) = ("static_invoice.sign", "static_invoice.verify")
            guard case .acceptAndReject(let unsigned, _)? = Canaries.pair(sign, messagePathsType: type),
                case .acceptAndReject(let signed, _)? = Canaries.pair(verify, messagePathsType: type),
                case .accept(let out) = OperationTable.reference.perform(sign, profile, unsigned)
            else {
                Issue.record("there is no canary to sign under \(name)")
                return
            }
            #expect(out["bytes"] == signed["bytes"])
        }
    }

    @Test func anOperationThatIsNotInTheTableHasNone() {
        #expect(Canaries.pair("coffee.make", messagePathsType: "178") == nil)
        #expect(Canaries.pair("static_invoice.decode", messagePathsType: "9") == nil)
    }

    private func profile(_ name: String) throws -> Profile {
        let folder = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
        var store = try ProfileStore(folder: "\(folder)/Spec/profiles")
        return try store.profile(name)
    }
}

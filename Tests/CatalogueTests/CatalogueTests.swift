import Catalogue
import Rules
import StrictJSON
import Testing
import TestSupport

@Suite struct ProfileFileTests {
    private func draft() throws -> JSONObject {
        try #require(try Files.readJSON("\(Project.root)/Spec/profiles/blip66-draft.json").object)
    }

    @Test func theProfilesOfTheProjectLoad() throws {
        let store = try ProfileStore(folder: "\(Project.root)/Spec/profiles")
        #expect(store.names == ["blip66-draft", "ldk-0.2"])
        let draft = try #require(store.profiles["blip66-draft"])
        #expect(draft.onion_message_types.offer_paths_request == 65_540)
        #expect(draft.static_invoice.message_paths_type == 178)
        let ldk = try #require(store.profiles["ldk-0.2"])
        #expect(ldk.onion_message_types.framing == .lengthPrefixed)
        #expect(ldk.static_invoice.message_paths_type == 236)
        #expect(ldk.blinded_path.dummy_hop_type == 65_539)
    }

    @Test(
        arguments: [
            ("static_invoice.message_paths_type", JSON.integer(178)),
            ("static_invoice.message_paths_type", "0178"),
            ("static_invoice.refused_ranges", [["5", "4"]]),
            ("static_invoice.min_message_paths", 256),
            ("onion_message_types.framing", "both"),
            ("blinded_path.final_hop_tag", "none"),
            ("async_payment.hold_feature_bit", "52"),
            ("static_invoice.colour", "red"),
            ("colour", "red"),
            ("name", "Has Space"),
        ] as [(String, JSON)]
    )
    func aWrongMemberIsRefusedWithItsPath(_ path: String, _ value: JSON) throws {
        var profile = try draft()
        let names = path.split(separator: ".").map(String.init)
        if names.count == 1 {
            profile[names[0]] = value
        } else {
            var part = try #require(profile[names[0]]?.object)
            part[names[1]] = value
            profile[names[0]] = .object(part)
        }
        let error = #expect(throws: JSONShapeError.self) { try ProfileFile.decode(.object(profile)) }
        #expect(error?.path.hasPrefix("profile.\(path)") == true, "\(String(describing: error))")
    }

    @Test func aMissingMemberIsNamed() throws {
        var profile = try draft()
        profile["blinded_path"] = nil
        let error = #expect(throws: JSONShapeError.self) { try ProfileFile.decode(.object(profile)) }
        #expect(error?.detail.contains("blinded_path") == true)
    }

    @Test func aProfileThatIsNowhereIsAnErrorThatListsTheOthers() throws {
        var store = try ProfileStore(folder: "\(Project.root)/Spec/profiles")
        let error = #expect(throws: FileError.self) { try store.profile("ldk-9") }
        #expect(error?.detail.contains("blip66-draft, ldk-0.2") == true)
    }
}

@Suite struct RequirementCatalogueTests {
    @Test func everyRequirementHasAStatementAndASource() throws {
        let catalogue = try RequirementCatalogue(specFolder: "\(Project.root)/Spec")
        #expect(catalogue.ids.count > 100)
        for id in catalogue.ids {
            let requirement = try #require(catalogue[id])
            #expect(requirement.statement.hasSuffix("."), "\(id)")
            #expect(catalogue.sources[requirement.source] != nil, "\(id)")
        }
    }

    @Test func idsSortByTheirNumbers() {
        let ids: [RequirementID] = ["B12-SI-R10", "B1-TLV-2", "B12-SI-R9", "B66-SRV-2b", "B66-SRV-2a"]
        #expect(ids.sorted() == ["B1-TLV-2", "B12-SI-R9", "B12-SI-R10", "B66-SRV-2a", "B66-SRV-2b"])
    }
}

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
        #expect(store.names == ["blip66-draft", "bolts", "ldk-0.1-async", "ldk-0.2", "ldk-0.3"])
        let draft = try #require(store.profiles["blip66-draft"])
        #expect(draft.onion_message_types.offer_paths_request == 65_540)
        #expect(draft.static_invoice.message_paths_type == 178)
        let ldk = try #require(store.profiles["ldk-0.2"])
        #expect(ldk.onion_message_types.framing == .lengthPrefixed)
        #expect(ldk.static_invoice.message_paths_type == 236)
        #expect(ldk.blinded_path.dummy_hop_type == 65_539)
    }

    @Test func profilesDifferWhereTheirNodesDo() throws {
        let profiles = try ProfileStore(folder: "\(Project.root)/Spec/profiles").profiles
        let (old, new) = (try #require(profiles["ldk-0.2"]), try #require(profiles["ldk-0.3"]))
        #expect(old.blinded_path.payment_final_hop_tag == .standard)
        #expect(new.blinded_path.payment_final_hop_tag == .receiveAuthKey)
        let withoutServer = try #require(profiles["ldk-0.1-async"])
        #expect(withoutServer.onion_message_types.known == [.heldHTLCAvailable, .releaseHeldHTLC, .staticInvoice])
        #expect(try #require(profiles["bolts"]).onion_message_types.known.isEmpty)
    }

    @Test func aMessageHasTheTypeThatItsMemberGives() throws {
        let store = try ProfileStore(folder: "\(Project.root)/Spec/profiles")
        for (name, profile) in store.profiles {
            let table = try #require(store.tables[name]?["onion_message_types"])
            for message in Profile.Message.allCases {
                #expect(table[message.rawValue]?.string == String(profile.onion_message_types.type(of: message)))
            }
        }
    }

    @Test func aNameInAListOfMessagesIsCheckedWithItsPlace() throws {
        for (names, place) in [(["offer_paths", "offer"], 1), (["offer_paths", "offer_paths"], 1)] {
            var profile = try draft()
            var types = try #require(profile["onion_message_types"]?.object)
            types["known"] = .array(names.map { .string($0) })
            profile["onion_message_types"] = .object(types)
            let error = #expect(throws: JSONShapeError.self) { try ProfileFile.decode(.object(profile)) }
            #expect(error?.path == "profile.onion_message_types.known[\(place)]")
        }
    }

    @Test(
        arguments: [
            ("static_invoice.message_paths_type", JSON.integer(178)),
            ("static_invoice.message_paths_type", "0178"),
            ("static_invoice.refused_ranges", [["5", "4"]]),
            ("static_invoice.min_message_paths", 256),
            ("onion_message_types.framing", "both"),
            ("blinded_path.final_hop_tag", "none"),
            ("blinded_path.payment_final_hop_tag", "none"),
            ("onion_message_types.known", "all"),
            ("async_payment.hold_feature_bit", "52"),
            ("static_invoice.colour", "red"),
            ("colour", "red"),
            ("name", "Has Space"),
        ] as [(String, JSON)]
    )
    func aWrongMemberIsRejectedWithItsPath(_ path: String, _ value: JSON) throws {
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

    @Test(
        arguments: [
            [:], ["name": "mine", "colour": "red"], ["static_invoice": ["colour": "red"]],
            ["onion_message_types": [:], "notes": [:]],
        ] as [JSON]
    )
    func aTableThatIsHandedOverMayLackMembersAndHoldOthers(_ table: JSON) throws {
        let store = try ProfileStore(folder: "\(Project.root)/Spec/profiles")
        let profile = try store.decodeReceived(table, path: "in.profiles.ldk-0.2")
        let base = table["name"] == nil ? "ldk-0.2" : "blip66-draft"
        #expect(profile.static_invoice == store.profiles[base]?.static_invoice)
        #expect(profile.onion_message_types == store.profiles[base]?.onion_message_types)
    }

    @Test func aTableThatIsHandedOverWins() throws {
        let store = try ProfileStore(folder: "\(Project.root)/Spec/profiles")
        let table: JSON = ["name": "mine", "static_invoice": ["message_paths_type": "1000"]]
        let profile = try store.decodeReceived(table, path: "in.profiles.mine")
        #expect(profile.name == "mine")
        #expect(profile.static_invoice.message_paths_type == 1000)
        #expect(profile.static_invoice.min_message_paths == 2)
    }

    @Test(arguments: [7, ["static_invoice": 7], ["static_invoice": ["offer_checked": "yes"]]] as [JSON])
    func aTableThatIsHandedOverWithAWrongTypeIsRejected(_ table: JSON) throws {
        let store = try ProfileStore(folder: "\(Project.root)/Spec/profiles")
        #expect(throws: JSONShapeError.self) { try store.decodeReceived(table, path: "in.profiles.mine") }
    }

    @Test func aProfileThatIsNowhereIsAnErrorThatListsTheOthers() throws {
        var store = try ProfileStore(folder: "\(Project.root)/Spec/profiles")
        let error = #expect(throws: FileError.self) { try store.profile("ldk-9") }
        #expect(error?.detail.contains("blip66-draft, bolts, ldk-0.1-async") == true)
    }
}

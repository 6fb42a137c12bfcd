import Catalogue
import Reference
import Rules
import StrictJSON
import Testing
import TestSupport

/// `msg.*`, `payload.*` and the schemas of `tlv.decode` that belong to them.
@Suite struct MessageOperationTests {
    private func perform(_ operation: String, _ input: JSON, profile name: String = "blip66-draft") throws -> Outcome {
        var store = try ProfileStore(folder: "\(Project.root)/Spec/profiles")
        return OperationTable.reference.perform(operation, try store.profile(name), input)
    }

    @Test(arguments: [
        ("offer_paths_request", "00020001"), ("offer_paths", "02080000000000000001"), ("serve_static_invoice", "0000"),
        ("payload", "020101040101"),
    ])
    func tlvDecodeKnowsTheSchemas(_ schema: String, _ bytes: String) throws {
        let good: JSON = ["bytes": .string(bytes), "schema": .string(schema)]
        let bad: JSON = ["bytes": .string("\(bytes)7e00"), "schema": .string(schema)]
        #expect(try perform("tlv.decode", good).name == "accept")
        guard case .reject(let finding) = try perform("tlv.decode", bad) else {
            Issue.record("an unknown even record passes")
            return
        }
        #expect(finding.requirement == "B1-TLV-6")
    }

    @Test func theNumberOfTheInvoiceRequestInAPayloadIsTheProfiles() throws {
        for (profile, bytes) in [("blip66-draft", "0100"), ("ldk-0.2", "fe00012fd100")] {
            let out = try perform("tlv.decode", ["bytes": .string(bytes), "schema": "payload"], profile: profile)
            #expect(out.name == "accept")
            let built = try perform(
                "payload.build",
                ["fields": ["encrypted_recipient_data": "", "invoice_request": ""]],
                profile: profile
            )
            #expect(built.name == "reject", "a request without preimage, amounts and expiry is no payment")
        }
    }

    @Test func aMessageOfNoSuchNameIsTheRequestsFault() throws {
        #expect(try perform("msg.decode", ["message": "offer_path", "bytes": ""]).name == "error")
        #expect(try perform("msg.encode", ["message": "offer_path", "fields": [:]]).name == "error")
    }

    @Test func aFieldOfTheWrongTypeIsTheRequestsFault() throws {
        let requests: [JSON] = [
            ["message": "offer_paths_request", "fields": ["invoice_slot": 65_536]],
            ["message": "offer_paths_request", "fields": ["invoice_slot": "1"]],
            ["message": "offer_paths", "fields": ["paths_absolute_expiry": 1]],
            ["message": "update_add_htlc_tlvs", "fields": ["hold_htlc": false]],
            ["message": "static_invoice_persisted", "fields": ["invoice_slot": 1]],
        ]
        for request in requests { #expect(try perform("msg.encode", request).name == "error", "\(request.line)") }
    }

    @Test func whatIsWrittenWithoutAMandatoryRecordIsRejected() throws {
        for message in ["offer_paths_request", "offer_paths", "serve_static_invoice"] {
            guard case .reject(let finding) = try perform("msg.encode", ["message": .string(message), "fields": [:]])
            else {
                Issue.record("\(message) is written without its records")
                continue
            }
            #expect(finding.reason == .missing)
        }
    }
}

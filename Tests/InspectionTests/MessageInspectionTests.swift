import Catalogue
import Inspection
import Primitives
import SaltSecret
import StrictJSON
import Testing
import TestSupport

/// Messages, payloads and records of the older scheme, and the objects of requests.
@Suite struct MessageInspectionTests {
    private let store: ProfileStore
    private let catalogue: RequirementCatalogue

    init() throws {
        store = try ProjectData.profiles()
        catalogue = try ProjectData.requirements()
    }

    private func inspect(_ kind: Inspection.Kind, _ bytes: [UInt8], _ more: (String, JSON)...) throws -> Inspection {
        Inspection(
            kind,
            bytes: bytes,
            text: nil,
            Inspection.Context(profile: try #require(store.profiles["blip66-draft"]), now: 0, more: more),
            catalogue
        )
    }

    @Test func aMessageIsReadByTheTableOfItsName() throws {
        let page = try inspect(.message, Hex.decode("0002002a"), ("message", "offer_paths_request"))
        #expect(!page.isRejected)
        for part in ["offer_paths_request, 4 bytes", "0  invoice_slot", "      42", "ok    B66-D2"] {
            #expect(page.text.contains(part), "\(part)")
        }
        let short = try inspect(.message, Hex.decode("00012a"), ("message", "offer_paths_request"))
        #expect(short.text.contains("FAIL  B66-D2"))
    }

    @Test func theInvoiceInAMessageIsShownRecordByRecord() throws {
        let page = try inspect(.message, Hex.decode("00020a00"), ("message", "serve_static_invoice"))
        #expect(page.text.contains("in record 0, a stream of its own: static_invoice\n    10  offer_description"))
        #expect(page.isRejected)
    }

    @Test func aPayloadIsJudgedWithThePaymentThatItCameWith() throws {
        let payload = try Hex.decode("02030f424004030c35900a00")
        let alone = try inspect(.payload, payload)
        #expect(alone.text.contains("2  amt_to_forward") && alone.text.contains("only the encoding was checked"))
        let payment: [(String, JSON)] = [
            ("payment_hash", .string(String(repeating: "00", count: 32))), ("amount_msat", "1000000"),
            ("cltv_expiry", 800144), ("height", 800000),
        ]
        let judged = try inspect(.payload, payload, payment[0], payment[1], payment[2], payment[3])
        #expect(judged.isRejected && judged.text.contains("there is no total_amount_msat"))
    }

    @Test func theSizesOfAGrantAreJudged() throws {
        let page = try inspect(.salt, Hex.decode("fd10f70f" + String(repeating: "00", count: 15)))
        #expect(page.text.contains("4343  unique_salt") && page.text.contains("FAIL  SALT-1"))
    }

    @Test func aSealedReplyPathIsOpened() throws {
        let path = try Hex.decode(
            "03707267f792bb1f60766a0124feb29fd46d437b0a17f6a1ac1cf0c7fd2a9e5fa2"
                + "02b2b780bcaa2856b14dcfa7e8053f18d21c86feb569c2bf74e60bb5047b8209d8" + "01"
                + "03e76ad2348718b4a6ab54f94a68e0fa1eef0300e71780cab899e12add9d216c06" + "0001aa"
        )
        let secret = [UInt8](repeating: 7, count: 16)
        let sealed = try Sealing.RA.seal(path, under: secret).sealed
        let record = try Hex.decode("fd102d") + [UInt8(sealed.count)] + sealed
        let page = Inspection(
            .salt,
            bytes: record,
            text: nil,
            Inspection.Context(
                profile: try #require(store.profiles["blip66-draft"]),
                now: 0,
                keys: Inspection.Keys(sealing: (.RA, secret))
            ),
            catalogue
        )
        #expect(page.text.contains("record 4141, opened under RA"))
        #expect(page.text.contains("03e76ad2348718b4a6ab54f94a68e0fa1eef0300e71780cab899e12add9d216c06"))
    }

    @Test func theObjectOfARequestIsJudgedByTheRequestsOperation() throws {
        let profile = try #require(store.profiles["blip66-draft"])
        // An offer that could not be paid, and is well encoded.
        let input: JSON = ["bytes": .string("0a01" + "41")]
        let decoded = Inspection(operation: "offer.decode", input: input, profile, catalogue)
        #expect(decoded?.isRejected == false)
        let validated = Inspection(operation: "offer.validate", input: input, profile, catalogue)
        #expect(validated?.text.contains("FAIL  B12-OFF-R") ?? true)
        #expect(Inspection(operation: "bigsize.decode", input: input, profile, catalogue) == nil)
        #expect(Inspection(operation: "offer.decode", input: ["bytes": 5], profile, catalogue) == nil)
    }
}

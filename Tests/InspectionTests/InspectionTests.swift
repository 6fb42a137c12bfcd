import Catalogue
import Inspection
import Primitives
import StrictJSON
import Testing
import TestSupport

@Suite struct InspectionTests {
    private let store: ProfileStore
    private let catalogue: RequirementCatalogue

    init() throws {
        store = try ProfileStore(folder: "\(Project.root)/Spec/profiles")
        catalogue = try ProjectData.requirements()
    }

    private func inspect(
        _ kind: Inspection.Kind,
        _ bytes: [UInt8],
        text: String? = nil,
        profile: String = "blip66-draft",
        now: UInt64 = 1_700_000_000,
        _ more: (String, JSON)...
    ) throws -> Inspection {
        Inspection(
            kind,
            bytes: bytes,
            text: text,
            Inspection.Context(profile: try #require(store.profiles[profile]), now: now, more: more),
            catalogue
        )
    }

    /// offer_description "Test vectors" and offer_issuer_id of BOLT 12's own examples.
    private let offer =
        "0a0c5465737420766563746f7273162102eec7245d6b7d2ccb30380bfbe2a3648cd7a942653f5aa340edcea1f283686619"

    @Test func anOfferIsShownWithNamesMeaningsValuesAndPlaces() throws {
        let page = try inspect(.offer, Hex.decode(offer))
        #expect(!page.isRejected)
        for part in [
            "offer, 49 bytes, read under blip66-draft", "10  offer_description: what the payment is for",
            "\"Test vectors\"",
            "bytes 0 to 13: 0a0c and 12 bytes of value",
            "02eec7245d6b7d2ccb30380bfbe2a3648cd7a942653f5aa340edcea1f283686619",
            "ok    B12-OFF-R8", "--    B12-OFF-R10", "verdict: valid",
        ] { #expect(page.text.contains(part), "\(part)") }
    }

    @Test func everyBrokenRuleIsNamedNotOnlyTheFirst() throws {
        // offer_amount 0 without description, and record 81.
        let page = try inspect(.offer, Hex.decode("0800" + String(offer.dropFirst(28)) + "5100"))
        #expect(page.isRejected)
        for id in ["B12-OFF-R1", "B12-OFF-R6", "B12-OFF-R12"] { #expect(page.text.contains("FAIL  \(id)"), "\(id)") }
        #expect(page.text.contains("(B12-OFF-R1, tlv.range); it also violates B12-OFF-R6, B12-OFF-R12"))
        #expect(page.text.contains("81  unknown, odd"))
    }

    @Test func anOfferBesideItThatCannotBeReadIsSaidAndNothingIsJudged() throws {
        let page = try inspect(.staticInvoice, [0xff], ("offer", "nonsense"))
        #expect(page.misunderstanding?.contains("in.offer") == true)
        #expect(try inspect(.offer, Hex.decode(offer)).misunderstanding == nil)
    }

    @Test func chainsAreKnownByTheNamesThatPagesUse() {
        #expect(
            Inspection.chainHash(named: "Bitcoin") == "6fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000"
        )
        #expect(Inspection.chainHash(named: "dogecoin") == nil)
    }

    @Test func theTextOfAnOfferIsJudgedToo() throws {
        let page = try inspect(.offer, Hex.decode(offer), text: "lno1qqQ")
        #expect(page.text.contains("FAIL  B12-ENC-1"))
    }

    @Test func aStreamThatCannotBeReadIsStillAnswered() throws {
        for bytes in RandomInputs.noise("inspect", count: 400, upTo: 100) {
            for kind in Inspection.Kind.allCases {
                let page = try inspect(kind, bytes)
                #expect(page.text.contains("verdict: "))
            }
        }
    }

    @Test func textInAnObjectCannotDisturbTheTerminal() throws {
        let page = try inspect(.offer, Hex.decode("0a05411b5b334d" + String(offer.dropFirst(28))))
        #expect(!page.text.unicodeScalars.contains("\u{1b}"))
        #expect(page.text.contains("A\\u{1B}[3M") || page.text.contains("A\\u{001B}[3M"))
    }

    @Test func anInvoiceIsJudgedAgainstTheOfferAtHand() throws {
        let family = try Files.readJSON("\(Project.root)/Vectors/bolt12/static-invoice-read.json")
        let cases = try #require(family["cases"]?.array)
        let other = try #require(cases.first { $0["id"] == "bolt12/static-invoice-read/for-another-offer" }?["in"])
        let bytes = try Hex.decode(try #require(other["bytes"]?.string))
        let alone = try inspect(.staticInvoice, bytes)
        #expect(!alone.isRejected)
        let beside = try inspect(.staticInvoice, bytes, ("offer", try #require(other["offer"])))
        #expect(beside.isRejected)
        #expect(beside.text.contains("FAIL  B12-SI-R20"))
        #expect(beside.text.contains("2023-11-14T22:13:20Z"))
    }
}

@Suite(.enabled(if: Upstream.isAvailable, Comment(rawValue: "19 LDK invoices skipped: \(Upstream.howToGet)")))
struct LDKInspectionTests {
    @Test func whatLDKMadeHasNothingWrongUnderItsProfile() throws {
        let store = try ProfileStore(folder: "\(Project.root)/Spec/profiles")
        let catalogue = try ProjectData.requirements()
        for sample in try Upstream.json("ldk-0.2.5-sample/static_invoices.json").member("cases").elements() {
            let page = Inspection(
                .staticInvoice,
                bytes: try Hex.decode(sample.member("invoice").string()),
                text: nil,
                Inspection.Context(
                    profile: try #require(store.profiles["ldk-0.2"]),
                    now: try sample.member("fields").member("created_at").number(atMost: .max)
                ),
                catalogue
            )
            #expect(!page.isRejected, "\(page.text)")
        }
    }
}

import Catalogue
import Lightning
import Primitives
import Rules
import TestSupport
import Testing
import Wire

import SaltSecret

@Suite struct KeysendInvoiceTests {
    private let receiver = SecretKey.named("receiver")
    private let other = SecretKey.named("other")

    private var offerRecords: [TLVRecord] {
        [
            TLVRecord(type: 10, value: Array("tea".utf8)), TLVRecord(type: 22, value: receiver.publicKey.bytes),
            TLVRecord(type: SaltOfferRecords.unique_salt, value: MaskingTests.salt),
        ]
    }

    private func subject(
        _ more: [TLVRecord] = [],
        without missing: UInt64? = nil,
        form: KeysendInvoice.Form = .recommended,
        signedAs messagename: String = "invoice",
        by key: SecretKey? = nil
    ) throws -> KeysendInvoiceOfOffer {
        let records = (offerRecords + [TLVRecord(type: 176, value: receiver.publicKey.bytes)] + more)
            .filter { $0.type != missing }
        let unsigned = TLVStream(sorting: records)
        let signature = try #require(
            Bolt12Signature(unsigned, messagename: messagename, key: key ?? receiver)
        )
        let profile = try profile()
        var reading = Validation(.strict)
        let bytes = signature.added(to: unsigned).bytes
        return KeysendInvoiceOfOffer(
            invoice: KeysendInvoice(form: form, records: try StaticInvoice.read(bytes[...], profile, &reading)),
            offer: try Offer.read(TLVStream(sorting: offerRecords).bytes[...], &reading)
        )
    }

    private func profile() throws -> Profile {
        var store = try ProfileStore(folder: "\(Project.root)/Spec/profiles")
        return try store.profile("blip66-draft")
    }

    private func broken(_ subject: KeysendInvoiceOfOffer) -> [RequirementID] {
        var validation = Validation(.collecting)
        try? validation.apply(KeysendInvoiceChecks.ofWriter + KeysendInvoiceChecks.ofReader, to: subject)
        return validation.findings.map(\.requirement)
    }

    @Test func anInvoiceOfTheOffersKeyIsAccepted() throws {
        #expect(broken(try subject()).isEmpty)
        #expect(broken(try subject(form: .static_invoice, signedAs: "static_invoice")).isEmpty)
    }

    @Test func aSignatureByAnotherKeyOrUnderAnotherNameIsRejected() throws {
        #expect(broken(try subject(by: other)) == ["SALT-7", "SALT-20"])
        #expect(broken(try subject(signedAs: "static_invoice")) == ["SALT-7", "SALT-20"])
        #expect(broken(try subject(form: .static_invoice)) == ["SALT-7", "SALT-20"])
    }

    @Test func anInvoiceWithAPaymentHashIsTheWritersFault() throws {
        #expect(broken(try subject([TLVRecord(type: 168, value: MaskingTests.secret)])) == ["SALT-7"])
    }

    @Test func anInvoiceRepeatsItsOffer() throws {
        #expect(broken(try subject(without: SaltOfferRecords.unique_salt)) == ["SALT-7"])
        #expect(broken(try subject([TLVRecord(type: 10, value: [1])])) == ["SALT-7"])
        #expect(broken(try subject([TLVRecord(type: 18, value: [1])])) == ["SALT-7"])
    }

    @Test func theTwoFormsHaveMessagesOfTheirOwn() throws {
        #expect(KeysendInvoice.Form.invoice.messageType(try profile()) == 66)
        #expect(KeysendInvoice.Form.static_invoice.messageType(try profile()) == 70)
    }
}

extension SecretKey {
    /// A key that comes from words.
    fileprivate static func named(_ name: String) -> SecretKey {
        var randomness = SeededRandomness(seed: name)
        return randomness.secretKey()
    }
}

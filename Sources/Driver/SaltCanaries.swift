internal import StrictJSON

/// Canaries of the operations of the salt/secret scheme: the anchor of the default reading, and a path in which every point is
/// the generator. What is to be rejected is of no size that any reading has.
enum SaltCanaries {
    static let table: [String: [Canary]] = [
        "salt.mask": [.acceptAndReject(masking(salt: salt), masking(salt: ""), "SALT-1", "SALT-1")],
        "salt.seal": [.acceptAndReject(sealing(maskedSecret), sealing(""), "SALT-13", "SALT-13")],
        "salt.open": [.acceptAndReject(opening(sealed), opening(String(sealed.dropLast(2))), "SALT-13", "SALT-13")],
        "salt.build_payloads": [.acceptAndReject(building(maskedSecret), building(""), "SALT-10", "SALT-10")],
    ]

    private static let secret = String(repeating: "11", count: 16) + String(repeating: "22", count: 16)
    private static let salt = "000102030405060708090a0b0c0d0e0f"
    private static let maskedSecret = "ed39e2bf683b63c0b3b830561478bc88"

    /// `Canaries.path("00")` under RA, sealed with a program that is not of this suite.
    private static let sealed =
        "62296b21177864b73cef458133cba9074588fb1ea1aa7ac2073c61986827a04abbc2973adbde7655386044a234a80287"
        + "abba3ae8491c72b3cdea2003628c090ee60c582b9321969915c027f57034653034a5a2574afbb5d583232d4a416a814b"
        + "afe96da128a8093eb2f7aeed9cc73252af6bc2fb03700b"

    private static func masking(salt: String) -> JSON {
        ["reading": "SB16", "counterparty_secret": .string(secret), "unique_salt": .string(salt)]
    }

    private static func sealing(_ maskedSecret: String) -> JSON {
        [
            "sealing": "RA", "encrypted_counterparty_secret": .string(maskedSecret),
            "reply_path": Canaries.pathJSON("00"),
        ]
    }

    private static func opening(_ sealed: String) -> JSON {
        ["sealing": "RA", "encrypted_counterparty_secret": .string(maskedSecret), "sealed": .string(sealed)]
    }

    private static func building(_ maskedSecret: String) -> JSON {
        [
            "sealing": "RA", "pre_hops": [], "path": Canaries.pathJSON("00", "01"), "unique_salt": .string(salt),
            "encrypted_counterparty_secret": .string(maskedSecret), "reply_path": Canaries.pathJSON("00"),
            "invoice_request": "0000",
        ]
    }
}

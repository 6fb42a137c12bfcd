/// The packets of 1366 bytes that the canaries of `om.peel` open: a payload with record 4, and room to spare. They come from
/// `om.build` of the adapter in Python.
enum OnionCanaryPacket {
    /// A packet for a reader without a key of its own, and for one with it: record 4 is `OnionCanaries.sealed` or
    /// `OnionCanaries.sealedWithKey`.
    struct Packet {
        let keyless: String
        let keyed: String
    }

    /// Record 4 alone. It has no content, so that it is for those alone who open a layer without judging it.
    static let opened = Packet(
        keyless: packet(
            "2f998c" + sealed,
            hmac: "29a7075f2faf9631a6eb0c94d99c67af6543aa4be7157a66b801ecea89c9e03f"
        ),
        keyed: packet(
            "2f998c" + sealedWithKey,
            hmac: "8dc2611fe3c8776a1e858a40f843182e04b550d8e9b5b1a9029b7dc802c749ed"
        )
    )
    /// Behind it the invoice request of the canaries, record 64.
    static let classified = Packet(
        keyless: packet(
            "8f998c" + sealed + content,
            hmac: "6d31282fa19ac1e0f1b52cb3baee170f4edb52471c4fc35f6de10eb3f9bace16"
        ),
        keyed: packet(
            "8f998c" + sealedWithKey + content,
            hmac: "956b0908360698bbc322bcbac26eac3aa9d8629fb81b3178b99dfd2c7af2a8f1"
        )
    )

    // The value of record 4 under the packet's stream.
    private static let sealed = "ae0996a613f50f395b129fc1f852761f"
    private static let sealedWithKey = "75339d17d418b84610f81be746a68618"

    /// The packet that begins so behind its header, with what stays of the padding.
    private static func packet(_ start: String, hmac: String) -> String {
        "00\(Canaries.Key.generator)\(start)\(padding.suffix(2600 - start.count))\(hmac)"
    }

    /// Record 64 and the next HMAC, zeros, under the packet's stream.
    private static let content = """
        4c2058bd91ab718efd8dd7181c7c18c337d0d8e16e9fe613969e0d752d736f6dca14ea93e398cb7aeee6b3d9936afc9fb637\
        54e0ff47ae6967a74c556a5a3ca3c435d000eef8c8579dd1f113ecb654cf7e0aaf72f4fa98f6777b994f501dffc7b6cf68ef\
        6bb1b876dbe35bd0aba35d323b086241af39ad4d5079f711165fc43436f09f8aab58184336d0ba508380dc6edc756bf7f697\
        df9149deb6e0b916e03e4723421d578d493d2d7a564a4e9b4428006ed44c4c731d8ca098534541e7a217
        """

    private static let padding = """
        0cbe58b591aa738df988d11f167a7bac51b6bd8478bee46a28f8738cf1c8c338afbcae2fd8805684204981e7ec337cb7fc03\
        ac27dbc317798558fcd6bc4d09b58949734fef8a566529a5e2a3c6452ffcdf26d1742d598352ddd1ae637c1742d8d40ff231\
        45353d6a5dac94b5a450aa577d62bf4f017ddf1e05b7e04f3e886a7c531c846655a805338c911d3ac60439d0809dcb4f9c4b\
        2301b2205c2932ee8764dacf7c1e626fe94be6f1253ca078d4cd0fc7e74fb602f093433e5deb93b7c88a62cca0f188a3b15e\
        96ebd27a7cd6f99ad071dc440bdaf8ad7e59ee8287bbc8518bf3e15e1999da16a923158e83f7e57417577b710d545e7e69a4\
        abbbf826cff2bab2f97f5dd4a063a64e78fcc90e3d6feedfa79f8f7889b719b3a3bc1faacea02b183489e43d860fc931c983\
        163cf8869d176ded133b315f8c2f89a869c4ef46e01555b0c9cb3a8ee0dc11bedb5299e56066861cb57449ff9d7794728ce4\
        c43ec0ccc31e6f83a150c0068f66c71c5a76d0314d846a43c59b316fe77e98fb8d2e2427ecdc8d5430207ba33533b702dcce\
        6663529297b384427f072aaa3a13aba8c68a50b0164a4210adc25c898cbbe5a185e9f00f1358e6b4e2ba08059a3e8a956e8e\
        6f17508607367bf9c0dc0ca6a30a43668a4d8442139a85a5a127c674f59877adab0570a956936facc738df0d4cb04900a045\
        b71529749d9ffae12c0cff4ee1d0e91a52bf13de383f5dc7eb5af0080589919f156096419d4d71689a09db751a62c9fa5d74\
        a90813a9daed320008b4df4e26f9cb336c088cbfe3013fab17a70c9b930a22694f8cecc05b21cb32d24fca1d15aaec9db55b\
        ad82477a26fe65692fd8ff2bc1387680387ed2f3881ba9b19b36269627e497ed1893e6d5c0c80e786af19b777fb2fa507f19\
        b53be9de80e85f86a46c07b874f092fa3c340a3fadbf62adac6b25adf98084c895a4a111adc32d328b73ca3f311495d77353\
        43b70eea0923ed7beb1183a1065168c9407e186af98e7d76f27b577ec97cf24fa325aec3ba3ae588d2471e0365a4122c7044\
        55d8ec7a9a4f720255846f6a1a6c4b7b78cd56996ba0c40ee05d9981185a511397d777a10457ece8bf5cdcfec2ed90b1c97d\
        c52dc8a8290443a57e5e6e1006ee7427fb424f6e8685544e78abcdd614351c0bd6a90b082d28f936985226fb32fd53d403bf\
        b3e7e6e48ec8fbd067b730a67573ce9762b07894beeab248b678f53210f7d93ae12454ada03bf0ab58d1bc28133e3f0aaa1a\
        6d4cb058d9c2cb8329c10dff6c314d09849cb8c17697d972bc9e5df18fa6f13be6204e75c83eda46a3e888fde0b7deb6c998\
        d2ad027d370aa5215c2358633f5d6bd5acea0746d9fb32ed607b5413a3a8f25eae9b23d38e4f47e1bcddee4d6682d121243b\
        6c3513941474b840f48446bbd0541b200a0221e7ff92af28a12457b59c178759b0716ee21621f11cec74dd943679733ad6f7\
        abd973428307e1f3250a841cbe6bcdb32987d3b745d9178515c942d97e81a594405bcbe730338b99556b13d4bb1f5b7123fe\
        802ddd67426610a456147fb9159cafab3ac0cbf95aa292c974686c7803c05a09523440134a8f7f8990876a3f35d67c724989\
        c81abe8375b3d9b4a519461e189527e52109475fad68a58570a48a2cc0116aa6d0bd029f4e1611be5cf17bc1480208e9b076\
        e4855d12b346b809c3fb064739c0d40266fdd890e6cf400aef7ba03d04c6d999d171e8002c4ee8f1211d77306769e5b64399\
        db2d2189a92b70f7316c7bf7f1d167f7f0971bdd2cd1e6294f8fb4888faf4f
        """
}

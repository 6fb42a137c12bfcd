internal import Lightning
package import Primitives

/// A node of a scenario: one that the runner plays, or the implementation under test.
package struct ScenarioActor: Sendable {
    package static let underTest = "iut"

    package let name: String
    package let node_key: SecretKey
    package let node_id: PublicKey

    /// The key comes from the name alone, so that a transcript can be read beside another.
    package init(_ name: String) {
        self.name = name
        var keys = SeededRandomness(seed: "scenario actor \(name)")
        node_key = keys.secretKey()
        node_id = node_key.publicKey
    }

    /// Signs the actor's invoices and requests.
    package var signing_key: SecretKey {
        var keys = SeededRandomness(seed: "scenario actor \(name) signs")
        return keys.secretKey()
    }

    /// With which the implementation under test seals its own hops, under a profile that has such a key.
    var receive_auth_key: Bytes32 {
        var keys = SeededRandomness(seed: "scenario actor \(name) receives")
        return keys.next32()
    }

    var messageNode: MessageNode { MessageNode(node_key: node_key) }
}

extension ScenarioChain {
    var hash: Bytes32 {
        switch self {
        case .bitcoin: Chain.bitcoin
        case .testnet: Chain.testnet
        case .regtest: Chain.regtest
        }
    }
}

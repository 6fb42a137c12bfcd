package import Catalogue
package import Lightning
package import Primitives
internal import InvoiceServer
internal import Reference
package import Rules
package import SaltSecret
package import StrictJSON
internal import Wire

/// What `blip66 inspect` shows: an object's records, and what every applicable check says of it.
package struct Inspection: Sendable {
    /// The kinds of object that can be inspected.
    package enum Kind: String, CaseIterable, Sendable {
        case tlv
        case offer
        case invoiceRequest = "invoice-request"
        case staticInvoice = "static-invoice"
        case path
        case onion
        /// Of bLIP-66 or of an async payment.
        case message
        /// The last hop's, in a payment onion.
        case payload
        /// Records of the older scheme: those of an offer, or those of a hop's payload.
        case salt
    }

    /// Secret keys, for objects that are closed without them.
    package struct Keys: Sendable {
        /// The hops of a path, or the node that got an onion.
        package let nodes: [MessageNode]
        /// The key that came with an onion.
        package let path_key: PublicKey?
        /// What a reply path of the older scheme is sealed with, and how.
        package let sealing: (sealing: Sealing, encrypted_counterparty_secret: [UInt8])?

        package init(
            nodes: [MessageNode] = [],
            path_key: PublicKey? = nil,
            sealing: (sealing: Sealing, encrypted_counterparty_secret: [UInt8])? = nil
        ) {
            self.nodes = nodes
            self.path_key = path_key
            self.sealing = sealing
        }
    }

    package struct Context: Sendable {
        package let profile: Profile
        /// Seconds since the epoch.
        package let now: UInt64
        /// `nil`: the object's own chain.
        package let chain: Bytes32Text?
        /// Further members of the request's `in`, such as `offer`.
        package let more: [(String, JSON)]
        package let keys: Keys

        package init(
            profile: Profile,
            now: UInt64,
            chain: Bytes32Text? = nil,
            more: [(String, JSON)] = [],
            keys: Keys = Keys()
        ) {
            self.profile = profile
            self.now = now
            self.chain = chain
            self.more = more
            self.keys = keys
        }
    }

    /// A chain hash in hexadecimal.
    package typealias Bytes32Text = String

    package let text: String
    /// Whether some check rejects the object, or it cannot be read.
    package let isRejected: Bool
    /// What is wrong with the question itself, such as an offer beside it that cannot be read. Then nothing was judged.
    package let misunderstanding: String?

    /// - `bytes`: the object's stream.
    /// - `text`: the object as it was typed, where that is judged too (offers).
    package init(
        _ kind: Kind,
        bytes: [UInt8],
        text: String?,
        _ context: Context,
        _ catalogue: RequirementCatalogue
    ) {
        self.init(InspectionReport(kind: kind, bytes: bytes, typed: text, context: context, catalogue: catalogue))
    }

    init(_ page: InspectionReport) {
        text = page.text
        isRejected = page.isRejected
        misunderstanding = page.misunderstanding
    }
}

extension Inspection {
    /// The names of the messages that can be inspected.
    package static func messages(_ profile: Profile) -> [String] { MessageForm.all(profile).map(\.name) }

    /// The hash of a chain by the name that pages use for it.
    package static func chainHash(named name: String) -> String? {
        ValueText.chainNames.first { $0.value == name.lowercased() }?.key
    }
}

/// What is wrong with an encoding, where, and in words.
package struct WireError: Error, Hashable, Sendable {
    /// The kinds of fault that an encoding can have. Each violates one requirement and belongs to one reason class.
    package enum Fault: Hashable, Sendable, CaseIterable {
        case bigSizeNotMinimal
        case bigSizeTruncated
        case typeNotIncreasing
        case typeRepeated
        case lengthPastEnd
        case skippedLengthPastEnd
        case unknownEvenType
        case valueLength
        case integerNotMinimal
        case point
        case shortChannelIDDirection
        case text
        case amount
        case letterCase
        case continuation
        case character
        case prefix
        case padding
    }

    package let fault: Fault
    /// Bytes (characters, in the text form of offers) before the fault, counted from the start of the whole input.
    package let offset: Int
    /// A sentence for the person who made the input.
    package let detail: String
    /// The members of a structure that lead to the fault, from the outermost inwards.
    package private(set) var members: [String] = []

    package init(_ fault: Fault, at offset: Int, _ detail: String) {
        self.fault = fault
        self.offset = offset
        self.detail = detail
    }

    /// The fault as one of a member of a larger structure.
    package func within(_ member: String) -> WireError {
        var copy = self
        copy.members.insert(member, at: 0)
        return copy
    }
}

extension WireError.Fault {
    /// The requirement that an input with this fault violates (`Spec/bolt01-tlv.json`, `Spec/bolt12-static-invoice.json`).
    package var requirement: String {
        switch self {
        case .bigSizeNotMinimal: "B1-BS-1"
        case .bigSizeTruncated: "B1-BS-2"
        case .typeNotIncreasing: "B1-TLV-1"
        case .typeRepeated: "B1-TLV-2"
        case .lengthPastEnd: "B1-TLV-3"
        case .skippedLengthPastEnd: "B1-TLV-9"
        case .unknownEvenType: "B1-TLV-6"
        case .valueLength: "B1-TLV-4"
        case .integerNotMinimal: "B1-TLV-5"
        case .point: "B1-T-2"
        case .shortChannelIDDirection: "B1-T-3"
        case .text: "B1-T-4"
        case .amount: "B1-T-5"
        case .letterCase: "B12-ENC-1"
        case .continuation: "B12-ENC-2"
        case .character: "B12-ENC-3"
        case .prefix: "B12-ENC-4"
        case .padding: "B12-ENC-5"
        }
    }

    /// The reason class of the adapter protocol.
    package var reason: String {
        switch self {
        case .bigSizeNotMinimal: "tlv.noncanonical"
        case .bigSizeTruncated, .lengthPastEnd, .skippedLengthPastEnd: "tlv.truncated"
        case .typeNotIncreasing, .typeRepeated: "tlv.order"
        case .unknownEvenType: "tlv.unknown_even"
        case .valueLength: "tlv.length"
        case .integerNotMinimal: "tlv.minimal"
        case .point, .shortChannelIDDirection: "point"
        case .text: "utf8"
        case .amount: "tlv.range"
        case .letterCase, .continuation, .character, .prefix, .padding: "bech32"
        }
    }
}

/// Receives the faults that a reader meets. A strict handler throws the first; a collecting one notes each and returns,
/// so that the reader goes on as far as the input still makes sense.
package typealias FaultHandler = (WireError) throws(WireError) -> Void

/// The handler of a strict reader.
package func throwFault(_ error: WireError) throws(WireError) { throw error }

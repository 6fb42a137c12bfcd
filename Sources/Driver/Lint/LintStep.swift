/// The steps of `blip66 lint`, in order.
package enum LintStep: String, Hashable, Sendable, CaseIterable {
    case hello
    case helloWithMore
    case helloWithTables
    case plainRequest
    case unknownOperation
    case unknownMembers
    case missingMember
    case wrongType
    case upperCaseHex
    case largeID
    case longLine
    case repeated
    case halves
    case atOnce
    case notJSON
    case emptyLine
    case duplicateKeys
    case deepNesting
    case end

    /// What it asks of an adapter.
    package var title: String {
        switch self {
        case .hello: "hello says who the adapter is and what it can do"
        case .helloWithMore:
            "hello with unknown members and with a later protocol version is answered the same"
        case .helloWithTables: "hello may carry the tables of profiles"
        case .plainRequest: "a plain request of a declared operation is accepted"
        case .unknownOperation: "an unknown operation is skipped"
        case .unknownMembers: "unknown members are ignored"
        case .missingMember: "a request that lacks a member is an error, never a verdict"
        case .wrongType: "a member of a wrong type is an error, never a verdict"
        case .upperCaseHex: "upper-case hex is an error"
        case .largeID: "the id comes back as it is, up to 2^53 - 1"
        case .longLine: "a line of a megabyte is read whole"
        case .repeated: "repeat is timed"
        case .halves: "a request that comes in two pieces is one request"
        case .atOnce: "requests that come at once are answered one by one"
        case .notJSON: "a line that is not JSON is an error without an id, and the adapter goes on"
        case .emptyLine: "an empty line is an error without an id"
        case .duplicateKeys: "an object with a duplicate key is an error"
        case .deepNesting: "deep nesting does not end the adapter"
        case .end: "it ends with its input, and wrote nothing but answers"
        }
    }

    /// Whether it needs one process that gets several lines.
    var needsLongLife: Bool { self == .atOnce || self == .emptyLine }

    /// Whether it needs a request that is known to be accepted.
    var needsSample: Bool {
        switch self {
        case .plainRequest, .unknownMembers, .missingMember, .wrongType, .upperCaseHex, .largeID, .longLine, .repeated,
            .halves, .atOnce, .duplicateKeys, .deepNesting:
            true
        case .hello, .helloWithMore, .helloWithTables, .unknownOperation, .notJSON, .emptyLine, .end: false
        }
    }
}

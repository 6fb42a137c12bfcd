/// A JSON value. Objects keep the order of their members.
package enum JSON: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case real(Double)
    case string(String)
    case array([JSON])
    case object(JSONObject)

    /// Text is the same when its bytes are: `String` would take composed and decomposed characters for one another, and what
    /// is compared here is what an implementation read from a stream.
    package static func == (left: JSON, right: JSON) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.real(let left), .real(let right)): left == right
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }
}

/// The members of a JSON object, in order, each key once.
package struct JSONObject: Hashable, Sendable {
    package private(set) var members: [Member]
    /// Where each key stands; empty while there are so few members that looking along them is quicker.
    private var indexOfKey: [String: Int]
    private static let mostWithoutTable = 16

    package struct Member: Hashable, Sendable {
        package let key: String
        package var value: JSON
    }

    package init() {
        members = []
        indexOfKey = [:]
    }

    package init(_ members: [(String, JSON)]) {
        self.init()
        for (key, value) in members { self[key] = value }
    }

    package var keys: [String] { members.map(\.key) }
    package var isEmpty: Bool { members.isEmpty }

    /// Setting a new key appends it; setting `nil` removes the member.
    package subscript(key: String) -> JSON? {
        get { index(of: key).map { members[$0].value } }
        set {
            switch (index(of: key), newValue) {
            case (let index?, let value?):
                members[index].value = value
            case (let index?, nil):
                members.remove(at: index)
                indexOfKey = [:]
                fillTable()
            case (nil, let value?):
                members.append(Member(key: key, value: value))
                if indexOfKey.isEmpty { fillTable() } else { indexOfKey[key] = members.count - 1 }
            case (nil, nil):
                break
            }
        }
    }

    private func index(of key: String) -> Int? {
        indexOfKey.isEmpty ? members.firstIndex { $0.key == key } : indexOfKey[key]
    }

    private mutating func fillTable() {
        guard members.count > Self.mostWithoutTable else { return }
        indexOfKey = Dictionary(uniqueKeysWithValues: zip(members.map(\.key), members.indices))
    }

    /// Two objects are equal when they have the same members, in whatever order.
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.count == right.members.count && left.members.allSatisfy { right[$0.key] == $0.value }
    }

    /// The order of the members takes no part, so their hashes are added up.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(members.reduce(0) { $0 &+ $1.hashValue })
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSON)...) { self = .object(JSONObject(elements)) }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }
}

extension JSON {
    /// What kind of value this is, in JSON's words.
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer: "an integer"
        case .real: "a number with a fraction"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    package var string: String? {
        if case .string(let value) = self { return value }
        return nil
    }

    package var integer: Int64? {
        if case .integer(let value) = self { return value }
        return nil
    }

    package var bool: Bool? {
        if case .bool(let value) = self { return value }
        return nil
    }

    package var array: [JSON]? {
        if case .array(let value) = self { return value }
        return nil
    }

    package var object: JSONObject? {
        if case .object(let value) = self { return value }
        return nil
    }

    /// The member of an object; `nil` for other values.
    package subscript(key: String) -> JSON? { object?[key] }
}

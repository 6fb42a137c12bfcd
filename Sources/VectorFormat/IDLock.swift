package import Catalogue
package import StrictJSON

/// `ids.lock.json`: every id that was ever given out. From the first tagged release on it only grows: a permanent id
/// stays with its case, and the id of a withdrawn case is never used again.
package struct IDLock: Hashable, Sendable {
    package static let file = "ids.lock.json"

    package enum State: Hashable, Sendable {
        /// Generated, not yet released: may still be renamed.
        case draft
        /// Released: belongs to this case for good.
        case permanent
        /// Released, found wrong, and taken back for the reason given.
        case withdrawn(reason: String)
    }

    /// Ids that were given out and do not fit what is generated.
    package struct Conflict: Error, Hashable, Sendable, CustomStringConvertible {
        package let id: String
        package let detail: String

        package var description: String { "\(id): \(detail)" }
    }

    package private(set) var states: [String: State]

    package init(_ states: [String: State] = [:]) { self.states = states }

    /// The lock for these ids: drafts follow what is generated, the rest stays.
    package func updated(with generated: Set<String>) throws(Conflict) -> IDLock {
        var updated = states.filter { $0.value != .draft }
        for (id, state) in updated.sorted(by: { $0.key < $1.key }) {
            switch state {
            case .permanent where !generated.contains(id):
                throw Conflict(id: id, detail: "the id is permanent and its case is no longer generated")
            case .withdrawn where generated.contains(id):
                throw Conflict(id: id, detail: "the id was withdrawn and cannot be used again")
            default: break
            }
        }
        for id in generated where updated[id] == nil { updated[id] = .draft }
        return IDLock(updated)
    }

    package var json: JSON {
        let entries = states.sorted { $0.key < $1.key }.map { id, state -> JSON in
            switch state {
            case .draft: ["id": .string(id), "state": "draft"]
            case .permanent: ["id": .string(id), "state": "permanent"]
            case .withdrawn(let reason): ["id": .string(id), "state": "withdrawn", "reason": .string(reason)]
            }
        }
        return ["format": .integer(VectorFamily.format), "ids": .array(entries)]
    }

    /// Reads the lock of a folder of vectors; an empty one where there is none yet.
    package static func read(folder: String) throws(FileError) -> IDLock {
        let path = "\(folder)/\(file)"
        guard Files.exists(path) else { return IDLock() }
        let reader = JSONReader(try Files.readJSON(path), path: "lock")
        do {
            return try IDLock(reader)
        } catch {
            throw FileError(path: path, "\(error)")
        }
    }

    private init(_ reader: JSONReader) throws(JSONShapeError) {
        states = [:]
        for element in try reader.member("ids").elements() {
            let id = try element.member("id").string()
            guard states[id] == nil else { throw element.fail("the id \(id) stands twice") }
            let state = try element.member("state")
            switch try state.string() {
            case "draft": states[id] = .draft
            case "permanent": states[id] = .permanent
            case "withdrawn": states[id] = .withdrawn(reason: try element.member("reason").string())
            case let other: throw state.fail("draft, permanent or withdrawn is needed, this is \"\(other)\"")
            }
        }
    }
}

import Catalogue
import Driver
import Reference
import Rules
import Scenarios
import StrictJSON
import VectorFormat
import VectorValidation

/// Readers of files, of an adapter's lines, and of a runner's.
let fileTargets = [
    FuzzTarget("json", longest: 4096) { bytes in
        guard let json = try? JSON.parse(bytes) else { return }
        let again = try? JSON.parse(json.line)
        require(json == again || again == nil && hasReal(json), "a value that is read is written again as it was")
        let written = (json.line + json.pretty).unicodeScalars
        require(written.allSatisfy { $0 == "\n" || !drivesTerminal($0) }, "nothing that drives a terminal is written")
    },
    file("vector-file") { reader in
        let family = try VectorFamily(reader)
        let again = try VectorFamily(JSONReader(family.json, path: "family"))
        require(family == again, "a family that is read is written again as it was")
        _ = try? RunPlan(families: [family])
    },
    file("scenario-file") { _ = try ScenarioFamily($0) },
    file("profile-file") { reader in
        _ = try ProfileFile.decode(reader.value)
        _ = ProfileFile.completed(reader.value, by: [:])
    },
    file("readings-file") { _ = try Readings($0) },
    file("baseline-file") { reader in
        let baseline = try Baseline(reader)
        let again = try Baseline(JSONReader(baseline.json, path: "baseline"))
        require(baseline == again, "a baseline that is read is written again as it was")
    },
    file("report-file") { reader in
        let run = try RunResult(reader)
        _ = run.json.pretty
        _ = run.exitStatus
    },
    file("official-file") { reader in
        for name in OfficialSuite.files { _ = OfficialSuite.problems(in: reader.value, as: name, FuzzData.profiles[0]) }
    },
    FuzzTarget("answer-line", longest: 4096) { bytes in
        guard let answer = try? AnswerLine.read(bytes, awaiting: 1) else { return }
        if case .reject(let reason, let detail) = answer {
            require(harmless(reason) && harmless(detail), "no text of an adapter drives a terminal")
        }
    },
    // A whole run of requests, one a line: what an operation keeps, the next meets.
    FuzzTarget("serve", longest: 16_384) { bytes in
        var session = FuzzData.session
        for line in bytes.split(separator: UInt8(ascii: "\n")).prefix(8) {
            // Millions of repetitions are asked for by intention, and take their time.
            if String(decoding: line, as: UTF8.self).contains("repeat") { continue }
            let answer = session.answer(line)
            require((try? JSON.parse(answer))?["outcome"]?.string != nil, "every line is answered")
        }
    },
]

/// A target that is a reader of JSON.
private func file(_ name: String, _ read: @escaping @Sendable (JSONReader) throws -> Void) -> FuzzTarget {
    FuzzTarget(name, longest: 16_384) { bytes in
        guard let json = try? JSON.parse(bytes) else { return }
        try? read(JSONReader(json, path: "file"))
    }
}

private func harmless(_ text: String) -> Bool { PrintableText.block(text) == text }

/// Controls, marks of direction and line ends of another kind. JSON holds letters that are assigned to nothing as they are; words in a
/// report do not.
private func drivesTerminal(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
}

/// A number with a fraction may be written in a form that is out of jansson's range.
private func hasReal(_ json: JSON) -> Bool {
    switch json {
    case .real: true
    case .array(let elements): elements.contains(where: hasReal)
    case .object(let object): object.members.contains { hasReal($0.value) }
    default: false
    }
}

/// What targets need of the project's files.
enum FuzzData {
    static let store: ProfileStore = {
        do {
            return try ProfileStore(folder: ProjectFiles.locate().profiles)
        } catch {
            fatalError("\(error)")
        }
    }()

    static let profiles = store.names.compactMap { store.profiles[$0] }

    static var session: ServeSession {
        let store = store
        return ServeSession(
            table: .reference,
            parties: .reference,
            version: "0",
            profiles: store.profiles,
            defaultProfile: ProfileStore.defaultName,
            decodeProfile: { json, path throws(JSONShapeError) in try store.decodeReceived(json, path: path) }
        )
    }
}

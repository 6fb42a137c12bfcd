import ArgumentParser
internal import Catalogue

/// `blip66 spec readings`: what the texts leave open.
struct SpecReadings: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "readings",
        abstract: "List the points that the texts leave open, or show one.",
        discussion: """
            Each line has the reading's name, its kind, the alternative that the suite takes, and its title. \
            Spec/\(Readings.pageFile) explains the kinds and what they mean for a run.
            """
    )

    @Argument(help: "The reading, such as C-30; all of them without it.")
    var id: String?

    @Flag(help: "Print the page Spec/\(Readings.pageFile).")
    var markdown = false

    func validate() throws {
        guard !markdown || id == nil else {
            throw ValidationError("--markdown prints all readings; leave \(id ?? "") out")
        }
    }

    func run() throws {
        let readings = try Readings(specFolder: ProjectFiles.locate().spec)
        if markdown {
            print(readings.markdown, terminator: "")
        } else if let id {
            guard let reading = readings[id] else {
                throw ValidationError("there is no reading \"\(id)\"; `blip66 spec readings` lists them")
            }
            show(reading, in: readings)
        } else {
            list(readings)
        }
    }

    private func list(_ readings: Readings) {
        for section in readings.sections {
            print(section.title)
            for reading in section.readings {
                print(
                    "  \(padded(reading.id, 5))  \(padded(reading.kind.rawValue, 9))  \(reading.taken)  \(reading.title)"
                )
            }
        }
        print("\(readings.entries.count) readings")
    }

    private func show(_ reading: Reading, in readings: Readings) {
        print("\(reading.id): \(reading.title) (\(reading.kind.rawValue))\n")
        print("\(reading.question)\n")
        for alternative in reading.alternatives {
            print("  \(alternative.id == reading.taken ? "*" : " ") \(alternative.id)  \(alternative.says)")
        }
        print("\n* taken: \(reading.why)")
        switch reading.ground {
        case .settledBy(let settledBy): print("\nsettled by: \(settledBy)")
        case .free: break
        case .dialect(let reason): print("\na dialect: \(reason)")
        }
        print("\nbears on: \(reading.requirements.map(\.rawValue).joined(separator: ", "))")
        if let origin = reading.splitFrom { print("split from: \(origin)") }
        let parts = readings.entries.filter { $0.splitFrom == reading.id }.map(\.id)
        if !parts.isEmpty { print("split into: \(parts.joined(separator: ", "))") }
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}

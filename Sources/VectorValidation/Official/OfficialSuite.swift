package import Catalogue
package import Rules
package import StrictJSON

/// The vectors that come with the BOLTs, run on the reference in process.
package enum OfficialSuite {
    /// What came of one file.
    package struct Report: Sendable {
        package let file: String
        /// Cases in the file, and those that were run: anything but equal is a defect.
        package let found: Int
        package let run: Int
        /// Values compared with the file's.
        package let compared: Int
        package let problems: [String]
        /// Why the file is left out, if it is.
        package let leftOut: String?
    }

    /// A file that is covered: its path in a checkout of lightning/bolts, and how it is run.
    struct Covered: Sendable {
        let file: String
        let run: @Sendable (JSONReader, Profile, inout Tally) throws -> Void
    }

    static let covered = [
        Covered(file: "bolt04/onion-test.json", run: runPaymentOnion),
        Covered(file: "bolt04/route-blinding-test.json", run: runRouteBlinding),
        Covered(file: "bolt04/blinded-onion-message-onion-test.json", run: runOnionMessage),
        Covered(file: "bolt04/blinded-payment-onion-test.json", run: runBlindedPaymentOnion),
        Covered(file: "bolt12/format-string-test.json", run: runFormatStrings),
        Covered(file: "bolt12/offers-test.json", run: runOffers),
        Covered(file: "bolt12/signature-test.json", run: runSignatures),
    ]

    static let outOfScope = [
        "bolt04/onion-error-test.json": "errors that travel back along a payment's route: no static invoice needs them",
        "bolt02/": "channel messages: no part of this protocol",
        "bolt07/": "gossip queries: no part of this protocol",
    ]

    /// Runs all files of a checkout of lightning/bolts. A covered file that is missing, and a file that is neither covered
    /// nor listed as out of scope, are problems.
    package static func run(folder: String, profile: Profile) throws(FileError) -> [Report] {
        let files = try Files.list(folder, ending: ".json")
        var reports: [Report] = []
        for entry in covered {
            if files.contains(entry.file) {
                reports.append(run(entry, "\(folder)/\(entry.file)", profile))
            } else {
                reports.append(failure(entry.file, "the file is missing"))
            }
        }
        for file in files where !covered.contains(where: { $0.file == file }) {
            if let reason = outOfScope.first(where: { file.hasPrefix($0.key) })?.value {
                reports.append(Report(file: file, found: 0, run: 0, compared: 0, problems: [], leftOut: reason))
            } else {
                reports.append(failure(file, "the file is not known to this suite"))
            }
        }
        return reports
    }

    private static func run(_ entry: Covered, _ path: String, _ profile: Profile) -> Report {
        var tally = Tally()
        do {
            try entry.run(JSONReader(try Files.readJSON(path), path: "file"), profile, &tally)
        } catch {
            tally.complain("\(error)")
        }
        return Report(
            file: entry.file,
            found: tally.found,
            run: tally.run,
            compared: tally.compared,
            problems: tally.problems,
            leftOut: nil
        )
    }

    /// The files that are covered.
    package static var files: [String] { covered.map(\.file) }

    /// What is wrong with a file that is read as the covered one of this name.
    package static func problems(in json: JSON, as file: String, _ profile: Profile) -> [String] {
        guard let entry = covered.first(where: { $0.file == file }) else {
            return ["the file is not known to this suite"]
        }
        var tally = Tally()
        do {
            try entry.run(JSONReader(json, path: "file"), profile, &tally)
        } catch {
            tally.complain("\(error)")
        }
        return tally.problems + (tally.found == tally.run ? [] : ["\(tally.found) cases found, \(tally.run) run"])
    }

    private static func failure(_ file: String, _ problem: String) -> Report {
        Report(file: file, found: 0, run: 0, compared: 0, problems: [problem], leftOut: nil)
    }

    /// Counts what was compared and keeps what differed.
    package struct Tally: Sendable {
        package fileprivate(set) var found = 0
        package fileprivate(set) var run = 0
        package fileprivate(set) var compared = 0
        package fileprivate(set) var problems: [String] = []
        private var name = ""

        mutating func announce(cases: Int) { found += cases }

        /// Starts a case; what follows is reported under its name.
        mutating func start(_ name: String) {
            run += 1
            self.name = name
        }

        mutating func complain(_ problem: String) { problems.append(name.isEmpty ? problem : "\(name): \(problem)") }

        mutating func compare<Value: Equatable>(_ what: String, _ got: Value?, _ wanted: Value) {
            compared += 1
            guard got != wanted else { return }
            complain("\(what) is \(got.map { "\($0)" } ?? "absent"), the file says \(wanted)")
        }

        mutating func require(_ what: String, _ holds: Bool) {
            compared += 1
            if !holds { complain(what) }
        }
    }
}

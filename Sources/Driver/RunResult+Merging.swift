package import Catalogue
package import Rules

extension RunResult {
    /// Draws what follows from the cases of all families: readings, the catalogue's entries, what was required, and how the
    /// baseline fits.
    package mutating func conclude(
        _ catalogue: [RequirementID: Requirement],
        _ readings: Readings,
        layers: Set<String>
    ) {
        let positions = Dictionary(cases.map { ($0.id, $0.number) }, uniquingKeysWith: { first, _ in first })
        incidents.sort { left, right in
            (positions[left.caseID] ?? .max, left.caseID) < (positions[right.caseID] ?? .max, right.caseID)
        }
        requiredButNotExercised = RequireOption(layers, catalogue).notExercised(required, self)
        self.readings = ReadingResult.of(
            cases,
            readings,
            declared: Dictionary(declaredReadings.map { ($0.reading, $0) }, uniquingKeysWith: { first, _ in first })
        )
        let named = Set(cases.flatMap { $0.requirements + $0.violates + $0.accused } + canaries.compactMap(\.broken))
        let broken = cases.flatMap { $0.scenario?.violations.flatMap(\.requirements) ?? [] }
        requirements = catalogue.filter { named.contains($0.key) || broken.contains($0.key) }
    }

    /// One run out of the shards of it.
    ///
    /// - Throws: where they do not fit together.
    package static func merged(
        _ results: [RunResult],
        _ catalogue: [RequirementID: Requirement],
        _ readings: Readings
    ) throws(PlanError) -> RunResult {
        guard var merged = results.first else { throw PlanError("there is nothing to merge") }
        for other in results.dropFirst() { try merged.checkFits(other) }
        try checkShards(results)
        for other in results.dropFirst() { merged.add(other) }
        merged.shard = nil
        merged.families = families(results)
        merged.conclude(catalogue, readings, layers: Set(merged.required))
        return merged
    }

    private func checkFits(_ other: RunResult) throws(PlanError) {
        func check(_ what: String, _ isSame: Bool) throws(PlanError) {
            if !isSame { throw PlanError("the runs cannot be merged: \(what) differs") }
        }
        try check("the version of the suite", suite == other.suite)
        try check("what the adapter says of itself in hello", adapter == other.adapter)
        try check("the profile", profile == other.profile)
        try check("the command or an option that changes verdicts", rerun == other.rerun)
        try check("--require", required == other.required)
        try check("what is declared of readings", declaredReadings == other.declaredReadings)
        try check("the baseline", baseline?.file == other.baseline?.file)
    }

    /// All shards of one division, each once; or runs that are none.
    private static func checkShards(_ results: [RunResult]) throws(PlanError) {
        let shards = results.compactMap(\.shard).compactMap { Shard($0) }
        guard shards.count == results.count else {
            if shards.isEmpty, results.count == 1 { return }
            throw PlanError("only shards of a run can be merged: every file must come from check --shard I/N")
        }
        let count = shards[0].count
        guard shards.allSatisfy({ $0.count == count }) else {
            throw PlanError(
                "the shards are of different divisions: \(shards.map(\.description).joined(separator: ", "))"
            )
        }
        let missing = (1...count).filter { number in !shards.contains { $0.index == number } }
        guard missing.isEmpty else {
            throw PlanError("shards are missing: \(missing.map { "\($0)/\(count)" }.joined(separator: ", "))")
        }
        guard shards.count == count else { throw PlanError("a shard is there twice") }
    }

    private mutating func add(_ other: RunResult) {
        canaries = CanaryResult.merged(canaries + other.canaries)
        incidents += other.incidents
        for note in other.notes where !notes.contains(note) { notes.append(note) }
        times.add(other.times)
        elapsed = max(elapsed, other.elapsed)
        stop = stop ?? other.stop
        let problems = (baseline?.problems ?? []) + (other.baseline?.problems ?? [])
        baseline?.problems = Set(problems).sorted { ($0.entry, $0.detail) < ($1.entry, $1.detail) }
    }

    private static func families(_ results: [RunResult]) -> [FamilyResult] {
        var byName: [String: [FamilyResult]] = [:]
        for family in results.flatMap(\.families) { byName[family.name, default: []].append(family) }
        return byName.values.compactMap { parts -> FamilyResult? in
            parts.first?.with(parts.flatMap(\.cases).sorted { $0.number < $1.number })
        }
        .sorted { ($0.cases.first?.number ?? 0) < ($1.cases.first?.number ?? 0) }
    }
}

extension CanaryResult {
    /// Each name once, in order of names: what failed anywhere failed.
    static func merged(_ all: [CanaryResult]) -> [CanaryResult] {
        var byName: [String: CanaryResult] = [:]
        for canary in all
        where byName[canary.name] == nil || canary.verdict.weight > byName[canary.name]?.verdict.weight ?? 0 {
            byName[canary.name] = canary
        }
        return byName.values.sorted { $0.name < $1.name }
    }
}

extension CanaryResult.Verdict {
    fileprivate var weight: Int {
        switch self {
        case .passed: 0
        case .skipped: 1
        case .failed: 2
        }
    }
}

internal import InvoiceServer
internal import Lightning
internal import Rules
internal import StrictJSON

/// What the runner keeps in mind of a node that holds HTLCs, over restarts.
struct HolderScenarioState: Sendable {
    /// The height at which each HTLC ends, by its id.
    var ends: [UInt64: UInt64] = [:]
    var hashes: [UInt64: [UInt8]] = [:]
    var held: Set<UInt64> = []
    var committed: Set<UInt64> = []
    var removed: Set<UInt64> = []
    var forwarded: Set<UInt64> = []
    /// Failed back by the holder.
    var failed: Set<UInt64> = []
    /// The first path that was given for the release of each.
    var pathOf: [UInt64: BlindedPath] = [:]
    /// What outlives the process (ASY-H3), as it is now, and as it was at the last start.
    var written: Set<UInt64> = []
    var survivors: Set<UInt64> = []
    /// The HTLC for which each path for a release was given, and the HTLCs for which a release has come over such a path.
    var htlcOfPath: [[UInt8]: UInt64] = [:]
    var released: Set<UInt64> = []
}

/// Money is judged as it goes, whatever the step is about.
extension ScenarioExecutor {
    /// What was given out for the release of an HTLC, taken by a step or not.
    private mutating func noteReleasePaths(_ event: ReportedEvent) {
        guard let htlc_id = event.members["htlc_id"]?.string.flatMap({ UInt64($0) }) else { return }
        for element in event.members["paths"]?.array ?? [] {
            guard let value = try? BlindedPath.format.value(JSONReader(element, path: "paths")),
                let path = BlindedPath(value)
            else { continue }
            holder.htlcOfPath[path.encoding] = htlc_id
            holder.pathOf[htlc_id] = holder.pathOf[htlc_id] ?? path
        }
    }

    mutating func noteRelease(over path: BlindedPath?) {
        guard role == "holder", let path, let htlc_id = holder.htlcOfPath[path.encoding] else { return }
        holder.released.insert(htlc_id)
    }

    /// An HTLC goes on once, when both sides have committed to it, after its release where it is held, and while there is one.
    mutating func judgeHolder(_ event: ReportedEvent) {
        guard role == "holder" else { return }
        if event.name == "holder.revoke_and_ack" { return noteReleasePaths(event) }
        if event.name == "holder.fail", let htlc_id = event.members["htlc_id"]?.string.flatMap({ UInt64($0) }) {
            holder.failed.insert(htlc_id)
        }
        guard event.name == "holder.forward" else { return }
        guard let htlc_id = event.members["htlc_id"]?.string.flatMap({ UInt64($0) }), let end = holder.ends[htlc_id]
        else {
            return noteLoss("ASY-M4", "an HTLC that never came is passed on")
        }
        if !holder.forwarded.insert(htlc_id).inserted { noteLoss("ASY-M4", "HTLC \(htlc_id) is passed on again") }
        if holder.removed.contains(htlc_id) { noteLoss("ASY-M4", "HTLC \(htlc_id) is passed on, and it is no more") }
        if height >= end { noteLoss("ASY-M4", "HTLC \(htlc_id) is passed on at \(height), and it ended at \(end)") }
        if !holder.committed.contains(htlc_id) {
            noteLoss("ASY-M4", "HTLC \(htlc_id) is passed on before both sides have committed to it")
        }
        if holder.held.contains(htlc_id), !holder.released.contains(htlc_id) {
            noteLoss("ASY-H2", "HTLC \(htlc_id) is passed on, and nobody released it")
        }
    }

    /// Told at the end, where no step has found it.
    mutating func noteLoss(_ requirement: RequirementID, _ detail: String) {
        unasked.append(Violation([requirement], step: step, detail))
    }
}

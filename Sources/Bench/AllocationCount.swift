internal import CFloor

/// Counts calls of malloc: objects and arrays of Swift, and what C libraries take. Only a build with `BLIP66_COUNT_ALLOCATIONS` does.
package enum AllocationCount {
    package static var isOn: Bool { cfloor_allocations() >= 0 }

    /// Allocations for one piece of the work; `nil` in a build that does not count.
    package static func of(_ work: Work) throws -> Double? {
        // What is made once, at the first use, is no cost of the work.
        try work.batch(1)
        let count = 16
        let before = cfloor_allocations()
        guard before >= 0 else { return nil }
        try work.batch(count)
        return Double(cfloor_allocations() - before) / Double(count)
    }
}

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Counts the objects that Swift puts on its heap, arrays among them. What C libraries allocate is not seen.
///
/// The runtime looks up its allocator in a variable when a switch is set that it has for tools. Where it was linked in statically
/// the two cannot be found, and nothing is counted.
package enum AllocationCount {
    fileprivate typealias Allocator = @convention(c) (UnsafeRawPointer?, Int, Int) -> UnsafeMutableRawPointer?

    /// Objects for one piece of the work; `nil` where they cannot be counted.
    package static func of(_ work: Work) throws -> Double? {
        let count = 16
        guard let hook = Hook() else { return nil }
        // What is made once, at the first use, is no cost of the work.
        try work.batch(1)
        hook.set()
        defer { hook.unset() }
        try work.batch(count)
        return Double(allocations) / Double(count)
    }

    private struct Hook {
        let allocator: UnsafeMutablePointer<Allocator>
        let isLookedUp: UnsafeMutablePointer<Bool>
        let original: Allocator

        init?() {
            let itself = dlopen(nil, RTLD_NOW)
            let name = "_swift_enableSwizzlingOfAllocationAndRefCountingFunctions_forInstrumentsOnly"
            guard let allocator = dlsym(itself, "_swift_allocObject"), let isLookedUp = dlsym(itself, name) else {
                return nil
            }
            self.allocator = allocator.assumingMemoryBound(to: Allocator.self)
            self.isLookedUp = isLookedUp.assumingMemoryBound(to: Bool.self)
            original = self.allocator.pointee
        }

        func set() {
            originalAllocator = original
            allocations = 0
            allocator.pointee = { metadata, size, alignment in
                allocations += 1
                return originalAllocator?(metadata, size, alignment)
            }
            isLookedUp.pointee = true
        }

        func unset() {
            isLookedUp.pointee = false
            allocator.pointee = original
        }
    }
}

// A C function has no context. Nothing else runs while something is counted.
nonisolated(unsafe) private var allocations = 0
nonisolated(unsafe) private var originalAllocator: AllocationCount.Allocator?

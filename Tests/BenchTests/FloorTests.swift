import Bench
import Catalogue
import Lightning
import Rules
import TestSupport
import Testing
import VectorKit
import Wire

#if canImport(Glibc)
    import Glibc
#endif

/// A floor does the same work as its operation, or the ratio of their times means nothing.
struct FloorTests {
    private let benchmarks: Benchmarks
    private let profile: Profile

    init() throws {
        var store = try ProfileStore(folder: "\(Project.root)/Spec/profiles")
        profile = try store.profile(ProfileStore.defaultName)
        benchmarks = Benchmarks(profile)
    }

    @Test func floorAndOperationComeToTheSameBytes() throws {
        let all = try benchmarks.all()
        #expect(Set(all.map(\.name)).count == all.count)
        for benchmark in all {
            let outcome = try benchmark.operation.outcome()
            #expect(!outcome.isEmpty, "\(benchmark.name)")
            #expect(try benchmark.floor.outcome() == outcome, "\(benchmark.name)")
        }
    }

    /// Twice in a row: a floor that spoils its own input would be quick from then on.
    @Test func batchesLeaveTheResultAsItWas() throws {
        for benchmark in try benchmarks.all() {
            let outcome = try benchmark.floor.outcome()
            try benchmark.floor.batch(2)
            #expect(try benchmark.floor.outcome() == outcome, "\(benchmark.name)")
        }
    }

    @Test func anInvoiceThatIsWrongFailsInBoth() throws {
        let good = InvoiceFixture(profile)
        let signature = good.signature()
        var flipped = signature
        flipped[63] ^= 1
        let valid = try benchmarks.invoiceValidate("valid", good.bytes(signature: signature))
        #expect(try valid.floor.outcome() == valid.operation.outcome())
        let forged = try benchmarks.invoiceValidate("forged", good.bytes(signature: flipped))
        #expect(try forged.floor.outcome().isEmpty)
        #expect(throws: Finding.self) { try forged.operation.outcome() }
    }

    #if canImport(Glibc)
        /// A program with a malloc of its own, and no free, ends as soon as another allocator is loaded before the system's.
        @Test(.enabled(if: !AllocationCount.isOn && !Self.isSanitized, "another malloc is meant to be there"))
        func mallocIsThatOfTheSystem() throws {
            let libc = try #require(dlopen("libc.so.6", RTLD_NOLOAD | RTLD_LAZY))
            defer { dlclose(libc) }
            for name in ["malloc", "free"] { #expect(dlsym(nil, name) == dlsym(libc, name), "\(name)") }
        }

        private static var isSanitized: Bool {
            dlsym(nil, "__asan_init") != nil || dlsym(nil, "__tsan_init") != nil
        }
    #endif

    @Test(.enabled(if: AllocationCount.isOn, "built without BLIP66_COUNT_ALLOCATIONS"))
    func anArrayIsOneAllocation() throws {
        #expect(try AllocationCount.of(Work({ 1 }, as: { _ in [] })) == 0)
        #expect(try AllocationCount.of(Work { [UInt8](repeating: 1, count: 100) }) == 1)
    }
}

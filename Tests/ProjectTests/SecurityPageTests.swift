import Testing
import TestSupport

/// What `Spec/security.md` says of the sources is so.
@Suite struct SecurityPageTests {
    @Test func everyPlaceThatComparesInConstantTimeIsNamedAndNoOther() throws {
        let section = try #require(try Page("Spec/security.md").section("Comparison of secrets"))
        let named = Set(section.matches(of: /`(Sources\/[^`]*\.swift)`/).map { String($0.1) })
        let files = try Checkout().paths.filter { $0.hasPrefix("Sources/") && $0.hasSuffix(".swift") }
        let comparing = try files.filter { try Page($0).text.contains("ConstantTime.equal(") }
        #expect(comparing.union(["Sources/Primitives/ConstantTime.swift"]) == named)
        #expect(comparing.count >= 6)
    }

    /// Whole or not at all, never through a link or over a device, tried before a run begins: what writes otherwise is none of that.
    @Test func filesAreWrittenInOnePlace() throws {
        let calls = [
            "O_WRONLY", "O_RDWR", "O_CREAT", "fopen(", "createFile(", "forWriting", "forUpdating", ".write(to",
            "createSymbolicLink", "OutputStream(",
        ]
        let sources = try Checkout().paths.filter { $0.hasPrefix("Sources/") && $0.hasSuffix(".swift") }
        let writing = try sources.filter { path in
            let text = try Page(path).text
            return calls.contains { text.contains($0) }
        }
        #expect(writing == ["Sources/Catalogue/OutputFile.swift"])
    }
}

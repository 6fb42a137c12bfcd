import TestSupport
import Testing

/// The modules as README draws them: a line each, `Name  what it is  -> what it stands on`, without arrows that follow from others.
private func drawing(_ text: String) -> ModuleGraph {
    var graph: ModuleGraph = [:]
    for line in text.split(separator: "\n") {
        guard let name = line.split(separator: " ").first else { continue }
        let arrows = line.components(separatedBy: "-> ").dropFirst().last ?? ""
        graph[String(name)] = Set(arrows.split(separator: ", ").map { String($0) })
    }
    return graph
}

@Suite struct ArchitectureTests {
    private func modules() throws -> ModuleGraph { PackageManifest.modules(try Page("Package.swift").text) }

    private func readmeDrawing() throws -> ModuleGraph {
        let section = try #require(try Page("README.md").section("Architecture"))
        let blocks = section.components(separatedBy: "```")
        try #require(blocks.count > 2, "the section Architecture has no drawing")
        return drawing(blocks[1])
    }

    @Test func theDrawingInREADMEIsThatOfPackageSwift() throws {
        let wanted = try modules().transitiveReduction
        let drawn = try readmeDrawing()
        for name in Set(wanted.keys).union(drawn.keys).sorted() {
            let line = "\(name) -> \((wanted[name] ?? []).sorted().joined(separator: ", "))"
            #expect(drawn[name] == wanted[name], "in README.md the drawing should have the line: \(line)")
        }
    }

    @Test func everyFolderOfSourcesIsAModuleThatWasRead() throws {
        let folders = try Checkout().paths.filter { $0.hasPrefix("Sources/") && $0.split(separator: "/").count == 2 }
        let modules = try modules()
        #expect(Set(folders.map { String($0.dropFirst("Sources/".count)) }) == Set(modules.keys))
        #expect(modules.values.reduce(Set()) { $0.union($1) }.isSubset(of: modules.keys))
    }

    /// A third of the code in one module was what made an edit slow, and the way in hard to find.
    @Test func noModuleHasAFifthOfTheLines() throws {
        let lines = try Checkout().swiftFiles(in: "Sources").mapValues { files in
            try files.reduce(0) {
                $0 + (try Page($1).text.split(separator: "\n", omittingEmptySubsequences: false).count)
            }
        }
        let all = lines.values.reduce(0, +)
        let largest = try #require(lines.max { $0.value < $1.value })
        #expect(largest.value * 5 < all, "\(largest.key) has \(largest.value) of \(all) lines")
    }

    /// Tests share the release build, so they see what other modules see.
    @Test func noTestLooksInsideAModule() throws {
        for file in try Checkout().swiftFiles(in: "Tests").values.joined() {
            let lines = try Page(file).text.split(separator: "\n").map { $0.drop { $0 == " " } }
            #expect(
                !lines.contains { $0.hasPrefix("@testable") },
                "\(file) has @testable; mark what it needs `package`"
            )
        }
    }
}

@Suite struct ModuleGraphTests {
    private let manifest = """
        let package = Package(
            targets: [
                systemLibrary("CThing", pkgConfig: "thing", apt: "libthing-dev", brew: "thing"),
                module("Low", ["CThing"]),
                // module("Gone", ["Low"]),
                module(
                    "Middle",
                    [
                        "CThing", "Low",
                        .product(name: "Other", package: "other"),
                    ]
                ),
                .executableTarget(name: "High", dependencies: ["Low", "Middle"], swiftSettings: strict),
                .target(name: "TestSupport", dependencies: ["High"], path: "Tests/TestSupport"),
                tests(of: "Low", ["Middle"]),
            ]
        )
        """

    @Test func aManifestIsRead() {
        #expect(
            PackageManifest.modules(manifest) == [
                "CThing": [], "Low": ["CThing"], "Middle": ["CThing", "Low"], "High": ["Low", "Middle"],
            ]
        )
    }

    @Test func anArrowThatFollowsFromOthersIsLeftOut() {
        let reduced = PackageManifest.modules(manifest).transitiveReduction
        #expect(reduced == ["CThing": [], "Low": ["CThing"], "Middle": ["Low"], "High": ["Middle"]])
    }

    @Test func aDrawingIsRead() {
        let text = """
            High     the top            -> Left, Right
            Left     one side           -> Low
            Low      what carries both
            """
        #expect(drawing(text) == ["High": ["Left", "Right"], "Left": ["Low"], "Low": []])
    }
}

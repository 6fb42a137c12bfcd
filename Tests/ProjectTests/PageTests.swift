import TestSupport
import Testing

@Suite struct PageTests {
    @Test func everyPathThatAPageNamesIsThere() throws {
        let checkout = try Checkout()
        let pages = checkout.paths.filter { $0.hasSuffix(".md") && !$0.contains("/.") }.sorted()
        #expect(pages.contains("README.md") && pages.contains("Spec/architecture.md"))
        for page in try pages.map({ try Page($0) }) {
            // Named first: an expectation on the checkout itself would print all of it.
            let missing = page.paths.filter { !checkout.has($0) } + page.swiftFiles.filter { !checkout.hasFile($0) }
            #expect(missing == [], "\(page.path) names what is not there")
        }
    }

    /// The two pages that lead a newcomer name files; a page without paths would pass the test above.
    @Test(arguments: [("README.md", 20), ("Spec/architecture.md", 30)])
    func thePagesThatLeadToFilesNameThem(_ path: String, _ least: Int) throws {
        #expect(try Page(path).paths.count >= least)
    }

    @Test func aPathThatIsNotThereIsSeen() throws {
        let checkout = try Checkout()
        #expect(checkout.has("Sources/Wire"))
        #expect(checkout.has("Sources/*Families"))
        #expect(!checkout.has("Sources/NoSuchModule"))
        #expect(!checkout.has("Sources/*NoSuchFamilies"))
    }
}

@Suite struct HelpTests {
    /// ArgumentParser wraps a line at the terminal's width; a paragraph with line breaks of its own is torn at any other.
    @Test func everyParagraphOfHelpIsOneLine() throws {
        for file in try Checkout().swiftFiles(in: "Sources")["Blip66Tool"] ?? [] {
            for discussion in try Page(file).text.discussions {
                for (line, next) in zip(discussion, discussion.dropFirst()) where line.isProse && next.isProse {
                    #expect(line.hasSuffix(" \\"), "\(file): end this line with a backslash: \(line)")
                }
            }
        }
    }

    /// An example that is wrapped cannot be pasted.
    @Test func everyExampleOfHelpFits80Columns() throws {
        for file in try Checkout().swiftFiles(in: "Sources")["Blip66Tool"] ?? [] {
            let text = try Page(file).text
            for line in (text.discussions + text.usages).joined() where !line.isProse && !line.hasSuffix(" \\") {
                let shown = line.replacing("\\\\", with: "\\")
                #expect(shown.count <= 80, "\(file): \(shown)")
            }
        }
    }

    /// On one screen: sixty lines of a hundred columns.
    @Test func thePageOnGradingFitsAScreen() throws {
        let lines = try Page("Spec/grading.md").text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count <= 61)
        #expect(lines.allSatisfy { $0.count <= 100 })
    }

    @Test func discussionsAreFound() throws {
        #expect(try Page("Sources/Blip66Tool/Check.swift").text.discussions.map(\.count).max() ?? 0 > 10)
    }
}

extension String {
    /// The lines of each help text, without the indentation of the code.
    fileprivate var discussions: [[String]] { texts(after: "discussion") }
    fileprivate var usages: [[String]] { texts(after: "usage") }

    private func texts(after label: String) -> [[String]] {
        components(separatedBy: "\(label): \"\"\"\n").dropFirst().map { text in
            let lines = text.components(separatedBy: "\"\"\"")[0].split(
                separator: "\n",
                omittingEmptySubsequences: false
            )
            let indentation = lines.last?.count ?? 0
            return lines.dropLast().map { String($0.dropFirst(indentation)) }
        }
    }

    /// Not an example, which is indented, and not what separates paragraphs.
    fileprivate var isProse: Bool { !isEmpty && !hasPrefix(" ") }
}

internal import Catalogue
internal import Driver
internal import Rules
internal import TestSupport
internal import Testing

@Suite struct OptionalMembersTests {
    @Test(arguments: OptionalMember.table)
    func thePageHasEveryRow(row: OptionalMember) throws {
        let page = String(decoding: try Files.read("\(Project.root)/Spec/adapter-protocol.md"), as: UTF8.self)
        let ids = row.shows.map(\.rawValue).joined(separator: ", ")
        let rest = row.isOnlyProof ? "not exercised by the case" : "the root shows them, too"
        let lines = page.split(separator: "\n")
        #expect(
            lines.contains {
                $0.hasPrefix("| `\(row.operation)` | `\(row.name)`") && $0.hasSuffix("| \(ids) | \(rest) |")
            }
        )
    }

    @Test(arguments: OptionalMember.table)
    func whatAMemberShowsIsInTheCatalogue(row: OptionalMember) throws {
        let catalogue = try ProjectData.requirements()
        #expect(row.shows.allSatisfy { catalogue[$0] != nil })
    }
}

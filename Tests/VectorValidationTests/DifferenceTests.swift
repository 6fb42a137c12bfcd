import Rules
import TestSupport
import Testing
import VectorFormat

/// `blip66 diff` of two sets of vectors.
@Suite struct DifferenceTests {
    @Test func oneSetIsNoOther() throws {
        let families = try ProjectData.families()
        #expect(VectorSetDifference(from: families, to: families).isEmpty)
    }

    @Test func whatWasAddedChangedAndTakenOutIsToldByRequirement() throws {
        let family = try #require(try ProjectData.families().first { $0.name == "bolt01/bigsize" })
        func with(_ cases: [VectorCase]) -> [VectorFamily] {
            [
                VectorFamily(
                    name: family.name,
                    title: family.title,
                    profile: family.profile,
                    flags: family.flags,
                    cases: cases
                )
            ]
        }
        let (first, second, third) = (family.cases[0], family.cases[1], family.cases[2])
        let changed = VectorCase(
            id: second.id,
            operation: second.operation,
            requirements: second.requirements,
            subject: second.subject,
            comment: "another comment",
            flags: second.flags,
            input: ["bytes": "00"],
            expectation: second.expectation
        )
        let difference = VectorSetDifference(from: with([first, second]), to: with([changed, third]))
        #expect(difference.added.map(\.id) == [third.id])
        #expect(difference.gone.map(\.id) == [first.id])
        #expect(difference.changed.map(\.id) == [second.id])
        #expect(difference.changed.first?.members.sorted() == ["comment", "in"])
        for line in ["  + \(third.id)", "  - \(first.id)", "1 added, 1 changed, 1 gone", second.subject.rawValue] {
            #expect(difference.text.contains(line), "\(difference.text)")
        }
    }
}

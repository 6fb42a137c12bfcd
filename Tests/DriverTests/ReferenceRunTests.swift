internal import TestSupport
internal import Testing

internal import Driver

/// Runs against `blip66 serve`, where the program was built beside the tests.
@Suite(.enabled(if: BuiltProgram.path != nil, "blip66 is not built beside the tests"))
struct ReferenceRunTests {
    @Test(arguments: [false, true])
    func theReferencePassesTheSmallFamilies(isOneShot: Bool) async throws {
        let program = try #require(BuiltProgram.path)
        let result = try await TestRun.run(
            AdapterCommand(program: program, arguments: ["serve"]),
            [SmallVectors.bigSize, SmallVectors.tlv]
        ) { options in
            options.isOneShot = isOneShot
            options.profileTables = [:]
        }
        #expect(result.notPassed.isEmpty)
        #expect(result.stop == nil)
        #expect(result.exitStatus == 0)
    }
}

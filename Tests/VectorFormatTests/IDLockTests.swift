import Testing
import VectorFormat

@Suite struct IDLockTests {
    @Test func draftsFollowWhatIsGenerated() throws {
        let lock = try IDLock(["a/b/old": .draft]).updated(with: ["a/b/new"])
        #expect(lock.states == ["a/b/new": .draft])
    }

    @Test func aPermanentIdMustStay() throws {
        let lock = IDLock(["a/b/old": .permanent])
        #expect(throws: IDLock.Conflict.self) { try lock.updated(with: ["a/b/new"]) }
        #expect(try lock.updated(with: ["a/b/old", "a/b/new"]).states["a/b/old"] == .permanent)
    }

    @Test func aWithdrawnIdIsNeverUsedAgain() throws {
        let lock = IDLock(["a/b/old": .withdrawn(reason: "wrong")])
        #expect(throws: IDLock.Conflict.self) { try lock.updated(with: ["a/b/old"]) }
        #expect(try lock.updated(with: ["a/b/new"]).states["a/b/old"] == .withdrawn(reason: "wrong"))
    }
}

import Catalogue
import Rules
import TestSupport

/// The project's profiles.
enum TestProfile {
    static func draft() throws -> Profile { try named("blip66-draft") }
    static func ldk() throws -> Profile { try named("ldk-0.2") }

    static func named(_ name: String) throws -> Profile {
        var store = try ProfileStore(folder: "\(Project.root)/Spec/profiles")
        return try store.profile(name)
    }
}

import Catalogue
import Rules
import TestSupport

/// The project's profiles.
enum TestProfile {
    static func draft() throws -> Profile { try named("blip66-draft") }
    static func ldk() throws -> Profile { try named("ldk-0.2") }

    /// LDK's, for messages whose invoice nobody signed: it looks at the signature while it decodes.
    static func ldkWithoutSignatures() throws -> Profile {
        var profile = try ldk()
        profile.static_invoice.signature_verified_in_message = false
        return profile
    }

    static func named(_ name: String) throws -> Profile {
        var store = try ProfileStore(folder: "\(Project.root)/Spec/profiles")
        return try store.profile(name)
    }
}

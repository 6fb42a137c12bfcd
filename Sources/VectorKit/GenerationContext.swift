package import Catalogue
package import Rules

/// What the generators build on.
package struct GenerationContext: Sendable {
    /// The profiles that the project's own vectors are made for. Families under further profiles join when somebody has
    /// something to compare them with; a user's own profile is added on request.
    package static let profileNames = ["blip66-draft", "bolts", "ldk-0.2"]

    /// The profile of families that have no `@` in their name.
    package let draft: Profile
    /// The profiles for which families are generated, the draft among them.
    package let profiles: [Profile]

    package init(draft: Profile, profiles: [Profile]) {
        self.draft = draft
        self.profiles = profiles
    }

    /// The context of the project's own vectors, with a further profile or without.
    package init(store: ProfileStore, further: Profile? = nil) throws(FileError) {
        var profiles: [Profile] = []
        var store = store
        for name in Self.profileNames { profiles.append(try store.profile(name)) }
        if let further, !Self.profileNames.contains(further.name) { profiles.append(further) }
        self.init(draft: try store.profile(ProfileStore.defaultName), profiles: profiles.sorted { $0.name < $1.name })
    }

    /// The name of a family under a profile: only the draft's families go without it.
    package func familyName(_ name: String, _ profile: Profile) -> String {
        profile.name == draft.name ? name : "\(name)@\(profile.name)"
    }
}

internal import Blip66Families
internal import Bolt01Families
internal import Bolt04Families
internal import Bolt12Families
internal import GridFamilies
internal import Rules
internal import SaltFamilies
package import VectorFormat
package import VectorKit

/// Everything that the generator makes, in the order of the manifest: first the families that are made once, then the others
/// profile by profile.
package enum AllFamilies {
    private static let definitions =
        bolt01Families + bolt04Families + bolt12Families + blip66Families + saltFamilies + gridFamilies

    /// A family under a profile, not made yet.
    package struct Entry: Sendable {
        /// With `@profile` where it has one.
        package let name: String
        fileprivate let definition: FamilyDefinition
        fileprivate let profile: Profile
    }

    package static func entries(_ context: GenerationContext) -> [Entry] {
        let once = definitions.filter { !$0.isPerProfile }.map { ($0, context.draft) }
        let each = context.profiles.flatMap { profile in
            definitions.filter { $0.isPerProfile && $0.concerns(profile) }.map { ($0, profile) }
        }
        return (once + each).map { definition, profile in
            Entry(name: definition.name(context, profile), definition: definition, profile: profile)
        }
    }

    /// Makes these families, and collects what is wrong with any of them.
    package static func generate(_ entries: [Entry], _ context: GenerationContext) -> GeneratedFamilies {
        var result = GeneratedFamilies()
        for entry in entries {
            switch entry.definition.generate(context, entry.profile) {
            case .success(let made): result.add(made)
            case .failure(let mistake): result.mistakes.append(mistake)
            }
        }
        return result
    }

    /// Makes all families.
    package static func generate(_ context: GenerationContext) -> GeneratedFamilies {
        generate(entries(context), context)
    }
}

/// Families that were made, and every mistake that was found on the way.
package struct GeneratedFamilies: Sendable {
    package fileprivate(set) var families: [VectorFamily] = []
    /// Where each case is made, by its id.
    package fileprivate(set) var sources: [String: CaseSource] = [:]
    package fileprivate(set) var mistakes: [GenerationError] = []

    fileprivate mutating func add(_ made: GeneratedFamily) {
        families.append(made.family)
        sources.merge(made.sources) { first, _ in first }
        mistakes += made.mistakes
    }
}

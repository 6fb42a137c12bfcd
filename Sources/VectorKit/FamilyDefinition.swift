package import Rules
internal import VectorFormat

/// A family that can be made: its name, and the function that makes it.
package struct FamilyDefinition: Sendable {
    package typealias Make = @Sendable (GenerationContext, Profile) throws(GenerationError) -> GeneratedFamily

    /// Without a profile.
    package let name: String
    /// Whether the family is made for each profile, and then has its name (`bolt04/onion-message@ldk-0.2`).
    package let isPerProfile: Bool
    /// Whether the family is about the BOLTs too, so that a profile that knows none of the protocol's messages has it.
    private let isOfBOLTs: Bool
    private let make: Make

    /// A family for each profile.
    package static func perProfile(
        _ name: String,
        ofBOLTs isOfBOLTs: Bool = false,
        _ make: @escaping Make
    ) -> FamilyDefinition {
        FamilyDefinition(name: name, isPerProfile: true, isOfBOLTs: isOfBOLTs, make: make)
    }

    /// Whether the family says anything about nodes of the profile.
    package func concerns(_ profile: Profile) -> Bool { isOfBOLTs || !profile.onion_message_types.known.isEmpty }

    /// A family that is made once.
    package static func once(
        _ name: String,
        _ make: @escaping @Sendable (GenerationContext) throws(GenerationError) -> GeneratedFamily
    ) -> FamilyDefinition {
        FamilyDefinition(name: name, isPerProfile: false, isOfBOLTs: true) { context, _ throws(GenerationError) in
            try make(context)
        }
    }

    /// The family under a profile. A derivation that does not hold ends the family; what was made until then is lost.
    package func generate(_ context: GenerationContext, _ profile: Profile) -> Result<GeneratedFamily, GenerationError>
    {
        do throws(GenerationError) {
            let made = try make(context, profile)
            let expected = name(context, profile)
            guard made.family.name == expected else {
                throw GenerationError(id: made.family.name, problems: ["the list of families calls it \(expected)"])
            }
            return .success(made)
        } catch {
            return .failure(error)
        }
    }

    /// The name that the family has under a profile.
    package func name(_ context: GenerationContext, _ profile: Profile) -> String {
        isPerProfile ? context.familyName(name, profile) : name
    }
}

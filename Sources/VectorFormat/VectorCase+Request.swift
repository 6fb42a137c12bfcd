internal import Rules
package import StrictJSON

extension VectorCase {
    /// The request that sends this case to an adapter.
    /// - `profile`: the family's; left out where it is `any`.
    package func request(id: Int64, profile: String) -> JSON {
        var request: JSONObject = ["id": .integer(id), "op": .string(operation)]
        if profile != VectorFamily.anyProfile { request["profile"] = .string(profile) }
        request["in"] = input
        return .object(request)
    }
}

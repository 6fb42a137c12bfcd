package import VectorKit

/// The families on BOLT 4's onions, onion messages and blinded paths.
package let bolt04Families: [FamilyDefinition] = [
    .once("bolt04/blinded-path-codec", blindedPathCodecFamily),
    .perProfile("bolt04/route-blinding", routeBlindingFamily),
    .perProfile("bolt04/onion-message", onionMessageFamily),
    .perProfile("bolt04/final-payload-rules", finalPayloadRulesFamily),
]

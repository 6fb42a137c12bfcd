package import VectorKit

/// The families on BOLT 4's onions, onion messages and blinded paths.
package let bolt04Families: [FamilyDefinition] = [
    .once("bolt04/blinded-path-codec", blindedPathCodecFamily),
    .perProfile("bolt04/route-blinding", ofBOLTs: true, routeBlindingFamily),
    .perProfile("bolt04/onion-message", ofBOLTs: true, onionMessageFamily),
    .perProfile("bolt04/final-payload-rules", ofBOLTs: true, finalPayloadRulesFamily),
]

package import VectorKit

/// The families on bLIP-66's messages and asynchronous payments, and what one profile's reader does with another's.
package let blip66Families: [FamilyDefinition] = [
    .perProfile("blip66/offer-paths-request", offerPathsRequestFamily),
    .perProfile("blip66/offer-paths", offerPathsFamily),
    .perProfile("blip66/serve-static-invoice", serveStaticInvoiceFamily),
    .perProfile("blip66/static-invoice-persisted", staticInvoicePersistedFamily),
    .perProfile("async/held-release", heldReleaseFamily),
    .perProfile("async/payment-payload", paymentPayloadFamily),
    .perProfile("async/bolt2-tlvs", bolt2TLVsFamily),
    .perProfile("profiles/cross", ofBOLTs: true, crossFamily),
]

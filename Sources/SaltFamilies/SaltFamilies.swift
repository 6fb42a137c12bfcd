package import VectorKit

/// The families on the scheme of salt and secret.
package let saltFamilies: [FamilyDefinition] = [
    .once("salt/mask", saltMaskFamily),
    .once("salt/reply-path", saltReplyPathFamily),
    .once("salt/payloads", saltPayloadsFamily),
    .once("salt/offer-invoice", saltOfferInvoiceFamily),
]

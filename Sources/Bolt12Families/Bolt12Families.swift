package import VectorKit

/// The families on BOLT 12's offers, invoice requests and static invoices.
package let bolt12Families: [FamilyDefinition] = [
    .once("bolt12/merkle", merkleFamily),
    .once("bolt12/offer-text", offerTextFamily),
    .once("bolt12/offer-read", offerReadFamily),
    .perProfile("bolt12/offer-async", offerAsyncFamily),
    .perProfile("bolt12/static-invoice-sign", staticInvoiceSignFamily),
    .perProfile("bolt12/static-invoice-read", staticInvoiceReadFamily),
    .perProfile("bolt12/static-invoice-write", staticInvoiceWriteFamily),
    .perProfile("bolt12/invreq-behalf", invreqBehalfFamily),
]

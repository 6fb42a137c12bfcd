/// Everything that the generator makes, in the order of the manifest.
package enum AllFamilies {
    /// - Throws: the first case that does not do what it was built for.
    package static func generate(_ context: GenerationContext) throws(GenerationError) -> [VectorFamily] {
        var families = [
            try bigSizeFamily(context),
            try tlvStreamFamily(context),
            try intsPointsFamily(context),
            try blindedPathCodecFamily(context),
            try merkleFamily(context),
            try staticInvoiceSignFamily(context),
            try offerTextFamily(context),
            try offerAsyncFamily(context),
            try saltMaskFamily(context),
            try saltReplyPathFamily(context),
            try saltPayloadsFamily(context),
            try saltOfferInvoiceFamily(context),
        ]
        for profile in context.profiles {
            families.append(try routeBlindingFamily(context, profile))
            families.append(try onionMessageFamily(context, profile))
            families.append(try finalPayloadRulesFamily(context, profile))
            families.append(try staticInvoiceReadFamily(context, profile))
            families.append(try staticInvoiceWriteFamily(context, profile))
            families.append(try invreqBehalfFamily(context, profile))
            families.append(try offerPathsRequestFamily(context, profile))
            families.append(try offerPathsFamily(context, profile))
            families.append(try serveStaticInvoiceFamily(context, profile))
            families.append(try staticInvoicePersistedFamily(context, profile))
            families.append(try heldReleaseFamily(context, profile))
            families.append(try paymentPayloadFamily(context, profile))
            families.append(try bolt2TLVsFamily(context, profile))
            families.append(try crossFamily(context, profile))
        }
        return families
    }
}

/// Everything that the generator makes, in the order of the manifest.
package enum AllFamilies {
    /// - Throws: the first case that does not do what it was built for.
    package static func generate(_ context: GenerationContext) throws(GenerationError) -> [VectorFamily] {
        [
            try bigSizeFamily(context),
            try tlvStreamFamily(context),
            try intsPointsFamily(context),
            try merkleFamily(context),
            try staticInvoiceSignFamily(context),
        ]
    }
}

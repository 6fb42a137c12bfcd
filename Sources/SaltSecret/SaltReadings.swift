package import InvoiceServer

/// How a party of the scheme reads the text where that is open (C-50, C-51).
package struct SaltReadings: Hashable, Sendable {
    package var masking: Masking
    package var sealing: Sealing

    package init(masking: Masking = .recommended, sealing: Sealing = .recommended) {
        self.masking = masking
        self.sealing = sealing
    }

    /// Those wished for; the recommended one where none is, or none that there is.
    package init(_ saltConfiguration: SaltConfiguration) {
        masking = saltConfiguration.masking.flatMap(Masking.init) ?? .recommended
        sealing = saltConfiguration.sealing.flatMap(Sealing.init) ?? .recommended
    }

    /// All that go together.
    package static let all = Masking.allCases.flatMap { masking in
        masking.sealings.map { SaltReadings(masking: masking, sealing: $0) }
    }
}

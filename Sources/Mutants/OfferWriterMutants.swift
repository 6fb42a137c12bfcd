internal import InvoiceServer
internal import Lightning
internal import Rules
internal import Wire

/// A recipient as the writer of the offer that it hands out (BOLT 12, "Requirements For Offers" and "Encoding").
extension MutantRegistry {
    static let offerWriters: [Mutant] = [
        handingOut("B12-OFF-W3/a-record-of-requests-in-it") { $0 + [TLVRecord(type: 81, value: [1])] },
        handingOut("B12-OFF-W4/a-price-for-nothing") {
            $0.filter { $0.type != 10 } + [TLVRecord(type: 8, value: [100])]
        },
        handingOut("B12-OFF-W5/a-price-of-zero") {
            $0.filter { $0.type != 10 } + [
                TLVRecord(type: 8, value: [UInt8]()), .init(type: 10, value: Array("tea".utf8)),
            ]
        },
        Mutant("B12-ENC-6/in-both-cases", .recipient) { effect, _ in
            guard case .answer(.offer(let text?)) = effect else { return effect }
            return .answer(.offer("LNO" + text.dropFirst(3)))
        },
    ]

    private static func handingOut(
        _ name: String,
        _ change: @escaping @Sendable ([TLVRecord]) -> [TLVRecord]
    ) -> Mutant {
        Mutant(name, .recipient) { effect, _ in
            guard case .answer(.offer(let text?)) = effect,
                let bytes = try? OfferText.decode(prefix: Offer.prefix, text),
                let stream = try? TLVStream.read(bytes[...], known: .unspecified)
            else { return effect }
            let changed = TLVStream(sorting: change(Array(stream.records)))
            return .answer(.offer(OfferText.encode(prefix: Offer.prefix, changed.bytes)))
        }
    }
}

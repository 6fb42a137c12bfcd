internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import Wire

/// Written mutants of the writer of static invoices, each a line of PR 1149 that is not kept.
enum InvoiceWriterMutants {
    static let all: [OperationMutant] = [
        other("B12-SI-W1/made-in-milliseconds", "states milliseconds as the time") { records, _ in
            records.changing(164) { bytes in
                TruncatedInteger.encode(bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } &* 1000)
            }
        },
        other("B12-SI-W1/made-a-second-later", "states the second after") { records, _ in
            records.changing(164) { bytes in
                TruncatedInteger.encode(bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } &+ 1)
            }
        },
        other("B12-SI-W2/with-payment-hash", "states a payment hash") { records, _ in
            records.with(168, [UInt8](repeating: 7, count: 32))
        },
        other("B12-SI-W3/with-amount", "states an amount") { records, _ in records.with(170, [1]) },
        other("B12-SI-W4/without-message-paths", "leaves the message paths out") { records, profile in
            records.without(profile.static_invoice.message_paths_type)
        },
        other("B12-SI-W4/payment-paths-for-message-paths", "gives payment paths in place of message paths") {
            records,
            profile in
            let paths = records.first { $0.type == 160 }.map { Array($0.value) } ?? []
            return records.changing(profile.static_invoice.message_paths_type) { _ in paths }
        },
        other("B12-SI-W5/with-metadata", "keeps the metadata of a request") { records, _ in
            records.with(0, [UInt8](repeating: 7, count: 16))
        },
        other("B12-SI-W5/with-payer-id", "keeps the payer's id of a request") { records, _ in
            records.with(88, records.first { $0.type == 176 }.map { Array($0.value) } ?? [])
        },
        other("B12-SI-W6/without-life", "never states a life") { records, _ in records.without(166) },
        other("B12-SI-W6/two-hours", "states two hours where nothing was asked for") { records, _ in
            records.contains { $0.type == 166 } ? records : records.with(166, [0x1c, 0x20])
        },
        other("B12-SI-W7/signed-in-another-name", "names another key than the issuer's") { records, _ in
            records.changing(176) { [$0.first == 2 ? 3 : 2] + $0.dropFirst() }
        },
        changing("B12-SI-W8/without-signature", "does not sign") { $0.without(240) },
        changing("B12-SI-W8/two-signatures", "signs twice") { records in
            records + records.filter { $0.type == 240 }.map { TLVRecord(type: 241, value: $0.value) }
        },
        changing("B12-SI-W9/signature-of-zeros", "signs with zeros") { records in
            records.changing(240) { _ in [UInt8](repeating: 0, count: 64) }
        },
        other("B12-SI-W9/tag-of-invoices", "signs as an invoice", messagename: "invoice") { records, _ in records },
        .answering("B12-SI-W9/signed-before-the-last-record", "signs before it adds the life", in: build) {
            out,
            input,
            _ in
            let records = Array(try out.stream("bytes").records)
            let unsigned = TLVStream(sorting: records.without(240).without(166))
            let key = try input.member("secret_key").secretKey()
            guard let signature = Bolt12Signature(unsigned, messagename: StaticInvoice.messagename, key: key) else {
                return
            }
            out["bytes"] = .hex(records.changing(240) { _ in signature.signature }.flatMap(\.encoding))
        },
        asked("B12-SI-W10/paths-in-opposite-order", "turns the order of payment paths round") { paths in
            paths.reversed()
        },
        asked("B12-SI-W11/payinfos-in-opposite-order", "gives each payment path the payinfo of another") { paths in
            zip(paths, paths.reversed()).map { path, other in
                var path = path.object ?? [:]
                path["payinfo"] = other["payinfo"]
                return .object(path)
            }
        },
        other("B12-SI-W11/one-payinfo", "gives the first payinfo alone") { records, _ in
            // A payinfo without features takes 28 bytes; what is cut may have some.
            records.changing(162) { $0.count > 28 && $0.count.isMultiple(of: 28) ? Array($0.prefix(28)) : Array($0) }
        },
        asked("B12-SI-W12/payinfo-without-features", "leaves the features of payinfos out") { paths in
            paths.map { path in
                var path = path.object ?? [:]
                var payinfo = path["payinfo"]?.object ?? [:]
                payinfo["features"] = ""
                path["payinfo"] = .object(payinfo)
                return .object(path)
            }
        },
        other("B12-SI-W13/without-features", "states no features") { records, _ in records.without(174) },
        other("B12-SI-W13/parts-made-up", "says that it takes parts") { records, _ in
            records.without(174).with(174, [0x02, 0, 0])
        },
        other("B12-SI-W15/unknown-records-dropped", "drops the offer's unknown records") { records, _ in
            records.filter { !Bolt12Range.isOffer($0.type) || TLVSchema.offer[$0.type] != nil }
        },
        other("B12-SI-W15/description-left-out", "leaves the description out") { records, _ in records.without(10) },
        other("B12-SI-W15/a-record-added", "adds a record to the offer's") { records, _ in records.with(77, [1]) },
    ]

    private static let build = "static_invoice.build"

    /// Other records, and a signature over them.
    private static func other(
        _ name: String,
        _ does: String,
        messagename: String = StaticInvoice.messagename,
        _ change: @escaping @Sendable ([TLVRecord], Profile) -> [TLVRecord]
    ) -> OperationMutant {
        .answering(name, does, in: build) { out, input, profile in
            let records = change(Array(try out.stream("bytes").records).without(240), profile)
            let unsigned = TLVStream(sorting: records)
            let key = try input.member("secret_key").secretKey()
            let signature = Bolt12Signature(unsigned, messagename: messagename, key: key)
            out["bytes"] = .hex(signature?.added(to: unsigned).bytes ?? unsigned.bytes)
        }
    }

    /// What is done after signing.
    private static func changing(
        _ name: String,
        _ does: String,
        _ change: @escaping @Sendable ([TLVRecord]) -> [TLVRecord]
    ) -> OperationMutant {
        .answering(name, does, in: build) { out, _, _ in
            out["bytes"] = .hex(TLVStream(sorting: change(Array(try out.stream("bytes").records))).bytes)
        }
    }

    private static func asked(
        _ name: String,
        _ does: String,
        _ change: @escaping @Sendable ([JSON]) -> [JSON]
    ) -> OperationMutant {
        .asked(name, does, in: build) { input, _ in
            input["payment_paths"] = .array(change(input["payment_paths"]?.array ?? []))
        }
    }
}

extension [TLVRecord] {
    func without(_ type: UInt64) -> [TLVRecord] { filter { $0.type != type } }

    func with(_ type: UInt64, _ value: [UInt8]) -> [TLVRecord] { without(type) + [TLVRecord(type: type, value: value)] }

    func changing(_ type: UInt64, _ change: (ArraySlice<UInt8>) -> some Collection<UInt8>) -> [TLVRecord] {
        map { $0.type == type ? TLVRecord(type: type, value: change($0.value)) : $0 }
    }
}

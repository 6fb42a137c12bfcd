internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit
internal import Wire

/// Payment and message paths.
extension StaticInvoiceReadBuilder {
    // MARK: Payment paths

    mutating func addPaths() {
        let missing: [ReasonClass] = ["tlv.missing", "semantic.invoice_paths"]
        let payinfo: [ReasonClass] = ["tlv.missing", "semantic.invoice_blindedpay"]
        let one = Fixtures.payinfo
        reject(
            "without-payment-paths",
            "B12-SI-R7",
            missing,
            "invoice_paths is missing",
            ["missing"],
            in: base.without(160).input()
        )
        reject(
            "payment-paths-empty",
            "B12-SI-R7",
            missing,
            "invoice_paths lists nothing",
            ["missing"],
            in: base.with(160, []).input()
        )
        let paths = InvoiceFixture.paymentPaths
        reject(
            "first-payment-path-without-hops",
            "B12-SI-R8",
            ["path.zero_hops"],
            "num_hops is 0",
            in: base.with(.paths(160, [Fixtures.pathWithoutHops, paths[1]])).input()
        )
        reject(
            "second-payment-path-without-hops",
            "B12-SI-R8",
            ["path.zero_hops"],
            "one good path does not help",
            in: base.with(.paths(160, [paths[0], Fixtures.pathWithoutHops])).input()
        )
        reject(
            "without-payinfo",
            "B12-SI-R9",
            payinfo,
            "invoice_blindedpay is missing",
            ["missing"],
            in: base.without(162).input()
        )
        reject("payinfo-empty", "B12-SI-R9", payinfo, "two paths, no payinfo", in: base.with(162, []).input())
        reject(
            "payinfo-too-few",
            "B12-SI-R9",
            payinfo,
            "two paths, one payinfo",
            in: base.with(.payinfos(162, [one])).input()
        )
        reject(
            "payinfo-too-many",
            "B12-SI-R9",
            payinfo,
            "two paths, three payinfos",
            in: base.with(.payinfos(162, [one, one, one])).input()
        )
        var odd = one
        odd.features = [0x02]
        accept(
            "payinfo-with-odd-feature",
            ["B12-SI-R10"],
            "an unknown odd bit",
            ["unknown"],
            in: base.with(.payinfos(162, [odd, odd])).input()
        )
        var even = one
        even.features = [0x01]
        accept(
            "one-usable-path",
            ["B12-SI-R10"],
            "the first path asks for an unknown feature, the second does not",
            ["unknown"],
            in: base.with(.payinfos(162, [even, one])).input()
        )
        let unusable = base.with(.payinfos(162, [even, even])).input()
        if profile.static_invoice.payinfo_features_checked {
            reject(
                "no-usable-path",
                "B12-SI-R10",
                ["features"],
                "both paths ask for an unknown feature",
                ["unknown"],
                neighbour: "one-usable-path",
                in: unusable
            )
        } else {
            accept(
                "no-usable-path",
                ["B12-SI-R10"],
                "under this profile nobody looks at these bits",
                ["unknown"],
                in: unusable
            )
        }
        accept(
            "unusable-fallbacks",
            ["B12-SI-R22"],
            "a fallback of version 17 and one of 1 byte are ignored",
            ["unknown"],
            in: base.with(172, [17, 0, 2, 0xaa, 0xaa, 0, 0, 1, 0xbb]).input()
        )
        accept(
            "introduction-by-short-channel-id",
            ["B12-SI-R7"],
            "a path that starts at a channel's end",
            in: base.with(
                .paths(
                    160,
                    [
                        Fixtures.path(
                            "by channel",
                            introduction: .sciddir(direction: 1, shortChannelID: 0x1_0000_0200_03)
                        ), paths[1],
                    ]
                )
            ).input()
        )
    }

    // MARK: Message paths

    mutating func addMessagePaths() {
        let type = base.messagePathsType
        let missing: [ReasonClass] = ["tlv.missing", "semantic.static_invoice_message_paths"]
        accept(
            "one-message-path",
            ["B12-SI-R17"],
            "a writer gives two, a reader is content with one",
            in: base.with(.paths(type, [InvoiceFixture.messagePaths[0]])).input()
        )
        reject(
            "without-message-paths",
            "B12-SI-R17",
            missing,
            "nobody can be told of the held payment",
            ["missing"],
            in: base.without(type).input()
        )
        let empty = base.with(type, []).input()
        if profile.static_invoice.empty_message_paths_accepted {
            accept("message-paths-empty", ["B12-SI-R17"], "this profile's reader takes an empty list", in: empty)
        } else {
            reject(
                "message-paths-empty",
                "B12-SI-R17",
                missing,
                "the list is there and empty",
                ["missing"],
                neighbour: "one-message-path",
                in: empty
            )
        }
        reject(
            "message-path-without-hops",
            "B12-SI-R17",
            ["path.zero_hops"],
            "num_hops is 0 in a message path",
            in: base.with(.paths(type, [InvoiceFixture.messagePaths[0], Fixtures.pathWithoutHops])).input(),
            under: [.accept("C-6 b")]
        )
        let other: UInt64 = type == 178 ? 236 : 178
        reject(
            "message-paths-under-\(other)",
            "B1-TLV-6",
            ["tlv.unknown_even"],
            "\(other) is the number of another profile",
            ["unknown"],
            in: base.with(.paths(other, InvoiceFixture.messagePaths)).input()
        )
    }
}

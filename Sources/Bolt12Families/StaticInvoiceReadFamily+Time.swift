internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit
internal import Wire

/// Life and features.
extension StaticInvoiceReadBuilder {
    // MARK: Life

    mutating func addLife() {
        let created = Self.created
        let life = profile.static_invoice.default_relative_expiry
        let stated = base.with(.tu64(166, 3600))
        let zero = base.with(166, [])
        let madeInTheFuture: [Under] = [.reject("C-108 b", ["policy", "semantic.invoice_created_at"])]
        let oldDefaultIsOver: [Under] = hasTwoDefaultLives ? [.reject("C-30 b", ["expired"])] : []
        accept(
            "plain",
            [
                "B12-SI-R13", "B12-SI-R1", "B12-SI-R2", "B12-SI-R3", "B12-SI-R7", "B12-SI-R8", "B12-SI-R9",
                "B12-SI-R11",
                "B12-SI-R17", "B12-SI-R19", "B12-SI-R21", "B12-SI-R23",
            ],
            "as fresh as can be",
            in: base.input()
        )
        accept(
            "second-before-it-was-made",
            ["B12-SI-R5"],
            "no rule forbids a clock that lags",
            ["boundary"],
            in: base.input(now: created - 1),
            under: madeInTheFuture
        )
        accept(
            "made-in-the-future",
            ["B12-SI-R5"],
            "a day ahead of the reader's clock: none of its life has passed",
            ["boundary"],
            in: base.input(now: created - 86_400),
            under: madeInTheFuture
        )
        accept(
            "last-second-of-default-life",
            ["B12-SI-R6"],
            "made \(life) seconds ago, no life stated",
            ["boundary"],
            in: base.input(now: created + life),
            under: oldDefaultIsOver
        )
        accept(
            "last-second-of-the-old-default",
            ["B12-SI-R6"],
            "7200 seconds are the default of invoices with a hash",
            ["boundary"],
            in: base.input(now: created + 7201),
            under: oldDefaultIsOver
        )
        reject(
            "default-life-over",
            "B12-SI-R6",
            ["expired"],
            "one second more",
            ["boundary"],
            neighbour: "last-second-of-default-life",
            in: base.input(now: created + life + 1)
        )
        accept(
            "last-second-of-stated-life",
            ["B12-SI-R5"],
            "made 3600 seconds ago, 3600 stated",
            ["boundary"],
            in: stated.input(now: created + 3600)
        )
        reject(
            "stated-life-over",
            "B12-SI-R5",
            ["expired"],
            "one second more",
            ["boundary"],
            neighbour: "last-second-of-stated-life",
            in: stated.input(now: created + 3601)
        )
        accept(
            "stated-life-of-zero",
            ["B12-SI-R5"],
            "good for the second of its making alone",
            ["boundary"],
            in: zero.input()
        )
        reject(
            "stated-life-of-zero-over",
            "B12-SI-R5",
            ["expired"],
            "the second after",
            ["boundary"],
            neighbour: "stated-life-of-zero",
            in: zero.input(now: created + 1)
        )
        let long = base.with(.tu64(166, UInt64(UInt32.max)))
        accept(
            "longest-stated-life",
            ["B12-SI-R5"],
            "all 32 bits",
            ["boundary"],
            in: long.input(now: created + UInt64(UInt32.max))
        )
        reject(
            "longest-stated-life-over",
            "B12-SI-R5",
            ["expired"],
            "one second more",
            ["boundary"],
            neighbour: "longest-stated-life",
            in: long.input(now: created + UInt64(UInt32.max) + 1)
        )
        accept(
            "made-at-the-end-of-time",
            ["B12-SI-R5"],
            "created and life add up to more than 64 bits: it never ends",
            ["boundary"],
            in: stated.with(.tu64(164, .max)).input(now: .max)
        )
        reject(
            "without-created-at",
            "B12-SI-R1",
            ["tlv.missing", "semantic.invoice_created_at"],
            "invoice_created_at is missing",
            ["missing"],
            in: base.without(164).input()
        )
    }

    // MARK: Features

    mutating func addFeatures() {
        func features(_ bits: Int...) -> InvoiceFixture { base.with(174, bitmap(bits)) }
        accept("mpp-optional", ["B12-SI-R4"], "bit 17: several parts are allowed", in: features(17).input())
        accept("mpp-compulsory", ["B12-SI-R4"], "bit 16: several parts are needed", in: features(16).input())
        accept(
            "unknown-odd-feature",
            ["B12-SI-R4"],
            "bit 101 may be ignored",
            ["unknown"],
            in: features(101).input()
        )
        // Feature bytes are the one known field that can be written in several ways. What is signed is what came.
        accept(
            "features-longer-than-needed",
            ["B12-SI-R4", "B12-SIG-1"],
            "zeros in front of the bits mean nothing, and are signed as they stand",
            in: base.with(174, [0, 0] + bitmap([17])).input()
        )
        let longer = base.with(12, [0, 0, 2])
        accept(
            "offer-features-longer-than-needed",
            ["B12-SI-R20", "B12-SIG-1"],
            "the offer's own bytes stand in the invoice as they came",
            in: longer.input(("offer", .hex(longer.offer.bytes)))
        )
        for (bit, neighbour) in [
            (100, "unknown-odd-feature"), (18, "mpp-optional"), (0, "plain"), (8, "plain"), (14, "plain"),
            (24, "plain"),
            (200, "unknown-odd-feature"),
        ] {
            reject(
                "unknown-even-feature-\(bit)",
                "B12-SI-R4",
                ["features"],
                "bit \(bit) must be understood",
                ["unknown"],
                neighbour: neighbour,
                in: features(bit).input()
            )
        }
        reject(
            "unknown-even-beside-known-feature",
            "B12-SI-R4",
            ["features"],
            "bits 17 and 30",
            ["unknown"],
            neighbour: "mpp-optional",
            in: features(17, 30).input()
        )
    }
}

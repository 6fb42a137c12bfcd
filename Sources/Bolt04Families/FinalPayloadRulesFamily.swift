internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit
internal import Wire

/// `bolt04/final-payload-rules`: what relays and ends make of a layer in clear.
func finalPayloadRulesFamily(_ context: GenerationContext, _ profile: Profile) throws(GenerationError)
    -> GeneratedFamily
{
    var family = FinalPayloadRulesBuilder(context, profile)
    try family.addEnds()
    try family.addRelays()
    try family.addRejectedEnds()
    try family.addRejectedStreams()
    try family.addRejectedRelays()
    try family.addRejectedFeatures()
    return family.builder.build()
}

/// The parts of the family. What a profile switches decides which cases there are.
private struct FinalPayloadRulesBuilder {
    let profile: Profile
    let route: RouteFixture
    var builder: FamilyBuilder

    /// The least message of the last hop.
    private let request = TLVRecord.text(64, "an invoice request")

    init(_ context: GenerationContext, _ profile: Profile) {
        self.profile = profile
        route = RouteFixture(profile: profile)
        builder = FamilyBuilder(
            "bolt04/final-payload-rules",
            title: "Layers of onion messages in clear: what an end takes, and what a relay passes on",
            profile: profile,
            in: context,
            flags: [
                VectorFamily.Flag("content", "A message that the node must understand, or more than one at once"),
                VectorFamily.Flag("stream", "The payload or the hop's data is no stream that may be read"),
                VectorFamily.Flag("relay", "A relay that takes what is for the end can be told apart and misled"),
                VectorFamily.Flag("features", "Bits that a node does not know forbid the message, odd ones too"),
                VectorFamily.Flag("reply", "An answer goes where the reply path leads: it must lead somewhere"),
            ]
        )
    }

    /// The profile knows all of BOLT 4's records in a hop's data; LDK's reader knows fewer.
    private var knowsAllRecords: Bool { profile.blinded_path.final_hop_tag == .standard }

    // MARK: Requests

    /// A layer with these records beside the sealed data, which holds what `data` says.
    private func layer(_ records: [TLVRecord], _ data: [UInt8], final: Bool) throws(GenerationError) -> JSON {
        layer(bytes: TLVStream(sorting: records + [try sealed(data)]).bytes, data, final: final)
    }

    private func layer(bytes onionmsg_tlv: [UInt8], _ data: [UInt8], final: Bool) -> JSON {
        ["onionmsg_tlv": .hex(onionmsg_tlv), "encrypted_data_tlv": .hex(data), "final": .bool(final)]
    }

    /// Record 4, sealed for Carol. The operation is given the clear data beside it and does not open it.
    private func sealed(_ data: [UInt8]) throws(GenerationError) -> TLVRecord {
        let path = try route.path([BlindingDerivation.Hop(Fixtures.key("carol"), data: data)])
        return TLVRecord(type: 4, value: path.parts.hops[0].encrypted_recipient_data)
    }

    private func stream(_ records: TLVRecord...) -> [UInt8] { TLVStream(sorting: records).bytes }

    private func json(_ record: TLVRecord) -> JSON {
        ["type": .string(String(record.type)), "value": .hex(record.value)]
    }

    // MARK: Taken

    private mutating func end(
        _ name: String,
        _ requirements: [RequirementID],
        _ comment: String,
        flags: [String] = [],
        _ content: TLVRecord,
        beside records: [TLVRecord] = [],
        data: [UInt8] = [],
        reply_path: PathParts? = nil,
        file: StaticString = #fileID,
        line: UInt = #line
    ) throws(GenerationError) {
        var out: JSONObject = ["content": json(content)]
        out["reply_path"] = reply_path?.json
        builder.accept(
            name,
            "om.classify",
            requirements,
            comment,
            flags: flags,
            in: try layer(records + [content], data, final: true),
            out: out,
            file: file,
            line: line
        )
    }

    /// A message of the last hop, under the requirement that gives its number, where one does.
    private struct EndMessage {
        let name: String
        let type: UInt64
        let subject: RequirementID
        /// `nil` for BOLT 12's own, which every node knows.
        var message: Profile.Message?

        /// One of the four of the static invoice server.
        var isOfTheServer: Bool { subject.rawValue.hasPrefix("B66") }
    }

    /// Those that nobody sees the inside of here.
    private var messagesButRequests: [EndMessage] {
        messages.filter { $0.type != 64 && $0.message.map(knows) ?? true }
    }

    private var messages: [EndMessage] {
        let types = profile.onion_message_types
        return [
            EndMessage(name: "invoice-request", type: 64, subject: "OM-R9"),
            EndMessage(name: "invoice", type: 66, subject: "OM-R9"),
            EndMessage(name: "invoice-error", type: 68, subject: "OM-R9"),
        ]
            + [
                ("static-invoice", "OM-R9", .staticInvoice), ("offer-paths-request", "B66-D1", .offerPathsRequest),
                ("offer-paths", "B66-D3", .offerPaths), ("serve-static-invoice", "B66-D4", .serveStaticInvoice),
                ("static-invoice-persisted", "B66-D5", .staticInvoicePersisted),
                ("held-htlc-available", "ASY-D1", .heldHTLCAvailable),
                ("release-held-htlc", "ASY-D2", .releaseHeldHTLC),
            ].map { (name: String, subject: RequirementID, message: Profile.Message) in
                EndMessage(name: name, type: types.type(of: message), subject: subject, message: message)
            }
    }

    private func knows(_ message: Profile.Message) -> Bool { profile.onion_message_types.known.contains(message) }

    /// To a node that does not know the message its number is an unknown even record.
    private mutating func addEnd(_ message: EndMessage) throws(GenerationError) {
        let record = TLVRecord(type: message.type, value: [1, 2, 3])
        if let kind = message.message, !knows(kind) {
            return refuse(
                "end-\(message.name)",
                "OM-R1",
                ["tlv.unknown_even", "onion.payload"],
                "record \(message.type) is even, and unknown under this profile: the message is dropped",
                flag: "content",
                alsoExercises: message.isOfTheServer ? ["B66-D9"] : [],
                in: try layer([record], [], final: true)
            )
        }
        try end(
            "end-\(message.name)",
            [message.subject] + ["OM-R9", "OM-R1"].filter { $0 != message.subject }
                + (message.isOfTheServer ? ["B66-D7", "B66-D8", "B66-D9"] : []),
            "record \(message.type) alone: its body is for whoever asked",
            flags: ["content"],
            record
        )
    }

    mutating func addEnds() throws(GenerationError) {
        for message in messages { try addEnd(message) }
        let reply = Fixtures.path("reply")
        // No rule ties a reply path to a kind of message.
        for message in messagesButRequests {
            try end(
                "end-\(message.name)-with-reply-path",
                ["OM-R9", "OM-R10"],
                "record \(message.type) beside a reply path",
                flags: ["reply"],
                TLVRecord(type: message.type, value: [1, 2, 3]),
                beside: [TLVRecord(type: 2, value: reply.bytes)],
                reply_path: reply.parts
            )
        }
        for direction in [UInt8(0), 1] {
            let byChannel = Fixtures.path(
                "reply",
                introduction: .sciddir(direction: direction, shortChannelID: 0x0000_0100_0002_0003)
            )
            try end(
                "end-with-reply-path-by-channel-\(direction)",
                ["B1-T-3", "OM-R9", "OM-R10"],
                "the reply path starts at one end of channel 1x2x3",
                flags: ["reply"],
                request,
                beside: [TLVRecord(type: 2, value: byChannel.bytes)],
                reply_path: byChannel.parts
            )
        }
        let single = Fixtures.path("reply", hops: 1)
        try end(
            "end-with-reply-path-of-one-hop",
            ["OM-R9", "OM-R10"],
            "the introduction node is the answer's end",
            flags: ["reply"],
            request,
            beside: [TLVRecord(type: 2, value: single.bytes)],
            reply_path: single.parts
        )
        try end(
            "end-with-reply-path",
            ["OM-R9", "OM-R10"],
            "record 2 is not a message of its own",
            flags: ["reply"],
            request,
            beside: [TLVRecord(type: 2, value: reply.bytes)],
            reply_path: reply.parts
        )
        try end(
            "end-with-path-id",
            ["OM-R4", "RB-W7"],
            "what the maker of the path told itself is for the end",
            request,
            data: stream(route.context())
        )
        try end(
            "end-with-unknown-odd-record",
            ["B1-TLV-7", "OM-R1", "OM-R9"],
            "record 63 is below the messages: it is passed over",
            flags: ["stream"],
            request,
            beside: [TLVRecord(type: 63, value: [1])]
        )
        try end(
            "end-with-unknown-odd-record-in-data",
            ["RB-E2"],
            "record 561 is passed over",
            flags: ["stream"],
            request,
            data: stream(TLVRecord(type: 561, value: [1]))
        )
        try end(
            "end-with-next-node-in-data",
            ["OD-11"],
            "the end is where the onion ends, whatever its data say of a next hop",
            request,
            data: stream(route.next("bob"))
        )
        try end(
            "end-padded",
            ["RB-E2", "RB-W8", "OM-R9"],
            "padding says nothing",
            request,
            data: stream(TLVRecord(type: 1, value: [0]))
        )
        guard knowsAllRecords else { return }
        try end(
            "end-with-empty-features",
            ["OM-R2"],
            "allowed_features has no bit",
            flags: ["features"],
            request,
            data: stream(TLVRecord(type: 14, value: [UInt8]()))
        )
        try end(
            "end-with-zero-features",
            ["OM-R2"],
            "a byte of zeros has no bit either",
            flags: ["features"],
            request,
            data: stream(TLVRecord(type: 14, value: [0]))
        )
    }

    private mutating func relay(
        _ name: String,
        _ comment: String,
        _ data: [UInt8],
        to next: JSON,
        subject: RequirementID = "OM-R5",
        file: StaticString = #fileID,
        line: UInt = #line
    ) throws(GenerationError) {
        builder.accept(
            name,
            "om.classify",
            [subject] + ["OM-R3", "OM-R4", "OM-R5", "OM-R13", "OM-W4"].filter { $0 != subject },
            comment,
            flags: ["relay"],
            in: try layer([], data, final: false),
            out: ["next": next],
            file: file,
            line: line
        )
    }

    mutating func addRelays() throws(GenerationError) {
        let bob: JSON = ["node_id": .hex(Fixtures.point("bob"))]
        try relay("relay-by-node-id", "record 4 of the data names Bob", stream(route.next("bob")), to: bob)
        try relay(
            "relay-by-channel",
            "record 2 of the data names channel 1x2x3",
            stream(route.channel),
            to: ["scid": "0000010000020003"]
        )
        let override = TLVRecord(type: 8, value: Fixtures.point("another key"))
        try relay(
            "relay-with-override",
            "record 8 changes the key, not the way",
            stream(route.next("bob"), override),
            to: bob
        )
        try relay(
            "relay-with-unknown-odd-record-in-data",
            "record 561 is passed over",
            stream(route.next("bob"), TLVRecord(type: 561, value: [1])),
            to: bob,
            subject: "RB-E2"
        )
        if knowsAllRecords {
            let features = TLVRecord(type: 14, value: [UInt8]())
            try relay(
                "relay-with-empty-features",
                "allowed_features has no bit",
                stream(route.next("bob"), features),
                to: bob,
                subject: "OM-R2"
            )
        }
        let both = stream(route.channel, route.next("bob"))
        switch profile.blinded_path.both_next_hops {
        case .nodeID:
            try relay("relay-by-both", "the node id comes before the channel", both, to: bob)
        case .refuse:
            refuse(
                "relay-by-both",
                "OM-R5",
                ["semantic.short_channel_id", "semantic.next_node_id", "onion.payload"],
                "a node and a channel to go to",
                flag: "relay",
                neighbour: "relay-by-node-id",
                in: try layer([], both, final: false)
            )
        }
    }

    // MARK: Rejected

    private mutating func refuse(
        _ name: String,
        _ violates: RequirementID,
        _ reasons: [ReasonClass],
        _ comment: String,
        flag: String,
        alsoExercises: [RequirementID] = [],
        neighbour: String = "end-invoice-request",
        in input: JSON,
        under: [Under] = [],
        file: StaticString = #fileID,
        line: UInt = #line
    ) {
        builder.reject(
            name,
            "om.classify",
            [violates],
            reasons,
            comment,
            alsoExercises: alsoExercises,
            neighbour: neighbour,
            flags: [flag],
            in: input,
            under: under,
            file: file,
            line: line
        )
    }

    /// Several payloads at the end, and an unknown odd record beside the known one (C-26).
    private mutating func refuseSeveral(
        _ name: String,
        _ comment: String,
        _ records: [TLVRecord],
        alsoExercises: [RequirementID] = [],
        neighbour: String,
        under: [Under] = [],
        file: StaticString = #fileID,
        line: UInt = #line
    ) throws(GenerationError) {
        refuse(
            name,
            "OM-R9",
            ["onion.payload"],
            comment,
            flag: "content",
            alsoExercises: alsoExercises,
            neighbour: neighbour,
            in: try layer(records, [], final: true),
            under: under,
            file: file,
            line: line
        )
    }

    mutating func addRejectedEnds() throws(GenerationError) {
        let (invoice, error) = (TLVRecord(type: 66, value: [1]), TLVRecord(type: 68, value: [1]))
        try refuseSeveral(
            "end-two-messages",
            "an invoice request and an invoice",
            [request, invoice],
            neighbour: "end-invoice-request"
        )
        try refuseSeveral(
            "end-request-invoice-and-error",
            "all that BOLT 12 has, at once",
            [request, invoice, error],
            neighbour: "end-invoice-request"
        )
        try refuseSeveral(
            "end-request-and-record-65",
            "record 65 is the first odd one in the range of messages",
            [request, TLVRecord(type: 65, value: [1])],
            neighbour: "end-with-unknown-odd-record",
            under: [.accept("C-26 b", ["content": json(request)])]
        )
        if knows(.offerPathsRequest), knows(.offerPaths) { try addRejectedEndsOfTheServer() }
    }

    private mutating func addRejectedEndsOfTheServer() throws(GenerationError) {
        let types = profile.onion_message_types
        let paths = TLVRecord(type: types.offer_paths, value: [1, 2, 3])
        let pathsRequest = TLVRecord(type: types.offer_paths_request, value: [0, 2, 0, 1])
        let several: [(name: String, comment: String, records: [TLVRecord])] = [
            ("end-two-messages-of-the-server", "a request for paths and paths", [pathsRequest, paths]),
            (
                "end-message-of-the-server-and-another", "a request for paths and an invoice request",
                [request, pathsRequest]
            ),
            ("end-three-messages", "all at once", [request, pathsRequest, paths]),
        ]
        for (name, comment, records) in several {
            try refuseSeveral(
                name,
                comment,
                records,
                alsoExercises: ["B66-D7"],
                neighbour: "end-offer-paths-request"
            )
        }
        let odd = TLVRecord(type: types.offer_paths_request + 1, value: [1])
        try refuseSeveral(
            "end-message-and-unknown-odd-record",
            "record \(odd.type) is in the range of messages",
            [pathsRequest, odd],
            alsoExercises: ["B66-D7"],
            neighbour: "end-offer-paths-request",
            under: [.accept("C-26 b", ["content": json(pathsRequest)])]
        )
        let foreign: UInt64 = types.offer_paths_request == 65_540 ? 75_540 : 65_540
        refuse(
            "end-number-of-another-profile",
            "OM-R1",
            ["tlv.unknown_even"],
            "record \(foreign) is even, and means nothing here",
            flag: "content",
            alsoExercises: ["B66-D9"],
            neighbour: "end-offer-paths-request",
            in: try layer([TLVRecord(type: foreign, value: [0, 2, 0, 1])], [], final: true)
        )
    }

    mutating func addRejectedStreams() throws(GenerationError) {
        let data = Array(try sealed([]).encoding)
        let request = Array(self.request.encoding)
        let odd = Array(TLVRecord(type: 63, value: [1]).encoding)
        let reply = Fixtures.path("reply")
        var offCurve = reply.parts
        offCurve.path_key = Fixtures.pointOffCurve
        func replying(_ bytes: [UInt8], _ content: [UInt8]) -> [UInt8] {
            TLVRecord(type: 2, value: bytes).encoding + data + content
        }
        let brokenReplies: [(name: String, reasons: [ReasonClass], comment: String, path: [UInt8])] = [
            (
                "cut-reply-path", ["tlv.length", "tlv.truncated"], "the reply path's last byte is missing",
                reply.bytes.dropLast()
            ),
            ("byte-behind-reply-path", ["tlv.length"], "a byte follows the reply path", reply.bytes + [0]),
            ("reply-path-off-curve", ["point"], "the reply path's first key is no point", offCurve.bytes),
        ]
        let broken: [(name: String, reasons: [ReasonClass], comment: String, neighbour: String, payload: [UInt8])] = [
            (
                "unknown-even-record", ["tlv.unknown_even"], "record 62 must be understood", "unknown-odd-record",
                data + TLVRecord(type: 62, value: [1]).encoding + request
            ),
            (
                "falling-records", ["tlv.order"], "record 64 stands before 63", "unknown-odd-record",
                data + request + odd
            ),
            (
                "repeated-record", ["tlv.order"], "record 63 stands twice", "unknown-odd-record",
                data + odd + odd + request
            ),
            (
                "cut-off-record", ["tlv.truncated", "tlv.length"], "the last byte is missing", "unknown-odd-record",
                data + odd + request.dropLast()
            ),
            (
                "type-in-longer-form", ["tlv.noncanonical"], "64 in three bytes", "unknown-odd-record",
                data + [0xfd, 0, 64] + request.dropFirst()
            ),
        ]
        for (name, reasons, comment, neighbour, payload) in broken {
            refuse(
                "end-with-\(name)",
                "OM-R1",
                reasons,
                comment,
                flag: "stream",
                neighbour: "end-with-\(neighbour)",
                in: layer(bytes: payload, [], final: true)
            )
        }
        for (name, reasons, comment, path) in brokenReplies {
            refuse(
                "end-with-\(name)",
                "OM-R1",
                reasons,
                comment,
                flag: "reply",
                neighbour: "end-with-reply-path",
                in: layer(bytes: replying(path, request), [], final: true)
            )
            // Nobody answers these messages: a reader may be tempted to look at the path only once it needs one.
            for message in messagesButRequests {
                let content = Array(TLVRecord(type: message.type, value: [1, 2, 3]).encoding)
                refuse(
                    "end-\(message.name)-with-\(name)",
                    "OM-R1",
                    reasons,
                    "record \(message.type): \(comment)",
                    flag: "reply",
                    neighbour: "end-\(message.name)-with-reply-path",
                    in: layer(bytes: replying(path, content), [], final: true)
                )
            }
        }
        var empty = reply.parts
        empty.hops = []
        refuse(
            "end-with-reply-path-without-hops",
            "RB-W1",
            ["path.zero_hops"],
            "nobody can answer over it",
            flag: "reply",
            alsoExercises: ["OM-W5"],
            neighbour: "end-with-reply-path",
            in: layer(bytes: replying(empty.bytes, request), [], final: true),
            under: [.accept("C-6 b", ["content": json(self.request), "reply_path": empty.json])]
        )
        try addRejectedData()
    }

    private mutating func addRejectedData() throws(GenerationError) {
        let odd = stream(TLVRecord(type: 561, value: [1]))
        let broken: [(name: String, reasons: [ReasonClass], comment: String, data: [UInt8])] = [
            (
                "unknown-even-record", ["tlv.unknown_even"], "record 560 must be understood",
                stream(TLVRecord(type: 560, value: [1]))
            ),
            ("cut-off-record", ["tlv.truncated", "tlv.length"], "the last byte is missing", odd.dropLast()),
            ("repeated-record", ["tlv.order"], "record 561 stands twice", odd + odd),
            (
                "next-node-off-curve", ["point"], "record 4 holds no point",
                stream(TLVRecord(type: 4, value: Fixtures.pointOffCurve))
            ),
        ]
        for (name, reasons, comment, data) in broken {
            refuse(
                "end-with-\(name)-in-data",
                "RB-E2",
                reasons,
                comment,
                flag: "stream",
                neighbour: "end-with-unknown-odd-record-in-data",
                in: try layer([request], data, final: true)
            )
        }
    }

    mutating func addRejectedRelays() throws(GenerationError) {
        let next = stream(route.next("bob"))
        let ofTheServer = TLVRecord(type: profile.onion_message_types.offer_paths_request, value: [0, 2, 0, 1])
        let extra: [(name: String, comment: String, record: TLVRecord)] = [
            ("reply-path", "a reply path is for the end", TLVRecord(type: 2, value: Fixtures.path("reply").bytes)),
            ("message", "an invoice request is for the end", request),
            ("message-of-the-server", "a request for paths is for the end", ofTheServer),
            ("unknown-odd-message", "record 65 would be passed over at the end", TLVRecord(type: 65, value: [1])),
            ("unknown-odd-record", "record 1 is no exception", TLVRecord(type: 1, value: [1])),
        ]
        for (name, comment, record) in extra where record != ofTheServer || knows(.offerPathsRequest) {
            refuse(
                "relay-with-\(name)",
                "OM-R3",
                ["onion.payload"],
                comment,
                flag: "relay",
                alsoExercises: ["OM-W4"] + (name == "message-of-the-server" ? ["B66-D8"] : []),
                neighbour: "relay-by-node-id",
                in: try layer([record], next, final: false),
                under: name == "unknown-odd-message"
                    ? [.accept("C-95 b", ["next": ["node_id": .hex(Fixtures.point("bob"))]])] : []
            )
        }
        refuse(
            "relay-with-path-id",
            "OM-R4",
            ["onion.payload", "context", "tlv.unknown_even"],
            "path_id is for the end: here it would tell a relay's path from others",
            flag: "relay",
            neighbour: "relay-by-node-id",
            in: try layer([], stream(route.next("bob"), .text(6, "secret")), final: false)
        )
        refuse(
            "relay-with-empty-path-id",
            "OM-R4",
            ["onion.payload", "context", "tlv.unknown_even"],
            "path_id is there, and holds nothing",
            flag: "relay",
            neighbour: "relay-by-node-id",
            in: try layer([], stream(route.next("bob"), TLVRecord(type: 6, value: [UInt8]())), final: false)
        )
        refuse(
            "relay-without-next-hop",
            "OM-R5",
            ["onion.payload", "tlv.missing", "semantic.next_node_id"],
            "nobody to go on to",
            flag: "relay",
            neighbour: "relay-by-node-id",
            in: try layer([], [], final: false)
        )
    }

    /// LDK's reader does not know `allowed_features` at all: to it the record is an unknown even one.
    mutating func addRejectedFeatures() throws(GenerationError) {
        let cases: [(name: String, comment: String, features: [UInt8], final: Bool)] = [
            ("end-with-odd-feature", "bit 1 is odd, and unknown all the same", [2], true),
            ("end-with-even-feature", "bit 0 is unknown", [1], true),
            ("end-with-feature-beyond-128", "bit 200 is unknown", [1] + [UInt8](repeating: 0, count: 25), true),
            ("relay-with-feature", "the rule is for relays too", [2], false),
            ("relay-with-feature-beyond-128", "bit 200 is unknown", [1] + [UInt8](repeating: 0, count: 25), false),
        ]
        for (name, comment, features, final) in cases {
            let record = TLVRecord(type: 14, value: features)
            let data = final ? stream(record) : stream(route.next("bob"), record)
            let accepted = knowsAllRecords ? "with-empty-features" : (final ? "invoice-request" : "by-node-id")
            refuse(
                name,
                "OM-R2",
                ["features", "tlv.unknown_even"],
                comment,
                flag: "features",
                neighbour: "\(final ? "end" : "relay")-\(accepted)",
                in: try layer(final ? [request] : [], data, final: final)
            )
        }
    }
}

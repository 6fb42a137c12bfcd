internal import Lightning
package import Rules
package import Wire

/// The payloads of a payer's request, and what it made them from.
package struct SaltRequestWriterOutput: Sendable {
    package let payloads: [TLVStream]
    package let request: SaltRequest

    package init(payloads: [TLVStream], request: SaltRequest) {
        self.payloads = payloads
        self.request = request
    }

    var hopCount: Int { request.pre_hops.count + request.path.hops.count }

    /// The payloads, where each can be told to be whose. With one too few or too many nothing else is judged.
    private var attributed: [TLVStream] { payloads.count == hopCount ? payloads : [] }
    /// Those of the hops before the offer's path.
    var before: ArraySlice<TLVStream> { attributed.prefix(request.pre_hops.count) }
    /// Those of the offer's path.
    var onPath: ArraySlice<TLVStream> { attributed.dropFirst(request.pre_hops.count) }
    /// The sealed reply paths of all hops that have one.
    var sealed: [ArraySlice<UInt8>] { onPath.compactMap { $0[SaltRequest.sealedReplyPathType] } }
    var salts: [ArraySlice<UInt8>] { onPath.compactMap { $0[SaltRequest.saltType] } }
}

/// The rules for the payer's payloads.
package enum SaltPayloadChecks {
    package typealias Output = SaltRequestWriterOutput

    package static let all: [Check<Output>] = [
        oneForEachHop, requestAtTheEnd, hiddenFromRelays, onEveryHopButTheLast, sealedDataAlone, sealedForCounterparty,
        sameForAll, saltUnaltered, dataUnaltered,
    ]

    static let oneForEachHop = Check<Output>("SALT-10", "onion.payload") { output in
        .require(
            output.payloads.count == output.hopCount,
            "\(output.payloads.count) payloads for \(output.hopCount) hops"
        )
    }

    /// C-59: the reply path there may be another than the sealed one, so it need only be one.
    static let requestAtTheEnd = Check<Output>("SALT-10", .semantic("invoice_request"), reading: "C-59") { output in
        guard let last = output.onPath.last else { return .notApplicable("there is no last payload") }
        guard let request = last[64] else { return .fails("the last payload has no invoice_request (64)") }
        guard request.elementsEqual(output.request.invoice_request) else {
            return .fails("the last payload has another invoice_request")
        }
        guard let reply_path = last[2] else { return .fails("the last payload has no reply_path (2)") }
        var reading = Validation(.strict)
        let path = try? ReplyPath.decode(Array(reply_path), &reading)
        return .require(path != nil, "reply_path (2) in the last payload is no path with hops")
    }

    static let hiddenFromRelays = Check<Output>("SALT-10", .semantic("invoice_request")) { output in
        let index = output.onPath.dropLast().firstIndex { $0.contains(64) || $0.contains(2) }
        guard let index else { return .meets }
        return .fails("payload \(index) is a relay's and shows it what is the receiver's")
    }

    /// SALT-15 shows in the same place: a payer that skips hops has taken them for decoys, or for somebody else's.
    static let onEveryHopButTheLast = Check<Output>("SALT-11", "onion.payload", reading: "C-56") { output in
        for (index, payload) in output.onPath.enumerated() {
            let isLast = index == output.onPath.count - 1
            let types = [SaltRequest.sealedReplyPathType, SaltRequest.saltType].filter(payload.contains)
            if isLast, !types.isEmpty { return .fails("the last hop gets the records \(types)") }
            if !isLast, types.count < 2 { return .fails("hop \(index) of the path gets the records \(types) alone") }
        }
        return .meets
    }

    static let sealedDataAlone = Check<Output>("SALT-12", "onion.payload", reading: "C-56") { output in
        let index = output.before.firstIndex { $0.records.map(\.type) != [4] }
        guard let index else { return .meets }
        return .fails(
            "payload \(index), before the offer's path, has the records \(output.before[index].records.map(\.type))"
        )
    }

    static let sealedForCounterparty = Check<Output>("SALT-13", "aead", reading: "C-51") { output in
        let (request, E) = (output.request, output.request.grant.encrypted_counterparty_secret)
        for sealed in Set(output.sealed) {
            guard let plaintext = try? request.sealing.open(sealed, under: E) else {
                return .fails("record 4141 does not open under \(request.sealing.rawValue)")
            }
            var reading = Validation(.strict)
            guard let path = try? ReplyPath.decode(plaintext, &reading), path == request.reply_path else {
                return .fails("record 4141 does not hold the payer's reply path")
            }
        }
        return .meets
    }

    static let sameForAll = Check<Output>("SALT-13", .semantic("payer_encrypted_reply_path")) { output in
        .require(Set(output.sealed).count <= 1, "record 4141 is not the same for all hops")
    }

    static let saltUnaltered = Check<Output>("SALT-14", .semantic("unique_salt")) { output in
        .require(
            output.salts.allSatisfy { $0.elementsEqual(output.request.grant.unique_salt) },
            "record 4343 is not the salt of the offer"
        )
    }

    static let dataUnaltered = Check<Output>("RB-U2", .semantic("encrypted_recipient_data")) { output in
        let data = output.request.pre_hops.map { $0[...] } + output.request.path.hops.map(\.encrypted_recipient_data)
        let index = zip(output.before + output.onPath, data).enumerated().first { $1.0[4] != $1.1 }?.offset
        guard let index else { return .meets }
        return .fails("payload \(index) has other sealed data than its hop")
    }
}

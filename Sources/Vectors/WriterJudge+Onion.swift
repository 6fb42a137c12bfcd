internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import Wire

/// Judges of what makers of paths and senders of onion messages wrote, by someone who has the keys of all hops.
extension WriterJudge {
    /// In, beside the request: `node_keys`, of the hops, without which nothing can be judged; `earlier`, other paths of the
    /// same maker; with `pad_to`, equal lengths were asked for. Out: with `payinfo`, the totals that the maker announces,
    /// and `min_final_cltv_expiry_delta` in them.
    static let path = WriterJudge { profile, input, out, examination in
        guard let keys = try input.optional("node_keys") else { return }
        let made = try blindedPath(out.member("path"))
        let purpose = PathPurpose(rawValue: try input.member("purpose").string()) ?? .message
        let open = try made.walk(try keys.elements().map { try $0.secretKey() }, purpose: purpose, profile)
        try examination.apply(BlindedPathChecks.all + BlindedPathChecks.payment, to: open)
        if try input.optional("pad_to") != nil { try examination.apply(BlindedPathChecks.should, to: open) }
        let earlier = try input.optional("earlier")?.elements().map { try blindedPath($0) }
        try examination.apply([BlindedPathChecks.freshKeys], to: [made] + (earlier ?? []))
        guard let payinfo = try out.optional("payinfo") else { return }
        let priced = PricedPath(
            path: open,
            total: PaymentRelay(
                cltv_expiry_delta: try payinfo.member("cltv_expiry_delta").number(atMost: 65_535),
                fee_proportional_millionths: try payinfo.member("fee_proportional_millionths").number(
                    atMost: 1 << 32 - 1
                ),
                fee_base_msat: try payinfo.member("fee_base_msat").number(atMost: 1 << 32 - 1)
            ),
            min_final_cltv_expiry_delta: try out.member("min_final_cltv_expiry_delta").number(atMost: 65_535)
        )
        try examination.apply([PricedPath.check], to: priced)
    }

    private static func blindedPath(_ reader: JSONReader) throws -> BlindedPath {
        guard let path = BlindedPath(try BlindedPath.format.value(reader)) else { throw reader.fail("this is no path") }
        return path
    }
}

package import Lightning
package import Rules
internal import Wire

/// The plaintext of record 4141: a `blinded_path` as record 2 carries it, with nothing around it (C-52).
package enum ReplyPath {
    /// - Throws: RB-W1 for a path without hops, SALT-13 for one that no reader could take.
    package static func encode(_ path: BlindedPath) throws(Finding) -> [UInt8] {
        var validation = Validation(.strict)
        return try encode(path, &validation)
    }

    /// The same; a path without hops is reported.
    package static func encode(_ path: BlindedPath, _ validation: inout Validation) throws(Finding) -> [UInt8] {
        guard let bytes = BlindedPath.format.encode(path.value) else {
            throw Finding("SALT-13", .semantic("reply_path"), "the path does not fit its encoding")
        }
        _ = try decode(bytes, &validation)
        return bytes
    }

    /// - Throws: SALT-13 for what is no path or more than one, RB-W1 for one without hops.
    package static func decode(_ bytes: [UInt8], _ validation: inout Validation) throws(Finding) -> BlindedPath {
        let value = try validation.attribute(to: "SALT-13") { inner throws(Finding) in
            try inner.decodeWhole { onFault throws(WireError) in
                try BlindedPath.format.decode(bytes[...], onFault: onFault)
            }
        }
        guard let path = BlindedPath(value) else {
            throw Finding("SALT-13", .semantic("reply_path"), "this is not a blinded path")
        }
        if path.hops.isEmpty { try validation.report(Finding("RB-W1", .zeroHops, "the reply path has no hops")) }
        return path
    }
}

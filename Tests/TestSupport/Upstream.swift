internal import Foundation
package import StrictJSON

/// Data that is not in the repository: official vectors and what other implementations wrote. Found through the environment
/// variable `BLIP66_UPSTREAM`, a folder with `bolts`, `wycheproof`, `bip-0340` and `ldk-0.2.5-sample`.
package enum Upstream {
    /// The data is not there.
    package struct Missing: Error, CustomStringConvertible {
        package let description: String
    }

    package static let folder = ProcessInfo.processInfo.environment["BLIP66_UPSTREAM"]

    /// Whether tests that need the data can run. Under `CI=true` they must: missing data is then a failure, not a reason to
    /// skip.
    package static var isAvailable: Bool { folder != nil || ProcessInfo.processInfo.environment["CI"] == "true" }

    package static let howToGet =
        "set BLIP66_UPSTREAM to a folder with bolts (lightning/bolts), wycheproof (C2SP/wycheproof testvectors_v1), bip-0340 and ldk-0.2.5-sample"

    package static func path(_ name: String) throws -> String {
        guard let folder else { throw Missing(description: "BLIP66_UPSTREAM is not set: \(howToGet)") }
        return "\(folder)/\(name)"
    }

    package static func bytes(_ name: String) throws -> [UInt8] {
        let path = try path(name)
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Missing(description: "\(path) cannot be read: \(howToGet)")
        }
        return Array(data)
    }

    package static func json(_ name: String) throws -> JSONReader {
        JSONReader(try JSON.parse(try bytes(name)), path: name)
    }
}

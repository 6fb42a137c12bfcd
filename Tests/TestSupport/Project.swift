internal import Foundation

/// The project's own folder, and how much of its tests is wanted.
package enum Project {
    /// Found from where this file stands.
    package static let root = String(#filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" })

    /// Whether tests that draw a sample take all of it: `tools/test --full` says so.
    package static let isFull = ProcessInfo.processInfo.environment["BLIP66_FULL"] != nil
}

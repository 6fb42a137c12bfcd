/// The generator's own version, which the manifest records.
package enum Generation {
    package static let version = "0.1.0"
}

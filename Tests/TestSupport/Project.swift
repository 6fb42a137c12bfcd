/// The project's own folder, found from where this file stands.
package enum Project {
    package static let root = String(#filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" })
}

internal import Foundation
package import StrictJSON

/// A file that could not be read or understood.
package struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
    package let path: String
    package let detail: String

    package init(path: String, _ detail: String) {
        self.path = path
        self.detail = detail
    }

    /// A path may be anything, and what a file holds may be quoted: whoever prints it makes it harmless.
    package var description: String { "\(path): \(detail)" }
}

/// Reading and writing files, with errors that name the file.
package enum Files {
    package static func read(_ path: String, limit: Int = InputFile.limit) throws(FileError) -> [UInt8] {
        try InputFile.read(path, limit: limit)
    }

    /// All of standard input.
    package static func readStandardInput(limit: Int = InputFile.limit) throws(FileError) -> [UInt8] {
        try InputFile.readStandardInput(limit: limit)
    }

    package static func readJSON(_ path: String) throws(FileError) -> JSON {
        let bytes = try read(path)
        if bytes.starts(with: InputFile.byteOrderMark) {
            throw FileError(path: path, "begins with a byte order mark, which JSON has none of; save it without one")
        }
        do {
            return try JSON.parse(bytes)
        } catch {
            throw FileError(path: path, "\(error)")
        }
    }

    /// Writes a file whole or not at all, making the folders on the way.
    package static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
        do {
            if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
                let folder = String(path[..<slash])
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            }
        } catch {
            throw FileError(path: path, "cannot be written: \(error.localizedDescription)")
        }
        try OutputFile(path).write(bytes)
    }

    package static func remove(_ path: String) throws(FileError) {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw FileError(path: path, "cannot be removed: \(error.localizedDescription)")
        }
    }

    package static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    package static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// Paths below `folder`, relative to it and sorted, of the files with this ending.
    package static func list(_ folder: String, ending: String) throws(FileError) -> [String] {
        guard isFolder(folder) else { throw FileError(path: folder, "there is no such folder") }
        guard let names = FileManager.default.enumerator(atPath: folder) else {
            throw FileError(path: folder, "there is no such folder")
        }
        return names.compactMap { $0 as? String }.filter { $0.hasSuffix(ending) }.sorted()
    }
}

/// Where the project's data is: the folder that holds `Spec` and `Vectors`.
package struct ProjectFiles: Hashable, Sendable {
    package let root: String

    package init(root: String) { self.root = root }

    package var spec: String { "\(root)/Spec" }
    package var profiles: String { "\(root)/Spec/profiles" }
    package var vectors: String { "\(root)/Vectors" }
    package var openMutants: String { "\(root)/Spec/open-mutants.json" }

    /// Looks in the environment variable `BLIP66_ROOT`, then upwards from the program and from the current folder.
    package static func locate() throws(FileError) -> ProjectFiles {
        if let root = ProcessInfo.processInfo.environment["BLIP66_ROOT"], !root.isEmpty {
            return ProjectFiles(root: root)
        }
        // The first argument is no path where a shell found the program in PATH.
        let path = Bundle.main.executablePath ?? CommandLine.arguments[0]
        let program = URL(fileURLWithPath: path).resolvingSymlinksInPath()
        let current = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
        for start in [program, current] {
            var folder = start
            while folder.path != "/" {
                if Files.isFolder("\(folder.path)/Spec/profiles") { return ProjectFiles(root: folder.path) }
                folder = folder.deletingLastPathComponent()
            }
        }
        throw FileError(
            path: "Spec/profiles",
            "not found above the program or the current folder; set BLIP66_ROOT to the project's folder"
        )
    }
}

import ArgumentParser
internal import VectorFormat

/// `blip66 diff`: what differs between two sets of vectors.
struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show which cases were added, changed or taken out between two sets of vectors, by requirement.",
        discussion: """
            OLD and NEW are folders of vectors, such as Vectors of two checkouts. For authors of specifications: change \
            a text and the generator, generate into another folder, and see what an implementer will meet \
            (Spec/rehearsal.md goes through it). + is an added case, ~ a changed one with the members that differ, - one \
            that is gone.

            Exit status: 0 the sets are the same, 1 they differ, 2 one of them cannot be read.
            """
    )

    @Argument(help: "A folder of vectors.")
    var old: String

    @Argument(help: "Another folder of vectors.")
    var new: String

    func run() throws {
        let difference = VectorSetDifference(
            from: try VectorStore.load(folder: old),
            to: try VectorStore.load(folder: new)
        )
        print(difference.text)
        if !difference.isEmpty { throw ExitCode(1) }
    }
}

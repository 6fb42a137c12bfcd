internal import VectorGeneration

/// The program's version and the revisions of the texts that it was written from.
let versionText = "blip66 \(Generation.version)"

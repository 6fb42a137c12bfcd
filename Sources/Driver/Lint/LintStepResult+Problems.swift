internal import Catalogue

/// The words for what is wrong, and how to fix it.
extension LintStepResult.Problem {
    static func fault(_ detail: String, fix: String) -> Self { Self(isFault: true, detail: detail, fix: fix) }
    static func note(_ detail: String, fix: String) -> Self { Self(isFault: false, detail: detail, fix: fix) }

    /// No usable answer came.
    static func of(_ fault: Fault) -> Self {
        .fault("\(fault.kind.rawValue): \(fault.detail)", fix: fix(fault.kind))
    }

    /// An answer came with another outcome than it should have.
    static func of(_ answer: Answer, wanted: [String], fix: String) -> Self {
        .fault("the answer is \(answer.text); \(wanted.joined(separator: " or ")) is needed", fix: fix)
    }

    private static func fix(_ kind: Fault.Kind) -> String {
        switch kind {
        case .crash:
            """
            Catch whatever can go wrong while a request is handled, answer it with "outcome":"error", and read the next \
            line. An adapter that ends after each request is checked with --one-shot.
            """
        case .timeout:
            """
            Answer every line with one line, and flush standard output after it: a pipe is buffered unless the program \
            says otherwise.
            """
        case .desync:
            "Write one line for each request and no more, and put the request's own id into it."
        case .protocolError:
            """
            Write nothing to standard output but answers, each a JSON object on one line; banners and logs belong on \
            standard error.
            """
        }
    }
}

extension Answer {
    /// As a sentence says it.
    fileprivate var text: String {
        switch self {
        case .accept: "accept"
        case .reject(let reason, let detail): "reject (\(reason)\(detail.isEmpty ? "" : ", \(detail)"))"
        case .skip(let detail), .error(let detail): detail.isEmpty ? outcome : "\(outcome) (\(detail))"
        }
    }
}

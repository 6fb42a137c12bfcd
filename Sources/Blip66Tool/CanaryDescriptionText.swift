internal import Catalogue
internal import Driver

/// Canaries, ready to be read.
enum CanaryDescriptionText {
    static func text(_ canary: CanaryDescription, _ catalogue: RequirementCatalogue) -> String {
        var lines = ["\(canary.id): the plainest inputs of \(canary.operation), sent before its first case"]
        if canary.forms.count > 1 { lines.append("One of these forms will do.") }
        for (number, form) in canary.forms.enumerated() {
            if canary.forms.count > 1 { lines += ["", "form \(number + 1)"] }
            if form.mustDiffer { lines += ["", "Both must be accepted, with different outputs."] }
            for request in form.requests {
                lines += ["", "must be \(request.outcome)ed; otherwise it breaks"]
                let known = catalogue[request.requirement]
                lines.append(
                    "  \(request.requirement)  \(known?.level.rawValue ?? "?")  \(known?.statement ?? "not in the catalogue")"
                )
                lines += ["request", request.line]
            }
        }
        lines += ["", "run only this: blip66 check --filter '\(canary.id)' -- ADAPTER"]
        return lines.joined(separator: "\n")
    }
}

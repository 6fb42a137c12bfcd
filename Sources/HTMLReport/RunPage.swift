internal import Catalogue
internal import Foundation
internal import Mustache
internal import Primitives
internal import StrictJSON

/// `blip66 report html`: runs side by side, as one file that a browser opens without a network.
///
/// The file's tables stand in its HTML, which `page.mustache` makes. What a drawer tells of a case is JSON that `page.js` reads.
/// Only the style and the script that are named by their digests take effect: nothing that an adapter wrote can run.
package enum RunPage {
    package static func html(_ runs: [NamedRun], _ material: PageMaterial) throws -> String {
        let template = try MustacheTemplate(string: text(PackageResources.page_mustache))
        let style = text(PackageResources.page_css)
        let script = text(PackageResources.page_js)
        let cases = PageCases(runs, material)
        let context: [String: Any] = [
            "title": runs.map(\.name).joined(separator: ", "),
            "policy": ContentPolicy.text(style: style, script: script),
            "style": style,
            "script": script,
            "data": EmbeddedJSON.text(PageData.json(runs, cases)),
            "runs": runs.enumerated().map { RunSummary.context($1, number: $0) },
            "subjects": SubjectTable.rows(runs),
            "subjectSummary": SubjectTable.summary(runs),
            "dialects": ReadingTable.rows(runs) { $0.isDialect },
            "dialectSummary": ReadingTable.summary(runs),
            "freedoms": ReadingTable.rows(runs) { !$0.isDialect },
            "groups": RequirementTable.groups(runs, material.catalogue),
            "levels": Requirement.Level.allCases.map(\.rawValue),
            "columns": 2 + runs.count,
        ]
        return template.render(context)
    }

    private static func text(_ resource: [UInt8]) -> String { String(decoding: resource, as: UTF8.self) }
}

/// What a browser may take from the page: this style and this script, and nothing from elsewhere.
enum ContentPolicy {
    /// - Parameter script: `nil` for a page without one.
    static func text(style: String, script: String? = nil) -> String {
        let scripts = script.map { "script-src \(source($0)); " } ?? ""
        return "default-src 'none'; style-src \(source(style)); \(scripts)base-uri 'none'; form-action 'none'"
    }

    private static func source(_ text: String) -> String {
        "'sha256-\(Data(Hash.sha256(Array(text.utf8)).bytes).base64EncodedString())'"
    }
}

/// JSON inside an element of HTML: with `<`, `>` and `&` spelled out no text in it can end the element or begin another.
enum EmbeddedJSON {
    static func text(_ json: JSON) -> String {
        json.line.replacing("&", with: "\\u0026").replacing("<", with: "\\u003c").replacing(">", with: "\\u003e")
    }
}

package import Catalogue
internal import Rules
package import StrictJSON

/// The JSON form of a family of scenarios (`Vectors/schema/scenario.schema.json`).
extension ScenarioFamily {
    package init(_ reader: JSONReader) throws(JSONShapeError) {
        try reader.onlyMembers(["format", "family", "title", "role", "profiles", "messages", "scenarios"])
        let format = try reader.member("format").number(atMost: 1000)
        guard format == UInt64(Self.format) else {
            throw reader.fail("format \(format) is not known; this program reads format \(Self.format)")
        }
        name = try reader.member("family").string()
        title = try reader.member("title").string()
        role = try reader.member("role").string()
        subject = .role(role)
        profiles = try reader.member("profiles").strings()
        messages = try reader.optional("messages")?.strings() ?? []
        var scenarios: [Scenario] = []
        for element in try reader.member("scenarios").elements() {
            for row in try ScenarioTable.rows(element) {
                scenarios += try Scenario(row).expanded(row.optional("each_reading")?.bool() ?? false)
            }
        }
        self.scenarios = scenarios
    }

    package static func read(_ path: String) throws(FileError) -> ScenarioFamily {
        let json = try Files.readJSON(path)
        do {
            let family = try ScenarioFamily(JSONReader(json, path: "family"))
            if let problem = family.twinProblem { throw JSONShapeError(path: "family", problem) }
            return family
        } catch {
            throw FileError(path: path, "\(error)")
        }
    }

    /// A twin must be a positive scenario of the family: nothing else can be played before a negative one.
    private var twinProblem: String? {
        let lonely = scenarios.first { scenario in
            scenario.twin.map { twin in !scenarios.contains { $0.id == twin && $0.twin == nil } } ?? false
        }
        return lonely.map { "\($0.id): the twin \($0.twin ?? "") is not a positive scenario of the family" }
    }
}

extension Scenario {
    init(_ reader: JSONReader) throws(JSONShapeError) {
        try reader.onlyMembers([
            "id", "requirements", "comment", "twin", "needs", "profiles", "limits", "kills", "far", "bystanders",
            "chain", "own_secret",
            "each_reading", "steps", "after_a_kill",
        ])
        id = try reader.member("id").string()
        requirements = try reader.member("requirements").strings().map { RequirementID($0) }
        comment = try reader.member("comment").string()
        twin = try reader.optional("twin")?.string()
        needs = try reader.optional("needs").map(Needs.init) ?? Needs()
        profiles = try reader.optional("profiles")?.strings()
        limits = try reader.optional("limits")?.object() ?? [:]
        kills = try reader.optional("kills")?.strings() ?? []
        far = try reader.optional("far")?.strings() ?? []
        bystanders = try reader.optional("bystanders")?.strings() ?? []
        chain = try reader.optional("chain")?.choice() ?? .bitcoin
        own_secret = try reader.optional("own_secret")?.bool() ?? false
        steps = try Step.all(reader.member("steps"))
        after_a_kill = try reader.optional("after_a_kill").map(Step.all) ?? []
    }
}

extension Scenario.Needs {
    init(_ reader: JSONReader) throws(JSONShapeError) {
        try reader.onlyMembers(["depth", "capabilities"])
        depth = try reader.optional("depth")?.choice()
        capabilities = try reader.optional("capabilities")?.strings() ?? []
    }
}

extension ScenarioRow {
    init(_ reader: JSONReader) throws(JSONShapeError) {
        try reader.onlyMembers(["reading", "then", "if", "unless", "steps"])
        steps = try Step.all(reader.member("steps"))
        reading = try reader.optional("reading").map { name throws(JSONShapeError) in
            guard let alternative = ReadingAlternative(try name.string()) else {
                throw name.fail("an alternative of a reading is needed, such as C-13 b")
            }
            return alternative
        }
        endsScenario = try reader.flag("then", "end")
        present = try reader.optional("if")?.strings() ?? []
        missing = try reader.optional("unless")?.strings() ?? []
    }
}

extension Step {
    static func all(_ reader: JSONReader) throws(JSONShapeError) -> [Step] {
        var steps: [Step] = []
        for element in try reader.elements() { steps.append(try Step(element)) }
        return steps
    }

    init(_ reader: JSONReader) throws(JSONShapeError) {
        let kind = try reader.member("do")
        let all = Self.members.merging(SaltAction.members) { own, _ in own }
            .merging(PaymentAction.members) { own, _ in own }
        guard let known = all[try kind.string()] else {
            throw kind.fail("there is no such step; known are \(all.keys.sorted().joined(separator: ", "))")
        }
        try reader.onlyMembers(known.union(["do", "why", "requirement"]))
        _ = try reader.optional("why")?.string()
        requirements = try reader.optional("requirement")?.strings().map { RequirementID($0) } ?? []
        source = try reader.object()
        let name = try kind.string()
        let isOfSalt = SaltAction.members[name] != nil
        if PaymentAction.members[name] != nil {
            action = .payment(try PaymentAction(name, reader))
        } else {
            action = isOfSalt ? .salt(try SaltAction(name, reader)) : try Self.action(kind, reader)
        }
    }

    /// The members of each kind of step, beside `do`, `why` and `requirement`.
    static let members: [String: Set<String>] = [
        "issue_paths": ["client", "as"],
        "make_paths": [
            "by", "as", "count", "through", "by_channel", "dummies", "cut_short", "unknown_channel", "relay",
        ],
        "hostile": ["from", "over", "inputs"],
        "forge_path": ["by", "as", "context", "of", "with"],
        "make_offer": ["by", "as", "paths", "offer", "with"],
        "make_invoice": [
            "by", "as", "paths", "offer", "expires_in", "offer_expires_in", "amount_msat", "fault",
            "quantity_max", "parts", "payment_paths", "with",
        ],
        "make_request": ["by", "as", "offer", "amount_msat", "fault", "with"],
        "send": [
            "from", "message", "over", "reply_path", "as", "unknown_record", "slot", "paths", "expires_in", "invoice",
            "forward_path", "request", "plus", "packet",
        ],
        "pay": ["by", "as", "invoice", "request", "amount_msat", "path", "of", "over", "fault", "with"],
        "expect": [
            "message", "over", "as", "equals", "answering", "invoice_for", "slot", "different_slot_from",
            "lasts", "otherwise",
        ],
        "expect_event": ["ev", "one_of", "client", "invoice_request", "preimage", "htlc_id"],
        "expect_any": ["of"],
        "expect_write": ["puts"],
        "silence": ["of", "events", "over", "equals", "reply_path"],
        "get_offer": ["as", "none", "same_as", "different_from"],
        "list_offers": ["ready", "pending"],
        "stats": ["as", "grew_by_at_most"],
        "set_server_paths": ["paths"],
        "tick": [],
        "advance": ["seconds", "end_of", "plus", "then"],
        "restart": ["how"],
        "store": ["writes"],
        "store_result": ["result"],
        "link": ["peer", "up"],
        "set_limit": ["client", "slots", "bytes"],
        "channel": ["change", "peer"],
        "set_aside": [],
        "repeat": ["times", "each", "plus", "steps"],
    ]

    private static func action(_ kind: JSONReader, _ reader: JSONReader) throws(JSONShapeError) -> Action {
        switch try kind.string() {
        case "issue_paths":
            .issue_paths(client: try reader.member("client").string(), as: try reader.member("as").string())
        case "make_paths":
            .make_paths(try MakePathsStep(reader))
        case "hostile":
            .hostile(try HostileStep(reader))
        case "forge_path":
            .forge_path(
                by: try reader.member("by").string(),
                as: try reader.member("as").string(),
                context: try reader.member("context").choice(),
                of: try reader.optional("of")?.string(),
                with: try RecordChanges(reader.optional("with"))
            )
        case "make_offer": .make_offer(try MakeOfferStep(reader))
        case "make_invoice": .make_invoice(try MakeInvoiceStep(reader))
        case "make_request": .make_request(try MakeRequestStep(reader))
        case "send": .send(try SendStep(reader))
        case "pay": .pay(try PayStep(reader))
        default: try expectation(kind, reader)
        }
    }

    private static func expectation(_ kind: JSONReader, _ reader: JSONReader) throws(JSONShapeError) -> Action {
        switch try kind.string() {
        case "expect":
            .expect(try MessageExpectation(reader))
        case "expect_event":
            .expect_event(
                names: try reader.eventNames(),
                members: JSONObject(
                    try reader.object().members.filter {
                        !["do", "why", "requirement", "ev", "one_of"].contains($0.key)
                    }
                    .map { ($0.key, $0.value) }
                )
            )
        case "expect_write":
            .expect_write(try reader.optional("puts")?.choice())
        case "silence":
            .silence(
                SilenceExpectation(
                    of: try reader.optional("of")?.strings(),
                    events: try reader.optional("events")?.strings() ?? [],
                    over: try reader.optional("over")?.string(),
                    equals: try reader.optional("equals")?.string(),
                    reply_path: try reader.optional("reply_path")?.string()
                )
            )
        case "expect_any":
            .expect_any(try reader.member("of").elements().map { row throws(JSONShapeError) in try ScenarioRow(row) })
        case "get_offer":
            .get_offer(try OfferExpectation(reader))
        case "list_offers":
            .list_offers(
                ready: try reader.optional("ready").map { r throws(JSONShapeError) in Int(try r.number(atMost: 1000)) },
                pending: try reader.optional("pending")
                    .map { r throws(JSONShapeError) in Int(try r.number(atMost: 1000)) }
            )
        case "stats":
            .stats(
                as: try reader.optional("as")?.string(),
                grewByAtMost: try reader.optional("grew_by_at_most")?.number(atMost: 1 << 40)
            )
        default:
            try control(kind, reader)
        }
    }

    private static func control(_ kind: JSONReader, _ reader: JSONReader) throws(JSONShapeError) -> Action {
        switch try kind.string() {
        case "set_server_paths": .set_server_paths(try reader.member("paths").string())
        case "tick": .tick
        case "advance":
            .advance(
                try Action.PointInTime(reader),
                thenTick: try reader.flag("then", "tick")
            )
        case "restart": .restart(try reader.member("how").choice())
        case "store": .store(isHeld: try reader.member("writes").isFirst(of: "hold", "confirm"))
        case "store_result": .store_result(try reader.member("result").choice())
        case "link": .link(peer: try reader.member("peer").string(), up: try reader.member("up").bool())
        case "set_limit":
            .set_limit(
                client: try reader.member("client").string(),
                slots: try reader.optional("slots").map { r throws(JSONShapeError) in Int(try r.number(atMost: 65_535))
                },
                bytes: try reader.optional("bytes")?.decimal()
            )
        case "channel":
            .channel(try reader.member("change").choice(), peer: try reader.optional("peer")?.string())
        case "set_aside": .set_aside
        default:
            .repeat(
                times: try Action.RepeatCount(reader),
                steps: try Step.all(reader.member("steps"))
            )
        }
    }
}

extension MakePathsStep {
    init(_ reader: JSONReader) throws(JSONShapeError) {
        by = try reader.member("by").string()
        name = try reader.member("as").string()
        count = Int(try reader.optional("count")?.number(atMost: 20) ?? 1)
        through = try reader.optional("through")?.strings() ?? []
        isByChannel = try reader.optional("by_channel")?.bool() ?? false
        dummies = Int(try reader.optional("dummies")?.number(atMost: 10) ?? 0)
        isCutShort = try reader.optional("cut_short")?.bool() ?? false
        beginsAtUnknownChannel = try reader.optional("unknown_channel")?.bool() ?? false
        relay = try reader.optional("relay")?.choice()
        if isCutShort, through.isEmpty { throw reader.fail("a path that is cut short goes through another node") }
    }
}

extension HostileStep {
    init(_ reader: JSONReader) throws(JSONShapeError) {
        from = try reader.member("from").string()
        let over = try reader.member("over").string()
        self.over = over == "none" ? nil : over
        var inputs: [Input] = []
        for input in try reader.member("inputs").elements() { inputs.append(try input.choice()) }
        self.inputs = inputs
    }
}

extension MakeInvoiceStep {
    init(_ reader: JSONReader) throws(JSONShapeError) {
        by = try reader.member("by").string()
        name = try reader.member("as").string()
        paths = try reader.optional("paths")?.string()
        offer = try reader.optional("offer")?.string()
        expires_in = try reader.optional("expires_in").map { r throws(JSONShapeError) in
            try Action.TimeSpan(r, plus: nil)
        }
        offer_expires_in = try reader.optional("offer_expires_in").map { r throws(JSONShapeError) in
            try Action.TimeSpan(r, plus: nil)
        }
        amount_msat = try reader.optional("amount_msat")?.decimal()
        quantity_max = try reader.optional("quantity_max")?.decimal()
        parts = try reader.optional("parts")?.choice()
        var kinds: [PaymentPathKind] = []
        for kind in try reader.optional("payment_paths")?.elements() ?? [] { kinds.append(try kind.choice()) }
        payment_paths = kinds.isEmpty ? [.plain] : kinds
        fault = try reader.optional("fault")?.choice()
        changes = try RecordChanges(reader.optional("with"))
        guard (paths == nil) != (offer == nil) else { throw reader.fail("either paths or offer is needed") }
    }
}

extension MakeOfferStep {
    init(_ reader: JSONReader) throws(JSONShapeError) {
        by = try reader.member("by").string()
        name = try reader.member("as").string()
        paths = try reader.optional("paths")?.string()
        offer = try reader.optional("offer")?.string()
        changes = try RecordChanges(reader.optional("with"))
        guard (paths == nil) != (offer == nil) else { throw reader.fail("either paths or offer is needed") }
    }
}

extension MakeRequestStep {
    init(_ reader: JSONReader) throws(JSONShapeError) {
        by = try reader.member("by").string()
        name = try reader.member("as").string()
        offer = try reader.member("offer").string()
        amount_msat = try reader.optional("amount_msat")?.decimal()
        fault = try reader.optional("fault")?.choice()
        changes = try RecordChanges(reader.optional("with"))
    }
}

extension SendStep {
    init(_ reader: JSONReader) throws(JSONShapeError) {
        from = try reader.member("from").string()
        message = try reader.member("message").string()
        let over = try reader.member("over").string()
        self.over = over == "none" ? nil : over
        reply_path = try reader.optional("reply_path")?.string()
        name = try reader.optional("as")?.string()
        unknown_record = try reader.optional("unknown_record")?.decimal()
        slot = try reader.optional("slot").map { r throws(JSONShapeError) in try r.slot() }
        paths = try reader.optional("paths")?.string()
        let plus = try reader.optional("plus")
        expires_in = try reader.optional("expires_in").map { r throws(JSONShapeError) in
            try Action.TimeSpan(r, plus: plus)
        }
        invoice = try reader.optional("invoice")?.string()
        forward_path = try reader.optional("forward_path")?.string()
        request = try reader.optional("request")?.string()
        packet = try reader.optional("packet")?.choice()
    }
}

extension PayStep {
    init(_ reader: JSONReader) throws(JSONShapeError) {
        by = try reader.member("by").string()
        name = try reader.optional("as")?.string()
        invoice = try reader.member("invoice").string()
        request = try reader.member("request").string()
        amount_msat = try reader.optional("amount_msat")?.decimal()
        path = try reader.optional("path")?.slot() ?? 0
        of = try reader.optional("of")?.string()
        over = try reader.optional("over")?.string()
        fault = try reader.optional("fault")?.choice()
        changes = try RecordChanges(reader.optional("with"))
    }
}

extension MessageExpectation {
    init(_ reader: JSONReader) throws(JSONShapeError) {
        message = try reader.member("message").string()
        over = try reader.member("over").string()
        name = try reader.optional("as")?.string()
        equals = try reader.optional("equals")?.string()
        answering = try reader.optional("answering")?.string()
        invoice_for = try reader.optional("invoice_for")?.string()
        different_slot_from = try reader.optional("different_slot_from")?.string()
        slot = try reader.optional("slot").map { r throws(JSONShapeError) in try r.slot() }
        lasts = try reader.optional("lasts")?.number(atMost: 1 << 40)
        otherwise = try reader.optional("otherwise")?.choice()
    }
}

extension OfferExpectation {
    init(_ reader: JSONReader) throws(JSONShapeError) {
        name = try reader.optional("as")?.string()
        isNone = try reader.optional("none")?.bool() ?? false
        same_as = try reader.optional("same_as")?.string()
        different_from = try reader.optional("different_from")?.string()
    }
}

extension Action.TimeSpan {
    /// A number of seconds, or the name of a length that the party declares; `plus` more.
    init(_ reader: JSONReader, plus: JSONReader?) throws(JSONShapeError) {
        let more = try plus?.signed() ?? 0
        if reader.value.string != nil {
            self.init(declared: try reader.choice(), seconds: more)
        } else {
            self.init(declared: nil, seconds: try reader.signed() + more)
        }
    }
}

extension Action.PointInTime {
    init(_ reader: JSONReader) throws(JSONShapeError) {
        let plus = try reader.optional("plus")
        if let invoice = try reader.optional("end_of") {
            self = .end(of: try invoice.string(), plus: try plus?.signed() ?? 0)
        } else {
            self = .after(try Action.TimeSpan(reader.member("seconds"), plus: plus))
        }
    }
}

extension Action.RepeatCount {
    init(_ reader: JSONReader) throws(JSONShapeError) {
        let more = Int(try reader.optional("plus")?.signed() ?? 0)
        if let paths = try reader.optional("each") {
            self.init(of: .each(try paths.string()), number: more)
            return
        }
        let times = try reader.member("times")
        if times.value.string == "max_slots" {
            self.init(of: .maxSlots, number: more)
        } else {
            self.init(of: .once, number: Int(try times.number(atMost: 100_000)) + more)
        }
    }
}

extension JSONReader {
    func strings() throws(JSONShapeError) -> [String] {
        var strings: [String] = []
        for element in try elements() { strings.append(try element.string()) }
        return strings
    }

    /// One of an enumeration's names.
    func choice<Value: RawRepresentable<String> & CaseIterable>() throws(JSONShapeError) -> Value {
        let text = try string()
        guard let value = Value(rawValue: text) else {
            throw fail(
                "one of \(Value.allCases.map(\.rawValue).joined(separator: ", ")) is needed, this is \"\(text)\""
            )
        }
        return value
    }

    /// Which of two words this is.
    fileprivate func isFirst(of first: String, _ second: String) throws(JSONShapeError) -> Bool {
        let text = try string()
        guard text == first || text == second else { throw fail("\(first) or \(second) is needed") }
        return text == first
    }

    /// Whether a member is there, whose only value is this word.
    fileprivate func flag(_ member: String, _ word: String) throws(JSONShapeError) -> Bool {
        guard let reader = try optional(member) else { return false }
        guard try reader.string() == word else { throw reader.fail("\(word) is needed") }
        return true
    }

    /// The event that is awaited, or several of which one is.
    fileprivate func eventNames() throws(JSONShapeError) -> [String] {
        if let names = try optional("one_of") { return try names.strings() }
        return [try member("ev").string()]
    }

    fileprivate func signed() throws(JSONShapeError) -> Int64 {
        guard let number = value.integer, number.magnitude <= 1 << 40 else {
            throw fail("a number of seconds is needed")
        }
        return number
    }

    /// A slot, or digits with `#` for the number of the round, which has no meaning before there is one.
    fileprivate func slot() throws(JSONShapeError) -> Int {
        guard let text = value.string else { return Int(try number(atMost: 65_535)) }
        guard let slot = UInt16(text.replacing("#", with: "0")) else { throw fail("a slot is needed") }
        return Int(slot)
    }
}

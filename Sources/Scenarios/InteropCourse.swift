internal import Catalogue
package import Rules

/// The course of a payment in which every role is an implementation, and the runner is network, clock and observer.
package enum InteropCourse: String, Hashable, Sendable, CaseIterable {
    /// The payer waits online until the recipient is there (ASY-S2).
    case async_payment
    /// The payer's peer holds the HTLC, and the payer goes (ASY-H5).
    case held_payment
    /// The early scheme: the counterparty answers with an invoice that needs no release.
    case salt_payment

    /// What happens, in order. At the end of each the parties are at rest.
    package enum Phase: String, Hashable, Sendable, CaseIterable {
        /// The recipient has an offer with its invoice at the server, and goes offline.
        case publish
        /// The payer asks for the invoice and gets it.
        case request
        /// The payer's peer has the HTLC, and the payer has told the recipient.
        case hold
        /// The recipient is there again, and releases the payment.
        case release
        /// The HTLC reaches the recipient.
        case claim
    }

    package var phases: [Phase] {
        switch self {
        case .async_payment: [.publish, .request, .release, .claim]
        case .held_payment: [.publish, .request, .hold, .release, .claim]
        case .salt_payment: [.publish, .request]
        }
    }

    /// The roles, as `init` names them, from the payer to the recipient: each is connected with the next, and with nobody else.
    package var roles: [String] {
        switch self {
        case .async_payment: ["payer", "forwarder", "server", "recipient"]
        case .held_payment: ["payer", "holder", "server", "recipient"]
        case .salt_payment: ["salt-payer", "salt-counterparty", "salt-receiver"]
        }
    }

    /// Who has a part in it at a depth: without onions there is nothing to pass on.
    package func roles(at depth: Depth) -> [String] {
        depth == .packet ? roles : roles.filter { $0 != "forwarder" }
    }

    package var depths: [Depth] { self == .salt_payment ? [.packet] : Depth.allCases }

    /// What can be seen to be kept or broken.
    package var requirements: [RequirementID] {
        let published: [RequirementID] = [
            "B66-OOB-1", "B66-OPR-S1", "B66-OPR-R2", "B66-OP-R3", "B66-SSI-R4", "B66-SIP-R2", "B66-NU-1",
        ]
        let paid: [RequirementID] = [
            "B12-OFF-R11", "B66-SRV-1", "B12-SI-R16", "B12-SI-R18", "ASY-S1", "ASY-S2", "ASY-R1", "ASY-P1", "ASY-M1",
            "ASY-M2", "ASY-M3",
        ]
        return switch self {
        case .async_payment: published + paid + ["OM-R13"]
        case .held_payment: published + paid + ["OM-R13", "ASY-H2", "ASY-H3", "ASY-H4", "ASY-H5", "ASY-H6", "ASY-M4"]
        case .salt_payment: ["SALT-2", "SALT-4", "SALT-5", "SALT-7", "SALT-10", "SALT-16", "SALT-18", "SALT-21"]
        }
    }

    fileprivate var title: String {
        switch self {
        case .async_payment: "an async payment whose payer waits online"
        case .held_payment: "an async payment that the payer's peer holds"
        case .salt_payment: "a payment by salt and secret"
        }
    }

    var name: String { rawValue.split(separator: "_").joined(separator: "-") }
}

/// What goes wrong on the way, so that a payment has to get along with it.
package enum InteropFault: Hashable, Sendable {
    case none
    /// The first message of each kind reaches its reader twice.
    case twice
    /// A party is killed when the phase is through, and started again with what it has stored.
    case kill(role: String, after: InteropCourse.Phase)

    var name: String {
        switch self {
        case .none: "happy"
        case .twice: "each-message-twice"
        case .kill(let role, let phase): "kill-\(role)-after-\(phase.rawValue)"
        }
    }

    private var comment: String {
        switch self {
        case .none: "from the offer to the claim"
        case .twice: "the first message of each kind reaches its reader twice, and the payment is made once"
        case .kill(let role, let phase): "the \(role) is killed after the phase \(phase.rawValue), and goes on"
        }
    }

    func scenario(of course: InteropCourse) -> Scenario {
        Scenario(interop: "interop/\(course.name)/\(name)", course.requirements, comment)
    }
}

/// A course with a fault.
package struct InteropScenario: Hashable, Sendable {
    package let course: InteropCourse
    package let fault: InteropFault

    package init(_ course: InteropCourse, _ fault: InteropFault = .none) {
        self.course = course
        self.fault = fault
    }

    package var id: String { "interop/\(course.name)/\(fault.name)" }

    /// Every course in which one of these roles has a part, and each with one fault at a time.
    ///
    /// - Parameter roles: those that are played by implementations under test. They are killed; the reference is not.
    package static func all(roles: Set<String>) -> [InteropScenario] {
        InteropCourse.allCases.filter { !roles.isDisjoint(with: $0.roles) }.flatMap { course in
            let kills = course.roles.filter(roles.contains).flatMap { role in
                course.phases.map { InteropFault.kill(role: role, after: $0) }
            }
            return ([.none, .twice] + kills).map { InteropScenario(course, $0) }
        }
    }

    /// As families of scenarios, for a plan.
    package static func families(roles: Set<String>, profiles: [String]) -> [ScenarioFamily] {
        let byCourse = Dictionary(grouping: all(roles: roles), by: \.course)
        return InteropCourse.allCases.compactMap { course in
            byCourse[course].map { scenarios in
                ScenarioFamily(
                    name: "interop/\(course.name)",
                    title: course.title,
                    role: course.name,
                    subject: .layer(course.name),
                    profiles: profiles,
                    scenarios: scenarios.map { $0.fault.scenario(of: course) }
                )
            }
        }
    }
}

extension Scenario {
    /// One without steps: the course says what happens.
    init(
        interop id: String,
        _ requirements: [RequirementID],
        _ comment: String,
        far: [String] = [],
        bystanders: [String] = []
    ) {
        self.init(
            id: id,
            requirements: requirements,
            comment: comment,
            twin: nil,
            needs: Needs(),
            profiles: nil,
            limits: [:],
            kills: [],
            far: far,
            bystanders: bystanders,
            chain: .bitcoin,
            own_secret: false,
            steps: [],
            after_a_kill: []
        )
    }
}

package import Rules

extension Validation {
    /// Runs a reader of something embedded: whatever rule a fault breaks inside, here it breaks `requirement`. The class
    /// of the fault stays, and its own rule is named in the detail.
    package mutating func attribute<Value>(
        to requirement: RequirementID,
        _ read: (inout Validation) throws(Finding) -> Value
    ) throws(Finding) -> Value {
        var inner = Validation(mode)
        do {
            let value = try read(&inner)
            for finding in inner.findings { try report(finding.attributed(to: requirement)) }
            return value
        } catch {
            inner.note(error)
            for finding in inner.findings.dropLast() { note(finding.attributed(to: requirement)) }
            throw error.attributed(to: requirement)
        }
    }
}

extension Finding {
    package func attributed(to other: RequirementID) -> Finding {
        Finding(other, reason, "\(detail) (\(requirement))", offset: offset).placed(place)
    }
}

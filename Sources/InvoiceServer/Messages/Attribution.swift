internal import Rules

extension Finding {
    /// The same fault as a breach of another requirement: its own is named in the detail.
    func attributed(to other: RequirementID) -> Finding {
        Finding(other, reason, "\(detail) (\(requirement))", offset: offset)
    }
}

extension Examination {
    /// Runs a reader of something embedded: whatever rule a fault breaks inside, here it breaks `requirement`. The class
    /// of the fault stays.
    mutating func attribute<Value>(
        to requirement: RequirementID,
        _ read: (inout Examination) throws(Finding) -> Value
    ) throws(Finding) -> Value {
        var inner = Examination(mode)
        do {
            let value = try read(&inner)
            for finding in inner.findings { try report(finding.attributed(to: requirement)) }
            return value
        } catch {
            inner.note(error)
            for finding in inner.findings { note(finding.attributed(to: requirement)) }
            throw error.attributed(to: requirement)
        }
    }
}

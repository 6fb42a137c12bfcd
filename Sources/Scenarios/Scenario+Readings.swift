internal import SaltSecret
internal import StrictJSON

extension Scenario {
    /// With `each_reading`, one scenario for each pair of masking and sealing that go together: `name-sb16-ra` and so on.
    func expanded(_ isForEachReading: Bool) -> [Scenario] {
        guard isForEachReading else { return [self] }
        return SaltReadings.all.map { readings in
            let (masking, sealing) = (readings.masking.rawValue, readings.sealing.rawValue)
            var limits = limits
            limits["masking"] = .string(masking)
            limits["sealing"] = .string(sealing)
            return Scenario(
                id: "\(id)-\(masking.lowercased())-\(sealing.lowercased())",
                requirements: requirements,
                comment: comment,
                twin: twin,
                needs: needs,
                profiles: profiles,
                limits: limits,
                kills: kills,
                far: far,
                bystanders: bystanders,
                chain: chain,
                own_secret: own_secret,
                steps: steps,
                after_a_kill: after_a_kill
            )
        }
    }
}

package import Rules

/// Requirements without a mutant of their own, each with the reason why no wrong answer would show it. Whoever writes a mutant that
/// is blamed on one of these by name refutes the reason.
package enum MutantWaivers {
    package static let all: [(requirement: RequirementID, reason: String)] = [
        (
            "ASY-D5",
            "Features are announced in BOLT 1's init, which no operation of the adapter protocol carries: recorded samples show that the check can fail."
        ),
        (
            "B66-D7",
            "It follows from OM-R9: whoever takes one of two messages out of one onion message breaks that, and is accused of it."
        ),
        (
            "B66-D8",
            "It follows from OM-R3: a relay that goes on with a message in its layer breaks that, and is accused of it."
        ),
        (
            "B66-D9",
            "It follows from OM-R1: to who does not know the number it is that of an unknown even record, and who passes over it is accused of that."
        ),
    ]

    package static let requirements = Set(all.map(\.requirement))
}

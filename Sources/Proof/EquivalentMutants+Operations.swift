/// Checks that stand in a list of an operation, where what they look at cannot come, or where no text says who is right.
extension EquivalentMutants {
    static let ofOperations: [(pattern: String, argument: String)] =
        ofMadePaths + [
            (
                "RB-W6/left-out@path.walk",
                "Who walks a path takes the next key from record 8 where it stands, and so never finds another there."
            ),
            (
                "RB-W12/left-out@path.walk",
                "The rule is one for the maker of a path, who leaves the records out; nobody is told to turn down a path with them, and it leads to the same end."
            ),
            (
                "OM-R9/left-out-2@om.*",
                "A last layer without a message that the node knows gives it nothing to do. BOLT 4 does not say that it is rejected: an acceptance without content comes to the same."
            ),
            (
                "RB-W10/left-out@om.*",
                "The record that marks a dummy hop is LDK's own. BOLT 4 lets hops be added behind the end of a path (MAY), and says nothing of one at the end of an onion."
            ),
        ]

    /// Of what is about to be made everything is known.
    private static let ofMadePaths: [(pattern: String, argument: String)] = [
        (
            "RB-W1/left-out@path.create",
            "A path without hops cannot be made at all: what is asked for is rejected before this list is looked at."
        ),
        ("RB-W5/left-out@path.create", "The maker knows whose hop each is: it blinds the ids itself."),
        ("RB-W9/left-out@path.create", "The maker has what it seals: there is nothing that could fail to open."),
    ]
}

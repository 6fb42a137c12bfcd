internal import Lightning
internal import Synchronization

/// Paths that were laid open already. Each is looked at by several checks, and a party that is killed at every position gives out the
/// same ones again before each; to lay one open takes multiplications on the curve for each hop.
final class WalkedPaths: Sendable {
    private struct Key: Hashable {
        let path: [UInt8]
        let purpose: PathPurpose
    }

    /// More than a scenario has, short of those with a thousand rounds.
    private static let most = 2048
    private let paths = Mutex<[Key: DecryptedPath?]>([:])

    func of(_ path: BlindedPath, _ purpose: PathPurpose, walk: () -> DecryptedPath?) -> DecryptedPath? {
        let key = Key(path: path.encoding, purpose: purpose)
        if let known = paths.withLock({ $0[key] }) { return known }
        let walked = walk()
        paths.withLock { paths in
            if paths.count >= Self.most { paths.removeAll() }
            paths[key] = .some(walked)
        }
        return walked
    }
}

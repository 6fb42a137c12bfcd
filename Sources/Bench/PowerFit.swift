#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// How a cost grows with a size, as a power of it: 1 is linear.
package enum PowerFit {
    /// The exponent e of the curve c * size^e that lies closest to the points, on logarithmic scales (least squares).
    /// - Returns: `nil` for fewer than two sizes.
    package static func exponent(_ points: [(size: Double, cost: Double)]) -> Double? {
        let logs = points.map { (x: log($0.size), y: log($0.cost)) }
        let count = Double(logs.count)
        let meanX = logs.reduce(0) { $0 + $1.x } / count
        let meanY = logs.reduce(0) { $0 + $1.y } / count
        let variance = logs.reduce(0) { $0 + ($1.x - meanX) * ($1.x - meanX) }
        guard variance > 0 else { return nil }
        return logs.reduce(0) { $0 + ($1.x - meanX) * ($1.y - meanY) } / variance
    }
}

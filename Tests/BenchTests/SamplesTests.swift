import Bench
import Testing

/// The arithmetic of measurements, on numbers that nobody measured.
struct SamplesTests {
    @Test func theMedianLiesInTheMiddle() {
        #expect(Samples([3, 1, 2]).median == 2)
        #expect(Samples([4, 1, 2, 3]).median == 2.5)
        #expect(Samples([7]).median == 7)
        #expect(Samples().median.isNaN)
    }

    /// One batch that was disturbed moves neither.
    @Test func oneOutlierMovesNeitherMedianNorSpread() {
        let calm = Samples([10, 11, 12, 13, 14])
        let disturbed = Samples([10, 11, 12, 13, 1000])
        #expect(calm.median == disturbed.median)
        #expect(calm.spread == disturbed.spread)
        #expect(calm.spread == 2.0 / 12)
    }

    /// A machine that is slow for a while is slow for both.
    @Test func ratiosAreTakenRoundByRound() {
        let floor = Samples([10, 20, 10])
        let operation = Samples([11, 22, 11])
        #expect(operation.ratios(to: floor).values.allSatisfy { abs($0 - 1.1) < 1e-12 })
    }

    @Test(arguments: [0, 1, 2, 1.5])
    func theExponentOfAPowerIsFound(exponent: Double) throws {
        let points = [1.0, 2, 4, 8, 100].map { size in
            var cost = 3.0
            // size^1.5 is the square root of size³.
            cost *=
                exponent == 1.5
                ? (size * size * size).squareRoot() : exponent == 0 ? 1 : exponent == 1 ? size : size * size
            return (size: size, cost: cost)
        }
        let found = try #require(PowerFit.exponent(points))
        #expect(abs(found - exponent) < 1e-9)
    }

    @Test func onePointHasNoExponent() {
        #expect(PowerFit.exponent([]) == nil)
        #expect(PowerFit.exponent([(size: 5, cost: 1), (size: 5, cost: 2)]) == nil)
    }

    /// What is done once, whatever the size, weighs most with the small ones.
    @Test func aGrowthIsJudgedByItsLargerHalf() throws {
        let sizes = [1, 10, 100, 1000, 10_000]
        let points = sizes.map { GrowthResult.Point(size: $0, nanoseconds: 50 + Double($0)) }
        let exponent = try #require(GrowthResult(name: "g", points: points).exponent)
        #expect(exponent > 0.9 && exponent < 1)
    }
}

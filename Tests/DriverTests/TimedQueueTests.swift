internal import Testing

internal import Driver

@Suite struct TimedQueueTests {
    @Test func whatIsThereIsReadInOrder() async {
        let queue = TimedQueue<Int>()
        await queue.push(1)
        await queue.push(2)
        #expect(await element(queue) == 1)
        #expect(await element(queue) == 2)
    }

    @Test func aReaderIsWokenByWhatComes() async {
        let queue = TimedQueue<Int>()
        async let next = element(queue)
        await queue.push(5)
        #expect(await next == 5)
    }

    @Test func aWaitEndsWithItsTime() async {
        let queue = TimedQueue<Int>()
        guard case .timeout = await queue.next(within: .milliseconds(10)) else {
            Issue.record("something came from nowhere")
            return
        }
    }

    @Test func whatComesAfterATimeoutStaysForTheNextReader() async {
        let queue = TimedQueue<Int>()
        _ = await queue.next(within: .milliseconds(10))
        await queue.push(7)
        #expect(await element(queue) == 7)
    }

    @Test func theTimerOfAnEarlierWaitDoesNotEndALaterOne() async {
        let queue = TimedQueue<Int>()
        for number in 0..<200 {
            async let next = queue.next(within: .milliseconds(1))
            await queue.push(number)
            _ = await next
            guard case .element = await queue.poll() else { continue }
        }
        async let last = element(queue)
        await queue.push(1000)
        #expect(await last == 1000)
    }

    @Test func anEndIsReadAgainAndAgain() async {
        let queue = TimedQueue<Int>()
        await queue.push(1)
        await queue.finish()
        #expect(await element(queue) == 1)
        for _ in 0..<2 {
            guard case .end = await queue.next(within: .seconds(60)) else {
                Issue.record("the end was not read")
                return
            }
        }
    }

    @Test func beyondItsCapacityItDropsWhatComes() async {
        let queue = TimedQueue<Int>(capacity: 2)
        for number in 0..<5 { await queue.push(number) }
        await queue.finish()
        #expect(await element(queue) == 0)
        #expect(await element(queue) == 1)
        #expect(await element(queue) == nil)
    }

    @Test func aHurryShortensTheWaitThatIsOn() async {
        let queue = TimedQueue<Int>()
        async let next = queue.next(within: .seconds(600))
        await queue.hurry(within: .milliseconds(10))
        guard case .timeout = await next else {
            Issue.record("something came from nowhere")
            return
        }
    }

    private func element(_ queue: TimedQueue<Int>) async -> Int? {
        if case .element(let element) = await queue.next(within: .seconds(60)) { return element }
        return nil
    }
}

#!/usr/bin/env python3
"""Uses a page of `blip66 report html` as people do, in a headless Chromium. To be started by tools/test-report.

    report-in-browser.py CHROMIUM PAGE [--timed PAGE] [--axe axe.min.js] [--screenshots FOLDER]

Of another page, `--timed`, the time is told that it takes to open. The page must have a run in which OD-1 fails, and one with a failed scenario. Chromium is driven over its debugging pipe; Python's
standard library is all that is needed. Exit status: 0 all is as it should be, 1 something is not.
"""

import argparse
import base64
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

LONGEST_WAIT = 60
# In milliseconds.
LONGEST_OPENING = 1000


class Browser:
    """A Chromium with one page, and the events that it told."""

    def __init__(self, program, profile):
        self.from_browser, out = os.pipe()
        given, self.to_browser = os.pipe()
        command = [
            program, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe",
            f"--user-data-dir={profile}", "--no-first-run", "--disable-background-networking", "about:blank",
        ]

        def hand_over():
            # The browser reads from 3 and writes to 4. Both ends go out of the way first.
            for place, end in ((3, os.dup2(given, 103)), (4, os.dup2(out, 104))):
                os.dup2(end, place)

        self.process = subprocess.Popen(
            command, preexec_fn=hand_over, close_fds=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(out)
        os.close(given)
        self.rest = b""
        self.number = 0
        self.session = None
        self.events = []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")

    def ask(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to_browser, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def receive(self):
        while b"\0" not in self.rest:
            part = os.read(self.from_browser, 1 << 16)
            if not part:
                raise RuntimeError("Chromium has gone")
            self.rest += part
        line, self.rest = self.rest.split(b"\0", 1)
        return json.loads(line)

    def evaluate(self, expression):
        answer = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails'].get('exception', {}).get('description')}")
        return answer["result"].get("value")

    def open(self, url):
        self.ask("Page.navigate", url=url)
        self.wait("document.readyState === 'complete' && document.documentElement.classList.contains('js')")

    def wait(self, expression):
        end = time.monotonic() + LONGEST_WAIT
        while not self.evaluate(expression):
            if time.monotonic() > end:
                raise RuntimeError(f"this did not come true within {LONGEST_WAIT} seconds: {expression}")
            time.sleep(0.05)

    def key(self, key):
        text = {"Enter": "\r"}.get(key, key if len(key) == 1 else "")
        self.ask("Input.dispatchKeyEvent", type="keyDown", key=key, text=text)
        self.ask("Input.dispatchKeyEvent", type="keyUp", key=key)

    def type(self, text):
        self.ask("Input.insertText", text=text)

    def close(self):
        self.process.terminate()
        self.process.wait()


class Report:
    """What a person does with the page, a method a habit; each ends with what should be seen."""

    visible = "document.querySelectorAll('tr.requirement:not([hidden])').length"

    def __init__(self, browser, page, axe, screenshots):
        self.browser, self.page, self.axe, self.screenshots = browser, page, axe, screenshots
        self.passed = 0
        self.failed = 0

    def expect(self, what, truth, seen=""):
        if truth:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAIL {what}{f': {seen}' if seen != '' else ''}")

    def picture(self, name):
        if self.screenshots:
            data = self.browser.ask("Page.captureScreenshot", format="png")["data"]
            (self.screenshots / f"{name}.png").write_bytes(base64.b64decode(data))

    def go(self, address=""):
        self.browser.ask("Page.navigate", url="about:blank")
        self.browser.open(f"{self.page}{address}")

    def text(self, selector):
        return self.browser.evaluate(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''")

    # What a person does

    def opens_soon(self, page):
        """The least of some times counts: a busy machine makes others longer."""
        took = []
        while len(took) < 5 and not (took and min(took) < LONGEST_OPENING):
            self.browser.ask("Page.navigate", url="about:blank")
            self.browser.open(page.resolve().as_uri())
            took.append(self.browser.evaluate("Math.round(performance.getEntriesByType('navigation')[0].loadEventEnd)"))
        print(f"opened in {min(took)} ms")
        self.expect(f"it opens in less than {LONGEST_OPENING} ms", min(took) < LONGEST_OPENING, took)

    def opens(self):
        self.go()
        self.expect("no row is hidden at first", self.browser.evaluate(
            "document.querySelectorAll('tr.requirement[hidden]').length") == 0)
        self.expect("the count is told", "requirements" in self.text("#count"), self.text("#count"))
        self.picture("opened")

    def filters(self):
        self.go()
        everything = self.browser.evaluate(self.visible)
        self.browser.key("/")
        self.expect("/ leads to the search", self.browser.evaluate("document.activeElement.id") == "q")
        self.browser.type("version than 0")
        self.browser.wait(f"{self.visible} < {everything}")
        self.expect("words lead to OD-1", self.browser.evaluate(
            "[...document.querySelectorAll('tr.requirement:not([hidden])')].some(row => row.dataset.id === 'OD-1')"))
        self.expect("the address keeps the words", "q=version" in self.browser.evaluate("location.hash"))
        self.browser.evaluate("document.getElementById('reset').click()")
        self.browser.wait(f"{self.visible} === {everything}")
        self.go("#show=failed")
        failing = self.browser.evaluate(self.visible)
        self.expect("an address filters", 0 < failing < everything, failing)
        self.go()
        self.browser.evaluate("document.querySelector('.counts li.m-failed a').click()")
        self.browser.wait(f"{self.visible} === {failing}")
        self.expect("each row that is left has a failure", self.browser.evaluate(
            "[...document.querySelectorAll('tr.requirement:not([hidden])')].every(row => row.querySelector('.m-failed'))"))
        self.picture("failed")

    def finds_who_breaks_a_rule_by_which_bytes(self):
        self.go("#q=OD-1")
        self.browser.evaluate("document.querySelector('tr[data-id=\"OD-1\"] button.m-failed').click()")
        self.expect("the drawer names the requirement", self.text("#drawer-title") == "OD-1", self.text("#drawer-title"))
        self.browser.evaluate("document.querySelector('#drawer .list button').click()")
        drawer = self.text("#drawer")
        for words in ("accepted an invalid input", "Difference to the valid neighbour", "Input, decoded", "blip66 check --filter"):
            self.expect(f"the drawer says: {words}", words in drawer)
        marks = self.browser.evaluate("[...document.querySelectorAll('#drawer mark')].map(mark => mark.textContent)")
        self.expect("the bytes that differ are marked", marks[:1] == ["00"] and len(marks) >= 2 and marks[1] != "00", marks)
        self.expect("the sentence is linked", self.browser.evaluate(
            "[...document.querySelectorAll('#drawer .places a')].some(link => /github\\.com.*#L\\d+/.test(link.href))"))
        self.picture("case")

    def moves_by_keys(self):
        self.go("#q=OD-1")
        first = "document.querySelector('tr.requirement:not([hidden]) td.cell button')"
        self.browser.evaluate(f"{first}.focus()")
        self.browser.key("ArrowRight")
        self.browser.key("ArrowRight")
        self.browser.key("ArrowDown")
        second = self.browser.evaluate("document.activeElement.dataset.open")
        self.expect("arrows move among cells", (second or "").endswith("@2") and not second.startswith("OD-1@"), second)
        self.browser.evaluate("document.activeElement.click()")
        self.expect("the drawer is open", not self.browser.evaluate("document.getElementById('drawer').hidden"))
        self.browser.evaluate("document.querySelector('#drawer .list button').click()")
        before = self.text("#drawer-title")
        self.browser.key("n")
        self.expect("n leads to the next case", self.text("#drawer-title") != before)
        self.browser.key("p")
        self.expect("p leads back", self.text("#drawer-title") == before)
        self.browser.key("Escape")
        self.expect("Escape closes the drawer", self.browser.evaluate("document.getElementById('drawer').hidden"))
        self.expect("the cell has the focus again", self.browser.evaluate("document.activeElement.dataset.open") == second)

    def lists_all_cases(self):
        self.go("#list=cases")
        rows = "document.querySelectorAll('#cases tbody tr').length"
        few = self.browser.evaluate(rows)
        self.browser.evaluate("document.getElementById('more').scrollIntoView()")
        self.browser.wait(f"{rows} > {few}")
        cells = self.browser.evaluate("document.getElementById('count').textContent")
        print(f"cases: {cells}")
        took = self.browser.evaluate("(() => { const began = performance.now(); document.getElementById('q').value = 'peel-version';"
                                     " document.getElementById('q').dispatchEvent(new Event('input', {bubbles: true}));"
                                     " return new Promise(done => setTimeout(() => requestAnimationFrame(() =>"
                                     " done(Math.round(performance.now() - began))), 61)); })()")
        print(f"filtered all cases in {took} ms")
        self.expect("cases are filtered", "of" in self.text("#count") and self.browser.evaluate(rows) < 200)

    def shows_what_happened_in_a_scenario(self):
        self.go()
        address = self.browser.evaluate(
            "(() => { const data = JSON.parse(document.getElementById('data').textContent);"
            " for (const [run, one] of data.runs.entries()) for (const [index, detail] of Object.entries(one.details)) {"
            "  if (!detail.scenario?.transcript || !'fw'.includes(one.verdicts[index])) continue;"
            "  const row = data.cases[index]; return data.names[row[0]] + '/' + row[1] + '@' + run; } })()")
        self.expect("some scenario failed", address is not None)
        if address is None:
            return
        self.go("#" + "open=" + address.replace("/", "%2F").replace(":", "%3A").replace("@", "%40"))
        self.expect("messages are arrows", self.browser.evaluate("document.querySelectorAll('#drawer svg .arrow').length") > 0)
        self.expect("the breach is marked", self.browser.evaluate("document.querySelectorAll('#drawer svg .breach').length") > 0)
        self.expect("mutants are listed", "Mutants that it finds out" in self.text("#drawer"))
        self.picture("scenario")

    def prints(self):
        self.go("#show=failed")
        pdf = base64.b64decode(self.browser.ask("Page.printToPDF")["data"])
        self.expect("the page prints", pdf.startswith(b"%PDF") and len(pdf) > 5000, len(pdf))
        if self.screenshots:
            (self.screenshots / "printed.pdf").write_bytes(pdf)

    def is_accessible(self):
        places = {
            "the page": "", "a requirement": "#q=OD-1&open=OD-1%400", "cases": "#list=cases&q=peel-version",
            "a case": "#q=OD-1&open=bolt04%2Fonion-message%2Fpeel-version-1%400",
        }
        for scheme in ("light", "dark"):
            self.browser.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
            for name, address in places.items():
                self.go(address)
                nameless = self.browser.evaluate(
                    "[...document.querySelectorAll('button, a[href], input, select, [role=region], [role=dialog]:not([hidden])')]"
                    ".filter(one => one.checkVisibility() && !(one.getAttribute('aria-label') || one.labels?.length ||"
                    " one.getAttribute('aria-labelledby') || one.innerText.trim())).map(one => one.outerHTML.slice(0, 120))")
                self.expect(f"everything that can be used has a name in {name}, {scheme}", not nameless, nameless)
                if self.axe:
                    self.audit(name, scheme)
        self.browser.ask("Emulation.setEmulatedMedia", features=[])

    def audit(self, name, scheme):
        self.browser.evaluate(self.axe)
        problems = self.browser.evaluate(
            "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}).then(result => result.violations.map(one =>"
            " `${one.id} (${one.nodes.length}): ${one.nodes[0].html.slice(0, 160)} ${one.nodes[0].failureSummary ?? ''}`))")
        self.expect(f"axe finds nothing in {name}, {scheme}", not problems, "\n  ".join(problems))

    def asks_nobody(self):
        urls = [event["params"]["request"]["url"] for event in self.browser.events
                if event.get("method") == "Network.requestWillBeSent"]
        strange = sorted({url for url in urls if not url.startswith(("file:", "about:"))})
        self.expect("nothing is fetched", not strange, strange)

    def complains_about_nothing(self):
        told = [event["params"] for event in self.browser.events
                if event.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded")]
        self.expect("the console is empty", not told, told[:3])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("chromium")
    parser.add_argument("page", type=pathlib.Path)
    parser.add_argument("--timed", type=pathlib.Path)
    parser.add_argument("--axe", type=pathlib.Path)
    parser.add_argument("--screenshots", type=pathlib.Path)
    given = parser.parse_args()
    if given.screenshots:
        given.screenshots.mkdir(parents=True, exist_ok=True)
    axe = given.axe.read_text() if given.axe else None
    with tempfile.TemporaryDirectory() as profile:
        browser = Browser(given.chromium, profile)
        try:
            browser.ask("Emulation.setDeviceMetricsOverride", width=1500, height=1000, deviceScaleFactor=1, mobile=False)
            report = Report(browser, given.page.resolve().as_uri(), axe, given.screenshots)
            if given.timed:
                report.opens_soon(given.timed)
            for habit in (
                report.opens, report.filters, report.finds_who_breaks_a_rule_by_which_bytes, report.moves_by_keys,
                report.lists_all_cases, report.shows_what_happened_in_a_scenario, report.prints, report.is_accessible,
                report.asks_nobody, report.complains_about_nothing,
            ):
                habit()
        finally:
            browser.close()
    print(f"{report.passed} passed, {report.failed} failed")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())

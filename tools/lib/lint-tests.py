"""Finds Swift tests that expect nothing: python3 lint-tests.py FOLDER. Exit status 1 when there is one."""

import pathlib
import re
import sys

TEST = re.compile(r"@Test\b")
FUNCTION = re.compile(r"\bfunc\s+(\w+)")
EXPECTATION = re.compile(r"#expect|#require|Issue\.record|\bexpect\w*\(")


def body(text: str, start: int) -> str:
    """The text between the first brace from `start` on and the one that closes it."""
    opening = text.index("{", start)
    depth = 0
    for index in range(opening, len(text)):
        depth += {"{": 1, "}": -1}.get(text[index], 0)
        if depth == 0:
            return text[opening:index]
    return text[opening:]


def without_strings_and_comments(text: str) -> str:
    return re.sub(r'"""(?s:.*?)"""|#"(?:.*?)"#|"(?:\\.|[^"\\\n])*"|//[^\n]*', '""', text)


def main() -> int:
    tests = 0
    empty = []
    for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.swift")):
        text = without_strings_and_comments(path.read_text(encoding="utf-8"))
        for mark in TEST.finditer(text):
            function = FUNCTION.search(text, mark.end())
            if function is None:
                continue
            tests += 1
            if not EXPECTATION.search(body(text, function.end())):
                empty.append(f"{path}: {function.group(1)} expects nothing")
    print("\n".join(empty + [f"{tests} tests, {len(empty)} without an expectation"]))
    return 1 if empty or tests == 0 else 0


if __name__ == "__main__":
    sys.exit(main())

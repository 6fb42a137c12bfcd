"""The adapter protocol: one JSON object a line, in and out. Nothing that comes in may end the process."""

import json
import sys
import time
from collections.abc import Iterator
from typing import Any, BinaryIO

from . import __version__, stateful
from .arguments import Arguments
from .fundamental import list_from_json, number_from_json, object_from_json
from .operations import OPERATIONS
from .outcomes import BadRequest, Reject, Unsupported
from .profiles import BLIP66_DRAFT, BUILT_IN, Profile, known_profiles

LINE_LIMIT = 16 * 1024 * 1024
MAX_REPEAT = 10_000_000
PROTOCOL = 1

Json = dict[str, Any]


class Session:
    def __init__(self) -> None:
        self.profiles: dict[str, Profile] = BUILT_IN
        self.stage = stateful.Stage()

    def answer(self, line: bytes) -> Json:
        try:
            request = object_from_json(parse(line), "the line")
        except (ValueError, RecursionError, BadRequest) as error:
            return {"id": None, "outcome": "error", "detail": str(error)}
        id_ = request.get("id")
        if isinstance(id_, bool) or not isinstance(id_, (int, str)):
            return {"id": None, "outcome": "error", "detail": "id: a number wanted"}
        return {"id": id_, **self.outcome(request)}

    def outcome(self, request: Json) -> Json:
        try:
            return self.run(request)
        except Reject as refusal:
            return {"outcome": "reject", "reason": refusal.reason, "detail": refusal.detail}
        except Unsupported as gap:
            return {"outcome": "skip", "detail": str(gap)}
        except BadRequest as error:
            return {"outcome": "error", "detail": str(error)}
        except Exception as error:  # a fault of this program, which is no verdict either
            return {"outcome": "error", "detail": f"{type(error).__name__}: {error}"}

    def run(self, request: Json) -> Json:
        envelope = Arguments(request, "request")
        name = envelope.string("op")
        if name == "hello":
            return {"outcome": "accept", "out": self.hello(Arguments(envelope.raw("in")))}
        if name not in OPERATIONS and name not in stateful.names():
            return {"outcome": "skip", "detail": f"no operation {name}"}
        profile_name = envelope.string("profile") if envelope.has("profile") else BLIP66_DRAFT.name
        if profile_name not in self.profiles:
            return {"outcome": "skip", "detail": f"no profile {profile_name}"}
        args = Arguments(envelope.raw("in"))
        if name not in OPERATIONS:
            if envelope.has("repeat"):
                raise BadRequest("request.repeat", "only stateless operations are repeated")
            return {"outcome": "accept", "out": self.stage.run(name, self.profiles[profile_name], args)}
        if not envelope.has("repeat"):
            return {"outcome": "accept", "out": OPERATIONS[name](self.profiles[profile_name], args)}
        times = number_from_json(request["repeat"], "request.repeat", MAX_REPEAT)
        if times == 0:
            raise BadRequest("request.repeat", "at least 1 wanted")
        return self.repeat(name, self.profiles[profile_name], args, times)

    def repeat(self, name: str, profile: Profile, args: Arguments, times: int) -> Json:
        """Runs it so often, be it accepted or refused, and says how long that took."""
        operation = OPERATIONS[name]
        answer: Json = {}
        start = time.perf_counter_ns()
        for _ in range(times):
            try:
                answer = {"outcome": "accept", "out": operation(profile, args)}
            except Reject as refusal:
                answer = {"outcome": "reject", "reason": refusal.reason, "detail": refusal.detail}
        return {**answer, "elapsed_ns": str(time.perf_counter_ns() - start)}

    def hello(self, args: Arguments) -> Json:
        if PROTOCOL not in list_from_json(args.raw("protocols"), args.at("protocols")):
            raise BadRequest(args.at("protocols"), f"only version {PROTOCOL} is spoken here")
        if args.has("profiles"):
            profiles = object_from_json(args.raw("profiles"), args.at("profiles"))
            self.profiles = known_profiles(profiles, args.at("profiles"))
        return {
            "protocol": PROTOCOL,
            "implementation": {"name": "blip66-python", "version": __version__, "language": "Python", "url": ""},
            "operations": sorted([*OPERATIONS, *stateful.names()]),
            "roles": list(stateful.ROLES),
            "profiles": sorted(self.profiles),
            "capabilities": {"pipelining": 1, **stateful.CAPABILITIES},
        }


def parse(line: bytes) -> Any:
    if len(line) > LINE_LIMIT:
        raise ValueError("the line is longer than 16 MiB")
    return json.loads(line.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)


def _unique(pairs: list[tuple[str, Any]]) -> Json:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key stands twice in an object")
    return result


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines without their end. Of one that is too long no more is kept than shows that."""
    while line := stream.readline(LINE_LIMIT + 2):
        rest = line
        while not rest.endswith(b"\n") and (rest := stream.readline(LINE_LIMIT)):
            pass
        yield line.removesuffix(b"\n")


def serialize(answer: Json) -> bytes:
    line = json.dumps(answer, separators=(",", ":")).encode()
    if len(line) > LINE_LIMIT:
        return serialize({"id": answer["id"], "outcome": "error", "detail": "the answer is longer than 16 MiB"})
    return line + b"\n"


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    session = Session()
    for line in lines(requests):
        answers.write(serialize(session.answer(line)))
        answers.flush()


def main() -> None:
    try:
        serve(sys.stdin.buffer, sys.stdout.buffer)
    except (BrokenPipeError, KeyboardInterrupt):
        # Nobody reads any more. Python would complain once again while it closes stdout.
        sys.stderr.close()

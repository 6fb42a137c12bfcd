"""The ways in which an operation can fail: a verdict about the input, a request that makes no sense, or one that asks
for what is not implemented here."""


class Reject(Exception):
    """The implementation refuses the input. `reason` is one of the protocol's reason classes."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(detail or reason)
        self.reason = reason
        self.detail = detail


class BadRequest(Exception):
    """The request lacks a member or holds one of a wrong type. Never counts as a verdict."""

    def __init__(self, where: str, detail: str) -> None:
        super().__init__(f"{where}: {detail}")


class Unsupported(Exception):
    """The request asks for something that this implementation does not have. No verdict either."""

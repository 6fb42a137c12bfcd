"""Typed access to the `in` object of a request. Whatever is missing or of a wrong type is named by its JSON path."""

from typing import Any

from . import crypto
from .fundamental import (
    PATH,
    BlindedPath,
    Kind,
    decimal_from_json,
    hex_from_json,
    list_from_json,
    member,
    number_from_json,
    object_from_json,
)
from .outcomes import BadRequest
from .tlv import MAX_U64


class Arguments:
    def __init__(self, json: Any, where: str = "in") -> None:
        self.json = object_from_json(json, where)
        self.where = where

    def at(self, name: str) -> str:
        return f"{self.where}.{name}"

    def has(self, name: str) -> bool:
        return name in self.json

    def raw(self, name: str) -> Any:
        return member(self.json, name, self.where)

    def hex(self, name: str, size: int | None = None) -> bytes:
        return hex_from_json(self.raw(name), self.at(name), size)

    def hex_if_any(self, name: str, size: int | None = None) -> bytes | None:
        return self.hex(name, size) if self.has(name) else None

    def secret(self, name: str) -> bytes:
        return check_secret(self.hex(name, 32), self.at(name))

    def string(self, name: str) -> str:
        value = self.raw(name)
        if not isinstance(value, str):
            raise BadRequest(self.at(name), "a string wanted")
        return value

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        value = self.string(name)
        if value not in choices:
            raise BadRequest(self.at(name), f"one of {', '.join(choices)} wanted")
        return value

    def flag(self, name: str) -> bool:
        """An optional boolean, false where it is absent."""
        value = self.raw(name) if self.has(name) else False
        if not isinstance(value, bool):
            raise BadRequest(self.at(name), "true or false wanted")
        return value

    def number(self, name: str, maximum: int = 2**32 - 1) -> int:
        return number_from_json(self.raw(name), self.at(name), maximum)

    def decimal(self, name: str, maximum: int = MAX_U64) -> int:
        return decimal_from_json(self.raw(name), self.at(name), maximum)

    def value(self, name: str, kind: Kind) -> Any:
        return kind.from_json(self.raw(name), self.at(name))

    def path(self, name: str) -> BlindedPath:
        path: BlindedPath = self.value(name, PATH)
        return path

    def each(self, name: str) -> "list[Arguments]":
        items = list_from_json(self.raw(name), self.at(name))
        return [Arguments(item, f"{self.at(name)}[{i}]") for i, item in enumerate(items)]

    def all_hex(self, name: str, size: int) -> list[bytes]:
        items = list_from_json(self.raw(name), self.at(name))
        return [hex_from_json(item, f"{self.at(name)}[{i}]", size) for i, item in enumerate(items)]

    def all_secrets(self, name: str) -> list[bytes]:
        return [check_secret(key, f"{self.at(name)}[{i}]") for i, key in enumerate(self.all_hex(name, 32))]


def check_secret(secret: bytes, where: str) -> bytes:
    if not crypto.is_secret_key(secret):
        raise BadRequest(where, "not a secret key of secp256k1")
    return secret

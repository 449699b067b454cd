"""A small VKScript, the language of `execute`: enough for vk_api's request pool and for any list of calls (dev.vk.com/method/execute)."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson

from sandbox.vk.errors import VkError
from sandbox.vk.grammar import DEPTH, Node, narrow, parse

CALLS: Final = 25
"""API calls in one execute."""
STEPS: Final = 10_000
"""Steps of a script, a copied value counting for each of its parts: a guard, not a figure of VK's."""
LONGEST: Final = 1_000_000

_FRESH: Final = frozenset({"value", "array", "object", "unary"})
"""Nodes whose values nobody else holds."""
_COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_ARITHMETIC: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
}


class _Return(BaseException):
    """A script's `return`, on its way out."""

    def __init__(self, value: Any) -> None:
        self.value = value


def run(code: str, call: Callable[[str, dict[str, Any]], Any]) -> Any:
    """Run a script and return what it returns.

    `call(method, parameters)` performs an API call. Raises `VkError` 12 for a script that is not one, 13 for what goes wrong in it.
    """
    try:
        _Machine(call).block(parse(code))
    except _Return as returned:
        return returned.value
    except RecursionError:
        raise VkError(12, "the script is nested too deep") from None
    return None


class _Machine:
    """Runs nodes. Values are copied when they are stored, as in VK, so that no value can contain itself."""

    def __init__(self, call: Callable[[str, dict[str, Any]], Any]) -> None:
        self._call = call
        self._steps = STEPS
        self._calls = CALLS
        self._variables: dict[str, Any] = {}
        self._values: dict[str, Callable[..., Any]] = {
            "value": lambda value: value,
            "variable": self._variables.get,
            "array": lambda parts: [self._own(part) for part in parts],
            "object": lambda fields: {name: self._own(part) for name, part in fields},
            "member": lambda owner, key: _member(self._value(owner), self._value(key)),
            "call": lambda function, arguments: self._invoke(function, [self._own(one) for one in arguments]),
            "unary": self._unary,
            "binary": self._binary,
        }

    def block(self, statements: list[Node]) -> None:
        """Run statements in their order."""
        for one in statements:
            self._run(one)

    def _step(self) -> None:
        self._steps -= 1
        if self._steps < 0:
            raise VkError(13, "too many operations")

    def _run(self, node: Node) -> None:
        self._step()
        match node:
            case ("block", statements):
                self.block(statements)
            case ("while", condition, body):
                while self._value(condition):
                    self._run(body)
            case ("if", condition, then, otherwise):
                self._run(then if self._value(condition) else otherwise)
            case ("return", expression):
                raise _Return(self._own(expression))
            case ("assign", ("variable", name), expression):
                self._variables[name] = self._own(expression)
            case ("assign", (_, owner, key), expression):
                _store(self._value(owner), self._value(key), self._own(expression))
            case (_, expression):
                self._value(expression)

    def _value(self, node: Node) -> Any:
        self._step()
        return self._values[node[0]](*node[1:])

    def _unary(self, sign: str, part: Node) -> Any:
        return not self._value(part) if sign == "!" else _calculate("-", 0, self._value(part))

    def _binary(self, sign: str, left: Node, right: Node) -> Any:
        if sign == "||":
            return self._value(left) or self._value(right)
        if sign == "&&":
            return self._value(left) and self._value(right)
        return _calculate(sign, self._value(left), self._value(right))

    def _invoke(self, function: Node, arguments: list[Any]) -> Any:
        match function:
            case ("member", ("member", ("variable", "API"), ("value", section)), ("value", method)):
                return self._api(f"{section}.{method}", arguments)
            case ("member", ("variable", "API"), ("value", method)):
                return self._api(str(method), arguments)
            case ("member", owner, ("value", "push")) if len(arguments) == 1 and isinstance(array := self._value(owner), list):
                array.append(arguments[0])
                return len(array)
        raise VkError(13, "unknown function")

    def _api(self, method: str, arguments: list[Any]) -> Any:
        self._calls -= 1
        if self._calls < 0:
            raise VkError(13, "Too many API calls")
        given = arguments[0] if arguments else {}
        if len(arguments) > 1 or not isinstance(given, dict):
            raise VkError(13, f"{method} takes one object")
        return self._call(method, given)

    def _own(self, node: Node) -> Any:
        """The value of a node, copied unless it was made here and now."""
        value = self._value(node)
        return value if node[0] in _FRESH else self._copy(value)

    def _copy(self, value: Any, depth: int = DEPTH) -> Any:
        self._step()
        if not depth:
            raise VkError(13, "the value is nested too deep")
        if isinstance(value, list):
            return [self._copy(part, depth - 1) for part in value]
        if isinstance(value, dict):
            return {name: self._copy(part, depth - 1) for name, part in value.items()}
        return value


def _calculate(sign: str, left: Any, right: Any) -> Any:
    if sign in ("==", "!="):
        return (left == right) == (sign == "==")
    numbers = isinstance(left, int | float) and isinstance(right, int | float)
    try:
        if sign in _COMPARE:
            return _COMPARE[sign](left, right)
        if numbers:
            return narrow(_ARITHMETIC[sign](left, right))
        joined = _plain(left) + _plain(right) if sign == "+" else None
    except (TypeError, ZeroDivisionError, OverflowError):
        joined = None
    if joined is None:
        raise VkError(13, f"wrong operands of {sign}")
    if len(joined) > LONGEST:
        raise VkError(13, "out of memory")
    return joined


def _store(owner: Any, key: Any, value: Any) -> None:
    if isinstance(owner, dict) and isinstance(key, str):
        owner[key] = value
    elif isinstance(owner, list) and type(key) is int and 0 <= key <= len(owner):
        owner[key : key + 1] = [value]
    else:
        raise VkError(13, "nothing can be stored there")


def _member(owner: Any, key: Any) -> Any:
    if isinstance(owner, dict):
        return owner.get(key) if isinstance(key, str) else None
    if not isinstance(owner, list | str):
        return None
    if key == "length":
        return len(owner)
    return owner[key] if type(key) is int and 0 <= key < len(owner) else None


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()

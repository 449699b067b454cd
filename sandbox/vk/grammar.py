"""The grammar of VKScript: a script becomes nodes, tuples whose first part names them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import orjson

from sandbox.vk.errors import VkError

WIDEST: Final = 2**63
DEPTH: Final = 50
"""How deep values may be nested: a guard, not a figure of VK's."""

Node = tuple[Any, ...]

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<comment>//[^\n]*|/\*.*?\*/)
      | (?P<number>\d+(?:\.\d+)?)
      | (?P<string>"[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*')
      | (?P<name>[A-Za-z_$][\w$]*)
      | (?P<sign>[=!<>]=|&&|\|\||[-+*/%<>=!(){}\[\],.;:])
    )""",
    re.VERBOSE | re.DOTALL,
)
_LEVELS: Final = (("||",), ("&&",), ("==", "!="), ("<", ">", "<=", ">="), ("+", "-"), ("*", "/", "%"))
_STRENGTH: Final = {sign: level for level, signs in enumerate(_LEVELS) for sign in signs}
_WORDS: Final = {"true": True, "false": False, "null": None}


def parse(code: str) -> list[Node]:
    """The statements of a script. Raises `VkError` 12 for what is not one."""
    return _Parser(code).program()


class _Parser:
    def __init__(self, code: str) -> None:
        self._tokens = list(self._scan(code))
        self._at = 0
        self._depth = 0
        self._statements: dict[str, Callable[[], Node]] = {
            "{": self._block,
            "while": self._while,
            "if": self._if,
            "return": self._return,
            "var": lambda: self._ended(("block", self._variables())),
            ";": lambda: ("block", []),
        }
        self._brackets: dict[str, Callable[[], Node]] = {
            "(": self._parenthesis,
            "[": lambda: ("array", self._listed("]")),
            "{": lambda: ("object", self._fields()),
        }

    @staticmethod
    def _scan(code: str) -> list[tuple[str, str]]:
        tokens, at, end = [], 0, len(code.rstrip())
        while at < end:
            found = _TOKEN.match(code, at)
            if found is None:
                raise VkError(12, f"unexpected character at {at}")
            at = found.end()
            kind = found.lastgroup or ""
            if kind != "comment":
                tokens.append((kind, found[kind]))
        return [*tokens, ("end", "")]

    def program(self) -> list[Node]:
        """All statements."""
        statements = []
        while self._tokens[self._at][0] != "end":
            statements.append(self._statement())
        return statements

    def _peek(self, *texts: str) -> bool:
        kind, text = self._tokens[self._at]
        return kind != "string" and text in texts

    def _next(self) -> tuple[str, str]:
        token = self._tokens[self._at]
        self._at += token[0] != "end"
        return token

    def _take(self, text: str) -> bool:
        taken = self._peek(text)
        self._at += taken
        return taken

    def _expect(self, text: str) -> None:
        if not self._take(text):
            raise VkError(12, f"expected {text!r}, got {self._tokens[self._at][1]!r}")

    def _name(self) -> str:
        kind, text = self._next()
        if kind != "name":
            raise VkError(12, f"expected a name, got {text!r}")
        return text

    def _statement(self) -> Node:
        for word, read in self._statements.items():
            if self._take(word):
                return read()
        target = self._expression()
        if not self._take("="):
            return self._ended(("do", target))
        if target[0] not in ("variable", "member"):
            raise VkError(12, "nothing can be assigned to this")
        return self._ended(("assign", target, self._expression()))

    def _block(self) -> Node:
        statements = []
        while not self._take("}"):
            if self._peek(""):
                raise VkError(12, "unexpected end of script")
            statements.append(self._statement())
        return ("block", statements)

    def _while(self) -> Node:
        return ("while", self._condition(), self._statement())

    def _if(self) -> Node:
        return ("if", self._condition(), self._statement(), self._statement() if self._take("else") else ("block", []))

    def _return(self) -> Node:
        return self._ended(("return", ("value", None) if self._peek(";", "") else self._expression()))

    def _variables(self) -> list[Node]:
        declared = []
        while True:
            name = self._name()
            declared.append(("assign", ("variable", name), self._expression() if self._take("=") else ("value", None)))
            if not self._take(","):
                return declared

    def _condition(self) -> Node:
        self._expect("(")
        condition = self._expression()
        self._expect(")")
        return condition

    def _ended(self, node: Node) -> Node:
        if not self._peek(""):
            self._expect(";")
        return node

    def _expression(self, weakest: int = 0) -> Node:
        """An expression whose signs bind at least as strongly as `weakest`."""
        left = self._unary()
        while True:
            kind, sign = self._tokens[self._at]
            strength = _STRENGTH.get(sign, -1) if kind == "sign" else -1
            if strength < weakest:
                return left
            self._at += 1
            left = ("binary", sign, left, self._expression(strength + 1))

    def _unary(self) -> Node:
        if self._peek("!", "-"):
            return ("unary", self._next()[1], self._unary())
        return self._postfix(self._primary())

    def _postfix(self, node: Node) -> Node:
        while True:
            if self._take("."):
                node = ("member", node, ("value", self._name()))
            elif self._take("["):
                node = ("member", node, self._expression())
                self._expect("]")
            elif self._take("("):
                node = ("call", node, self._listed(")"))
            else:
                return node

    def _primary(self) -> Node:
        kind, text = self._next()
        if kind == "number":
            return ("value", float(text) if "." in text else narrow(int(text[:20])))
        if kind == "string":
            return ("value", _string(text))
        if kind == "name":
            return ("value", _WORDS[text]) if text in _WORDS else ("variable", text)
        if text not in self._brackets:
            raise VkError(12, f"unexpected {text or 'end of script'!r}")
        self._depth += 1
        if self._depth > DEPTH:
            raise VkError(12, "the script is nested too deep")
        node = self._brackets[text]()
        self._depth -= 1
        return node

    def _parenthesis(self) -> Node:
        node = self._expression()
        self._expect(")")
        return node

    def _listed(self, end: str) -> list[Node]:
        parts: list[Node] = []
        while not self._take(end):
            if parts:
                self._expect(",")
                if self._take(end):
                    break
            parts.append(self._expression())
        return parts

    def _fields(self) -> list[tuple[str, Node]]:
        fields: list[tuple[str, Node]] = []
        while not self._take("}"):
            if fields:
                self._expect(",")
                if self._take("}"):
                    break
            kind, text = self._next()
            if kind not in ("string", "name", "number"):
                raise VkError(12, f"expected a field, got {text!r}")
            self._expect(":")
            fields.append((_string(text) if kind == "string" else text, self._expression()))
        return fields


def narrow(number: float) -> float:
    """A number that JSON can carry back."""
    if isinstance(number, complex) or not -WIDEST < number < WIDEST:
        raise VkError(13, "the number is too large")
    return number


def _string(token: str) -> str:
    """The text of a string token; JavaScript's single quotes become JSON's."""
    if token.startswith("'"):
        token = '"' + token[1:-1].replace("\\'", "'").replace('"', '\\"') + '"'
    # JSON forbids bare control characters, JavaScript's strings in a minified script may carry tabs.
    token = token.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    try:
        return str(orjson.loads(token))
    except orjson.JSONDecodeError:
        raise VkError(12, "wrong string") from None

"""Dialogs: async functions that are run again from the top on every turn, and the signals by which they stop.

Code between questions only reads; what a dialog writes counts only if it reaches its end. A dialog returns a `Screen` (its tab stays
open, if it asked anything) or a `Link` (its tab ends, and that page is shown).
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_type_hints

from bot.conversation.screen import Screen
from bot.model.link import Link
from bot.model.text import Words

if TYPE_CHECKING:
    from bot.conversation.question import Question

Function = Callable[..., Awaitable[Screen | Link]]


class Signal(BaseException):
    """Stops a dialog on purpose: a `BaseException`, so that `except Exception` in a dialog cannot swallow it."""


class Pending(Signal):
    """The dialog has reached a question that has no answer yet."""

    def __init__(self, question: Question[Any], name: str) -> None:
        """Remember the question and the name under which its answer will be kept."""
        self.question, self.name = question, name


class Needed(Signal):
    """The dialog needs another one to be finished first, in a tab of its own."""

    def __init__(self, link: Link) -> None:
        """Remember which."""
        self.link = link


class HandOver(Signal):
    """The next question asks for something personal, and this channel may not carry that."""

    def __init__(self, question: Question[Any]) -> None:
        """Remember the question."""
        self.question = question


class Again(Exception):
    """Raised by a dialog: the answer to `name` holds no more; forget it, say why, and run again."""

    def __init__(self, name: str, why: Words) -> None:
        """Remember what to forget and what to say."""
        super().__init__(name)
        self.name, self.why = name, why


class Missing(Exception):
    """Raised by a page: what it shows is no longer there."""


class Withdrawn(Exception):
    """Raised by the page of a delivery: there is nothing to say any more."""


@dataclass(frozen=True, slots=True)
class Dialog:
    """A registered dialog: its name in addresses, its function, its parameters, and the page that Cancel leads to."""

    name: str
    function: Function
    parameters: tuple[tuple[str, type], ...]
    parent: Callable[..., Link] | None

    def arguments(self, link: Link) -> dict[str, Any] | None:
        """The link's arguments as this dialog takes them; `None` where they do not fit (a forged or an old address)."""
        if len(link.args) != len(self.parameters):
            return None
        read = dict[str, Any]()
        for (name, kind), raw in zip(self.parameters, link.args, strict=True):
            if kind is int:
                if not raw.isdecimal() or len(raw) > 18:
                    return None
                read[name] = int(raw)
            else:
                read[name] = raw
        return read


class Dialogs:
    """The dialogs of a program, by name, with the pages that moved."""

    def __init__(self) -> None:
        """Begin with none."""
        self._dialogs: dict[str, Dialog] = {}
        self._moved: dict[str, str] = {}

    def __call__(self, name: str, *, parent: Callable[..., Link] | None = None) -> Callable[[Function], Function]:
        """Register an async function as the dialog `name`: `@dialog("programme")`. Raises `ValueError` where the name is taken."""

        def register(function: Function) -> Function:
            if name in self._dialogs:
                msg = f"two dialogs are called {name}"
                raise ValueError(msg)
            hints = get_type_hints(function)
            parameters = tuple((each, hints[each]) for each in list(inspect.signature(function).parameters)[1:])
            Link(name)
            self._dialogs[name] = Dialog(name, function, parameters, parent)
            return function

        return register

    def moved(self, old: str, new: str) -> None:
        """A page got another name: old links and posters go on working."""
        self._moved[old] = new

    def find(self, name: str) -> Dialog | None:
        """The dialog of this name, or of the name that it has now."""
        return self._dialogs.get(self._moved.get(name, name))

    def __iter__(self) -> Any:
        """All dialogs."""
        return iter(self._dialogs.values())


dialog = Dialogs()
"""Where the dialogs of the bot register themselves."""

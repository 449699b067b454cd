"""A program that can be killed at any step: the fair's dialogs and a messenger that lives in a folder, in a process of its own.

Run as `python -m tests.killable`, it reads lines `FOLDER SCRIPT POINT`, forks for each a process that plays the script of its people until
all is done and confirmed, and writes that process' exit code. The process kills itself at its step number POINT, or at the first step whose
name begins with POINT; `-` lets it live. Steps are the statements of the writer and whatever the messenger is asked.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import storage.sqlite
from bot.app import Core
from bot.clock import real
from bot.conversation import owner, receipt
from bot.conversation.channel import Library, Receipt
from bot.conversation.dialog import Dialogs
from bot.conversation.event import Event, Opened, Pressed, Said, SharedPlace
from bot.conversation.language import Languages, Reader
from bot.conversation.screen import Attachment, Screen, link
from bot.conversation.turn import Turn
from bot.model.link import Link
from bot.model.text import Words, _
from storage.database import open_database
from storage.files import Files
from tests.conversation import fair
from tests.neutral import NEUTRAL, read_screen
from tests.stage import LOCALES

Act = tuple[str, str]
SCRIPTS: dict[str, dict[str, list[tuple[tuple[str, ...], tuple[Act, ...]]]]] = {
    "fair": {
        "anna": [
            ((), (("open", ""),)),
            (("**Fair**",), (("press", "Long form"),)),
            (("Which ones?",), (("press", "red"), ("press", "blue"))),
            (("[✓ red]", "[✓ blue]"), (("press", "Done"),)),
            (("Say something",), (("say", "far too long for ten"), ("say", "short"))),
            (("How many?",), (("say", "99"), ("say", "3"))),
            (("How likely?",), (("press", "5"), ("press", "7"))),
            (("In which order?",), (("press", "c"), ("press", "a"))),
            (("[1. c]", "[2. a]"), (("press", "Done"),)),
            (("When?",), (("say", "25.08.2026"),)),
            (("Born when?",), (("say", "5 мая 2015"),)),
            (("Where?",), (("place", ""),)),
            (("And again?",), (("press", "yes"),)),
            (("**Answers**",), ()),
        ],
        "boris": [
            ((), (("open", ""),)),
            (("**Fair**",), (("press", "Stalls"),)),
            (("Which stall?",), (("press", "No. 1"), ("press", "No. 3"))),
            (("Who?",), (("press", "Older"),)),
            (("May we keep the name?",), (("press", "I agree"), ("press", "I agree"))),
            (("Right?",), (("press", "Yes"), ("press", "Yes"))),
            (("No. 3: Older",), (("press", "Count"), ("press", "Count"))),
            (("of",), ()),
        ],
    },
    "poison": {
        "anna": [((), (("open", ""),)), (("**Fair**",), (("press", "Stalls"),)), (("Which stall?",), ())],
        "vera": [((), (("open", "poison"),))],
    },
    "picture": {"anna": [((), (("open", "picture"),)), (("**Picture**",), ())]},
    "pictures": {"anna": [((), (("open", "picture"),)), (("**Picture**",), (("open", "picture"),)), (("**Picture**",), ())]},
}
"""For each person what they wait to read (on one screen), and what they then do, all at once."""

dialog = Dialogs()
for each in fair.dialog:
    dialog(each.name, parent=each.parent)(each.function)


@dialog("poison")
async def poison(turn: Turn) -> Screen:
    del turn
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


@dialog("picture")
async def picture(turn: Turn) -> Screen:
    del turn
    return Screen(_("**Picture**"), ((link("Home", "home"),),), Attachment("a" * 64, "a.png", "image/png"))


class Steps:
    """Counts steps, and kills at one."""

    def __init__(self, point: str) -> None:
        self._left = int(point) if point.isdecimal() else -1
        self._name = "" if point.isdecimal() or point == "-" else point.replace("_", " ")
        self.taken = 0

    def __call__(self, name: str) -> None:
        self.taken += 1
        self._left -= 1
        if self._left == 0 or (self._name and name.startswith(self._name)):
            os.kill(os.getpid(), signal.SIGKILL)


def lines_of(path: Path) -> list[Any]:
    """The whole lines of a file; the last one may have been cut off by the death of its writer."""
    return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]] if path.exists() else []


def append(path: Path, *rows: Any) -> None:
    """Add lines to a file in one write, as a server would take one request."""
    with path.open("ab", buffering=0) as file:
        file.write(b"".join(json.dumps(row).encode() + b"\n" for row in rows))


class FolderChannel:
    """A messenger in a folder: `updates` that people caused, how many were `confirmed`, and what was `shown` or uploaded."""

    name, limits = "neutral", NEUTRAL
    position: str | None = None

    def __init__(self, folder: Path, script: str, steps: Steps, languages: Languages, library: Library) -> None:
        self._folder, self._script, self._step, self._languages, self._library = folder, SCRIPTS[script], steps, languages, library
        self.idle = asyncio.Event()

    def start_from(self, position: str | None) -> None:
        pass

    async def events(self) -> AsyncIterator[Sequence[Event]]:
        mark = self._folder / "confirmed"
        confirmed = int(mark.read_text()) if mark.exists() else 0
        while True:
            waiting = self._people_act()
            updates = lines_of(self._folder / "updates")
            if len(updates) > confirmed:
                yield [self._event(at, update) for at, update in enumerate(updates) if at >= confirmed]
                self._step("confirm")
                confirmed = len(updates)
                (self._folder / "new").write_text(str(confirmed))
                (self._folder / "new").replace(mark)
                self._step("confirmed")
            elif not waiting:
                self.idle.set()
            await asyncio.sleep(0.002)

    def _people_act(self) -> bool:
        """Let everybody who reads what they waited for do their next thing; returns whether somebody waits still."""
        updates, shown = lines_of(self._folder / "updates"), lines_of(self._folder / "shown")
        waits = False
        for user, acts in self._script.items():
            done, seen = sum(update["user"] == user for update in updates), [screen for screen in shown if screen.get("user") == user]
            for expected, do in acts:
                read = [screen for screen in seen if all(part in "\n".join(screen["lines"]) for part in expected)]
                if done <= 0 and expected and not read:
                    waits = True
                if done <= 0 and (do or waits):
                    if not waits:
                        append(self._folder / "updates", *self._acts(user, do, seen[::-1]))
                        waits = True
                    break
                done -= len(do)
        return waits

    @staticmethod
    def _acts(user: str, acts: Sequence[Act], seen: Sequence[Any]) -> Iterator[dict[str, str]]:
        for kind, what in acts:
            found = {"user": user, "kind": kind, "what": what}
            if kind == "press":
                screen = next(screen for screen in seen if any(what in label for label in screen["buttons"]))
                label = min((label for label in screen["buttons"] if what in label), key=len)
                found |= {"what": screen["buttons"][label], "message": str(screen["message"])}
            yield found

    def _event(self, at: int, update: dict[str, str]) -> Event:
        who: dict[str, Any] = {"channel": self.name, "user": update["user"], "key": str(at), "language": "en"}
        match update["kind"]:
            case "press":
                return Pressed(data=update["what"], message=update["message"], press=str(at), **who)
            case "say":
                return Said(text=update["what"], **who)
            case "place":
                return SharedPlace(latitude=57.9, longitude=57.3, **who)
            case _:
                return Opened(payload=update["what"], **who)

    async def show(self, user: str, screen: Screen, language: str, over: str | None, key: str = "") -> Receipt:
        del key
        media = {}
        if screen.picture is not None:
            reference = await self._library.reference(self.name, screen.picture.digest)
            if reference is None:
                append(self._folder / "shown", {"upload": screen.picture.digest})
                media[screen.picture.digest] = "uploaded"
        lines, buttons = read_screen(screen, self._languages, Reader(language, personal=True, address=self.deep_link))
        self._step("show")
        message = over or str(len(lines_of(self._folder / "shown")))
        append(self._folder / "shown", {"user": user, "message": message, "lines": lines, "buttons": buttons})
        self._step("shown")
        return Receipt(message, media)

    async def remove(self, user: str, message: str) -> None:
        """Take nothing out of the chat: no family sends a file here."""

    async def strip(self, user: str, message: str) -> None:
        pass

    async def acknowledge(self, event: Pressed, language: str, note: Words | None) -> None:
        pass

    async def fetch(self, reference: str, largest: int) -> bytes:
        raise FileNotFoundError(reference, largest)

    def deep_link(self, page: Link) -> str:
        return f"https://neutral.example/{page.deep}"

    async def close(self) -> None:
        pass


async def play(folder: Path, script: str, steps: Steps) -> None:
    """Run the program until its people are done."""
    connect = storage.sqlite.connect

    def watched(path: str, *pragmas: str) -> sqlite3.Connection:
        db = connect(path, *pragmas)
        if not pragmas:
            db.set_trace_callback(steps)
        return db

    storage.sqlite.connect = watched
    owner.LEASE, owner.KEEP, receipt.EVERY = timedelta(milliseconds=1), 30.0, 0.01
    languages = Languages(LOCALES, "en")
    database = await open_database(f"sqlite+aiosqlite:///{folder / 'test.db'}")
    core = Core(database, languages, Files(folder / "files"), real, {"neutral": NEUTRAL}, dialog, fair.MENU)
    channel = core.channels["neutral"] = FolderChannel(folder, script, steps, languages, core.library)
    polling = owner.Owner(database, core.dispatcher, channel, str(os.getpid()), real)
    tasks = [asyncio.create_task(core.receipts.run()), asyncio.create_task(polling.run())]
    idle = asyncio.create_task(channel.idle.wait())
    await asyncio.wait([*tasks, idle], return_when=asyncio.FIRST_COMPLETED, timeout=20)
    for task in tasks:
        if task.done():
            task.result()
    assert idle.done(), "somebody waits for ever"
    await core.dispatcher.settle()
    await polling.stop()
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    await database.close()
    (folder / "steps").write_text(str(steps.taken))


def main() -> None:
    """Fork a process for each line."""
    for line in sys.stdin:
        folder, script, point = line.split()
        child = os.fork()
        if child == 0:
            try:
                asyncio.run(play(Path(folder), script, Steps(point)))
            except BaseException as error:  # noqa: BLE001 - whatever it is, the test is to read it
                (Path(folder) / "error").write_text(repr(error))
                os._exit(1)
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)  # noqa: T201 - it is what the test reads


if __name__ == "__main__":
    main()

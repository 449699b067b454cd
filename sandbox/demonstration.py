"""The demonstration: both messengers, the page, the catalogue's file and the ordinary bot, started together and ended together."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import signal
import sys
import webbrowser
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson
from aiohttp import web

from sandbox.calls import CallLog
from sandbox.district import write_catalogue
from sandbox.district.core import core, point
from sandbox.faults import Faults
from sandbox.page.desk import Desk, Land, Policy, Road, Settlement
from sandbox.page.server import page
from sandbox.people import People, Person
from sandbox.process import BotFailed, BotProcess
from sandbox.telegram import TelegramEmulator
from sandbox.time import SandboxClock
from sandbox.vk import Community, VkEmulator

START = datetime(2026, 8, 24, 10, tzinfo=ZoneInfo("Asia/Yekaterinburg"))
"""When the demonstration begins: a Monday, a week before the night of enrolment."""
PROJECT = Path(__file__).parent.parent
FOLDER = PROJECT / ".sandbox"
OWN = ("sandbox.db*", "sandbox.json", "files", "clock", "catalogue.xlsx", "pictures", "imported", "*.chats")
"""What the sandbox and its bot make in their folder; `--fresh` removes it."""
REGION = "Лазорьевского округа"
"""The district in the case that follows «Кружки»."""
COMMUNITY = Community("vk", "vk1.a.sandbox-vk-token", 200_001, "kruzhok_sandbox", "Кружки Лазорьевского округа")
ADDRESSES_TRIED = 20
INVITED = {
    "Светлана Юрьевна": ("dom-tvorchestva",),
    "Алла Викторовна": ("shkola-iskusstv", "--role", "board"),
    "Марина Львовна": ("lazorye", "--role", "municipality"),
}
"""Who of the district is invited to work at the first start, and for what; they invite the others in the chat."""
HANG = 3.0
"""Real seconds that an ordered time-out lasts: long enough to be seen, too short to be annoying."""
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line asks for."""

    port: int = 8080
    browser: bool = True
    fresh: bool = False
    seed: int = 2026
    folder: Path = FOLDER
    command: tuple[str, ...] = (sys.executable, "-m", "bot")


class Memory:
    """What outlives a start: the database and the files are the bot's; here are the sandbox's time and the people who were added."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "sandbox.json"
        kept = orjson.loads(self._file.read_bytes()) if self._file.exists() else {}
        self.now = datetime.fromisoformat(kept["now"]).astimezone(START.tzinfo) if "now" in kept else START
        self.people = People(Person(**{**one, "messengers": tuple(one["messengers"])}) for one in kept.get("people", ()))

    def keep(self, clock: SandboxClock) -> None:
        """Write it down."""
        self._file.write_bytes(orjson.dumps({"now": clock.now().isoformat(), "people": [asdict(one) for one in self.people.added]}))


async def demonstrate(wishes: Wishes, say: Say) -> None:
    """Run until Ctrl-C or SIGTERM. Raises `OSError` where no port near the wished one is free."""
    if wishes.fresh:
        _forget(wishes.folder)
    wishes.folder.mkdir(parents=True, exist_ok=True)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    memory = Memory(wishes.folder)
    clock = SandboxClock(memory.now, wishes.folder / "clock")
    faults = {name: Faults(wishes.seed, hang=HANG) for name in ("telegram", "vk")}
    log = CallLog()
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(TelegramEmulator(clock=clock, log=log, faults=faults["telegram"]))
        vk = await stack.enter_async_context(VkEmulator([COMMUNITY], clock=clock, log=log, faults=faults["vk"]))
        going_on = telegram.load(wishes.folder / "telegram.chats") and vk.load(wishes.folder / "vk.chats")
        stack.callback(vk.save, wishes.folder / "vk.chats")
        stack.callback(telegram.save, wishes.folder / "telegram.chats")
        if going_on:
            say("Going on where the last start ended: the same database, chats, people and time. --fresh begins anew.")
        # The bot ends before the messengers do: what it still says goes out, and nothing looks like a failure.
        bot = BotProcess(wishes.command, PROJECT, lambda: _environment(wishes.folder, telegram, vk, desk.policy), on_line=say)
        stack.push_async_callback(bot.stop)
        desk = Desk(
            phones={"telegram": telegram, "vk": vk.community("vk")},
            people=memory.people,
            clock=clock,
            log=log,
            faults=faults,
            bot=bot,
            addresses={"telegram": telegram.username, "vk": COMMUNITY.screen_name},
            start=START,
            land=_land(),
            describe={"telegram": _description(telegram)},
            on_keep=lambda: memory.keep(clock),
        )
        await stack.enter_async_context(desk)
        address = await _serve(stack, desk, wishes.port, say)
        stack.callback(memory.keep, clock)
        prepared = asyncio.create_task(_prepare(wishes, bot, address, say))
        prepared.add_done_callback(lambda task: stop.set() if not task.cancelled() and task.exception() else None)
        try:
            await stop.wait()
        finally:
            prepared.cancel()
            await asyncio.wait([prepared])
        if not prepared.cancelled():
            prepared.result()
        say("Stopping…")


def _forget(folder: Path) -> None:
    # By name: the folder may be one in which somebody keeps other things too.
    for pattern in OWN:
        for path in folder.glob(pattern):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


async def _prepare(wishes: Wishes, bot: BotProcess, address: str, say: Say) -> None:
    file, done = wishes.folder / "catalogue.xlsx", wishes.folder / "imported"
    try:
        if not file.exists():
            say("Drawing pictures and writing the catalogue's file…")
            # Written aside and moved, so that an interrupted start leaves no half of a file.
            await asyncio.to_thread(write_catalogue, file.with_name("new.xlsx"), wishes.seed)
            file.with_name("new.xlsx").rename(file)
        await bot.do("migrate")
        if not done.exists():
            # Once only: a later import would undo what people did to the places since.
            await bot.do("import", str(file))
            done.touch()
            for name, place in INVITED.items():
                say(f"\n  {name}: open the VK link below on her telephone (⋮, «Открыть ссылку»).")
                await bot.do("invite", *place, "--name", name)
    except BotFailed as why:
        say(f"{why} The page stays, the bot does not start; mend it and start again.")
        return
    bot.start()
    say(f"\n  Kruzhok's sandbox is ready: {address}   (Ctrl-C ends it)\n")
    if wishes.browser and _has_screen():
        await asyncio.to_thread(webbrowser.open, address)


def _description(telegram: TelegramEmulator) -> Callable[[str], str]:
    # The page of the cloud is asked anew each time: a start that goes on puts another one in its place.
    return lambda language: telegram.cloud.page.descriptions.get(language) or telegram.cloud.page.descriptions.get("", "")


def _land() -> Land:
    district = core()
    names = {settlement["code"]: settlement["name"] for settlement in district.settlements}
    return Land(
        tuple(Settlement(settlement["name"], *point(settlement["metres"])) for settlement in district.settlements),
        tuple(Road(names[road["a"]], names[road["b"]], road["kilometres"]) for road in district.roads),
    )


def _environment(folder: Path, telegram: TelegramEmulator, vk: VkEmulator, policy: Policy) -> Mapping[str, str]:
    # An installation's own settings, tokens above all, must not reach the sandbox's bot.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("KRUZHOK_")}
    settings = folder / "config.toml"
    if not settings.exists():
        settings.write_text("# The sandbox's bot reads this file in place of the project's config.toml.\n", encoding="utf-8")
    return inherited | {
        "KRUZHOK_CONFIG": str(settings),
        "KRUZHOK_REGION_NAME": REGION,
        "KRUZHOK_TELEGRAM__TOKEN": telegram.token,
        "KRUZHOK_TELEGRAM__API_URL": telegram.url,
        "KRUZHOK_TELEGRAM__PERSONAL_DATA": str(policy.personal_data).lower(),
        "KRUZHOK_TELEGRAM__POLICY__STATE": policy.telegram,
        "KRUZHOK_VK__TOKEN": COMMUNITY.token,
        "KRUZHOK_VK__GROUP_ID": str(COMMUNITY.group_id),
        "KRUZHOK_VK__SCREEN_NAME": COMMUNITY.screen_name,
        "KRUZHOK_VK__API_URL": vk.url,
        "KRUZHOK_DATABASE__URL": f"sqlite+aiosqlite:///{folder / 'sandbox.db'}",
        "KRUZHOK_FILES__PATH": str(folder / "files"),
        "KRUZHOK_CLOCK__SHIFT_FILE": str(folder / "clock"),
        "KRUZHOK_LOG__FORMAT": "text",
        "PYTHONUNBUFFERED": "1",
    }


async def _serve(stack: AsyncExitStack, desk: Desk, port: int, say: Say) -> str:
    runner = web.AppRunner(page(desk), access_log=None, handle_signals=False, shutdown_timeout=1)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    for wished in [port, *range(port + 1, min(port + ADDRESSES_TRIED, 65_536))] if port else [0]:
        try:
            await web.TCPSite(runner, "127.0.0.1", wished).start()
        except OSError as why:
            if why.errno != errno.EADDRINUSE:
                raise
            say(f"Port {wished} is taken, trying the next one.")
            continue
        return f"http://127.0.0.1:{runner.addresses[0][1]}/"
    raise OSError(f"No port between {port} and {port + ADDRESSES_TRIED - 1} is free.")


def _has_screen() -> bool:
    # On a machine without a screen webbrowser would open a browser of text in this very terminal.
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))

"""A parent finds a club in Telegram and in VK, on the page, in a browser, with the ordinary bot behind it all."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import ClientSession

from tests.e2e.browser import Page, browser

PROJECT = Path(__file__).parent.parent.parent
TELEGRAM, VK = 1, 2
"""The places of the telephones on the desk: Anna's and Lena's."""
FEW = 4
"""Presses from the first page to the first fitting programmes, at most."""
READY = 90.0
"""Real seconds for the catalogue to be drawn, written and imported, and for the bot to start."""


@dataclass
class Desk:
    """The page as somebody sees it: telephones are counted from 1, keys are called by how their labels begin."""

    page: Page
    folder: Path
    presses: int = 0

    def key(self, phone: int, label: str) -> str:
        """The newest key of a telephone that begins so, as an expression."""
        all_keys = f"[...document.querySelectorAll('.phone:nth-child({phone}) :is(.r button, .big)')]"
        return f"{all_keys}.filter(key => key.innerText.trim().startsWith({label!r})).at(-1)"

    async def press(self, phone: int, label: str) -> None:
        """Press a key with the mouse, and wait until its messenger has been answered."""
        await self.page.click(self.key(phone, label))
        self.presses += 1
        await self.page.until(f"!document.querySelector('.phone:nth-child({phone}) :is(.waiting, [aria-busy=true])')")

    async def shows(self, phone: int, text: str) -> str:
        """Wait until the last message of a telephone has this text, and return all of it."""
        last = f"(document.querySelector('.phone:nth-child({phone}) .m:last-child') ?? {{innerText: ''}}).innerText"
        found: str = await self.page.until(f"{last}.includes({text!r}) && {last}")
        return found

    async def say(self, phone: int, text: str) -> None:
        """Type into the field and send with Enter."""
        await self.page.click(f"document.querySelector('.phone:nth-child({phone}) .bar input:not([type=file])')")
        await self.page.type(text)
        await self.page.key("Enter")


@pytest.fixture
async def desk(chromium: str, tmp_path: Path) -> AsyncIterator[Desk]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KRUZHOK_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", "--no-browser", "--port", "0", "--folder", str(tmp_path / "sandbox"),
        cwd=PROJECT, env=environment | {"PYTHONUNBUFFERED": "1"}, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    printed: list[str] = []
    try:
        address = await asyncio.wait_for(_address(process, printed), READY)
        listening = asyncio.create_task(_listen(process, printed))
        async with browser(chromium, tmp_path / "browser") as page:
            await page.open(address)
            await page.until("document.querySelector('#bot')?.dataset.state === 'running'")
            yield Desk(page, tmp_path / "sandbox")
            assert page.errors == []
            async with ClientSession() as session, session.get(f"{address}api/state") as answer:
                state = await answer.json()
        assert state["violations"] == []
        assert [call for call in state["calls"] if call["status"] != "200"] == []
    except BaseException:
        sys.stdout.writelines(printed[-60:])
        raise
    finally:
        process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(process.wait(), 20) == 0
    await listening


async def _address(process: asyncio.subprocess.Process, printed: list[str]) -> str:
    assert process.stdout is not None
    async for line in process.stdout:
        printed.append(line.decode())
        if "is ready: " in printed[-1]:
            return printed[-1].split("is ready: ")[1].split()[0]
    raise AssertionError("The sandbox ended: " + "".join(printed[-20:]))


async def _listen(process: asyncio.subprocess.Process, printed: list[str]) -> None:
    assert process.stdout is not None
    printed.extend([line.decode() async for line in process.stdout])


@pytest.mark.timeout(240)
async def test_a_parent_finds_a_club_in_each_messenger(desk: Desk, pictures: Path) -> None:
    for phone, start in ((TELEGRAM, "Запустить"), (VK, "Начать")):
        await desk.press(phone, start)
        await desk.shows(phone, "Кружки")
        desk.presses = 0
        await desk.press(phone, "Найти кружок")
        await desk.press(phone, "Берёзовка")
        await desk.press(phone, "9–10 лет")
        await desk.press(phone, "Показать")
        found = await desk.shows(phone, "Нашлось")
        assert "Берёзовка" in found
        assert desk.presses <= FEW
    await desk.say(TELEGRAM, "робототехника")
    assert "Нашлось" in await desk.shows(TELEGRAM, "Шестерёнка")
    for phone in (TELEGRAM, VK):
        await desk.press(phone, "1")
        card = await desk.shows(phone, "👤")
        assert "📍" in card
        assert "🗓" in card
    await desk.page.screenshot(pictures / "sandbox.png")
    for phone in (TELEGRAM, VK):
        await desk.press(phone, "На карте")
        await desk.page.until(f"document.querySelector('.phone:nth-child({phone}) .place .map')")
        await desk.press(phone, "На главную")
        await desk.shows(phone, "Кружки")


@pytest.mark.timeout(240)
async def test_the_clock_moves_a_place_is_shared_and_a_phone_sized_window_has_it_all(desk: Desk, pictures: Path) -> None:
    page = desk.page
    await desk.press(TELEGRAM, "Запустить")
    await desk.shows(TELEGRAM, "Кружки")
    shift = float((desk.folder / "clock").read_text(encoding="ascii"))
    await page.click("document.querySelector('#day')")
    await page.until("document.querySelector('#now').textContent.startsWith('вторник, 25 августа 2026')")
    assert float((desk.folder / "clock").read_text(encoding="ascii")) - shift > 80_000
    await page.click("document.querySelector('.phone:nth-child(1) [aria-label=\"Отправить место\"]')")
    await page.click("document.querySelector('dialog .key')")
    await page.until("document.querySelector('.phone:nth-child(1) .out .place .map')")
    await page.until("[...document.querySelectorAll('.phone:nth-child(1) .day')].some(day => day.textContent === '25 августа')")
    await page.resize(390, 844, touch=True)
    await page.until("getComputedStyle(document.querySelector('.tabs')).display === 'flex'")
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    visible = "[...document.querySelectorAll('.phone')].filter(phone => phone.offsetWidth).length"
    assert await page.evaluate(visible) == 1
    await page.screenshot(pictures / "sandbox_phone.png")
    await page.click("document.querySelectorAll('.tabs button')[1]")
    await page.until("document.querySelector('.phone:nth-child(2)').offsetWidth")
    # The rest by the keyboard alone.
    await page.evaluate(f"{desk.key(VK, 'Начать')}.focus()")
    await page.key("Enter")
    await desk.shows(VK, "Кружки")
    await page.evaluate(f"{desk.key(VK, 'Найти кружок')}.focus()")
    await page.key("Enter")
    await desk.shows(VK, "Где удобно")
    assert await page.evaluate("document.activeElement.closest('.m') !== null")


@pytest.mark.timeout(240)
async def test_another_policy_restarts_the_bot_and_loses_nothing(desk: Desk) -> None:
    page = desk.page
    await desk.press(TELEGRAM, "Запустить")
    await desk.press(TELEGRAM, "Найти кружок")
    await page.click("document.querySelector('#rules')")
    await page.click("document.querySelector('#rules-card [value=catalogue]')")
    await page.until("document.querySelector('#bot').dataset.state !== 'running'")
    await page.until("document.querySelector('#bot').dataset.state === 'running'")
    await page.key("Escape")
    await desk.press(TELEGRAM, "Берёзовка")
    await desk.shows(TELEGRAM, "Сколько лет")

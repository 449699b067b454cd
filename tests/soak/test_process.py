"""The real process killed and stopped in the middle of work, and two of them over one database: nothing is lost, nobody is left alone."""

from __future__ import annotations

import asyncio
import random
import signal
from pathlib import Path

import pytest

from bot.conversation.owner import KEEP, LEASE
from tests.soak.people import Crowd, Somebody
from tests.soak.process import Bot, until
from tests.soak.town import Town, town

KILLS = 4
PEOPLE = 5
PRESSES = 4
"""How often each person presses between two kills; whoever has twenty presses waiting is taken for a machine."""
EXIT_SECONDS = 10.0
"""SIGTERM ends the program within this time, whatever is going on."""
TAKE_OVER = LEASE.total_seconds() + KEEP + 3
"""A standby has the channel after so many seconds: the lease ends, the standby looks, and a busy machine is slow."""
ANOTHER_POLLS = "another program asks for this bot's updates"

both = pytest.mark.parametrize("channel", ["telegram", "vk"])


def kept(place: Town) -> set[tuple[int, int]]:
    """The favourites in the database, as (user, programme)."""
    rows = place.ask("SELECT account.user, favourite.programme FROM favourite JOIN account ON account.person = favourite.person")
    return {(int(user), programme) for user, programme in rows}


async def people(place: Town, channel: str, number: int = PEOPLE) -> list[Somebody]:
    """Some people who have pressed Start and were answered."""
    crowd = Crowd()
    found = [Somebody(crowd, place.messengers[channel], 1000 + at, 1) for at in range(number)]
    await asyncio.gather(*(somebody.begin() for somebody in found))
    assert not crowd.alone
    return found


async def press(somebody: Somebody, data: str) -> None:
    """Press a key with this link under the bot's first message, without waiting for anything."""
    first = next(message.id for message in somebody.chat.messages if not message.mine)
    await somebody.messenger.send_data(somebody.user, first, data if somebody.messenger.name == "telegram" else f'{{"d":"{data}"}}')


def sees(somebody: Somebody, data: str) -> bool:
    """Whether any message of the bot has a key with this link."""
    return any(data in key.data for message in somebody.chat.messages if not message.mine for row in message.keys for key in row)


@both
async def test_no_answer_is_lost_however_often_the_program_is_killed(channel: str, settled: Path, tmp_path: Path) -> None:
    draw, wished = random.Random(channel), set[tuple[int, int]]()
    programmes = {user: draw.sample(range(1, 120), KILLS * PRESSES) for user in range(1000, 1000 + PEOPLE)}

    async def keep_clubs(somebody: Somebody) -> None:
        for _ in range(PRESSES):
            programme = programmes[somebody.user].pop()
            wished.add((somebody.user, programme))
            await press(somebody, f"keep/{programme}/1")
            await asyncio.sleep(draw.expovariate(10))

    async with town(tmp_path, settled, (channel,)) as place:
        await place.bot.start()
        crowd = await people(place, channel)
        for _ in range(KILLS):
            pressing = asyncio.gather(*(keep_clubs(somebody) for somebody in crowd))
            await place.bot.takes_a_turn()  # else nothing would ever be done, and the first event would be taken for the killer
            await asyncio.sleep(draw.uniform(0, 0.6))
            await place.bot.kill()
            await pressing
            place.end_leases()
            await place.bot.start()
        acts = [await somebody.do("writes", somebody.messenger.say(somebody.user, "шахматы")) for somebody in crowd]
        assert [str(act) for act in acts if act.seconds is None] == []
        assert await place.rest() == []
        assert await place.bot.stop() == 0
        assert kept(place) == wished
        assert place.faultless() == []


@both
async def test_a_program_killed_in_an_upload_uploads_again(channel: str, settled: Path, tmp_path: Path) -> None:
    async with town(tmp_path, settled, (channel,)) as place:
        await place.bot.start()
        [anna] = await people(place, channel, 1)
        met = place.faults[channel].met
        method = "editMessageMedia" if channel == "telegram" else "photos.getMessagesUploadServer"
        place.faults[channel].next("timeout", method=method)
        await press(anna, "programme/1")
        await until(lambda: met["timeout"] > 0, 10)
        await place.bot.kill()
        place.end_leases()
        await place.bot.start()
        await press(anna, "programme/1")
        await until(lambda: any(message.picture for message in anna.chat.messages), 10)
        assert await place.rest() == []
        assert await place.bot.stop() == 0
        assert place.faultless() == []


@both
async def test_sigterm_in_the_middle_ends_soon_and_loses_nothing(channel: str, settled: Path, tmp_path: Path) -> None:
    async with town(tmp_path, settled, (channel,)) as place:
        await place.bot.start()
        crowd = await people(place, channel)
        loop = asyncio.get_running_loop()
        wished = {(somebody.user, programme) for somebody in crowd for programme in range(1, PRESSES + 1)}
        # The messenger asks for a silence that is longer than a stop may take; so nothing of this is shown before the next start.
        if channel == "telegram":
            place.faults["telegram"].next("429", method="editMessageMedia", retry_after=30)
        else:
            place.faults["vk"].next("vk29", method="messages.edit")
        before = place.bot.turns.total()
        for programme in range(1, PRESSES + 1):
            for somebody in crowd:
                await press(somebody, f"keep/{programme}/1")
        [*others, boris] = crowd
        await press(boris, "help")  # writes nothing, so only the stop itself can see to it
        await until(lambda: place.bot.turns.total() > before + len(wished), 10)
        await asyncio.gather(*(press(somebody, "favourites") for somebody in others))  # these are perhaps begun, perhaps not
        began = loop.time()
        assert await place.bot.stop() == 0
        assert loop.time() - began < EXIT_SECONDS
        await place.bot.start()
        await until(lambda: all(sees(somebody, f"programme/{PRESSES}") for somebody in others) and sees(boris, "forget"), 40)
        assert await place.rest() == []
        assert await place.bot.stop() == 0
        assert kept(place) == wished
        assert place.faultless() == []


@both
async def test_a_standby_takes_over_from_a_killed_program(channel: str, settled: Path, tmp_path: Path) -> None:
    async with town(tmp_path, settled, (channel,)) as place:
        standby = Bot(place.bot.environment)
        await place.bot.start()
        [anna] = await people(place, channel, 1)
        await standby.start()
        try:
            await standby.says("standing by", seconds=KEEP)
            await place.bot.kill()
            act = await anna.do("writes", anna.messenger.say(anna.user, "шахматы"))
            assert act.seconds is not None
            assert act.seconds < TAKE_OVER
            # And back: who is stopped politely leaves nobody waiting for the end of a lease.
            await place.bot.start()
            await place.bot.says("standing by", seconds=KEEP)
            assert await standby.stop() == 0
            act = await anna.do("writes", anna.messenger.say(anna.user, "хор"))
            assert act.seconds is not None
            assert act.seconds < KEEP + 3
            assert await place.rest() == []
            assert await place.bot.stop() == 0
            assert place.faultless() + standby.complaints() == []
        finally:
            if standby.alive:
                await standby.kill()


@both
async def test_a_program_that_was_frozen_gives_way(channel: str, settled: Path, tmp_path: Path) -> None:
    async with town(tmp_path, settled, (channel,)) as place:
        standby = Bot(place.bot.environment)
        await place.bot.start()
        [anna] = await people(place, channel, 1)
        await standby.start()
        try:
            place.bot.process.send_signal(signal.SIGSTOP)
            act = await anna.do("writes", anna.messenger.say(anna.user, "шахматы"))
            assert act.seconds is not None
            assert act.seconds < TAKE_OVER
            place.bot.process.send_signal(signal.SIGCONT)
            await place.bot.says("taken by another process", seconds=KEEP + 3)
            act = await anna.do("writes", anna.messenger.say(anna.user, "хор"))
            assert act.seconds is not None
            assert await standby.stop() == 0
            assert await place.rest() == []
            assert await place.bot.stop() == 0
            assert place.faultless(ANOTHER_POLLS) + standby.complaints(ANOTHER_POLLS) == []
        finally:
            if standby.alive:
                await standby.kill()

"""What the bot's own page at Telegram says, in every language we speak."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from aiogram.methods import SetMyCommands, SetMyDescription, SetMyShortDescription
from aiogram.methods.base import TelegramMethod
from aiogram.types import BotCommand

from bot.conversation.channel import ChannelError
from bot.conversation.language import Languages, Reader
from bot.handlers.length import cut
from bot.handlers.telegram.api import Api, Refused
from bot.model.text import Words

log = logging.getLogger(__name__)

LONGEST_COMMAND, LONGEST_DESCRIPTION, LONGEST_ABOUT = 256, 512, 120
"""Characters (Bot API, BotCommand, setMyDescription, setMyShortDescription)."""
CODE_LETTERS = 2
"""Telegram knows languages by ISO 639-1 only; others read the installation's language."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The menu's commands (without «/») with their meanings, what the bot can do (shown before the start), and who it is."""

    commands: Sequence[tuple[str, Words]] = ()
    description: Words = ""
    about: Words = ""


async def introduce(api: Api, profile: Profile, languages: Languages, reader: Reader) -> None:
    """Tell Telegram the profile, for everybody in the installation's language and for each other one; what fails is logged and left."""
    for language in languages.known:
        for method in _methods(profile, languages, Reader(language, reader.personal, reader.address)):
            try:
                await api(method)
            except (ChannelError, Refused) as why:
                log.warning("the bot's own page stays as it was: %s: %s", method.__api_method__, why)
                return


def _methods(profile: Profile, languages: Languages, reader: Reader) -> Iterator[TelegramMethod[Any]]:
    code = None if reader.language == languages.default else reader.language
    if code is not None and len(code) != CODE_LETTERS:
        return

    def said(words: Words, longest: int) -> str:
        return cut(languages.say(words, reader), longest)

    commands = [BotCommand(command=name, description=said(words, LONGEST_COMMAND)) for name, words in profile.commands]
    yield SetMyCommands(commands=commands, language_code=code)
    yield SetMyDescription(description=said(profile.description, LONGEST_DESCRIPTION), language_code=code)
    yield SetMyShortDescription(short_description=said(profile.about, LONGEST_ABOUT), language_code=code)

"""Who can be picked on the sandbox's page: the invented people of the demonstration district and whoever is added, with their accounts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["parent", "student", "teacher", "staff", "observer"]
KINDS: tuple[str, ...] = get_args(Kind)
LANGUAGES = {"ru": "русский", "tt": "татарский", "uz": "узбекский", "en": "английский"}
"""What a client may be set to, as the page calls it."""
FIRST_USER = {"telegram": 700_000_101, "vk": 500_101}
"""The number of the first person's account in a messenger; the others follow, so that an account is the same after each start."""
COLOURS = ("#3f7a72", "#6d5fa3", "#96642f", "#2f6a93", "#a0475a", "#57743a", "#7a5a86", "#4b6584")
"""Backgrounds of the round letters; white on each has a contrast of at least 4.5 : 1."""
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a telephone: `messengers` they are in from the beginning, `about` as the page introduces them."""

    number: int
    name: str
    about: str
    kind: Kind
    messengers: tuple[str, ...]
    language: str = "ru"

    @property
    def colour(self) -> str:
        """The background of their round letter."""
        return COLOURS[self.number % len(COLOURS)]

    @property
    def phone(self) -> str:
        """The telephone number they share. No country's plan has +7 000, so nobody is ever called by it."""
        return f"+7000{self.number + 1:07}"

    def user(self, channel: str) -> int:
        """Their number in a messenger or community (`vk/dt` has VK's people). Raises `KeyError` for an unknown messenger."""
        return FIRST_USER[messenger(channel)] + self.number


DISTRICT = tuple(
    Person(number, name, about, kind, messengers, language)
    for number, (name, about, kind, messengers, language) in enumerate[tuple[str, str, Kind, tuple[str, ...], str]](
        [
            ("Анна", "мама, Берёзовка", "parent", ("telegram", "vk"), "ru"),
            ("Лена", "16 лет, Чёрный Мыс", "student", ("vk",), "ru"),
            ("Светлана Юрьевна", "методист, Дом творчества", "staff", ("vk",), "ru"),
            ("Олег", "папа Маши и Тимофея, Лазорье", "parent", ("vk",), "ru"),
            ("Галина Петровна", "бабушка Маши и Тимофея, Берёзовка", "parent", ("vk",), "ru"),
            ("Тимофей", "12 лет, Берёзовка", "student", ("telegram",), "ru"),
            ("Рустам", "папа, Кызыл-Яз", "parent", ("telegram", "vk"), "tt"),
            ("Дилноза", "мама, 47-й километр", "parent", ("vk",), "uz"),
            ("Ольга", "мама двойняшек, Малая Берёзовка", "parent", ("vk",), "ru"),
            ("Вера", "мама, Северный", "parent", ("telegram", "vk"), "ru"),
            ("Наталья Сергеевна", "педагог, «Шестерёнка»", "teacher", ("vk",), "ru"),
            ("Игорь Павлович", "педагог, автобус Кванториума", "teacher", ("telegram", "vk"), "ru"),
            ("Гульнара Маратовна", "педагог, Кызыл-Язская школа", "teacher", ("vk",), "ru"),
            ("Алла Викторовна", "приёмная комиссия, Школа искусств", "staff", ("vk",), "ru"),
            ("Марина Львовна", "муниципальный опорный центр", "staff", ("vk",), "ru"),
            ("Кирилл Андреевич", "региональный модельный центр", "staff", ("vk",), "ru"),
            ("Вера Николаевна", "управляющий совет, наблюдатель", "observer", ("vk",), "ru"),
        ]
    )
)
FIRST_PHONES = (("telegram", 0), ("vk", 1), ("vk", 2))
"""Whose phones lie on the desk at first: a channel and a person's number. Anna, Lena, Svetlana Yuryevna."""
ABOUT = {"parent": "родитель", "student": "школьник", "teacher": "педагог", "staff": "сотрудник", "observer": "наблюдатель"}
"""How an added person without a description is introduced."""


class People:
    """The district's people and the added ones."""

    def __init__(self, added: Iterable[Person] = ()) -> None:
        self._people = [*DISTRICT, *added]

    def __iter__(self) -> Iterator[Person]:
        """Everybody, the district's people first."""
        return iter(self._people)

    @property
    def added(self) -> list[Person]:
        """Those who are not the district's, in the order of their numbers."""
        return self._people[len(DISTRICT) :]

    def add(self, name: str, kind: str, channel: str, language: str, about: str = "") -> Person:
        """Add somebody with one account. Raises `ValueError` with a sentence for the page if that is not possible."""
        name, about = " ".join(name.split()), " ".join(about.split())
        if not 0 < len(name) <= LONGEST_NAME or len(about) > LONGEST_NAME:
            raise ValueError(f"Имя и подпись — от 1 до {LONGEST_NAME} знаков.")
        if kind not in KINDS or language not in LANGUAGES or messenger(channel) not in FIRST_USER:
            raise ValueError("Такого мессенджера, языка или роли в песочнице нет.")
        person = Person(len(self._people), name, about or ABOUT[kind], kind, (messenger(channel),), language)  # type: ignore[arg-type]
        self._people.append(person)
        return person

    def find(self, channel: str, user: int) -> Person | None:
        """Whose account this is; None for a number that nobody here has."""
        number = user - FIRST_USER.get(messenger(channel), user + 1)
        return self._people[number] if 0 <= number < len(self._people) else None


def messenger(channel: str) -> str:
    """The messenger of a channel: `vk` for the community `vk/dt`."""
    return channel.partition("/")[0]

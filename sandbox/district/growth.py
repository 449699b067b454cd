"""How the district grows from its core to the size of a real one: programmes from `bank/`, their groups, lessons and places by a seed.

Directions have the shares of a real region's register; everything else is chosen so that a parent would believe it: preschoolers come
when kindergartens close, pupils after school, a room holds one group at a time, and a teacher is in one village a day.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random
from typing import Any

from sandbox.district.core import District, Entry, core, read
from sandbox.district.timetabling import Rooms, Wanted

SEED = 2026
PROGRAMMES = 120
GROUPS = 300
"""About how many there shall be in all, the core included; a village has no room for more when the rooms are full."""

FILES = {
    "художественная": ("art", "craft"),
    "социально-гуманитарная": ("social",),
    "физкультурно-спортивная": ("sport",),
    "техническая": ("technical",),
    "естественнонаучная": ("natural",),
    "туристско-краеведческая": ("tourism",),
}
REGISTER = {
    "художественная": 1585,
    "социально-гуманитарная": 1179,
    "физкультурно-спортивная": 1176,
    "техническая": 985,
    "естественнонаучная": 524,
    "туристско-краеведческая": 165,
}
"""Programmes of each direction in the public register of the Murmansk region, June 2026: only the proportions are taken."""
OLD_NAMES = {"социально-педагогическая": "социально-гуманитарная"}

PRESCHOOL = 7
"""Years: whoever is younger than this comes at the end of the day, or on Saturdays."""
SECOND_SHIFT = 9
"""Years from which pupils go to school in the second shift and are free in the morning."""
MORNINGS = 0.2
LESSON = {5: 40, 7: 60, 9: 75, 12: 90}
"""Minutes of a lesson from an age on."""
FIRST_NUMBER = 7801
"""The first number in the «Навигатор» that a grown programme gets."""


def grown(seed: int = SEED) -> District:
    """The whole district for a seed: the core as it is, and after it what grew."""
    dice, district = Random(seed), core()
    new = [
        {**entry, "direction": direction}
        for direction, number in _wanted(district).items()
        for entry in _chosen(dice, [entry for name in FILES[direction] for entry in read(f"bank/{name}")["programme"]], number)
    ]
    left = GROUPS - sum(len(programme["group"]) for programme in district.programmes)
    growth = _Growth(dice, district)
    shares = _shares(dice, new, left)
    district.programmes.extend(growth.programme(entry, groups) for entry, groups in zip(new, shares, strict=True))
    return district


def _wanted(district: District) -> dict[str, int]:
    """How many programmes of each direction are to be grown: by the register's shares, less what the core has."""
    there = Counter(OLD_NAMES.get(programme["direction"], programme["direction"]) for programme in district.programmes)
    exact = {direction: PROGRAMMES * number / sum(REGISTER.values()) for direction, number in REGISTER.items()}
    whole = {direction: int(number) for direction, number in exact.items()}
    for direction in sorted(exact, key=lambda direction: whole[direction] - exact[direction])[: PROGRAMMES - sum(whole.values())]:
        whole[direction] += 1
    return {direction: whole[direction] - there[direction] for direction in FILES}


def _chosen(dice: Random, entries: list[Entry], number: int) -> list[Entry]:
    """So many of the entries, in the order of the file."""
    return [entries[at] for at in sorted(dice.sample(range(len(entries)), number))]


def _shares(dice: Random, entries: list[Entry], left: int) -> list[int]:
    """How many groups each programme gets: about the same, more where more ages come, two to five."""
    fixed = [len(entry["route"]) if "route" in entry else 0 for entry in entries]
    free = [at for at, number in enumerate(fixed) if not number]
    shares = dict.fromkeys(free, 2)
    while sum(shares.values()) + sum(fixed) < left:
        small = [at for at in free if shares[at] < 5 - (entries[at].get("size", [12])[0] < 8)]
        shares[dice.choice(small)] += 1
    return [number or shares[at] for at, number in enumerate(fixed)]


class _Growth:
    """What has been given away so far: rooms, teachers' names, numbers."""

    def __init__(self, dice: Random, district: District) -> None:
        self.dice = dice
        self.district = district
        venues = read("bank/venues")
        self.venues, self.stops = venues["venue"], {stop["settlement"]: stop for stop in venues["stop"]}
        self.rooms = Rooms(dice)
        self.names: dict[str, Any] = read("bank/teachers")
        self.known = {programme["teacher"] for programme in district.programmes}
        self.number = FIRST_NUMBER

    def programme(self, entry: Entry, groups: int) -> Entry:
        """A programme of the bank with its groups."""
        dice = self.dice
        organisation = dice.choice(entry["who"])
        low, high = entry["ages"]
        made: Entry = {
            **{field: cell for field, cell in entry.items() if not isinstance(cell, list)},
            "organisation": organisation,
            "ages": f"{low}–{high}",
            "modes": entry.get("modes", "очно"),
            "teacher": entry.get("teacher") or self._teacher(organisation),
        }
        if "price" in entry:
            made["price"] = dice.randrange(entry["price"][0], entry["price"][1] + 1, 100)
        if "navigator" in self.district.organisation(organisation):
            made["navigator"] = str(self.number)
            self.number += 1
        if "route" in entry:
            made["group"] = [self._visit(entry, *stop) for stop in entry["route"]]
        else:
            made["group"] = self._groups(entry, organisation, made["teacher"], groups)
        return made

    def _teacher(self, organisation: str) -> str:
        """A name that nobody in the district has yet."""
        people = "tatar_" if organisation == "kyzyl-yazskaya-shkola" else ""
        while True:
            kind = people + self.dice.choices(["women", "men"], [3, 1])[0]
            name = f"{self.dice.choice(self.names[kind])} {self.dice.choice(self.names[f'of_{kind}'])}"
            if name not in self.known:
                self.known.add(name)
                return name

    def _visit(self, entry: Entry, settlement: str, day: str, last_day: str) -> Entry:
        """A stop of a programme that comes to a village."""
        size = 14
        lesson = {"day": day, "starts": "14:30", "ends": "17:00"} | ({"last_day": last_day} if last_day else {})
        return {
            "code": f"{entry['code']}-{settlement}",
            "name": self.district.settlement(settlement)["name"],
            "mode": "выездная",
            **self.stops[settlement],
            "size": size,
            "taken": self.dice.randrange(3, 10),
            "size_min": 6,
            "starts": day,
            "ends": last_day or day,
            "enrolment_from": "15.08.2026",
            "lessons": [lesson],
        }

    def _groups(self, entry: Entry, organisation: str, teacher: str, number: int) -> list[Entry]:
        """The groups of a programme: by age where the ages are far apart, in the villages where it may meet."""
        where, bands, groups = entry.get("where"), _bands(entry["ages"], number), list[Entry]()
        there = [venue for venue in self.venues if venue["organisation"] == organisation and (not where or venue["settlement"] in where)]
        for at in range(number):
            band = bands[at % len(bands)]
            venue = None
            if entry.get("modes") != "дистанционно":
                venue = there[at] if at < len(there) else self.dice.choices(there, [venue["weight"] for venue in there])[0]
            wanted = self._wanted(entry, venue, band[0])
            if (found := self.rooms.book(teacher, venue, wanted)) is None:
                wanted = replace(wanted, lessons=1, second=False)
                found = self.rooms.book(teacher, venue, wanted)
            if found is None:  # every room is full: the next group may be luckier elsewhere
                continue
            group: Entry = {"code": f"{entry['code']}-{len(groups) + 1}", "name": f"Группа {len(groups) + 1}", **found}
            if len(bands) > 1:
                group["ages"] = f"{band[0]}–{band[1]}"
            if wanted.second and "сб" not in group["lessons"][0]["weekdays"]:
                group["name"] += ", для второй смены"
            groups.append(group | self._places(entry))
        if len(bands) == len(groups) > 1:
            for group, name in zip(groups, ("Младшие", "Старшие"), strict=True):
                group["name"] = group["name"].replace(group["name"].partition(",")[0], name)
        return groups

    def _wanted(self, entry: Entry, venue: Entry | None, age: int) -> Wanted:
        second = bool(venue and "morning" in venue and age >= SECOND_SHIFT and self.dice.random() < MORNINGS)
        lasts = max(minutes for since, minutes in LESSON.items() if age >= since)
        hall = entry.get("hall", entry["direction"] == "физкультурно-спортивная")
        return Wanted(entry.get("weekly", 2), lasts, entry.get("room", ""), hall, age < PRESCHOOL, second)

    def _places(self, entry: Entry) -> Entry:
        """Places: some groups are full with a queue, some all but full, most have room."""
        low, high = entry.get("size", [10, 16])
        size = self.dice.randint(low, high)
        match self.dice.choices(["full", "nearly", "room"], [15, 25, 60])[0]:
            case "full":
                return {"size": size, "taken": size, "waiting": self.dice.randint(1, 8)}
            case "nearly":
                return {"size": size, "taken": size - self.dice.randint(1, 2)}
            case _:
                return {"size": size, "taken": self.dice.randint(0, size * 2 // 3)}


def _bands(ages: list[int], groups: int) -> list[tuple[int, int]]:
    """The ages of a programme, halved where four or more years of children would have to sit together."""
    low, high = ages
    if groups < 2 or high - low < 4:
        return [(low, high)]
    middle = (low + high) // 2
    return [(low, middle), (middle + 1, high)]

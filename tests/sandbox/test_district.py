"""The demonstration district is the one that was thought up, word for word, and what grew around it is believable."""

from __future__ import annotations

import re
import struct
from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from itertools import combinations
from math import hypot
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bot.services.importing import Report, import_file
from bot.services.importing.layout import SHEETS as LAYOUT
from bot.services.importing.report import Outcome
from sandbox.district import write_catalogue
from sandbox.district.core import District, Entry, core, point, read, ways
from sandbox.district.growth import OLD_NAMES, PROGRAMMES, REGISTER, SEED, grown
from sandbox.district.pictures import SCENES, draw, picture
from sandbox.district.timetabling import minutes
from sandbox.district.workbook import SHEETS, tables
from storage import migrate
from storage.database import open_database

NOW = datetime(2026, 8, 24, 5, tzinfo=UTC)
TODAY = date(2026, 8, 24)
SEEDS = (SEED, 1, 77)


class Line(NamedTuple):
    """A programme as the description of the district has it: its bold name, the facts between dots, the text of its card."""

    number: int
    name: str
    facts: list[str]
    text: str


def described() -> list[Line]:
    lines = Path(__file__).with_name("district.txt").read_text(encoding="utf-8").splitlines()
    made = []
    for facts, text in zip(lines[::2], lines[1::2], strict=True):
        found = re.fullmatch(r"(\d+)\. \*\*(.+)\*\* · (.+) → \*.*\*", facts)
        assert found, facts
        made.append(Line(int(found[1]), found[2], found[3].split(" · "), text.strip()))
    return made


LINES = described()


def day(said: str) -> date:
    return datetime.strptime(said.split(maxsplit=1)[0], "%d.%m.%Y").date()  # noqa: DTZ007 (a calendar's day)


def groups(district: District) -> list[tuple[Entry, Entry]]:
    """Every group with its programme, places and terms taken over as in the file."""
    rows = list(tables(district))[5]
    programmes = {programme["code"]: programme for programme in district.programmes}
    lessons = defaultdict[str, list[Any]](list)
    for row in list(tables(district))[6]:
        lessons[str(row["group"])].append(row)
    return [(programmes[str(row["programme"])], {**row, "lessons": lessons[str(row["code"])]}) for row in rows]


def ages(said: str) -> tuple[float, float]:
    low, high = said.replace(",", ".").split("–")
    return float(low), float(high)


def free(group: Entry) -> int | None:
    return group["free"] if "free" in group else group["size"] - group["taken"] if "size" in group else None


@pytest.fixture(scope="module")
def district() -> District:
    return grown()


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole file with its pictures, written once: drawing takes seconds."""
    path = tmp_path_factory.mktemp("district") / "catalogue.xlsx"
    write_catalogue(path)
    return path


# ---------------------------------------------------------------- the core, word for word


def test_the_description_is_whole() -> None:
    assert [line.number for line in LINES] == list(range(1, 26))


@pytest.mark.parametrize("line", LINES, ids=lambda line: str(line.number))
def test_a_programme_is_the_one_described(line: Line) -> None:
    district = core()
    programme = district.programmes[line.number - 1]
    assert (programme["name"], programme["announce"]) == (line.name, line.text)

    where, direction, said_ages = line.facts[:3]
    organisations = [district.organisations[int(number) - 1]["code"] for number in re.findall(r"O(\d+)", where)]
    assert programme["organisation"] in organisations
    assert programme["direction"] == direction
    spans = re.findall(r"\d+(?:,\d)?–\d+", said_ages)
    assert spans in ([programme["ages"]], [group.get("ages") for group in programme["group"]])

    facts = " · ".join(line.facts[3:])
    for level in ("стартовый", "базовый", "продвинутый", "разноуровневая"):
        assert (programme["level"] == level) == (level in facts)
    payment = next(fact for fact in line.facts if re.match("бесплатно|платно|сертификат", fact))
    ways_to_pay = re.findall(r"^\w+|(?<=или )сертификат", payment)
    assert programme["payment"].split("; ") == ways_to_pay
    for price, per in re.findall(r"(?:платно|сертификат) (\d \d{3}) ₽ в (год|месяц)", facts):
        assert (str(programme["price"]), programme["price_per"]) == (price.replace(" ", ""), per)


@pytest.mark.parametrize("line", LINES, ids=lambda line: str(line.number))
def test_its_hours_and_places_are_those_described(line: Line) -> None:
    programme, facts = core().programmes[line.number - 1], " · ".join(line.facts[3:])
    lessons = [lesson for group in programme["group"] for lesson in group.get("lessons", ())]
    hours = {(lesson.get("starts"), lesson.get("ends")) for lesson in lessons}
    for starts, ends in re.findall(r"(\d+:\d\d)–(\d+:\d\d)", facts):
        assert (starts, ends) in hours
    for days, starts in re.findall(r"((?:пн|вт|ср|чт|пт|сб|вс)(?:, (?:пн|вт|ср|чт|пт|сб|вс))*) (\d+:\d\d)", facts):
        assert any((lesson.get("weekdays"), lesson.get("starts")) == (days, starts) for lesson in lessons)
    for some, size in re.findall(r"(\d+) из (\d+)", facts):
        assert any(group.get("size") == int(size) and int(some) in (free(group), group.get("taken")) for group in programme["group"])
    for number in re.findall(r"мест нет, в очереди (\d+)", facts):
        assert any((free(group), group.get("waiting")) == (0, int(number)) for group in programme["group"])
    for number in re.findall(r"(?<!из )\b(\d+) мест(?:а|,)", facts):
        assert programme["group"][0]["size"] == int(number)


def test_dates_fall_on_the_days_that_people_say() -> None:
    by_code = {group["code"]: group for _programme, group in groups(core())}
    assert day(by_code["shesteryonka-1"]["starts"]).strftime("%a %d %B") == "Tue 15 September"
    assert by_code["lyzhi-1"]["enrolment_from"] == by_code["tropa-1"]["enrolment_from"] == "01.09.2026 10:00"
    assert by_code["lastochki-1"]["enrolment_from"] == by_code["lastochki-2"]["enrolment_from"] == "01.09.2026 10:00"
    assert by_code["zimnyaya-inzhenernaya-shkola-1"]["enrolment_from"] == "01.10.2026"
    assert by_code["shakhmaty-e2-e4-1"]["enrolment_from"] == "15.08.2026"
    assert by_code["shesteryonka-2-shag-1"]["kept"] == 3
    assert by_code["kvantorium-chyorny-mys"]["size_min"] == by_code["muzey-v-chemodane-malaya-beryozovka"]["size_min"] == 8


def test_straight_lines_are_no_longer_than_roads() -> None:
    district = core()
    metres = {settlement["code"]: settlement["metres"] for settlement in district.settlements}
    found = list(ways(district))
    assert len(found) == len(list(combinations(metres, 2)))
    for a, b, far, _note in found:
        assert hypot(metres[a][0] - metres[b][0], metres[a][1] - metres[b][1]) / 1000 <= far
    way = {(a, b): far for a, b, far, _note in found}
    assert way["lazorye", "ust-ryazh"] == 11
    assert way["beryozovka", "malaya-beryozovka"] == 10
    assert way["poludennaya", "gari"] == 12
    assert way["ust-ryazh", "beryozovka"] == 25
    assert round(hypot(*metres["ust-ryazh"]) / 1000) == 6
    assert point((0, 0)) != point(metres["ust-ryazh"])


# ---------------------------------------------------------------- what grew


@pytest.mark.parametrize("seed", SEEDS)
def test_growth_has_the_size_and_the_shares_of_a_real_register(seed: int) -> None:
    district = grown(seed)
    assert len(district.programmes) == PROGRAMMES == 120
    assert 285 <= sum(len(programme["group"]) for programme in district.programmes) <= 310
    there = Counter(OLD_NAMES.get(programme["direction"], programme["direction"]) for programme in district.programmes)
    for direction, number in REGISTER.items():
        assert abs(there[direction] - PROGRAMMES * number / sum(REGISTER.values())) <= 1
    assert district.programmes[: len(core().programmes)] == core().programmes


@pytest.mark.parametrize("seed", SEEDS)
def test_names_and_codes_are_told_apart(seed: int) -> None:
    district = grown(seed)
    for entries in (district.programmes, [group for _programme, group in groups(district)]):
        codes = [entry["code"] for entry in entries]
        assert len(set(codes)) == len(codes)
        assert all(re.fullmatch(r"[a-z0-9-]{2,64}", code) for code in codes)
    names = [programme["name"] for programme in district.programmes]
    assert len(set(names)) == len(names)
    assert all(len(programme["teacher"].split()) == 2 for programme in district.programmes)
    numbers = [programme["navigator"] for programme in district.programmes if "navigator" in programme]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_parent_would_believe_every_group(seed: int) -> None:
    for programme, group in groups(grown(seed)):
        where = group["code"]
        if programme["code"] == "yuny-kinolog":
            assert day(group["ends"]) < TODAY, where
            continue
        assert "starts" not in group or day(group["starts"]) >= TODAY, where
        assert "ends" not in group or day(group["ends"]) >= day(group["starts"]), where
        if programme["code"] != "lego":  # its age is in months, on purpose
            low, high = ages(programme["ages"])
            inner = ages(str(group.get("ages", programme["ages"])))
            assert 5 <= low <= inner[0] < inner[1] <= high <= 17, where
        assert programme["group"], programme["name"]
        left = free(group)
        assert left is None or 0 <= group.get("kept", 0) <= left <= group["size"], where
        assert not group.get("waiting") or left == 0, where
        for lesson in group["lessons"]:
            if "ends" in lesson and ":" in lesson["starts"]:
                assert 30 <= minutes(lesson["ends"]) - minutes(lesson["starts"]) <= 360, where


@pytest.mark.parametrize("seed", SEEDS)
def test_no_room_is_given_twice_and_no_teacher_is_in_two_villages(seed: int) -> None:
    rooms, teachers = defaultdict[Any, list[tuple[int, int]]](list), defaultdict[Any, set[Any]](set)
    for programme, group in groups(grown(seed)):
        for lesson in group["lessons"]:
            if "weekdays" not in lesson or "ends" not in lesson or ":" not in lesson["starts"] or lesson.get("weeks"):
                continue
            for weekday in str(lesson["weekdays"]).split(", "):
                span = minutes(lesson["starts"]), minutes(lesson["ends"])
                if group.get("room"):
                    taken = rooms[group["settlement"], group["address"], group["room"], weekday]
                    assert not any(span[0] < end and start < span[1] for start, end in taken), group["code"]
                    taken.append(span)
                if "settlement" in group:
                    teachers[programme["teacher"], weekday].add(group["settlement"])
    assert all(len(places) == 1 for places in teachers.values())


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_meets_in_gari_and_only_visitors_come_to_severny(seed: int) -> None:
    there = groups(grown(seed))
    assert not [group for _programme, group in there if group.get("settlement") == "gari"]
    assert {group["mode"] for _programme, group in there if group.get("settlement") == "severny"} == {"выездная"}


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_left_out_on_purpose_is_found_nowhere(seed: int) -> None:
    for programme in grown(seed).programmes:
        words = " ".join(str(programme.get(field, "")) for field in ("name", "announce", "activities", "conditions", "bring")).casefold()
        assert not re.search(r"\bбокс|волейбол|керами|\bвяз|\bвяж|лагер", words), programme["name"]
        if re.search(r"бассейн|\bплава", words):
            assert {group.get("settlement") for group in programme["group"]} == {"lazorye"}, programme["name"]


def test_a_search_that_finds_only_paid_clubs_has_something_to_offer_nearby(district: District) -> None:
    """Technical and free: nothing in Beryozovka, two in Lazorye; for money or a certificate, two reach Beryozovka."""
    found = defaultdict[str, set[str]](set)
    for programme, group in groups(district):
        if programme["direction"] == "техническая":
            place = group.get("settlement", "anywhere")
            found[f"{place} {'free' if programme['payment'] == 'бесплатно' else 'paid'}"].add(programme["name"])
    assert not found["beryozovka free"] | found["anywhere free"]
    assert found["lazorye free"] == {"«Шестерёнка»: второй шаг", "Зимняя инженерная школа"}
    assert found["beryozovka paid"] | found["anywhere paid"] == {"Робототехника «Шестерёнка»", "Python с нуля"}


# ---------------------------------------------------------------- the file


def test_the_file_has_the_documented_layout() -> None:
    assert list(SHEETS) == [sheet.title for sheet in LAYOUT]
    for sheet in LAYOUT:
        for field, (title, _width) in SHEETS[sheet.title].items():
            assert sheet.column(field).title == title


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.district.workbook.draw", lambda _folder, _themes: None)
    for name, seed in (("one", 5), ("two", 5), ("three", 6)):
        write_catalogue(tmp_path / name / "catalogue.xlsx", seed)
    one, two, three = ((tmp_path / name / "catalogue.xlsx").read_bytes() for name in ("one", "two", "three"))
    assert one == two != three


async def test_the_bot_takes_every_row_and_mends_the_dirty_ones(catalogue: Path, tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'district.db'}"
    migrate(url)
    database = await open_database(url)
    try:
        first, second = [await import_file(database, catalogue, now=lambda: NOW, files=tmp_path / "files") for _time in range(2)]
    finally:
        await database.close()
    assert not first.remarks
    assert first.refused == 0
    assert mended(first) == {
        "Резьба по дереву «Стружка»",
        "Лего конструирование",
        "Резьба по дереву «Стружка», Группа 1",
        "Лего конструирование, Группа 1",
        "Юный кинолог, Группа 1",
    }
    rows = [len(table) for table in tables(grown())]
    assert [counted.total() for counted in first.counts().values()] == rows
    assert all(set(counted) == {Outcome.UNCHANGED} for counted in second.counts().values())


def mended(report: Report) -> set[str]:
    return {line.title for line in report.lines if line.mended}


def test_every_programme_has_a_picture_fit_for_a_telephone(catalogue: Path, district: District) -> None:
    pictures = {path.stem: path.read_bytes() for path in (catalogue.parent / "pictures").iterdir()}
    assert set(pictures) == {programme["code"] for programme in district.programmes}
    for name, content in pictures.items():
        assert content.startswith(b"\x89PNG"), name
        assert struct.unpack(">II", content[16:24]) == (960, 600), name
        assert len(content) < 120_000, name


def test_every_theme_is_asked_for_and_drawn_the_same_each_time(tmp_path: Path) -> None:
    bank = [
        entry
        for name in ("art", "craft", "natural", "social", "sport", "technical", "tourism")
        for entry in read(f"bank/{name}")["programme"]
    ]
    assert {entry["picture"] for entry in [*bank, *core().programmes]} == set(SCENES)
    assert all(picture(theme, "a name") == picture(theme, "a name") for theme in SCENES)
    assert picture("robot", "one") != picture("robot", "another")
    draw(tmp_path, {"robot": "robot"})
    assert (tmp_path / "robot.png").exists()

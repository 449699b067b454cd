"""Pictures of talking, reading, helping and remembering."""

from __future__ import annotations

from random import Random

from sandbox.district.pictures.canvas import (
    BARK,
    BRICK,
    CREAM,
    DEEP,
    FLOOR,
    HONEY,
    LEAF,
    PLUM,
    SAGE,
    SKIN,
    SKY,
    STEEL,
    TAN,
    TEAL,
    WHITE,
    WOOD,
    Scene,
    Tone,
    at,
    circle,
    ellipse,
    face,
    line,
    path,
    rect,
    room,
    shadow,
    star,
)  # fmt: skip

LETTERS = {
    "А": "M-12 16L0-16 12 16M-7 5H7",
    "Б": "M10-16H-9V16H1q10-1 10-9T1-2H-9",
    "В": "M-9-16V16H2q9-1 9-8T2 0H-9M2 0q7-1 7-8T1-16H-9",
    "Я": "M10 16V-16H-1q-9 1-9 9T-1 2H10M-1 2L-11 16",
    "Ә": "M-10-8q3-9 11-9 11 2 11 17T1 17q-10-1-11-13-1-3 0-4H12",
    "Ё": "M9-10H-8V16H9M-8 3H6",
}
"""Letters as lines: a picture must look the same where no font has been installed."""


def letter(name: str, x: float, y: float, colour: str, scale: float = 1, turn: float = 0) -> str:
    """One of the letters."""
    dots = circle(-4, -17, 2.4, colour) + circle(6, -17, 2.4, colour) if name == "Ё" else ""
    return at(x, y, line(LETTERS[name], colour, 6) + dots, scale, turn)


def book(tone: Tone, dice: Random) -> str:
    """Letters fly out of an open book."""
    return (
        room(tone, dice, "sun" if dice.random() < 0.6 else "dots")
        + shadow(160, 230)
        + path("M36 150V84q60-22 124 4 64-26 124-4v66q-62-16-124 8-62-24-124-8Z", DEEP)
        + path("M44 142V80q58-18 116 6v66q-56-22-116-10Z", WHITE)
        + path("M276 142V80q-58-18-116 6v66q56-22 116-10Z", CREAM)
        + line(
            "M60 98q42-10 82 4M60 112q42-10 82 4M60 126q42-10 82 4M178 102q40-14 82-4M178 116q40-14 82-4M178 130q40-14 82-4", "#cfc4ad", 2.6
        )
        + letter("А", 104, 54, BRICK, 1.1, -10)
        + letter("Ә", 160, 34, TEAL, 1.15, 4)
        + letter("Я", 216, 54, HONEY, 1.1, 10)
        + letter("Ё", 62, 44, SAGE, 0.8, -16)
        + letter("Б", 262, 36, PLUM, 0.8, 14)
        + star(134, 66, 4, HONEY)
        + star(190, 70, 4, BRICK)
    )


def talk(tone: Tone, dice: Random) -> str:
    """Two people talk, each with a bubble."""
    shirts = [BRICK, TEAL, PLUM]
    dice.shuffle(shirts)
    return (
        room(tone, dice, "")
        + path("M30 24h112q12 0 12 12v34q0 12-12 12H98l-18 20 2-20H30q-12 0-12-12V36q0-12 12-12Z", TEAL)
        + "".join(circle(x, 53, 8, CREAM) for x in (56, 86, 116))
        + path("M178 16h112q12 0 12 12v40q0 12-12 12h-52l2 20-18-20h-42q-12 0-12-12V28q0-12 12-12Z", HONEY)
        + line("M186 38h86M186 56h56", WHITE, 7)
        + shadow(80, 90, 200)
        + path("M36 204q0-52 44-52t44 52Z", shirts[0])
        + path("M196 204q0-52 44-52t44 52Z", shirts[1])
        + line("M54 130q-8 26-2 44M106 130q8 26 2 44", "#8a5a36", 10)
        + face(80, 130, 31, SKIN, "#8a5a36")
        + face(240, 130, 31, TAN, "#2f2a28")
    )


def suitcase(tone: Tone, dice: Random) -> str:
    """A museum in a suitcase: a distaff, a diary, an old map."""
    return (
        room(tone, dice, "dots")
        + shadow(160, 240)
        + path("M46 26h228q8 0 8 8v66H38V34q0-8 8-8Z", BARK)
        + rect(50, 36, 220, 62, "#e6d5b8", 3)
        + path("M62 44l40-6 40 8 40-8v46l-40 8-40-8-40 6Z", "#f4ead2")
        + line("M74 76q20-24 36-10t28-12 32 2", BRICK, 3, 'stroke-dasharray="2 7"')
        + line("M76 56q16 10 30 0", SKY, 4)
        + path("M92 118v-58q20-20 0 0Z", WOOD)
        + rect(38, 100, 244, 58, "#7a5236", 6)
        + rect(38, 100, 244, 10, BARK)
        + at(
            226,
            104,
            rect(-5, -70, 10, 74, WOOD, 3)
            + path("M-26-70q26-26 52 0l-6 24h-40Z", BRICK)
            + circle(0, -64, 8, HONEY)
            + "".join(circle(x, -54, 2.6, CREAM) for x in (-14, 14))
            + ellipse(0, -24, 12, 18, CREAM),
        )
        + at(150, 102, rect(-28, -44, 56, 46, "#5d6b4f", 3) + rect(-22, -36, 44, 5, CREAM, 2) + star(0, -14, 10, BRICK), 1, -6)
        + at(84, 104, path("M-22 0v-20q0-20 22-20t22 20v20Z", "#6e7a5a") + rect(-28, -8, 56, 8, "#5c6749", 4))
        + line("M60 110v48M260 110v48", BARK, 8)
        + rect(140, 106, 40, 12, HONEY, 4)
    )


def abc(tone: Tone, dice: Random) -> str:
    """Cubes with letters."""

    def cube(x: float, y: float, name: str, colour: str, dark: str) -> str:
        return (
            rect(x, y, 54, 54, colour, 5)
            + path(f"M{x + 54} {y + 3}l14-10v54l-14 7Z", dark)
            + path(f"M{x + 2} {y + 1}l14-10h52l-14 10Z", CREAM)
            + letter(name, x + 27, y + 28, WHITE, 1.1)
        )

    return (
        room(tone, dice, "window" if dice.random() < 0.5 else "dots")
        + shadow(160, 230)
        + cube(62, 104, "Б", TEAL, DEEP)
        + cube(132, 104, "В", HONEY, "#b98a35")
        + cube(202, 104, "Я", SAGE, "#557d69")
        + cube(98, 48, "А", BRICK, "#9a483c")
        + at(214, 92, rect(-6, -56, 12, 56, HONEY, 2) + path("M-6 0h12L0 14Z", "#eccf9e") + rect(-6, -62, 12, 8, BRICK, 2), 1, 34)
        + circle(288, 144, 14, BRICK)
        + path("M288 132q-2-10 8-12", "none", f'stroke="{LEAF}" stroke-width="4"')
    )


def heart(tone: Tone, dice: Random) -> str:
    """Hands hold a heart."""
    return (
        room(tone, dice, "sun")
        + path("M160 136Q92 92 104 58t56-4q44-30 56 4t-56 78Z", BRICK)
        + path("M124 56q10-14 24-6", "none", 'stroke="#e5a699" stroke-width="6" stroke-linecap="round"')
        + path("M-6 210q30-20 60-30t40-30 30-20 12 10-16 26l40-6q22-2 20 10t-30 18l-60 26Z", SKIN)
        + path("M326 210q-30-20-60-30t-40-30-30-20-12 10 16 26l-40-6q-22-2-20 10t30 18l60 26Z", TAN)
        + path("M-10 176l44 30-30 20ZM330 176l-44 30 30 20Z", dice.choice((TEAL, SAGE, PLUM)))
        + star(70, 60, 6, HONEY)
        + star(250, 52, 7, HONEY)
        + star(238, 104, 4, HONEY)
    )


def coins(tone: Tone, dice: Random) -> str:
    """A piggy bank and its coins."""
    pig = (
        ellipse(0, -44, 62, 44, "#e2a09a")
        + path("M-40-76l-8-28 30 12ZM18-88l22-20 8 30Z", "#cf8780")
        + "".join(rect(x, -18, 16, 20, "#cf8780", 5) for x in (-40, -14, 12, 34))
        + ellipse(-58, -42, 13, 17, "#cf8780")
        + circle(-62, -46, 2.6, "#8c4f4a")
        + circle(-58, -36, 2.6, "#8c4f4a")
        + circle(-34, -60, 4, STEEL)
        + line("M60-52q18-4 12 12-10 6-8-4", "#cf8780", 4)
        + rect(-8, -88, 34, 6, "#8c4f4a", 3)
    )
    coin = circle(0, 0, 15, HONEY) + circle(0, 0, 11, "#f0cd83") + line("M-3 7V-7h4q5 1 5 5t-5 5h-7M-6 4h8", "#a97f2d", 2)
    return (
        room(tone, dice, "dots")
        + shadow(140, 150)
        + at(146, FLOOR, pig, 1.06)
        + at(156, 40, coin, 1.1, 12)
        + line("M134 20l-4-10M178 20l4-10M156 14V4", HONEY, 3)
        + "".join(
            rect(232 + shift, FLOOR - 10 - 11 * n, 46, 10, HONEY if n % 2 else "#c9983c", 5) for n, shift in enumerate((0, 3, -2, 1, 4))
        )
        + at(300, 144, coin, 0.9)
    )


def traffic(tone: Tone, dice: Random) -> str:
    """A traffic light, a crossing and a bicycle sign."""
    return (
        rect(0, 0, 320, 200, "#d9eaef")
        + "".join(
            rect(x, 150 - tall, 40, tall, colour)
            for x, tall, colour in ((4, 74, tone.wall), (52, 52, tone.faint), (244, 60, tone.wall), (288, 86, tone.faint))
        )
        + rect(0, 142, 320, 20, "#b7c79a")
        + rect(0, 156, 320, 50, "#6d7278")
        + "".join(path(f"M{20 + 44 * n} 160h26l-8 44h-30Z", CREAM) for n in range(7))
        + rect(156, 108, 8, 56, STEEL)
        + rect(128, 10, 64, 106, STEEL, 14)
        + circle(160, 32, 14, BRICK)
        + circle(160, 63, 14, HONEY)
        + circle(160, 94, 14, "#6fae6f")
        + line("M148 30q0-12 12-12M148 61q0-12 12-12M148 92q0-12 12-12", WHITE, 2, 'opacity=".6"')
        + rect(84, 78, 5, 86, "#8a979b")
        + path("M86 36l30 50H56Z", "#4d7fa6")
        + path("M86 46l20 34H66Z", WHITE)
        + line("M86 60l-6 16M86 60l7 16M80 66h13", STEEL, 3)
        + circle(86, 56, 3.4, STEEL)
        + rect(236, 82, 5, 82, "#8a979b")
        + circle(238, 66, 25, "#4d7fa6" if dice.random() < 0.5 else TEAL)
        + circle(228, 72, 8, "none", f'stroke="{WHITE}" stroke-width="2.4"')
        + circle(248, 72, 8, "none", f'stroke="{WHITE}" stroke-width="2.4"')
        + line("M228 72l8-14h10M236 58l4 14 8-14 0 14M246 56h5", WHITE, 2.4)
    )


def dice_(tone: Tone, dice: Random) -> str:
    """A board game: dice, pieces, cards."""
    pips = {
        1: ((0, 0),),
        5: ((-12, -12), (12, -12), (0, 0), (-12, 12), (12, 12)),
        6: ((-12, -13), (12, -13), (-12, 0), (12, 0), (-12, 13), (12, 13)),
    }

    def cube(n: int, colour: str) -> str:
        return rect(-26, -26, 52, 52, colour, 9) + "".join(circle(x, y, 4.6, STEEL if colour == CREAM else CREAM) for x, y in pips[n])

    def piece(colour: str) -> str:
        return path("M-16 0q2-22 10-28h12q8 6 10 28Z", colour) + circle(0, -38, 13, colour)

    squares = "".join(rect(14 + 30 * n, 168 - (n % 2) * 3, 27, 22, (BRICK, HONEY, SAGE, TEAL, PLUM)[n % 5], 3) for n in range(10))
    return (
        room(tone, dice, "dots")
        + squares
        + at(118, 62, cube(5, CREAM), 1.1, -14)
        + at(196, 84, cube(6, BRICK), 1, 16)
        + at(58, 158, piece(TEAL), 1.1)
        + at(138, 160, piece(HONEY), 1.1)
        + at(228, 158, piece(SAGE), 1.1)
        + at(272, 96, rect(-22, -32, 44, 64, WHITE, 5, f'stroke="{PLUM}" stroke-width="3"') + star(0, 0, 13, PLUM), 1, 18)
        + at(256, 104, rect(-22, -32, 44, 64, WHITE, 5, f'stroke="{TEAL}" stroke-width="3"') + star(0, 0, 13, TEAL), 1, -6)
        + line("M76 30q10-10 20-10M152 28q12 2 18 10M232 50q8 8 8 18", tone.edge, 3, 'opacity=".6"')
    )


def newspaper(tone: Tone, dice: Random) -> str:
    """A sheet, a pen and a pot of ink."""
    return (
        room(tone, dice, "shelf" if dice.random() < 0.5 else "dots")
        + shadow(140, 190)
        + rect(46, 22, 150, 136, WHITE, 3, 'transform="rotate(-4 120 90)"')
        + at(
            120,
            90,
            rect(-62, -58, 124, 16, STEEL, 2)
            + rect(-62, -34, 58, 44, SKY, 2)
            + path("M-62 2q16-20 26-8t32-12v28h-58Z", SAGE)
            + line("M6-30h56M6-20h56M6-10h56M6 0h40M-62 22h124M-62 32h124M-62 42h124M-62 52h70", "#cfc4ad", 3),
            1,
            -4,
        )
        + rect(228, 116, 50, 42, DEEP, 6)
        + rect(238, 106, 30, 12, STEEL, 3)
        + at(
            236,
            72,
            path("M0 40L-7 20q-12-56 22-104 16 60-4 104Z", BRICK) + line("M6-60Q0-10 1 34", CREAM, 2) + path("M-6 22h14l-7 22Z", HONEY),
            1,
            24,
        )
        + line("M196 146q12-10 24 0t22 4", STEEL, 2.4)
    )


def hands(tone: Tone, dice: Random) -> str:
    """Two hands speak."""
    open_ = (
        rect(-26, -20, 52, 52, SKIN, 16)
        + "".join(
            rect(x, y, 13, 52, SKIN, 6.5, f'transform="rotate({turn} {x + 6} {y + 52})"')
            for x, y, turn in ((-29, -56, -10), (-13, -66, -3), (3, -65, 3), (18, -54, 10))
        )
        + rect(-8, -44, 14, 48, SKIN, 7, 'transform="translate(-24 12) rotate(-52)"')
        + rect(-20, 26, 40, 44, TEAL, 6)
    )
    sign = (
        rect(-26, -20, 52, 52, TAN, 16)
        + rect(-21, -66, 14, 62, TAN, 7, 'transform="rotate(-10 -14 -4)"')
        + rect(0, -66, 14, 62, TAN, 7, 'transform="rotate(10 6 -4)"')
        + rect(12, -22, 14, 34, TAN, 7)
        + rect(-30, 0, 46, 15, "#cf9a74", 7.5, 'transform="rotate(-14 -6 8)"')
        + rect(-20, 26, 40, 44, BRICK, 6)
    )
    return (
        room(tone, dice, "sun")
        + at(104, 112, open_, 1.12, -8)
        + at(216, 114, sign, 1.12, 8)
        + line("M160 40v-16M144 46l-10-12M176 46l10-12", HONEY, 4)
        + line("M52 58q-8 14-4 30M266 58q8 14 4 30", tone.edge, 3.4, 'opacity=".6"')
    )


SCENES: dict[str, Scene] = {
    "book": book, "talk": talk, "suitcase": suitcase, "abc": abc, "heart": heart, "coins": coins, "traffic": traffic, "dice": dice_,
    "newspaper": newspaper, "hands": hands,
}  # fmt: skip

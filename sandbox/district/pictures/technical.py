"""Pictures of machines, programs and models."""

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
    SKY,
    STEEL,
    TEAL,
    WHITE,
    Scene,
    Tone,
    at,
    circle,
    cloud,
    ellipse,
    gear,
    group,
    line,
    meadow,
    night,
    path,
    rect,
    room,
    shadow,
    snow,
    star,
)  # fmt: skip


def brick(x: float, y: float, colour: str, studs: int = 2) -> str:
    """A toy brick with its studs, its lower left corner at x, y."""
    wide = 13 * studs
    return "".join(rect(x + 3.5 + 13 * n, y - 20, 6, 5, colour, 1.5) for n in range(studs)) + rect(x, y - 16, wide - 1, 16, colour, 1.5)


def robot(tone: Tone, dice: Random) -> str:
    """A robot that has found a wall of bricks."""
    body = (
        line("M152 30v-6", DEEP)
        + circle(152, 22, 4, BRICK)
        + rect(128, 29, 52, 29, TEAL, 9)
        + rect(118, 56, 76, 21, DEEP, 8)
        + rect(144, 36, 32, 15, CREAM, 7.5)
        + circle(155, 43.5, 3.6, STEEL)
        + circle(168, 43.5, 3.6, STEEL)
        + circle(134, 77, 12.5, STEEL)
        + circle(178, 77, 12.5, STEEL)
        + circle(134, 77, 4.5, tone.faint)
        + circle(178, 77, 4.5, tone.faint)
        + line("M199 60q6 6 0 13M205.5 56q9 10.5 0 21", TEAL, 2.2, 'opacity=".75"')
    )
    wall = ((228, 0, SAGE), (256, 0, BRICK), (284, 0, HONEY), (242, 18, HONEY), (270, 18, SAGE), (256, 36, BRICK))
    return (
        room(tone, dice, "gears")
        + shadow(142, 150)
        + group(body, "translate(-92 23) scale(1.5)")
        + "".join(rect(x, FLOOR - 17 - y, 26, 17, colour, 2) for x, y, colour in wall)
    )


def rover(tone: Tone, dice: Random) -> str:
    """A robot that follows a line by itself."""
    return (
        room(tone, dice, "dots")
        + path("M0 172Q90 164 160 176T320 170V184Q230 190 160 186T0 184Z", WHITE)
        + line("M-6 178Q80 170 160 181T326 177", STEEL, 5)
        + shadow(158, 150, 168)
        + line("M206 66l14-26", STEEL, 5)
        + at(222, 34, rect(-16, -12, 34, 22, TEAL, 7) + circle(6, -1, 6.5, CREAM) + circle(8, -1, 3, STEEL))
        + line("M112 66V40", STEEL, 3)
        + path("M92 44q20 14 40-6q-4-18-22-14Z", HONEY)
        + circle(106, 28, 3.4, BRICK)
        + rect(92, 66, 128, 34, HONEY, 9)
        + rect(100, 92, 112, 36, "#c99539", 9)
        + "".join(circle(x, 83, 4.6, colour) for x, colour in ((112, BRICK), (128, SAGE), (144, TEAL)))
        + rect(164, 75, 44, 16, CREAM, 4)
        + line("M170 87l7-6 7 4 9-8 8 5", TEAL, 2.4)
        + "".join(circle(x, 140, 25, STEEL) + circle(x, 140, 10, CREAM) + circle(x, 140, 4, BRICK) for x in (104, 158, 212))
        + line("M230 122q10 9 12 26M242 116q13 12 15 32", BRICK, 2.6, 'opacity=".8"')
    )


def drone(tone: Tone, dice: Random) -> str:
    """A drone in the air and a printer that prints another."""
    wings = "".join(
        ellipse(x, -17, 22, 3.4, SKY, 'opacity=".9"') + line(f"M{x}-15V-4", STEEL, 3.4) + line(f"M{x * 0.35:g} 4L{x}-4", TEAL, 6)
        for x in (-46, 46)
    )
    craft = (
        wings
        + rect(-26, -4, 52, 24, TEAL, 11)
        + circle(0, 9, 8.6, CREAM)
        + circle(0, 9, 4.4, STEEL)
        + circle(17, 2, 2.4, BRICK)
        + line("M-18 20l-7 12M18 20l7 12", DEEP, 4)
    )
    printer = (
        rect(34, 56, 118, 102, DEEP, 8)
        + rect(44, 66, 98, 72, "#d9e6e4", 4)
        + rect(44, 80, 98, 4, STEEL)
        + rect(80, 74, 26, 16, HONEY, 3)
        + path("M87 90h12l-6 9Z", HONEY)
        + path("M76 134v-22q17-13 34 0v22Z", BRICK)
        + rect(66, 134, 54, 4, STEEL, 2)
        + "".join(line(f"M77 {y}h32", "#a85548", 1.2) for y in (116, 121, 126, 131))
        + circle(56, 148, 4, SAGE)
        + rect(104, 144, 36, 8, TEAL, 3)
        + circle(138, 46, 15, BRICK)
        + circle(138, 46, 5, CREAM)
    )
    return (
        room(tone, dice, "dots")
        + shadow(93, 132)
        + printer
        + at(228, 66, craft, 1.2)
        + line("M196 132q30 8 66 0M206 142q26 6 48 0", tone.edge, 2.4, 'opacity=".5"')
    )


def code(tone: Tone, dice: Random) -> str:
    """A laptop with a program, a snake and a cup of tea."""
    colours = (HONEY, SKY, "#e58f7f", "#9ec79a")
    rows = "".join(
        rect(88 + indent, 44 + 12 * n, long, 5.4, colours[n % 4], 2.7)
        for n, (indent, long) in enumerate([(0, 40), (12, 56), (24, 34), (24, 50), (12, 28), (0, 46)])
    )
    snake = (
        line("M176 104q-2-16 14-16t14-14-12-14", LEAF, 9)
        + circle(191, 59, 8.4, LEAF)
        + circle(188, 57, 1.8, STEEL)
        + circle(195, 57, 1.8, STEEL)
        + line("M191 64v5l-2 3m2-3l2 3", BRICK, 1.6)
    )
    cup = (
        rect(256, 122, 32, 36, BRICK, 5)
        + line("M288 130q14 2 0 18", BRICK, 5)
        + line("M264 114q-5-7 0-13t0-13M278 114q-5-7 0-13t0-13", tone.faint, 3)
    )
    return (
        room(tone, dice, "dots")
        + shadow(146, 200)
        + rect(66, 28, 164, 108, STEEL, 9)
        + rect(74, 35, 148, 92, "#31434d", 5)
        + rows
        + snake
        + circle(212, 108, 4.6, BRICK)
        + path("M46 146h204l10 9q1 5-5 5H41q-6 0-5-5Z", "#b9c0c0")
        + path("M46 146h204l-6-9H52Z", "#9aa5a8")
        + cup
    )


def workshop(tone: Tone, _dice: Random) -> str:
    """A bench by a winter window: gears, a lamp, a spanner."""
    pane = rect(20, 16, 116, 92, WHITE, 5) + group(snow(Random(5)), "translate(26 22) scale(.325 .4)") + rect(76, 16, 5, 92, WHITE)
    return (
        rect(0, 0, 320, 200, tone.wall)
        + pane
        + rect(12, 106, 132, 7, tone.edge, 3)
        + rect(0, FLOOR, 320, 60, tone.floor)
        + rect(0, FLOOR, 320, 5, tone.edge)
        + shadow(214, 170)
        + rect(132, 144, 168, 14, BARK, 4)
        + gear(178, 104, 34, HONEY, tone.wall, 11)
        + gear(236, 86, 23, BRICK, tone.wall, 8)
        + gear(242, 130, 14, TEAL, tone.wall, 7)
        + line("M178 104v40M236 86l24 58", STEEL, 3.4)
        + path("M268 60a20 20 0 1 1 30 17q-4 4-4 10h-13q0-6-4-10-8-7-9-17Z", "#f6d774")
        + line("M280 76l5-10 5 10", BRICK, 2)
        + rect(280, 88, 15, 10, STEEL, 3)
        + line("M287 98v46", STEEL, 4)
        + line("M287 26v8M258 38l6 5M316 38l-6 5", HONEY, 3.4)
        + at(76, 140, line("M-26 12L22-8", "#8a979b", 8) + path("M16-20a13 13 0 1 0 18 12l-10 1-7-5Z", "#8a979b"))
        + line("M40 156h32", TEAL, 5)
    )


def bricks(tone: Tone, dice: Random) -> str:
    """A castle of toy bricks."""
    rows = [
        [(84, BRICK, 3), (123, HONEY, 2), (149, SAGE, 3), (188, TEAL, 4)],
        [(84, TEAL, 2), (188, BRICK, 2), (214, HONEY, 2)],
        [(84, SAGE, 2), (188, SAGE, 2), (214, TEAL, 2)],
        [(84, HONEY, 3), (123, BRICK, 3), (162, TEAL, 2), (188, HONEY, 4)],
        [(97, BRICK, 2), (201, BRICK, 2)],
    ]
    wall = "".join(brick(x, FLOOR - 17 * n, colour, studs) for n, row in enumerate(rows) for x, colour, studs in row)
    elephant = (
        ellipse(0, -20, 24, 17, "#9fb0b6")
        + rect(-18, -12, 9, 14, "#9fb0b6", 3)
        + rect(8, -12, 9, 14, "#9fb0b6", 3)
        + circle(26, -28, 14, "#9fb0b6")
        + line("M38-24q8 8 2 22", "#9fb0b6", 6)
        + ellipse(20, -28, 8, 10, "#8698a0")
        + circle(31, -31, 1.9, STEEL)
    )
    return (
        room(tone, dice, "window" if dice.random() < 0.5 else "dots")
        + shadow(162, 170)
        + rect(112, 104, 78, 54, "#6b5442", 2)
        + path("M126 158v-26a24 24 0 0 1 48 0v26Z", "#4c3a2d")
        + wall
        + line("M110 70V44M214 70V44", BARK, 2.6)
        + path("M110 44l20 7-20 8ZM214 44l20 7-20 8Z", BRICK)
        + at(268, FLOOR, elephant, 0.9)
        + brick(26, FLOOR, PLUM)
        + brick(46, FLOOR + 16, HONEY)
    )


def glider(_tone: Tone, dice: Random) -> str:
    """A kite and a paper plane over a meadow."""
    tail = "".join(
        path(f"M{x} {y}l-8-5v10ZM{x} {y}l8-5v10Z", colour) for x, y, colour in ((150, 122, HONEY), (134, 142, SAGE), (124, 164, BRICK))
    )
    return (
        meadow(dice)
        + line("M176 96Q150 112 140 132T116 176", BARK, 2)
        + tail
        + path("M196 22l46 34-64 44-26-50Z", BRICK)
        + path("M196 22l-44 28 26 50Z", HONEY)
        + path("M196 22l-18 78 64-44Z", TEAL)
        + line("M196 22l-18 78M152 50l90 6", CREAM, 2)
        + at(76, 84, path("M-34-2l66-26-40 44-8-14Z", WHITE) + path("M32-28l-44 26 6 20Z", "#d5dfe0"), turn=-6)
        + line("M30 106q-10 6-18 4M40 112q-8 8-18 8", WHITE, 2.4)
    )


def ship(tone: Tone, dice: Random) -> str:
    """A model sailing ship in its dock."""
    return (
        room(tone, dice, "window")
        + shadow(150, 170)
        + rect(100, 150, 12, 10, BARK)
        + rect(182, 150, 12, 10, BARK)
        + path("M60 116h176q-8 36-36 38h-104q-28-2-36-38Z", BRICK)
        + path("M60 116h176l-3 10H63Z", CREAM)
        + "".join(circle(x, 136, 4, CREAM) for x in (104, 128, 152, 176, 200))
        + line("M116 116V34M176 116V22", BARK, 4)
        + path("M120 40q34 18 0 62ZM112 46q-36 20-40 58h40Z", CREAM)
        + path("M180 28q44 26 0 74ZM172 38q-28 22-30 64h30Z", WHITE)
        + path("M176 22l-18-6 18-6ZM116 34l-16-5 16-5Z", TEAL)
        + line("M236 116l26-18", BARK, 4)
    )


def train(tone: Tone, dice: Random) -> str:
    """A model railway: a little engine, a semaphore, firs."""
    return (
        room(tone, dice, "dots")
        + path("M0 158Q80 146 160 152T320 148V200H0Z", "#a8bd8a")
        + line("M0 160h320", BARK, 5)
        + "".join(rect(x, 160, 8, 8, BARK) for x in range(4, 320, 22))
        + line("M0 158h320", STEEL, 2.6)
        + rect(66, 84, 70, 62, BRICK, 6)
        + rect(60, 76, 82, 11, STEEL, 4)
        + rect(78, 96, 18, 20, "#cfe3ea", 3)
        + rect(106, 96, 18, 20, "#cfe3ea", 3)
        + rect(134, 104, 86, 42, TEAL, 9)
        + rect(186, 78, 18, 28, DEEP, 3)
        + rect(182, 72, 26, 9, STEEL, 3)
        + cloud(214, 50, 0.9)
        + cloud(256, 32, 0.6)
        + circle(214, 124, 6, HONEY)
        + path("M218 146h14l-8-14Z", STEEL)
        + rect(58, 140, 172, 8, STEEL, 3)
        + "".join(circle(x, 148, 12, STEEL) + circle(x, 148, 4.6, HONEY) for x in (86, 118, 152, 182, 210))
        + line("M276 158V70", STEEL, 5)
        + rect(262, 62, 28, 44, STEEL, 7)
        + circle(276, 75, 7.4, BRICK)
        + circle(276, 94, 7.4, "#516b59")
        + path("M24 158l14-44 14 44Z", "#4f7a5f")
    )


def rocket(_tone: Tone, dice: Random) -> str:
    """A rocket on its way up."""
    return (
        night(dice)
        + circle(60, 48, 20, "#d98b6a")
        + ellipse(60, 48, 34, 6, "#e9b98f", 'opacity=".8" transform="rotate(-18 60 48)"')
        + path("M136 148q-14 30-40 40h128q-26-10-40-40Z", "#f3ecdd", 'opacity=".85"')
        + path("M146 138q14 46 28 0Z", "#f6b24a")
        + path("M152 138q8 26 16 0Z", "#fff2c0")
        + path("M132 112q-20 10-20 36l24-10ZM188 112q20 10 20 36l-24-10Z", BRICK)
        + path("M160 20q34 34 28 92l-6 26h-44l-6-26q-6-58 28-92Z", CREAM)
        + path("M160 20q16 16 23 38h-46q7-22 23-38Z", BRICK)
        + circle(160, 82, 14, TEAL)
        + circle(160, 82, 9, "#bfe0e6")
        + rect(154, 112, 12, 30, BRICK, 6)
        + star(226, 92, 7, HONEY)
        + star(100, 96, 5, HONEY)
    )


def printer(tone: Tone, dice: Random) -> str:
    """A printer at work on a little castle."""
    return (
        room(tone, dice, "shelf")
        + shadow(142, 180)
        + line("M74 158V34H210V158", STEEL, 10)
        + rect(60, 148, 164, 12, STEEL, 5)
        + line("M74 74H210", "#8a979b", 6)
        + rect(124, 62, 38, 26, HONEY, 5)
        + path("M134 88h18l-9 13Z", HONEY)
        + path("M104 148v-30h12v-8h10v8h10v-8h14v8h10v-8h10v8h12v30Z", BRICK)
        + path("M134 148v-14a9 9 0 0 1 18 0v14Z", "#8f4236")
        + "".join(line(f"M106 {y}h74", "#b25a4c", 1.3) for y in (124, 130, 136, 142))
        + circle(238, 134, 22, SAGE)
        + circle(238, 134, 8, CREAM)
        + line("M238 112Q214 20 150 62", SAGE, 2.6)
        + rect(86, 40, 34, 16, DEEP, 3)
        + circle(94, 48, 3, SAGE)
    )


def kart(_tone: Tone, dice: Random) -> str:
    """A kart on its track."""
    return (
        meadow(dice)
        + path("M-10 150Q160 134 330 150V210H-10Z", "#6d7278")
        + "".join(rect(x, 146 - 3 * (1 - abs(x - 160) / 170), 20, 8, BRICK if n % 2 else CREAM) for n, x in enumerate(range(-4, 330, 20)))
        + shadow(160, 200, 186)
        + path("M62 166q4-22 40-26l40-2 12 24h74q32 2 36 16H70Z", BRICK)
        + circle(238, 160, 13, CREAM)
        + star(238, 160, 8, TEAL)
        + path("M108 140q-2-38 22-40l22 4q14 10 12 36Z", DEEP)
        + line("M146 118l34 18M180 120l-6 34", STEEL, 8)
        + circle(142, 84, 27, HONEY)
        + path("M144 74q20-4 25 4 2 10-4 16l-20-2Z", STEEL)
        + line("M118 76q18-20 46-12", BRICK, 6)
        + circle(104, 174, 22, STEEL)
        + circle(104, 174, 9, CREAM)
        + circle(232, 178, 18, STEEL)
        + circle(232, 178, 7, CREAM)
        + line("M46 150H14M52 166H24M46 182H8", WHITE, 4)
    )


SCENES: dict[str, Scene] = {
    "robot": robot, "rover": rover, "drone": drone, "code": code, "workshop": workshop, "bricks": bricks, "glider": glider,
    "ship": ship, "train": train, "rocket": rocket, "printer": printer, "kart": kart,
}  # fmt: skip

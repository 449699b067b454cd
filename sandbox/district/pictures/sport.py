"""Pictures of sport under a roof."""

from __future__ import annotations

from random import Random

from sandbox.district.pictures.canvas import (
    BARK,
    BRICK,
    CREAM,
    HAIR,
    HONEY,
    PLUM,
    SAGE,
    SKIN,
    SKY,
    STEEL,
    TEAL,
    WHITE,
    WOOD,
    Scene,
    Tone,
    at,
    circle,
    ellipse,
    face,
    hall,
    line,
    path,
    rect,
    room,
    shadow,
)  # fmt: skip


def chess(tone: Tone, dice: Random) -> str:
    """A knight, a king and a pawn on their board."""
    board = "".join(
        path(f"M{40 + 30 * n} 150h30l{(n - 3.5) * 5 + 2.5:g} 28h-{35}Z", CREAM if n % 2 else BARK)
        + path(f"M{40 + 30 * n + (n - 4) * 5} 178h35l{(n - 3.5) * 5 + 2.5:g} 30h-{40}Z", BARK if n % 2 else CREAM)
        for n in range(8)
    )
    knight = (
        path("M-32 0h64v-10h-64Z", STEEL)
        + path(
            "M-24-10h48q-2-16 2-34 4-30-14-50-12-12-30-12l-6-14-10 16q-24 14-28 44l-10 22q2 12 14 12 10-2 16-12l18-6q-2 12-10 20T-24-10Z",
            STEEL,
        )
        + circle(-22, -78, 3.4, CREAM)
        + line("M6-100q18 12 16 44", "#4a5860", 4)
    )
    king = (
        path("M-30 0h60v-10h-60Z", CREAM)
        + path("M-24-10h48q-10-30-8-66h-32q2 36-8 66Z", CREAM)
        + rect(-22, -86, 44, 12, CREAM, 5)
        + path("M-20-86l-6-30q14-14 26-6 12-8 26 6l-6 30Z", CREAM)
        + line("M0-122v-20M-8-134h16", CREAM, 6)
        + line("M-16-44h32M-19-28h38", "#d8cdb8", 3)
    )
    pawn = (
        path("M-24 0h48v-9h-48Z", HONEY)
        + path("M-19-9h38q-10-20-9-38h-20q1 18-9 38Z", HONEY)
        + rect(-15, -52, 30, 7, HONEY, 3)
        + circle(0, -64, 15, HONEY)
    )
    return (
        room(tone, dice, "sun")
        + path("M22 150h276l34 58H-12Z", WOOD)
        + board
        + shadow(98, 84, 170)
        + shadow(180, 80, 164)
        + shadow(248, 60, 178)
        + at(180, 164, king, 0.86)
        + at(104, 172, knight, 1.06)
        + at(250, 180, pawn)
    )


def swimmer(_tone: Tone, _dice: Random) -> str:
    """A swimmer in her lane."""

    def lane(y: float, shift: int) -> str:
        return "".join(circle(x, y, 6, BRICK if n % 2 else WHITE) for n, x in enumerate(range(shift, 330, 13)))

    def wave(y: float, colour: str) -> str:
        return path(f"M-10 {y}" + "q10-7 20 0t20 0" * 9 + "V210H-10Z", colour)

    return (
        rect(0, 0, 320, 200, "#e6eff0")
        + "".join(rect(x, 0, 38, 30, "#d3e4e8", 2) for x in range(3, 320, 42))
        + "".join(rect(x, 34, 38, 22, "#dbe9ec", 2) for x in range(-18, 320, 42))
        + wave(70, "#7fb6c6")
        + lane(80, 2)
        + wave(98, "#69a6b9")
        + line("M196 96Q222 40 262 74", SKIN, 17)
        + circle(265, 78, 9, SKIN)
        + path("M50 132q60-36 140-22l10 26q-76 18-150 6Z", TEAL)
        + path("M150 110q34-8 54 6l-4 24q-30 2-50-6Z", SKIN)
        + circle(206, 112, 27, SKIN)
        + path("M179 110a27 27 0 0 1 52-9q-26 2-52 9Z", BRICK)
        + path("M179 110a27 27 0 0 1 52-9l1 5q-28 0-52 10Z", BRICK)
        + line("M182 114L232 106", STEEL, 3)
        + ellipse(214, 111, 8, 6.4, STEEL)
        + ellipse(228, 109, 5, 6, STEEL)
        + ellipse(214, 110, 5, 3.6, SKY)
        + circle(226, 124, 4, "#8c3f3c")
        + wave(134, "#568fa5")
        + lane(158, -4)
        + wave(172, "#4a8198")
        + "".join(
            circle(x, y, r, WHITE, 'opacity=".9"')
            for x, y, r in ((48, 124, 5), (36, 114, 3.4), (60, 112, 3), (26, 128, 3), (268, 104, 4), (280, 96, 3))
        )
    )


def sambo(tone: Tone, _dice: Random) -> str:
    """Two wrestlers bow to each other."""

    def wrestler(jacket: str, dark: str, hair: str) -> str:
        return (
            line("M-12 0V-34M12 0V-34", SKIN, 13)
            + rect(-24, -50, 22, 30, dark, 5)
            + rect(2, -50, 22, 30, dark, 5)
            + path("M-26-98h52l6 62h-64Z", jacket)
            + path("M-8-98L0-70 8-98Z", SKIN)
            + line("M-9-98L6-62M9-98L-6-62", dark, 4)
            + rect(-30, -62, 60, 9, dark, 3)
            + line("M-2-56l-8 22M2-56l8 22", dark, 6)
            + line("M-27-90l-14 40M27-90l14 40", jacket, 15)
            + circle(-42, -46, 7, SKIN)
            + circle(42, -46, 7, SKIN)
            + face(0, -118, 22, SKIN, hair)
        )

    return (
        hall(tone)
        + path("M30 196L70 146H250L290 196Z", SAGE)
        + path("M74 186L98 152H222L246 186Z", HONEY)
        + shadow(106, 80, 172)
        + shadow(216, 80, 172)
        + at(108, 172, wrestler(BRICK, "#9a483c", HAIR), turn=5)
        + at(214, 172, wrestler("#4d7fa6", "#32597a", "#2f2a28"), turn=-5)
    )


def tennis(tone: Tone, dice: Random) -> str:
    """Two bats and a ball over the net."""

    def bat(colour: str) -> str:
        return rect(-7, 26, 14, 46, WOOD, 5) + circle(0, 0, 34, colour) + path("M-26 22q26 16 52 0l-12 12h-28Z", BARK)

    return (
        hall(tone)
        + path("M0 150h320v50H0Z", TEAL)
        + path("M0 150h320v5H0Z", CREAM)
        + rect(100, 118, 120, 34, WHITE, 0, 'opacity=".55"')
        + "".join(line(f"M{x} 118V150", STEEL, 0.8, 'opacity=".6"') for x in range(104, 220, 7))
        + line("M96 118H224", WHITE, 4)
        + line("M98 154V112M222 154V112", STEEL, 4)
        + at(84, 92, bat(BRICK), 1.1, -28)
        + at(246, 96, bat(STEEL), 1.1, 30)
        + circle(166, 62, 10, HONEY if dice.random() < 0.5 else WHITE)
        + line("M132 76q10-10 22-13M136 92q10-12 22-18", tone.edge, 2.6, 'opacity=".7"')
    )


def basketball(tone: Tone, _dice: Random) -> str:
    """A ball on its way into the basket."""
    return (
        hall(tone)
        + rect(170, 12, 128, 84, WHITE, 5)
        + line("M176 18h116v72H176Z", BRICK, 4)
        + line("M212 46h44v32H212Z", BRICK, 4)
        + ellipse(234, 92, 34, 7, "none", f'stroke="{BRICK}" stroke-width="6"')
        + line("M202 96l12 40M222 98l6 40M246 98l-6 40M266 96l-12 40M206 108h56M210 122h48", WHITE, 2.6)
        + circle(132, 72, 34, "#d98a4a")
        + line("M98 72h68M132 38v68M108 48q22 24 0 48M156 48q-22 24 0 48", "#8c4f2a", 3)
        + line("M70 112q8-16 20-24M58 96q8-14 20-20", tone.edge, 4, 'opacity=".6"')
        + ellipse(132, 174, 34, 6, STEEL, 'opacity=".18"')
    )


def hoop(tone: Tone, _dice: Random) -> str:
    """A hoop, a ribbon and a ball."""
    return (
        hall(tone)
        + circle(208, 92, 60, "none", f'stroke="{PLUM}" stroke-width="8"')
        + circle(208, 92, 60, "none", f'stroke="{HONEY}" stroke-width="8" stroke-dasharray="22 22"')
        + line("M92 66q40-34 52 0t-30 30-22 30 40 26 60-6", BRICK, 9)
        + line("M92 66L72 108", WOOD, 5)
        + shadow(116, 56, 184)
        + circle(112, 164, 24, TEAL)
        + path("M92 152q20 14 42 0M90 172q22-14 44 2", "none", f'stroke="{CREAM}" stroke-width="3"')
        + shadow(250, 70, 186)
        + line("M226 180q10-20 26-6t24-10", SAGE, 7)
    )


def checkers(tone: Tone, dice: Random) -> str:
    """Draughts, one of them crowned."""
    board = "".join(
        path(f"M{x0} {y0}h{w}l{(k - 3) * 4 + 2:g} 26h-{w + 4}Z", BARK if (row + k) % 2 else CREAM)
        for row, y0, w in ((0, 122, 40), (1, 148, 44), (2, 174, 48))
        for k in range(7)
        for x0 in [160 + (k - 3.5) * w]
    )

    def disc(colour: str, dark: str) -> str:
        return (
            ellipse(0, 8, 26, 12, dark)
            + rect(-26, 0, 52, 8, dark)
            + ellipse(0, 0, 26, 12, colour)
            + ellipse(0, 0, 17, 7.4, "none", f'stroke="{dark}" stroke-width="2.4"')
        )

    crown = (
        path("M-16 0l-4-24 11 10 9-16 9 16 11-10-4 24Z", HONEY)
        + circle(-20, -25, 3, HONEY)
        + circle(0, -31, 3, HONEY)
        + circle(20, -25, 3, HONEY)
    )
    return (
        room(tone, dice, "sun")
        + board
        + at(92, 160, disc(CREAM, "#cdbfa6"))
        + at(92, 146, disc(CREAM, "#cdbfa6"))
        + at(212, 136, disc(BRICK, "#964638"))
        + at(168, 172, disc(BRICK, "#964638"))
        + at(254, 170, disc(CREAM, "#cdbfa6"))
        + at(92, 132, crown, 1.3)
    )


def climbing(tone: Tone, dice: Random) -> str:
    """A climber on the wall."""
    holds = "".join(
        ellipse(
            dice.uniform(20, 300),
            dice.uniform(10, 190),
            dice.uniform(6, 11),
            dice.uniform(5, 8),
            dice.choice((BRICK, HONEY, SAGE, PLUM, TEAL)),
        )
        for _ in range(24)
    )
    return (
        rect(0, 0, 320, 200, tone.faint)
        + path("M0 0h110l-20 200H0ZM230 0h90v200h-60Z", tone.wall)
        + holds
        + line("M160 0V96", STEEL, 3)
        + line("M146 120L128 152 112 148M174 120L196 140 192 168", STEEL, 13)
        + line("M148 84L120 60 108 36M172 84L200 70 214 44", SKIN, 11)
        + path("M142 74h36l4 50h-44Z", BRICK)
        + line("M140 116h40M150 116l-6 12M170 116l6 12", HONEY, 6)
        + circle(160, 58, 18, HAIR)
        + path("M141 56a19 19 0 0 1 38 0l2 4h-42Z", TEAL)
        + "".join(ellipse(x, y, 11, 7, c) for x, y, c in ((106, 30, HONEY), (216, 38, SAGE), (106, 156, PLUM), (194, 178, HONEY)))
    )


def boccia(tone: Tone, _dice: Random) -> str:
    """Boccia: red and blue leather balls around the white one."""

    def ball(x: float, y: float, r: float, colour: str, seam: str) -> str:
        return at(x, y, circle(0, 0, 25, colour) + line("M-22-7q22 17 45 0M-12 20q12-12 25 0", seam, 2), r / 25)

    balls = (
        (70, 160, 27, BRICK, "#e5a699"),
        (132, 146, 25, "#4d7fa6", "#a9c6dc"),
        (262, 152, 26, BRICK, "#e5a699"),
        (218, 172, 27, "#4d7fa6", "#a9c6dc"),
    )
    return hall(tone) + "".join(
        shadow(x, r * 1.9, y + r) + ball(x, y, r, c, s) for x, y, r, c, s in (*balls, (176, 138, 19, WHITE, "#d5cdbc"))
    )


SCENES: dict[str, Scene] = {
    "chess": chess,
    "swimmer": swimmer,
    "sambo": sambo,
    "tennis": tennis,
    "basketball": basketball,
    "hoop": hoop,
    "checkers": checkers,
    "climbing": climbing,
    "boccia": boccia,
}

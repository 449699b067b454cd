"""Pictures of sport in the open and of the way through the forest."""

from __future__ import annotations

from random import Random

from sandbox.district.pictures.canvas import (
    BARK,
    BRICK,
    CREAM,
    DEEP,
    HAIR,
    HONEY,
    LEAF,
    PLUM,
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
    fir,
    group,
    line,
    meadow,
    path,
    rect,
    room,
    shadow,
    snow,
)  # fmt: skip


def skis(_tone: Tone, dice: Random) -> str:
    """A skier comes down a hill."""
    return (
        snow(dice)
        + path("M-10 130Q120 116 330 206H-10Z", "#eef4f6")
        + line("M20 140Q140 142 290 198", "#c3d6df", 3)
        + line("M20 148Q136 150 270 202", "#c3d6df", 3)
        + at(
            158,
            150,
            line("M-58-4Q0 6 74 32", BRICK, 6)
            + line("M-46 8Q10 18 78 44", DEEP, 6)
            + line("M-8 0L6-34 26-6 22 14", STEEL, 12)
            + line("M4-38Q14-66 34-74", TEAL, 26)
            + line("M26-66L48-48 60-52", TEAL, 10)
            + circle(62, -52, 6, STEEL)
            + line("M62-54L14 6M62-54l38 58", BARK, 3)
            + face(46, -92, 17, SKIN, HAIR)
            + path("M28-96q2-22 20-22t20 20q-20-8-40 2Z", BRICK)
            + circle(48, -120, 6, CREAM)
            + line("M30-78q-14 6-30 0", HONEY, 8),
            0.92,
        )
        + fir(300, 190, 70, "#5c8470")
    )


def football(_tone: Tone, dice: Random) -> str:
    """A ball before the goal."""
    ball = (
        circle(0, 0, 38, WHITE)
        + path("M0-15l14 10-5 17h-18l-5-17Z", STEEL)
        + path(
            "M0-38q10 0 18 4l-8 12h-20l-8-12q8-4 18-4ZM36-10q3 12-2 24l-14-3-4-15 12-13ZM-36-10q-3 12 2 24l14-3 4-15-12-13Z"
            "M24 29q-8 7-17 9l-2-13 12-10 13 4ZM-24 29q8 7 17 9l2-13-12-10-13 4Z",
            STEEL,
        )
        + line("M0-15V-22M14-5l7-3M9 12l6 6M-9 12l-6 6M-14-5l-7-3", STEEL, 2.4)
    )
    net = "".join(line(f"M{x} 44V130", WHITE, 1.1, 'opacity=".8"') for x in range(100, 300, 13)) + "".join(
        line(f"M96 {y}H296", WHITE, 1.1, 'opacity=".8"') for y in range(54, 130, 12)
    )
    return (
        meadow(dice)
        + net
        + line("M92 146V40H300V142", WHITE, 7)
        + line("M-10 150Q160 140 330 152", WHITE, 4)
        + shadow(112, 84, 184)
        + at(112, 148, ball)
        + line("M36 128q12 6 26 6M28 148q16 4 32 2M38 168q12 0 22-4", WHITE, 3.4)
    )


def running(_tone: Tone, dice: Random) -> str:
    """Running shoes on a track."""

    def shoe(colour: str, sole: str) -> str:
        return (
            path("M-56 0V-34q16 8 28-8 8-12 20-4l34 26q30 4 34 20Z", colour)
            + path("M-58-2H62q2 14-12 14H-46q-14 0-12-14Z", sole)
            + line("M-6-36l-10 12M6-28L-4-16M18-20L8-8", CREAM, 4)
            + line("M-44-16q20 10 44 10", CREAM, 4)
        )

    return (
        meadow(dice, forest=False)
        + path("M-10 210V150Q160 132 330 150V210Z", "#c66f5c")
        + "".join(line(f"M-10 {y}Q160 {y - 18} 330 {y}", CREAM, 3, 'opacity=".85"') for y in (164, 184, 206))
        + shadow(124, 130, 172)
        + at(126, 160, shoe(TEAL, WHITE), 1.02, -4)
        + at(232, 140, shoe(HONEY, WHITE), 0.92, -16)
        + line("M24 96h40M14 116h36M30 136h24", WHITE, 4)
    )


def hockey(_tone: Tone, dice: Random) -> str:
    """Felt boots, sticks and a ball on the snow."""

    def boot(colour: str) -> str:
        return path("M-14-62h30v40q26 4 26 22H-14Z", colour) + rect(-16, -66, 34, 10, BRICK, 4) + rect(-14, -4, 58, 6, STEEL, 3)

    return (
        snow(dice)
        + shadow(120, 120, 176)
        + at(92, 172, boot("#8d8479"), 1.15)
        + at(146, 178, boot("#a39a8d"), 1.15)
        + line("M212 40L262 164q6 12 22 8", WOOD, 8)
        + line("M290 46L232 160q-6 12-22 8", BARK, 8)
        + line("M212 40l10 24M290 46l-10 22", TEAL, 9)
        + circle(232, 186, 9, BRICK)
        + line("M40 182q20-6 40 0", "#c3d6df", 3)
    )


def skates(_tone: Tone, dice: Random) -> str:
    """A pair of skates on the ice."""
    skate = (
        path("M-20-70h34v34q28 4 32 20v10h-66Z", PLUM)
        + path("M-22-74h38v9h-38Z", CREAM)
        + line("M14-58H0M14-48H0M16-38H2", CREAM, 3)
        + rect(-16, -6, 7, 12, STEEL)
        + rect(28, -6, 7, 12, STEEL)
        + line("M-26 8H44q10 0 12-8", "#8a979b", 5)
    )
    return (
        snow(dice)
        + ellipse(160, 172, 168, 32, "#bcd9e4")
        + line("M60 176q60 14 120-2M150 188q50 6 100-10", WHITE, 3)
        + at(122, 166, skate, 1.18, -6)
        + at(206, 160, skate, 1.18, 10)
    )


def archery(_tone: Tone, dice: Random) -> str:
    """A target with arrows, a bow beside it."""
    target = "".join(circle(196, 92, r, colour) for r, colour in ((58, CREAM), (46, STEEL), (34, SKY), (22, BRICK), (10, HONEY)))
    arrow = line("M0 0L-52-16", WOOD, 4) + path("M-52-16l-16 2 6-10ZM-52-16l-8 10 14-2Z", BRICK)
    return (
        meadow(dice)
        + line("M160 140L142 190M232 140l18 50", WOOD, 7)
        + target
        + at(192, 94, arrow)
        + at(214, 80, arrow, 0.9, 6)
        + line("M66 24q50 76 0 152", BARK, 8)
        + line("M66 24V176", CREAM, 1.8)
        + line("M82 88h16v22H82", BRICK, 9)
    )


def bicycle(_tone: Tone, dice: Random) -> str:
    """A bicycle on a village road."""

    def wheel(x: float) -> str:
        spokes = "".join(line(f"M{x} 142V110", "#8a979b", 1.2, f'transform="rotate({n * 30} {x} 142)"') for n in range(12))
        return circle(x, 142, 36, "none", f'stroke="{STEEL}" stroke-width="6"') + spokes + circle(x, 142, 5, STEEL)

    return (
        meadow(dice)
        + path("M-10 168Q160 156 330 168V210H-10Z", "#d9c39a")
        + ellipse(160, 180, 110, 6, STEEL, 'opacity=".16"')
        + wheel(96)
        + wheel(224)
        + line("M96 142L130 84H204L160 142ZM130 84L160 142M204 84L224 142", BRICK, 6)
        + line("M204 84L196 62h22", STEEL, 5)
        + line("M130 84l-5-16", STEEL, 5)
        + rect(106, 60, 38, 9, BARK, 4)
        + circle(160, 142, 10, STEEL)
        + line("M160 142l12 18h10", STEEL, 5)
        + rect(206, 70, 38, 24, WOOD, 4)
        + "".join(circle(x, 66, 6, colour) for x, colour in ((214, HONEY), (226, WHITE), (237, BRICK)))
        + line("M214 70v-2M226 70v-4M237 70v-3", LEAF, 3)
    )


def tent(_tone: Tone, dice: Random) -> str:
    """A tent, a fire, a compass."""
    compass = (
        circle(0, 0, 34, STEEL)
        + circle(0, 0, 28, CREAM)
        + "".join(line("M0-24v5", STEEL, 2.4, f'transform="rotate({n * 45})"') for n in range(8))
        + group(path("M0-19l6 19H-6Z", BRICK) + path("M0 19l6-19H-6Z", TEAL), "rotate(28)")
        + circle(0, 0, 3.4, HONEY)
        + rect(-6, -46, 12, 10, STEEL, 4)
    )
    return (
        meadow(dice)
        + shadow(116, 180, 166)
        + path("M28 164L112 58l88 106Z", HONEY)
        + path("M112 58l88 106h-50Z", "#c8953e")
        + path("M112 58L84 164h58Z", "#7a5a3a")
        + path("M112 58L84 164H62Z", "#f0cd83")
        + line("M112 58V44M28 164l-16 12M200 164l16 12", BARK, 4)
        + path("M112 44l22 7-22 8Z", BRICK)
        + path("M222 172q-10-22 8-36 2 12 8 12-2-18 8-30 22 24 12 54Z", "#ee9c45")
        + path("M232 172q-4-14 8-22 14 8 8 22Z", "#fbdc7d")
        + line("M214 178L262 166M214 166l48 12", BARK, 6)
        + at(276, 100, compass, 0.9)
    )


def kayak(_tone: Tone, dice: Random) -> str:
    """A kayak on the river."""
    return (
        meadow(dice)
        + path("M-10 124Q150 108 330 126V210H-10Z", "#7fb0c0")
        + "".join(line(f"M{x} {y}q10-5 20 0t20 0", "#a9cdd8", 2.6) for x, y in ((20, 140), (240, 138), (120, 190), (262, 182), (8, 178)))
        + line("M96 76L236 136", WOOD, 5)
        + path("M86 66q-14-2-16 10l16 8 16-4ZM230 130q20 0 20 16l-14 6-14-8Z", BRICK)
        + path("M140 84h40l6 52h-52Z", HONEY)
        + line("M144 92L124 96M178 92l22 26", HONEY, 13)
        + circle(120, 88, 7, SKIN)
        + circle(202, 122, 7, SKIN)
        + face(160, 66, 20, SKIN, HAIR)
        + path("M24 136q136 34 272 0-26 36-136 36T24 136Z", BRICK)
        + path("M24 136q136 34 272 0l-6 8q-130 30-260 0Z", "#a9503f")
        + ellipse(160, 144, 40, 8, "#7d392e")
        + path("M136 144q4-10 12-12h24q8 2 12 12Z", HONEY)
    )


def map_(tone: Tone, dice: Random) -> str:
    """A map with a way to the treasure of the place."""
    return (
        room(tone, dice, "dots")
        + path("M34 44l64-18 62 20 64-20 62 18v116l-62-16-64 18-62-18-64 18Z", CREAM)
        + path("M98 26l62 20v118l-62-18ZM224 26l62 18v116l-62-16Z", "#e7dcc4")
        + path("M34 122q40-18 64-4t62 4 64-14 62 8v44l-62-16-64 18-62-18-64 18Z", "#b9d0a4", 'opacity=".8"')
        + line("M60 30q16 40 4 66t40 52", SKY, 8)
        + "".join(fir(x, y, 22, "#5c8470") for x, y in ((206, 96), (222, 104), (198, 110), (240, 92)))
        + line("M84 136q30-46 64-30t44-44 50 6", BRICK, 4, 'stroke-dasharray="2 10"')
        + path("M250 76q-18-18-18-30a18 18 0 0 1 36 0q0 12-18 30Z", BRICK)
        + circle(250, 45, 7, CREAM)
        + path("M126 60h22v16h-22ZM122 62l15-14 15 14Z", TEAL)
        + line("M78 130l12 12M90 130l-12 12", STEEL, 4)
    )


def skittles(_tone: Tone, dice: Random) -> str:
    """Gorodki: a bat flies at a figure of five pegs."""

    def peg(x: float, y: float, turn: float) -> str:
        return at(x, y, rect(-8, -30, 16, 60, WOOD, 4) + rect(-8, -30, 16, 9, BRICK, 4) + rect(-8, 21, 16, 9, BRICK, 4), 1, turn)

    return (
        meadow(dice)
        + path("M10 196L60 148H300L330 196Z", "#d9c39a")
        + line("M64 150H298L326 194", CREAM, 3)
        + shadow(222, 130, 178)
        + peg(192, 146, 0)
        + peg(222, 146, 0)
        + peg(252, 146, 0)
        + peg(207, 108, 90)
        + peg(238, 100, 62)
        + at(92, 96, rect(-60, -9, 84, 18, BARK, 8) + rect(20, -6, 44, 12, WOOD, 6), 1, -24)
        + line("M22 92h-14M30 116H8M52 134H28", WHITE, 4)
    )


SCENES: dict[str, Scene] = {
    "skis": skis,
    "football": football,
    "running": running,
    "hockey": hockey,
    "skates": skates,
    "archery": archery,
    "bicycle": bicycle,
    "tent": tent,
    "kayak": kayak,
    "map": map_,
    "skittles": skittles,
}

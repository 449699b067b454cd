"""Pictures of painting, sewing, folding and other work of hands."""

from __future__ import annotations

from random import Random

from sandbox.district.pictures.canvas import (
    BARK,
    BRICK,
    CREAM,
    DEEP,
    FLOOR,
    HAIR,
    HONEY,
    LEAF,
    PLUM,
    SAGE,
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
    group,
    line,
    path,
    rect,
    room,
    shadow,
    star,
)  # fmt: skip


def paint(tone: Tone, dice: Random) -> str:
    """An easel, a palette, a jar of brushes."""
    return (
        room(tone, dice, "window" if dice.random() < 0.3 else "dots")
        + shadow(130, 150)
        + line("M130 18L82 160M130 18l48 142M130 18V150", BARK, 6)
        + rect(66, 28, 128, 96, WHITE, 3)
        + rect(72, 34, 116, 84, "#cfe3ea")
        + circle(160, 56, 12, HONEY)
        + path("M72 96q30-36 58-10t58-16v48H72Z", SAGE)
        + path("M72 108q40-18 116 0v10H72Z", LEAF)
        + line("M104 118q10-16 30-18t16-14", SKY, 7)
        + rect(58, 122, 144, 8, WOOD, 3)
        + path("M204 132q10-26 50-24t50 28q0 22-30 20-12-4-16 4-8 12-32 4t-22-32Z", WOOD)
        + "".join(
            circle(x, y, 8, colour)
            for x, y, colour in ((226, 128, BRICK), (250, 120, HONEY), (274, 126, TEAL), (288, 142, PLUM), (228, 148, SAGE))
        )
        + rect(20, 118, 30, 40, SKY, 4)
        + line("M28 118L20 84M36 118V76M43 118l8-36", WOOD, 4)
        + path("M16 86q2-14 6-18 6 8 2 20ZM32 78q0-16 4-22 6 8 4 22ZM48 84q2-14 8-18 2 12-2 20Z", BRICK)
    )


def carving(tone: Tone, dice: Random) -> str:
    """A carved spoon, a chisel and shavings."""

    def curl(x: float, y: float, turn: float) -> str:
        return at(x, y, line("M0 0q10-14 18-2t-10 8-4-10", "#e4c08c", 4), 1, turn)

    return (
        room(tone, dice, "stripes")
        + shadow(160, 260)
        + rect(30, 138, 260, 22, BARK, 4)
        + rect(70, 40, 80, 98, WOOD, 4)
        + path("M70 40h80L110 10Z", "#b98a59")
        + circle(110, 30, 6, CREAM)
        + path("M78 56q16-16 32 0 16-16 32 0v20q-16-12-32 4-16-16-32-4Z", CREAM)
        + path("M110 84q22 0 22 24t-22 24-22-24 22-24Z", HAIR)
        + circle(110, 108, 11, "#f2d98f")
        + at(
            206, 126, ellipse(0, -56, 22, 30, "#dcb27a") + ellipse(-2, -58, 14, 22, "#b98a59") + rect(-5, -30, 10, 62, "#dcb27a", 4), 1, 58
        )
        + at(250, 96, rect(-6, -54, 12, 46, BRICK, 5) + rect(-4, -10, 8, 30, "#a7b1b4") + path("M-4 20h8v10Z", "#a7b1b4"), 1, 24)
        + curl(168, 134, 0)
        + curl(236, 136, 30)
        + curl(52, 136, -20)
        + curl(268, 134, 10)
    )


def sewing(tone: Tone, dice: Random) -> str:
    """A sewing machine at work on a patchwork."""
    patches = "".join(
        rect(
            24 + 28 * n,
            150 + 14 * row,
            28,
            14,
            dice.choice((BRICK, HONEY, SAGE, TEAL, PLUM, CREAM)),
            0,
            f'stroke="{WHITE}" stroke-width="1" stroke-dasharray="3 2"',
        )
        for row in range(3)
        for n in range(10)
    )
    return (
        room(tone, dice, "dots")
        + shadow(176, 210)
        + rect(76, 132, 200, 24, DEEP, 6)
        + path("M92 54h146q32 0 32 30v50h-38V92H132v14H92Z", TEAL)
        + rect(92, 92, 34, 24, DEEP, 4)
        + line("M108 116V134", STEEL, 3.4)
        + rect(98, 132, 22, 5, STEEL, 2)
        + circle(272, 84, 17, STEEL)
        + circle(272, 84, 7, HONEY)
        + rect(186, 32, 20, 24, BRICK, 3)
        + rect(183, 28, 26, 5, WOOD, 2)
        + line("M196 34Q150 20 118 54T108 116", BRICK, 1.8)
        + "".join(circle(x, 74, 4, CREAM) for x in (152, 168, 184))
        + patches
        + at(44, 118, circle(0, 0, 17, HONEY) + "".join(circle(x, y, 3, BARK) for x in (-5, 5) for y in (-5, 5)))
    )


def ornament(tone: Tone, dice: Random) -> str:
    """A painted board with a flower."""
    petal = path("M0 0q-20-20 0-46 20 26 0 46Z", BRICK) + path("M0-8q-8-10 0-24 8 14 0 24Z", "#e39a86")
    leaf = path("M0 0q26-18 50 0-24 18-50 0Z", SAGE) + line("M4 0h38", CREAM, 1.6)
    curl = line("M0 0q20-26 36-8t-12 14", HONEY, 4)
    corners = "".join(
        group(curl, f"translate({x} {y}) scale({sx} {sy})")
        for x, y, sx, sy in ((84, 50, 1, 1), (236, 50, -1, 1), (84, 144, 1, -1), (236, 144, -1, -1))
    )
    return (
        room(tone, dice, "")
        + shadow(160, 210, 176)
        + rect(56, 22, 208, 150, DEEP, 22)
        + rect(64, 30, 192, 134, "none", 18, f'stroke="{HONEY}" stroke-width="3"')
        + corners
        + at(160, 98, "".join(group(leaf, f"rotate({angle})") for angle in (20, 160, 200, 340)), 1.3)
        + at(160, 98, "".join(group(petal, f"rotate({angle})") for angle in range(0, 360, 60)))
        + circle(160, 98, 13, HONEY)
        + circle(160, 98, 6, BARK)
        + "".join(circle(x, y, 4, CREAM) for x, y in ((116, 44), (204, 44), (116, 152), (204, 152), (92, 98), (228, 98)))
    )


def teddy(tone: Tone, dice: Random) -> str:
    """A bear with a patch and a needle that made it."""
    fur, dark = "#c08a58", "#9a6a40"
    bear = (
        ellipse(0, -40, 46, 44, fur)
        + ellipse(0, -34, 26, 28, "#e0bd90")
        + ellipse(-34, -2, 22, 13, fur)
        + ellipse(34, -2, 22, 13, fur)
        + line("M-40-62L-62-38M40-62l22 24", fur, 20)
        + circle(-32, -122, 15, fur)
        + circle(32, -122, 15, fur)
        + circle(-32, -122, 7, dark)
        + circle(32, -122, 7, dark)
        + circle(0, -100, 40, fur)
        + ellipse(0, -88, 18, 14, "#e0bd90")
        + ellipse(0, -94, 7, 5, STEEL)
        + line("M0-89v6q-7 6-11 1M0-83q7 6 11 1", STEEL, 2.2)
        + circle(-15, -106, 4, STEEL)
        + circle(15, -106, 4, STEEL)
        + rect(10, -66, 24, 20, BRICK, 3, 'transform="rotate(8 22 -56)"')
        + line("M8-64h6M8-54h6M30-66h6M30-50h6", CREAM, 2)
    )
    return (
        room(tone, dice, "flags" if dice.random() < 0.5 else "dots")
        + shadow(150, 140)
        + at(150, FLOOR, bear, 1.02)
        + rect(244, 118, 36, 40, TEAL, 3)
        + rect(240, 112, 44, 8, WOOD, 3)
        + rect(240, 154, 44, 8, WOOD, 3)
        + line("M262 122Q216 108 238 72", TEAL, 2)
        + line("M224 90L252 54", "#8a979b", 4)
        + circle(48, 146, 12, HONEY)
        + "".join(circle(x, y, 2.2, BARK) for x in (44, 52) for y in (142, 150))
    )


def origami(tone: Tone, dice: Random) -> str:
    """Paper cranes on threads."""

    def crane(light: str, colour: str, dark: str) -> str:
        return (
            path("M0 8L-58-20-18 16Z", dark)
            + path("M0 8L58-34 18 18Z", colour)
            + path("M-18 16L0-30 18 18 0 34Z", light)
            + path("M-18 16L0 34-40 40Z", colour)
            + path("M18 18L0 34 34 44 60 26 44 24Z", dark)
            + path("M60 26l12 4-10-12Z", BRICK)
        )

    return (
        room(tone, dice, "sun")
        + line("M110 0V62M222 0V38M262 0v90", STEEL, 1.4)
        + at(110, 92, crane("#d98577", BRICK, "#a9503f"), 1.25)
        + at(226, 58, crane("#efcb80", HONEY, "#bd8f38"), 0.86)
        + at(252, 120, crane("#93b8a4", SAGE, "#557d69"), 0.8)
        + path("M40 158l60-10 20 16-60 14Z", TEAL)
        + path("M150 158l52-6 14 14-50 8Z", PLUM)
    )


def papertown(tone: Tone, dice: Random) -> str:
    """A town of paper that is lit from within."""
    houses = ""
    for x, wide, tall, colour in ((26, 46, 62, BRICK), (78, 40, 88, HONEY), (124, 54, 56, TEAL), (184, 42, 96, SAGE), (232, 58, 66, PLUM)):
        top = FLOOR - tall
        houses += rect(x, top, wide, tall, colour) + path(f"M{x - 5} {top}h{wide + 10}l-{wide / 2 + 5}-26Z", CREAM)
        houses += "".join(
            rect(x + 8 + 18 * n, top + 10 + 22 * row, 10, 13, "#fbe6a2", 1)
            for row in range(int(tall // 26))
            for n in range(int((wide - 8) // 18))
            if dice.random() < 0.86
        )
    return (
        rect(0, 0, 320, 200, "#4c5a73")
        + circle(268, 36, 16, "#f4dfa8")
        + "".join(star(dice.uniform(10, 310), dice.uniform(8, 60), 3, "#f4dfa8") for _ in range(12))
        + houses
        + rect(0, FLOOR, 320, 60, tone.floor)
        + rect(0, FLOOR, 320, 4, tone.edge)
    )


def basket(tone: Tone, dice: Random) -> str:
    """A wicker basket with mushrooms."""
    weave = "".join(
        line(f"M{86 + 2 * row + 16 * n} {106 + 11 * row}q8-7 16 0", "#a87b48" if (n + row) % 2 else "#d3a76c", 6)
        for row in range(5)
        for n in range(9 - (row > 2))
    )

    def mushroom(colour: str) -> str:
        return rect(-9, -4, 18, 30, CREAM, 7) + path("M-28 0q2-30 28-30t28 30Z", colour)

    return (
        room(tone, dice, "sun")
        + shadow(160, 190)
        + line("M88 100Q92 24 160 22t72 78", BARK, 8)
        + at(124, 84, mushroom(BRICK), 1, -10)
        + at(160, 74, mushroom("#b9793f"), 1.15)
        + at(198, 86, mushroom("#d2914e"), 1, 12)
        + path("M80 98h160l-18 60H98Z", "#bd8f56")
        + weave
        + rect(74, 92, 172, 12, BARK, 6)
        + line("M270 158q-4-40 16-70M276 130l20-12", LEAF, 4)
        + path("M286 88q-20-6-16-24 18 4 16 24ZM296 118q20-6 18-20-18 2-18 20Z", LEAF)
    )


def print_(tone: Tone, dice: Random) -> str:
    """A roller, a cut block and the card that it printed."""
    picture = fish(TEAL)
    return (
        room(tone, dice, "dots")
        + rect(24, 26, 120, 88, WHITE, 3, 'transform="rotate(-5 84 70)"')
        + at(84, 70, picture, 1, -5)
        + rect(164, 34, 112, 82, WHITE, 3, 'transform="rotate(4 220 75)"')
        + at(220, 75, fish(BRICK), 0.92, 4)
        + shadow(160, 230)
        + rect(48, 128, 110, 30, WOOD, 3)
        + rect(54, 122, 98, 8, BARK, 2)
        + line("M66 126h20M94 126h30M132 126h12", WOOD, 2)
        + rect(190, 132, 84, 24, DEEP, 12)
        + line("M274 144h14V120h-44V106", STEEL, 5)
        + rect(235, 84, 18, 30, HONEY, 7)
        + path("M180 158h100l8 6h-116Z", DEEP)
    )


def fish(colour: str) -> str:
    """A fish cut in lino."""
    return (
        path("M-40 0q30-30 62-6l18-14v40l-18-14Q-10 30-40 0Z", colour)
        + circle(-24, -4, 4, WHITE)
        + line("M-10-10q8 10 0 20M2-10q8 10 0 20M14-6q5 6 0 12", WHITE, 2.4)
    )


def pot_(tone: Tone, dice: Random) -> str:
    """A pie out of the oven, a rolling pin, flour."""
    return (
        room(tone, dice, "window" if dice.random() < 0.4 else "stripes")
        + shadow(150, 220)
        + path("M62 118h160l-14 40H76Z", "#b9653a")
        + path("M50 118q10-40 92-40t92 40Z", "#dca358")
        + path("M50 118q6 10 16 0t16 0 16 0 16 0 16 0 16 0 16 0 16 0 16 0 16 0 16 0 8 0q-8-40-92-40t-92 40Z", "#e6b56d")
        + line("M104 92l16 18M140 84v24M176 92l-16 18", "#a8703a", 5)
        + line("M110 62q-8-10 0-20t0-20M142 56q-8-10 0-20t0-20M174 62q-8-10 0-20t0-20", tone.faint, 5)
        + at(252, 140, rect(-52, -11, 104, 22, WOOD, 10) + rect(-70, -5, 20, 10, BARK, 5) + rect(50, -5, 20, 10, BARK, 5), 0.8, -16)
        + path("M14 158q8-18 26-16t20 16Z", WHITE)
    )


def camera(tone: Tone, dice: Random) -> str:
    """A camera and the photographs on a line."""

    def photo(sky: str, hill: str) -> str:
        return (
            rect(-21, 0, 42, 46, WHITE, 2)
            + rect(-17, 4, 34, 30, sky)
            + path("M-17 30q12-16 18-6t16-6v16h-34Z", hill)
            + rect(-3, -6, 6, 12, WOOD, 1)
        )

    return (
        room(tone, dice, "")
        + line("M-4 26Q160 50 324 22", BARK, 2)
        + at(52, 33, photo(SKY, SAGE), 1, -4)
        + at(268, 32, photo("#f2d9a6", BRICK), 1, 5)
        + at(212, 38, photo("#d9cfe4", PLUM), 1, -2)
        + shadow(148, 170)
        + rect(84, 78, 132, 80, STEEL, 10)
        + path("M122 78l8-18h40l8 18Z", STEEL)
        + rect(84, 96, 132, 40, TEAL)
        + circle(150, 116, 35, CREAM)
        + circle(150, 116, 29, STEEL)
        + circle(150, 116, 19, DEEP)
        + circle(150, 116, 10, "#7fb6c6")
        + circle(143, 109, 4, WHITE)
        + rect(96, 68, 20, 10, BRICK, 4)
        + circle(200, 88, 5, HONEY)
        + path("M238 158l4-30h44l4 30Z", HONEY)
        + circle(264, 126, 20, BRICK)
        + circle(264, 126, 7, CREAM)
    )


SCENES: dict[str, Scene] = {
    "paint": paint, "carving": carving, "sewing": sewing, "ornament": ornament, "teddy": teddy, "origami": origami, "papertown": papertown,
    "basket": basket, "print": print_, "pot": pot_, "camera": camera,
}  # fmt: skip

"""Pictures of music, dance and the stage."""

from __future__ import annotations

from random import Random

from sandbox.district.pictures.canvas import (
    BARK,
    BRICK,
    CREAM,
    DEEP,
    HAIR,
    HONEY,
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
    group,
    line,
    night,
    note,
    path,
    rect,
    room,
    shadow,
    stage,
    star,
)  # fmt: skip


def guitar_shape(body: str, dark: str) -> str:
    """A guitar that stands on its body at 0, 0."""
    return (
        rect(-5, -150, 10, 86, BARK, 2)
        + path("M-9-166h18l3 22h-24Z", HAIR)
        + "".join(circle(x, y, 2.6, CREAM) for x in (-12, 12) for y in (-160, -151))
        + path("M-28-88q-2-18 28-18t28 18q-2 12-8 22 22 12 20 38-2 30-40 28-38 2-40-28-2-26 20-38-6-10-8-22Z", body)
        + circle(0, -52, 14, dark)
        + rect(-16, -24, 32, 6, dark, 2)
        + line("M-3-150V-22M0-150V-22M3-150V-22", CREAM, 0.8)
    )


def guitar(_tone: Tone, dice: Random) -> str:
    """A guitar by a fire at night."""
    return (
        night(dice)
        + ellipse(112, 172, 120, 26, "#f2b45a", 'opacity=".20"')
        + line("M176 172L300 150", "#6b4d36", 24)
        + circle(300, 150, 12, "#b48a60")
        + circle(300, 150, 6, "#cda678")
        + at(226, 168, guitar_shape("#d99a55", "#6b4128"), 0.94, 16)
        + path("M68 170q-18-40 14-70 4 24 16 24-4-34 16-60 42 44 22 106Z", "#e7823f")
        + path("M84 170q-8-28 12-44 4 14 12 14 0-18 8-28 20 28 8 58Z", "#f6b84f")
        + path("M96 170q-2-16 8-24 12 12 6 24Z", "#fdeab0")
        + line("M62 178L140 162M64 162l76 16", "#6b4d36", 9)
        + "".join(circle(x, y, 2, "#f6b84f") for x, y in ((84, 78), (122, 52), (134, 86), (104, 42), (74, 56)))
        + note(168, 76, "#f4dfa8")
        + note(52, 66, "#f4dfa8", 0.8)
    )


def piano(tone: Tone, dice: Random) -> str:
    """A piano with its lid open and music on the rest."""
    keys = "".join(rect(66 + 10.5 * n, 126, 9.6, 18, WHITE, 1) for n in range(18)) + "".join(
        rect(73 + 10.5 * n, 126, 6, 11, STEEL, 1) for n in range(17) if n % 7 not in (2, 6)
    )
    return (
        room(tone, dice, "stripes")
        + shadow(160, 240)
        + rect(58, 46, 204, 112, "#6b4334", 5)
        + rect(50, 38, 220, 12, "#553327", 4)
        + rect(70, 60, 180, 48, "#7d5040", 3)
        + path("M116 62l42-6v46l-42 6ZM204 62l-42-6v46l42 6Z", CREAM)
        + line("M122 72l30-4M122 80l30-4M122 88l30-4M168 68l30 4M168 76l30 4M168 84l30 4", "#b9a98d", 1.4)
        + note(134, 92, STEEL, 0.5)
        + note(184, 92, STEEL, 0.5)
        + rect(50, 116, 220, 11, "#553327", 3)
        + rect(58, 126, 204, 18, "#553327")
        + keys
        + rect(56, 144, 208, 14, "#6b4334")
        + rect(76, 20, 22, 18, BRICK, 3)
        + line("M87 22q-12-14-6-20M87 22q10-12 12-18M87 22V4", SAGE, 3)
        + note(244, 34, TEAL)
        + note(272, 26, BRICK, 0.8)
    )


def choir(_tone: Tone, dice: Random) -> str:
    """Three children sing."""
    colours = [TEAL, BRICK, HONEY]
    dice.shuffle(colours)

    def singer(colour: str, hair: str, skin: str, extra: str = "") -> str:
        return (
            extra
            + path("M-30 0q0-52 30-52t30 52v40h-60Z", colour)
            + path("M-10-50L0-34 10-50Z", CREAM)
            + face(0, -74, 29, skin, hair, "sing")
        )

    braids = line("M-30-70q-10 20-4 40M30-70q10 20 4 40", "#8a5a36", 9) + circle(-34, -30, 5, BRICK) + circle(34, -30, 5, BRICK)
    return (
        stage(PLUM)
        + at(92, 178, singer(colours[0], HAIR, SKIN))
        + at(232, 178, singer(colours[2], "#2f2a28", TAN))
        + at(162, 186, singer(colours[1], "#8a5a36", SKIN, braids), 1.08)
        + note(62, 52, HONEY, 1.1)
        + note(252, 48, HONEY)
        + note(126, 36, CREAM, 0.8)
        + note(204, 30, CREAM, 0.9)
    )


def puppets(_tone: Tone, _dice: Random) -> str:
    """A fox and a hare in the puppet theatre."""
    fox = (
        path("M-26 40q-2-26 26-26t26 26Z", TEAL)
        + path("M-30-28L-34-58l22 14ZM30-28l4-30-22 14Z", "#d9803f")
        + path("M0-46q34 0 36 26-8 26-36 34-28-8-36-34 2-26 36-26Z", "#d9803f")
        + path("M-36-20q14 2 22 16 6 10 14 18-28-8-36-34ZM36-20q-14 2-22 16-6 10-14 18 28-8 36-34Z", CREAM)
        + circle(0, 10, 5, STEEL)
        + circle(-13, -16, 3.4, STEEL)
        + circle(13, -16, 3.4, STEEL)
        + line("M-24 30l-16-10M24 30l16-12", TEAL, 12)
    )
    hare = (
        path("M-24 40q-2-24 24-24t24 24Z", HONEY)
        + path("M-20-34q-14-46-2-52 14 2 14 48ZM4-38q2-48 16-50 12 8-2 54Z", "#d8d2c8")
        + path("M-17-44q-6-32 0-36 6 6 6 36ZM10-46q2-32 8-36 4 8-2 36Z", "#e5b3a8")
        + circle(0, -14, 31, "#d8d2c8")
        + circle(-11, -18, 3.4, STEEL)
        + circle(11, -18, 3.4, STEEL)
        + path("M-5-8h10l-5 6Z", BRICK)
        + rect(-5, 2, 10, 9, WHITE, 2)
        + line("M-22 32l-16-8M22 32l16-12", HONEY, 12)
    )
    return (
        rect(0, 0, 320, 200, "#efe0c4")
        + rect(24, 10, 272, 190, BRICK, 8)
        + "".join(rect(x, 10, 18, 190, "#b55c4f") for x in range(42, 290, 36))
        + rect(52, 40, 216, 104, "#35424d", 4)
        + star(92, 62, 6, HONEY)
        + star(230, 58, 7, HONEY)
        + star(160, 54, 5, HONEY)
        + at(116, 104, fox)
        + at(206, 104, hare)
        + path("M52 40h34q0 60-34 92ZM268 40h-34q0 60 34 92Z", PLUM)
        + path("M46 34h228v14" + "q-11 16-22.8 0" * 10 + "Z", PLUM)
        + rect(40, 140, 240, 14, HONEY, 4)
        + "".join(circle(x, 176, 7, CREAM) for x in range(64, 280, 32))
    )


def masks(_tone: Tone, _dice: Random) -> str:
    """A merry mask and a sad one."""
    merry = (
        path("M-46-46q46 16 92 0 8 60-46 96-54-36-46-96Z", HONEY)
        + path("M-24 8q24 14 48 0-4 24-24 26-20-2-24-26Z", STEEL)
        + line("M-28-14q9-12 18 0M10-14q9-12 18 0", STEEL, 5)
    )
    sad = (
        path("M-46-46q46 16 92 0 8 60-46 96-54-36-46-96Z", SKY)
        + line("M-18 24q18-18 36 0", STEEL, 6)
        + line("M-28-18q9 10 18 0M10-18q9 10 18 0", STEEL, 5)
        + path("M-22-2q-7 12 0 15 8-3 0-15Z", WHITE)
    )
    return stage() + at(206, 92, sad, 1, 12) + at(122, 100, merry, 1.14, -12) + line("M78 138q-20 16-16 42M246 130q22 14 20 44", CREAM, 4)


def drums(tone: Tone, dice: Random) -> str:
    """A drum kit."""
    return (
        room(tone, dice, "flags")
        + shadow(160, 250)
        + line("M62 158V62M258 158V56M44 158l18-20 18 20M240 158l18-20 18 20", STEEL, 3.4)
        + ellipse(62, 62, 40, 7, HONEY, 'transform="rotate(-8 62 62)"')
        + ellipse(258, 56, 42, 7, HONEY, 'transform="rotate(8 258 56)"')
        + rect(106, 62, 46, 34, TEAL, 5)
        + ellipse(129, 62, 23, 6, CREAM)
        + rect(168, 62, 46, 34, TEAL, 5)
        + ellipse(191, 62, 23, 6, CREAM)
        + circle(160, 116, 43, DEEP)
        + circle(160, 116, 37, CREAM)
        + star(160, 118, 20, BRICK)
        + rect(40, 106, 52, 44, BRICK, 5)
        + ellipse(66, 106, 26, 6, CREAM)
        + line("M40 120l13 22 13-22 13 22 13-22", CREAM, 2)
        + rect(230, 104, 54, 48, BRICK, 5)
        + ellipse(257, 104, 27, 6, CREAM)
        + line("M112 36l36 24M212 30l-32 28", WOOD, 5)
        + circle(148, 60, 4, WOOD)
        + circle(180, 58, 4, WOOD)
    )


def accordion(tone: Tone, dice: Random) -> str:
    """An accordion drawn out."""
    folds = "".join(
        path(f"M{104 + 14 * n} {62 - 4 * (n % 2)}h14V{150 + 4 * (n % 2)}h-14Z", BRICK if n % 2 else "#a9503f") for n in range(8)
    )
    return (
        room(tone, dice, "flags")
        + shadow(160, 230)
        + folds
        + rect(44, 52, 62, 106, DEEP, 8)
        + rect(214, 52, 62, 106, DEEP, 8)
        + rect(52, 64, 14, 84, CREAM, 3)
        + line("M52 74h14M52 84h14M52 94h14M52 104h14M52 114h14M52 124h14M52 134h14", STEEL, 1.6)
        + "".join(circle(x, y, 4, HONEY) for x in (238, 252, 266) for y in (70, 86, 102, 118, 134))
        + path("M76 70q14 12 14 34t-14 34q8-34 0-68Z", HONEY)
        + note(128, 40, TEAL)
        + note(188, 36, BRICK, 0.9)
    )


def balalaika(tone: Tone, dice: Random) -> str:
    """A balalaika and painted spoons."""
    spoon = rect(-3, -10, 6, 70, WOOD, 3) + ellipse(0, -30, 17, 24, BRICK) + ellipse(0, -32, 10, 16, HONEY) + circle(0, -32, 4, BRICK)
    lute = (
        rect(-5, -140, 10, 90, BARK, 2)
        + path("M-10-158h20l2 20h-24Z", HAIR)
        + path("M0-78L72 8q2 10-10 10H-62q-12 0-10-10Z", "#d6954f")
        + path("M0-78L72 8q2 10-10 10H0Z", "#c68443")
        + circle(0, -24, 9, HAIR)
        + line("M-3-140V4M0-140V4M3-140V4", CREAM, 0.9)
        + rect(-14, 2, 28, 6, HAIR, 2)
        + line("M-46 4q8-12 16 0M46 4q-8-12-16 0", BRICK, 3)
    )
    return (
        room(tone, dice, "sun")
        + shadow(134, 136)
        + at(132, 144, lute, 0.84, -10)
        + shadow(262, 70)
        + at(246, 100, spoon, 1, -12)
        + at(282, 104, spoon, 0.94, 14)
        + note(206, 50, TEAL)
        + note(48, 56, BRICK, 0.9)
    )


def violin(tone: Tone, dice: Random) -> str:
    """A violin with its bow."""
    fiddle = (
        rect(-4, -128, 8, 76, HAIR, 2)
        + path("M-6-128q-8-16 6-16t6 16Z", HAIR)
        + path("M0-84q34 0 30 28-14 6-14 18t20 16q14 46-36 46T-36-22q20-4 20-16t-14-18q-4-28 30-28Z", "#b9653a")
        + line("M-14-46q-6 8 0 20M14-46q6 8 0 20", HAIR, 3)
        + rect(-11, -26, 22, 5, HAIR, 2)
        + path("M-7-14h14l-3 28h-8Z", HAIR)
        + line("M-2-128V-10M2-128V-10", CREAM, 0.9)
    )
    return (
        room(tone, dice, "sun")
        + shadow(150, 150)
        + at(142, 132, fiddle, 0.92, 12)
        + line("M222 30L252 156", BARK, 5)
        + line("M228 32l29 120", CREAM, 2)
        + note(86, 60, TEAL)
        + note(62, 96, BRICK, 0.8)
        + note(270, 52, SAGE, 0.9)
    )


def juggling(_tone: Tone, _dice: Random) -> str:
    """A juggler with a red nose."""
    ring = [(92, 88, BRICK), (108, 58, HONEY), (160, 40, BRICK), (212, 58, SAGE), (228, 88, PLUM)]
    return (
        stage(TEAL)
        + shadow(160, 90, 176)
        + line("M146 142l-8 30M174 142l8 30", STEEL, 13)
        + path("M130 96h60l6 52h-72Z", HONEY)
        + "".join(circle(160, y, 4, BRICK) for y in (108, 122, 136))
        + line("M134 104L104 112 92 98M186 104l30 8 12-14", HONEY, 13)
        + circle(92, 98, 8, SKIN)
        + circle(228, 98, 8, SKIN)
        + path("M128 98q16-12 32 2 16-14 32-2-10 14-32 8-22 6-32-8Z", CREAM)
        + face(160, 78, 23, SKIN, "#c76a3c")
        + circle(136, 74, 9, "#c76a3c")
        + circle(184, 74, 9, "#c76a3c")
        + circle(160, 83, 5, BRICK)
        + "".join(
            circle(x, y - 8, 12, colour) + path(f"M{x - 11} {y - 8}q11 8 22 0", "none", f'stroke="{CREAM}" stroke-width="2.6"')
            for x, y, colour in ring
        )
    )


def media(tone: Tone, dice: Random) -> str:
    """A microphone and a camera on its legs."""
    return (
        room(tone, dice, "dots")
        + shadow(90, 90)
        + shadow(226, 120)
        + line("M226 104L190 160M226 104l36 56M226 104v56", STEEL, 5)
        + rect(176, 44, 92, 58, DEEP, 9)
        + path("M268 62l28-16v54l-28-16Z", DEEP)
        + circle(172, 72, 25, STEEL)
        + circle(172, 72, 17, TEAL)
        + circle(172, 72, 9, "#bfe0e6")
        + circle(167, 67, 3, WHITE)
        + rect(200, 28, 46, 16, STEEL, 5)
        + circle(252, 56, 4.6, BRICK)
        + rect(206, 56, 34, 22, SKY, 3)
        + group(
            rect(-9, -26, 18, 84, STEEL, 7)
            + circle(0, -46, 26, "#8a979b")
            + line("M-24-54h48M-26-44h52M-22-34h44M-10-70v48M2-72v52M13-68v44", "#6b777b", 1.8)
            + rect(-27, -28, 54, 9, STEEL, 4)
            + path("M-24 2h48v34h-48Z", BRICK)
            + star(0, 19, 11, CREAM),
            "translate(90 100)",
        )
        + line("M48 32q-12 20 0 40M34 24q-20 28 0 56M132 32q12 20 0 40M146 24q20 28 0 56", BRICK, 4, 'opacity=".75"')
    )


SCENES: dict[str, Scene] = {
    "guitar": guitar, "piano": piano, "choir": choir, "puppets": puppets, "masks": masks, "drums": drums,
    "accordion": accordion, "balalaika": balalaika, "violin": violin, "juggling": juggling, "media": media,
}  # fmt: skip

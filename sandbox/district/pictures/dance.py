"""Pictures of dance."""

from __future__ import annotations

from random import Random

from sandbox.district.pictures.canvas import (
    BRICK,
    CREAM,
    HONEY,
    PLUM,
    SAGE,
    SKIN,
    SKY,
    STEEL,
    TEAL,
    WHITE,
    Scene,
    Tone,
    at,
    circle,
    ellipse,
    face,
    line,
    note,
    path,
    rect,
    shadow,
    stage,
    star,
)


def dance(_tone: Tone, dice: Random) -> str:
    """A girl whirls in a sarafan."""
    dress = dice.choice((BRICK, TEAL, PLUM))
    return (
        stage("#8f4a55" if dress != BRICK else TEAL)
        + shadow(160, 120, 176)
        + line("M148 150l-6 22M172 150l10 20", SKIN, 8)
        + path("M136 170h16v8h-20ZM176 168l14-2 4 8-16 4Z", STEEL)
        + path("M144 84h32q8 30 62 60-30 22-78 22t-78-22q54-30 62-60Z", dress)
        + line("M84 142q76 34 152 0", HONEY, 6)
        + line("M92 132q68 28 136 0", CREAM, 2.4)
        + line("M160 86V160", HONEY, 3)
        + path("M142 70h36l2 24h-40Z", CREAM)
        + line("M146 76Q112 70 96 40M174 76Q210 74 226 44", CREAM, 12)
        + circle(94, 36, 7, SKIN)
        + circle(228, 40, 7, SKIN)
        + path("M228 38q18-22 34-10-8 16-34 10ZM94 34q-18-22-34-10 8 16 34 10Z", HONEY)
        + line("M178 52q20 16 14 44", "#8a5a36", 7)
        + circle(192, 98, 4, BRICK)
        + face(160, 50, 21, SKIN, "#8a5a36")
        + path("M136 44q-2-34 24-36 26 2 24 36-24-16-48 0Z", dress)
        + "".join(circle(x, y, 2.6, HONEY) for x, y in ((144, 32), (152, 22), (160, 18), (168, 22), (176, 32)))
    )


def chulpan(_tone: Tone, _dice: Random) -> str:
    """A Tatar dancer in a velvet waistcoat and an embroidered cap."""
    flounces = "".join(line(f"M{x} {y}" + "q9 8 18 0" * n, CREAM, 4) for x, y, n in ((97, 152, 7), (108, 138, 6)))
    return (
        stage(SAGE)
        + shadow(160, 116, 178)
        + line("M148 154v18M172 154v18", "#7d392e", 10)
        + path("M138 170h18v8h-22ZM166 170h18l4 8h-22Z", "#7d392e")
        + path("M142 92h36q8 36 50 64-30 14-68 14t-68-14q42-28 50-64Z", "#4f8a6b")
        + flounces
        + line("M146 80Q118 92 128 62M174 80Q210 78 218 46", CREAM, 12)
        + circle(130, 60, 7, SKIN)
        + circle(219, 43, 7, SKIN)
        + path("M138 70h44l6 46q-28 12-56 0Z", "#8c3341")
        + line("M160 72v48M140 110q20 9 40 0", HONEY, 3)
        + "".join(circle(x, y, 2.6, HONEY) for x, y in ((148, 84), (148, 98), (172, 84), (172, 98)))
        + line("M140 54q-16 24-8 50M180 54q16 24 8 50", "#2f2a28", 7)
        + face(160, 50, 21, SKIN, "#2f2a28")
        + path("M136 42q0-10 4-20 20-10 40 0 4 10 4 20-24-14-48 0Z", "#8c3341")
        + path("M182 26q24 6 18 40-4-20-20-24Z", WHITE, 'opacity=".8"')
        + "".join(circle(x, y, 2.4, HONEY) for x, y in ((146, 28), (153, 25), (160, 24), (167, 25), (174, 28)))
    )


def street(_tone: Tone, dice: Random) -> str:
    """A boy stands on one hand to the music."""
    shirt = dice.choice((BRICK, HONEY, TEAL))
    return (
        rect(0, 0, 320, 200, "#33404f")
        + "".join(rect(x, y, 34, 14, "#3b4a5b", 2) for y in range(4, 150, 18) for x in range(-20 + (y // 18 % 2) * 19, 320, 38))
        + path("M40 120q10-50 40-34t34-30 50 6 48-26 60 28 26 52Z", PLUM, 'opacity=".45"')
        + star(58, 46, 12, HONEY)
        + star(270, 98, 9, BRICK)
        + rect(0, 152, 320, 60, "#6d7278")
        + ellipse(160, 176, 96, 13, "#5a5f65")
        + line("M150 168Q152 148 150 126", SKIN, 12)
        + path("M140 166h22l4 8h-28Z", SKIN)
        + path("M132 126q18-40 52-46l22 18q-22 12-34 40Z", shirt)
        + line("M140 132Q118 126 112 104", SKIN, 11)
        + line("M186 84Q222 60 230 28", SKY, 16)
        + line("M194 92Q232 104 262 84", SKY, 16)
        + path("M222 26l4-20 24 4-4 18Z", CREAM)
        + path("M258 72l22-6 6 22-20 8Z", CREAM)
        + line("M228 8l20 4M282 68l6 20", BRICK, 4)
        + at(122, 142, face(0, 0, 21, SKIN, BRICK), turn=160)
        + note(48, 112, CREAM)
        + note(292, 52, CREAM, 0.9)
    )


SCENES: dict[str, Scene] = {"dance": dance, "chulpan": chulpan, "street": street}

"""Pictures of plants, animals, stars, experiments and the way through the forest."""

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
    WOOD,
    Scene,
    Tone,
    at,
    circle,
    ellipse,
    fir,
    group,
    line,
    meadow,
    night,
    path,
    rect,
    room,
    shadow,
    star,
)  # fmt: skip


def sprout(x: float, y: float, tall: float) -> str:
    """A young plant with its root at x, y."""
    return (
        line(f"M{x} {y}V{y - tall}", LEAF, 3.6)
        + path(f"M{x} {y - tall}q-20-2-22-18q20-2 22 18q2-22 24-20q-1 19-24 20Z", LEAF)
        + path(f"M{x} {y - tall * 0.5:g}q-15 0-17-12q15-1 17 12Z", "#93b873")
    )


def pot(x: float, y: float, colour: str, content: str) -> str:
    """A flower pot that stands at x, y."""
    return (
        content
        + path(f"M{x - 19} {y - 32}h38l-5 32h-28Z", colour)
        + rect(x - 22, y - 38, 44, 10, colour, 3)
        + ellipse(x, y - 37, 18, 3.4, BARK)
    )


def seedlings(tone: Tone, dice: Random) -> str:
    """Seedlings under lamps, and a flask with earth in water."""
    flask = (
        path("M-9-58h18v22l20 30q4 8-6 8h-46q-10 0-6-8l20-30Z", "#dbe9ea")
        + path("M-17-18h34l10 15q2 4-4 4h-46q-6 0-4-4Z", "#8d6b4c")
        + path("M-22-26q10-5 22 0t22 0l-5 10h-34Z", "#b7cfd0")
        + rect(-12, -62, 24, 6, "#c3d3d4", 3)
    )
    return (
        room(tone, dice, "dots" if dice.random() < 0.5 else "")
        + rect(44, 18, 184, 12, STEEL, 6)
        + path("M56 30h160l34 128H22Z", "#f6dd8b", 'opacity=".35"')
        + rect(58, 28, 156, 6, "#fbe9a6", 3)
        + shadow(136, 190)
        + pot(76, FLOOR, BRICK, sprout(76, 122, 38))
        + pot(136, FLOOR, TEAL, sprout(136, 122, 52))
        + pot(196, FLOOR, HONEY, sprout(196, 122, 30))
        + at(268, FLOOR, flask, 1.15)
        + line("M268 94V60", WOOD, 4)
        + path("M262 62q6-20 12 0Z", BRICK)
    )


def kitchen(tone: Tone, dice: Random) -> str:
    """Ice that does not sink, and milk that runs away."""
    return (
        room(tone, dice, "window" if dice.random() < 0.4 else "stripes")
        + shadow(84, 90)
        + shadow(214, 130)
        + path("M50 66h70l-8 92H58Z", WHITE, 'opacity=".75"')
        + path("M53 92h64l-6 62H59Z", SKY, 'opacity=".85"')
        + rect(60, 80, 24, 22, "#e9f6fa", 4, 'transform="rotate(-12 72 91)"')
        + rect(88, 84, 22, 20, "#f6fcfd", 4, 'transform="rotate(14 99 94)"')
        + line("M98 84L118 34", BRICK, 5)
        + "".join(circle(x, y, r, WHITE, 'opacity=".8"') for x, y, r in ((74, 130, 3), (92, 138, 2.4), (84, 118, 2), (100, 124, 3)))
        + rect(158, 96, 112, 60, BRICK, 8)
        + rect(150, 104, 10, 12, STEEL, 4)
        + rect(268, 104, 40, 10, STEEL, 5)
        + path("M152 98q-2-26 22-24 6-20 30-14 14-16 32 0 26-6 30 16 14 4 10 22Z", WHITE)
        + path("M170 92h20v44q0 9-9 9t-9-9ZM232 92h16v28q0 7-8 7t-8-7Z", WHITE)
        + circle(198, 84, 5, tone.faint)
        + circle(226, 76, 4, tone.faint)
        + circle(200, 120, 3, STEEL)
        + circle(222, 120, 3, STEEL)
        + circle(211, 130, 4, STEEL)
        + line("M192 44q-6-8 0-16M214 40q-6-8 0-16M236 44q-6-8 0-16", tone.faint, 4)
    )


def lynx(_tone: Tone, dice: Random) -> str:
    """A lynx looks out of the forest."""
    fur, dark = "#cf9a5f", "#a8754a"
    head = (
        path("M-58-18L-72-84l42 28ZM58-18L72-84l-42 28Z", fur)
        + path("M-56-30L-64-68l24 18ZM56-30L64-68l-24 18Z", "#f1d9b8")
        + line("M-72-84l-5-9M72-84l5-9", STEEL, 6)
        + path("M0-62q54 0 62 52l22 34-26 4-10 26-24-8Q14 62 0 62t-24-16l-24 8-10-26-26-4 22-34q8-52 62-52Z", fur)
        + path("M0-8q14 22 34 20-4 42-34 42t-34-42Q-14 14 0-8Z", "#f6e9d4")
        + path("M-11 14h22q-2 12-11 13-9-1-11-13Z", "#7c4a41")
        + line("M0 27v8q-8 8-16 4M0 35q8 8 16 4", "#7c4a41", 2.6)
        + ellipse(-26, -12, 12, 10, "#f3d774")
        + ellipse(26, -12, 12, 10, "#f3d774")
        + ellipse(-25, -12, 3.6, 9, STEEL)
        + ellipse(25, -12, 3.6, 9, STEEL)
        + line("M-40-22q12-10 26-2M40-22q-12-10-26-2", dark, 3.4)
        + line("M0-58v16M-14-56l4 14M14-56l-4 14", dark, 4)
        + line("M-30 26l-26-4M-30 33l-24 6M30 26l26-4M30 33l24 6", WHITE, 1.8)
        + "".join(circle(x, y, 2.6, dark) for x, y in ((-48, 6), (-54, 14), (48, 6), (54, 14), (-44, 16), (44, 16)))
    )
    return (
        meadow(dice)
        + "".join(
            fir(x, y, h, colour)
            for x, y, h, colour in (
                (54, 190, 150, "#48715a"),
                (100, 176, 110, "#5c8870"),
                (266, 190, 160, "#48715a"),
                (226, 176, 104, "#5c8870"),
            )
        )
        + at(160, 116, head, 1.02)
        + path(
            "M0 176q20-18 34-4 14-20 30 0 16-16 32 2 14-14 30 0 18-18 34 0 16-14 30 0 16-18 34 0 14-16 32 0 18-18 34-2 16-12 30 2v40H0Z",
            "#6f9a5f",
        )
        + circle(40, 180, 4, BRICK)
        + circle(50, 186, 4, BRICK)
        + circle(284, 182, 4, BRICK)
        + circle(274, 188, 4, BRICK)
    )


def microscope(tone: Tone, dice: Random) -> str:
    """A microscope, a spiral of life and a flask."""
    rungs = "".join(
        line(f"M{232 + dx:.0f} {y}h{w:.0f}", HONEY, 3)
        for y, dx, w in ((46, 4, 32), (60, 12, 16), (88, 12, 16), (102, 2, 36), (116, 4, 32), (144, 12, 16))
    )
    return (
        room(tone, dice, "dots")
        + shadow(110, 140)
        + rect(52, 146, 118, 13, DEEP, 5)
        + line("M124 146Q170 132 160 92T118 52", DEEP, 13)
        + rect(70, 118, 70, 9, STEEL, 3)
        + rect(86, 112, 34, 6, SKY, 2)
        + at(108, 74, rect(-12, -44, 24, 60, TEAL, 5) + rect(-9, -58, 18, 16, STEEL, 3) + rect(-8, 14, 16, 18, HONEY, 3), turn=-12)
        + circle(142, 62, 8, HONEY)
        + line("M236 30q34 26 6 46t-2 42 4 46", BRICK, 5)
        + line("M266 30q-34 26-6 46t2 42-4 46", TEAL, 5)
        + rungs
        + at(
            206,
            FLOOR,
            path("M-7-40h14v14l14 20q3 6-4 6h-34q-7 0-4-6l14-20Z", "#dbe9ea") + path("M-13-14h26l6 10q1 4-3 4h-32q-4 0-3-4Z", PLUM),
            0.95,
        )
    )


def birds(_tone: Tone, dice: Random) -> str:
    """A feeder with two visitors."""

    def bird(colour: str, belly: str) -> str:
        return (
            path("M-30 2l-20 12 22 4Z", colour)
            + ellipse(0, 0, 30, 21, colour)
            + path("M-10 12q18 16 34 0-4-16-16-16Z", belly)
            + circle(22, -14, 15, colour)
            + path("M12-8q14 10 24-2-4 14-22 10Z", WHITE)
            + path("M35-16l12 4-12 4Z", STEEL)
            + circle(27, -18, 2.4, STEEL)
            + line("M-2 20v10M8 20v10", STEEL, 2.4)
            + path("M-18-6q16-8 26 6-14 12-26-6Z", STEEL, 'opacity=".35"')
        )

    return (
        meadow(dice)
        + line("M-10 30Q120 52 330 18", BARK, 9)
        + line("M224 30l20-26M70 42l-16 26", BARK, 5)
        + line("M116 40L92 78M204 36l24 42", STEEL, 2)
        + path("M72 92L160 52l88 40Z", BRICK)
        + rect(88, 92, 9, 62, WOOD)
        + rect(223, 92, 9, 62, WOOD)
        + rect(70, 150, 180, 12, BARK, 3)
        + path("M110 150q44-14 92 0Z", "#d8b56b")
        + at(130, 124, bird(SKY, HONEY), 0.86)
        + group(at(0, 0, bird(BRICK, "#e6a99c"), 0.74), "translate(198 128) scale(-1 1)")
    )


def stars(_tone: Tone, dice: Random) -> str:
    """A telescope and Saturn."""
    return (
        night(dice)
        + circle(88, 56, 26, "#e2b877")
        + path("M64 48q26-8 48 6", "#cf9d5c", 'opacity=".7"')
        + group(ellipse(0, 0, 46, 9, "none", 'stroke="#f1ddb4" stroke-width="5"'), "translate(88 56) rotate(-16)")
        + path("M63 52a26 26 0 0 1 50-6q-26 12-50 6Z", "#e2b877")
        + star(160, 30, 7, HONEY)
        + star(30, 96, 5, HONEY)
        + star(212, 74, 5, HONEY)
        + line("M196 128L160 182M196 128L232 182M196 128V176", WOOD, 5)
        + at(
            196,
            112,
            rect(-58, -13, 96, 26, TEAL, 6)
            + rect(-78, -17, 28, 34, DEEP, 5)
            + rect(36, -8, 26, 16, STEEL, 4)
            + rect(-20, -13, 8, 26, HONEY),
            turn=24,
        )
        + circle(196, 126, 7, HONEY)
    )


def rabbit(tone: Tone, dice: Random) -> str:
    """A rabbit with a carrot, a tortoise on a visit."""
    fur = "#d9cbb8"
    hare = (
        ellipse(0, -34, 44, 38, fur)
        + circle(-38, -20, 12, WHITE)
        + path("M14-96q-26-52-8-60 16 0 18 56ZM36-98q6-54 24-52 12 10-8 58Z", fur)
        + path("M16-102q-16-38-8-46 8 6 10 44ZM40-104q6-38 14-40 6 8-6 40Z", "#e9b8ab")
        + circle(30, -78, 30, fur)
        + circle(22, -82, 3.4, STEEL)
        + circle(44, -82, 3.4, STEEL)
        + path("M29-72h9l-4.5 5Z", BRICK)
        + line("M33.5-67v5q-5 5-9 2M33.5-62q5 5 9 2", HAIR_LINE, 2)
        + ellipse(-8, -4, 26, 9, "#c9b9a3")
        + ellipse(32, -4, 18, 8, "#c9b9a3")
    )
    return (
        room(tone, dice, "window")
        + shadow(140, 130)
        + at(140, FLOOR, hare)
        + path("M196 150q26-14 52-4-20 16-52 4Z", "#dd8b45")
        + line("M248 146l14-10M248 147l17-1M248 148l13 7", LEAF, 4)
        + path("M40 158q4-34 34-34t34 34Z", SAGE)
        + line("M56 156l8-22 20 0 8 22M64 134l-8-6M84 134l8-6", "#557d69", 2.4)
        + circle(114, 148, 9, "#a9bf8a")
        + circle(117, 146, 1.8, STEEL)
        + rect(48, 154, 12, 7, "#a9bf8a", 3)
        + rect(88, 154, 12, 7, "#a9bf8a", 3)
    )


HAIR_LINE = "#7c5a45"


def numbers(tone: Tone, dice: Random) -> str:
    """A balance, an abacus and a puzzle."""
    beads = "".join(
        line(f"M24 {y}H118", STEEL, 2)
        + "".join(circle(x, y, 6.4, colour) for x in [33 + 13 * n for n in range(left)] + [109 - 13 * n for n in range(6 - left)])
        for y, left, colour in ((62, 4, BRICK), (82, 2, HONEY), (102, 5, TEAL), (122, 3, SAGE))
    )
    return (
        room(tone, dice, "dots")
        + shadow(72, 110)
        + shadow(226, 110)
        + rect(12, 42, 118, 114, WOOD, 6)
        + rect(22, 50, 98, 96, CREAM, 3)
        + beads
        + rect(186, 150, 80, 9, DEEP, 4)
        + rect(222, 50, 9, 104, DEEP, 3)
        + circle(226, 50, 8, HONEY)
        + line("M172 76L282 52", DEEP, 6)
        + line("M172 76l-18 40h36ZM282 52l-18 44h36Z", STEEL, 1.8)
        + path("M148 116h48q-6 16-24 16t-24-16Z", BRICK)
        + path("M258 96h48q-6 16-24 16t-24-16Z", SAGE)
        + rect(158, 98, 17, 17, HONEY, 2)
        + rect(176, 102, 13, 13, TEAL, 2)
        + circle(282, 88, 8, PLUM)
    )


def fossil(tone: Tone, dice: Random) -> str:
    """An ammonite in its stone, a hammer and a brush."""
    spiral = line("M0 0q8-10 15 0 2 17-17 17-23-3-21-25 6-27 34-23 33 8 28 43-10 37-51 31-40-12-36-57", BARK, 5)
    ribs = "".join(line(f"M0-{38 + n % 3}v-12", "#a8865d", 3, f'transform="rotate({24 * n})"') for n in range(15))
    return (
        room(tone, dice, "dots")
        + shadow(140, 200)
        + path("M42 158q-12-42 20-70t74-38 78 34 22 74Z", "#b9b2a6")
        + path("M42 158q-12-42 20-70l24 26 40-24 32 30 40-22 38 24q8 18 0 36Z", "#a8a094")
        + circle(140, 106, 44, "#dcc29a")
        + at(140, 106, ribs + spiral, 0.84)
        + at(268, 130, rect(-4, -60, 9, 86, WOOD, 4) + path("M-26-74h46l12 9-12 10h-46Z", STEEL), turn=14)
        + at(30, 146, rect(-3, -40, 7, 40, HONEY, 3) + path("M-8 0h17l3 14h-23Z", BARK), turn=-10)
    )


def dog(_tone: Tone, dice: Random) -> str:
    """A dog that waits for its ball."""
    coat, dark = "#cf9c62", "#a06f45"
    hound = (
        line("M40-16q30-6 26-40", coat, 10)
        + path("M-30 0q-10-60 18-84h34q28 34 26 84Z", coat)
        + path("M-14 0q-4-46 8-62h18q12 24 8 62Z", "#f4e3c8")
        + rect(-24, -10, 24, 12, coat, 6)
        + rect(14, -10, 26, 12, coat, 6)
        + ellipse(4, -104, 36, 32, coat)
        + path("M-30-122q-24 8-18 50 16 6 24-24ZM38-122q24 8 18 50-16 6-24-24Z", dark)
        + ellipse(4, -92, 18, 14, "#f4e3c8")
        + ellipse(4, -99, 7, 5, STEEL)
        + line("M4-94v6q-7 6-12 2M4-88q7 6 12 2", STEEL, 2.4)
        + path("M0-84h9v10q-5 6-9 0Z", BRICK)
        + circle(-10, -112, 3.6, STEEL)
        + circle(18, -112, 3.6, STEEL)
        + rect(-20, -76, 48, 8, TEAL, 4)
        + circle(4, -66, 5, HONEY)
    )
    return (
        meadow(dice, forest=False)
        + shadow(150, 120, 178)
        + at(146, 178, hound, 1.06)
        + circle(244, 168, 15, BRICK)
        + line("M231 162q13 8 27 0M234 177q10-8 20 0", CREAM, 2.4)
        + line("M34 178V118M58 178V118M24 130h44M24 150h44", WOOD, 6)
    )


SCENES: dict[str, Scene] = {
    "seedlings": seedlings, "kitchen": kitchen, "lynx": lynx, "microscope": microscope, "birds": birds, "stars": stars, "rabbit": rabbit,
    "numbers": numbers, "fossil": fossil, "dog": dog,
}  # fmt: skip

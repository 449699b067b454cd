"""Shapes, colours and rooms that all pictures are made of: a flat warm world of 320 × 200 units, with a floor at 158."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import cos, pi, sin
from random import Random

WIDTH, HEIGHT, FLOOR = 320, 200, 158

TEAL, DEEP, BRICK, HONEY, SAGE, PLUM, SKY = "#3f6f7a", "#2f5660", "#c8695a", "#e0b152", "#6f9b84", "#80648f", "#8fb7c9"
STEEL, CREAM, WHITE, WOOD, BARK, LEAF, FIR = "#2a3238", "#f4efe4", "#fffdf8", "#c99f6f", "#8a6244", "#7fa35f", "#4f7a5f"
SKIN, TAN, HAIR = "#f0cba8", "#dba983", "#5b4034"


@dataclass(frozen=True, slots=True)
class Tone:
    """The colours of a room: a wall, what is painted on it, a floor and its edge."""

    wall: str
    faint: str
    floor: str
    edge: str


TONES = (
    Tone("#efe6d6", "#e0d4bd", "#c99f6f", "#b0875a"),
    Tone("#e3ebdf", "#cfdcca", "#c2a679", "#a98c60"),
    Tone("#dfeaf0", "#c8dae4", "#bfa27c", "#a58863"),
    Tone("#f3e3dc", "#e6cfc5", "#bb8f73", "#a1775c"),
    Tone("#e8e3ef", "#d6cee3", "#b39a86", "#99816e"),
    Tone("#f5e8c8", "#e8d7a8", "#b98d5c", "#9f7547"),
)
Scene = Callable[[Tone, Random], str]
"""A picture: drawn in a tone, with small accidents by the dice."""


def rect(x: float, y: float, width: float, height: float, fill: str, round_: float = 0, extra: str = "") -> str:
    """A rectangle; `extra` is any other attributes."""
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{round_:g}" fill="{fill}" {extra}/>'


def circle(x: float, y: float, radius: float, fill: str, extra: str = "") -> str:
    """A filled circle."""
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{fill}" {extra}/>'


def ellipse(x: float, y: float, across: float, down: float, fill: str, extra: str = "") -> str:
    """A filled ellipse."""
    return f'<ellipse cx="{x:g}" cy="{y:g}" rx="{across:g}" ry="{down:g}" fill="{fill}" {extra}/>'


def path(d: str, fill: str, extra: str = "") -> str:
    """A filled shape."""
    return f'<path d="{d}" fill="{fill}" {extra}/>'


def line(d: str, stroke: str, width: float = 3, extra: str = "") -> str:
    """A line with round ends."""
    return f'<path d="{d}" fill="none" stroke="{stroke}" stroke-width="{width:g}" stroke-linecap="round" stroke-linejoin="round" {extra}/>'


def group(content: str, transform: str = "", extra: str = "") -> str:
    """Shapes moved, turned or scaled together."""
    return f'<g transform="{transform}" {extra}>{content}</g>'


def at(x: float, y: float, content: str, scale: float = 1, turn: float = 0) -> str:
    """Shapes drawn around a point of their own, put somewhere."""
    return group(content, f"translate({x:g} {y:g}) rotate({turn:g}) scale({scale:g})")


def shadow(x: float, width: float, y: float = FLOOR + 3) -> str:
    """What a thing throws on the floor it stands on."""
    return ellipse(x, y, width / 2, 4, STEEL, 'opacity=".18"')


def gear(x: float, y: float, radius: float, colour: str, hole: str, teeth: int = 9) -> str:
    """A toothed wheel with a hole."""
    step = 2 * pi * radius / teeth
    return (
        f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="none" stroke="{colour}" stroke-width="{radius * 0.3:.1f}" '
        f'stroke-dasharray="{step * 0.5:.2f} {step * 0.5:.2f}"/>' + circle(x, y, radius * 0.9, colour) + circle(x, y, radius * 0.38, hole)
    )


def star(x: float, y: float, radius: float, colour: str) -> str:
    """A star of five points."""
    points = [(x + r * sin(n * pi / 5), y - r * cos(n * pi / 5)) for n in range(10) for r in [radius if n % 2 == 0 else radius * 0.45]]
    return path("M" + "L".join(f"{px:.1f} {py:.1f}" for px, py in points) + "Z", colour)


def note(x: float, y: float, colour: str, size: float = 1) -> str:
    """A quaver."""
    return at(x, y, ellipse(0, 0, 6, 4.6, colour, 'transform="rotate(-20)"') + line("M5.2-1V-24q9 3 9 13", colour, 2.6), size)


def face(x: float, y: float, radius: float, skin: str, hair: str, mood: str = "smile") -> str:
    """A child's head; `mood` is smile or sing."""
    mouths = {"smile": line("M-7 9q7 6.5 14 0", HAIR, 2.5), "sing": ellipse(0, 11, 5, 6.5, "#8c3f3c")}
    head = (
        circle(0, 0, 25, skin)
        + path("M-26-1a26 26 0 0 1 52 0q-22 0-30-14-8 13-22 14Z", hair)
        + "".join(circle(side * 9, 2.5, 2.5, HAIR) + circle(side * 15.5, 8.5, 3.8, BRICK, 'opacity=".35"') for side in (-1, 1))
        + mouths[mood]
    )
    return at(x, y, head, radius / 25)


def fir(x: float, y: float, height: float, colour: str) -> str:
    """A fir standing at y."""
    wide = height * 0.3
    tiers = "".join(
        path(f"M{x:g} {y - height * top:g}L{x + wide * half:g} {y - height * foot:g}H{x - wide * half:g}Z", colour)
        for top, foot, half in ((1, 0.6, 0.6), (0.8, 0.34, 0.82), (0.56, 0.08, 1))
    )
    return rect(x - height * 0.04, y - height * 0.12, height * 0.08, height * 0.12, BARK) + tiers


def cloud(x: float, y: float, size: float = 1, colour: str = WHITE) -> str:
    """A small cloud."""
    return at(x, y, path("M-22 8a10 10 0 0 1 3-19 14 14 0 0 1 26-4 11 11 0 0 1 15 12 8 8 0 0 1-2 11Z", colour, 'opacity=".85"'), size)


def room(tone: Tone, dice: Random, decor: str = "") -> str:
    """A wall and a table; `decor` is gears, dots, window, flags, shelf or nothing."""
    made = rect(0, 0, WIDTH, HEIGHT, tone.wall)
    drawn: dict[str, Callable[[], str]] = {
        "": lambda: "",
        "gears": lambda: gear(62, 52, 38, tone.faint, tone.wall) + gear(132, 8, 24, tone.faint, tone.wall, 8),
        "dots": lambda: "".join(circle(dice.uniform(8, 312), dice.uniform(8, 140), dice.uniform(3, 9), tone.faint) for _ in range(16)),
        "window": lambda: _window(tone, dice.choice((18, 224))),
        "flags": _flags,
        "shelf": lambda: _shelf(tone, dice),
        "sun": lambda: circle(160, 100, 78, tone.faint),
        "stripes": lambda: "".join(rect(x, 0, 16, FLOOR, tone.faint, extra='opacity=".55"') for x in range(8, WIDTH, 40)),
    }
    return made + drawn[decor]() + rect(0, FLOOR, WIDTH, 60, tone.floor) + rect(0, FLOOR, WIDTH, 4, tone.edge)


def _window(tone: Tone, x: float) -> str:
    return (
        rect(x, 18, 78, 92, WHITE, 4)
        + rect(x + 5, 23, 68, 82, "#cfe3ea", 2)
        + path(f"M{x + 5} 84q18-16 34-4t34-6V105H{x + 5}Z", "#a9c6a1")
        + rect(x + 36.5, 20, 5, 88, WHITE)
        + rect(x + 3, 60, 72, 5, WHITE)
        + rect(x - 5, 109, 88, 6, tone.faint, 2)
    )


def _flags() -> str:
    colours = (BRICK, HONEY, SAGE, TEAL, PLUM)
    flags = "".join(
        path(f"M{x} {y:.1f}h22l-11 22Z", colours[n % 5])
        for n, x in enumerate(range(4, 320, 32))
        for y in [12 + 22 * sin((x + 11) / 320 * pi)]
    )
    return line("M0 10Q160 56 320 10", BARK, 1.6) + flags


def _shelf(tone: Tone, dice: Random) -> str:
    x, books = 186.0, ""
    while x < 296:
        wide, tall = dice.uniform(7, 13), dice.uniform(26, 40)
        books += rect(x, 62 - tall, wide, tall, dice.choice((BRICK, HONEY, SAGE, TEAL, PLUM, CREAM)), 1.5)
        x += wide + 1
    return books + rect(176, 62, 132, 6, tone.edge, 2)


def meadow(dice: Random, *, forest: bool = True) -> str:
    """A summer's day: sky, sun, hills, grass."""
    firs = "".join(fir(x, 128 + dice.uniform(0, 6), dice.uniform(38, 62), FIR) for x in (14, 40, 268, 296, 318)) if forest else ""
    return (
        rect(0, 0, WIDTH, HEIGHT, "#d9eaef")
        + circle(262, 42, 22, "#f3cf79")
        + cloud(70 + dice.uniform(-20, 20), 40)
        + cloud(178, 28, 0.7)
        + path("M0 122Q60 84 130 112T260 100T320 116V200H0Z", "#b7cfa4")
        + firs
        + path("M0 142Q90 122 180 138T320 134V200H0Z", "#93b57c")
    )


def snow(dice: Random) -> str:
    """A winter's day in the forest."""
    firs = "".join(
        fir(x, 118 + dice.uniform(-4, 6), dice.uniform(44, 76), dice.choice(("#5c8470", "#6d927d"))) for x in (12, 44, 78, 236, 270, 304)
    )
    flakes = "".join(circle(dice.uniform(0, 320), dice.uniform(0, 140), dice.uniform(1.2, 2.6), WHITE) for _ in range(34))
    return (
        rect(0, 0, WIDTH, HEIGHT, "#d3e2ea")
        + circle(70, 40, 18, "#f6ddb0")
        + path("M0 104Q80 70 170 100T320 88V200H0Z", "#e6eff3")
        + firs
        + path("M0 118Q70 104 150 122T320 112V200H0Z", WHITE)
        + flakes
    )


def night(dice: Random) -> str:
    """A clear night over hills."""
    lights = "".join(circle(dice.uniform(0, 320), dice.uniform(0, 110), dice.uniform(0.8, 2), "#f7e7bd") for _ in range(46))
    return (
        rect(0, 0, WIDTH, HEIGHT, "#2f4558")
        + circle(262, 38, 17, "#f4dfa8")
        + circle(255, 33, 15, "#2f4558")
        + lights
        + path("M0 130Q70 96 150 124T320 108V200H0Z", "#27414a")
        + "".join(fir(x, 138, h, "#213a3d") for x, h in ((16, 60), (46, 44), (286, 56), (310, 70)))
        + path("M0 150Q90 136 180 148T320 142V200H0Z", "#375a4b")
    )


def hall(tone: Tone) -> str:
    """A gymnasium: wall bars and a floor with lines."""
    bars = "".join(line(f"M14 {y}H74", tone.edge, 2.6) for y in range(26, 140, 13))
    return (
        rect(0, 0, WIDTH, HEIGHT, tone.wall)
        + rect(0, 118, WIDTH, 24, tone.faint)
        + line("M14 16V142M74 16V142", tone.edge, 4)
        + bars
        + rect(0, 142, WIDTH, 60, tone.floor)
        + path("M0 142h320v4H0z", tone.edge)
        + line("M-10 188L120 150H330", CREAM, 3, 'opacity=".75"')
    )


def stage(curtain: str = BRICK) -> str:
    """A stage with a curtain drawn aside and a beam of light."""
    folds = "".join(path(f"M{x} 0q6 90-2 158h14q6-80 0-158Z", "#000", 'opacity=".10"') for x in (8, 34, 262, 288))
    return (
        rect(0, 0, WIDTH, HEIGHT, "#3b3a4a")
        + path("M130-10h60l70 180H60Z", "#f8e6b8", 'opacity=".28"')
        + rect(0, FLOOR - 8, WIDTH, 60, "#9a7352")
        + "".join(line(f"M{160 + x * 40} {FLOOR - 8}L{160 + x * 70} 204", "#84603f", 2) for x in range(-4, 5))
        + ellipse(160, 172, 110, 16, "#f8e6b8", 'opacity=".30"')
        + path("M0 0h66q4 60-18 100t-22 66H0Z", curtain)
        + path("M320 0h-66q-4 60 18 100t22 66h26Z", curtain)
        + folds
        + path("M0 0h320v14q-20 16-40 0t-40 0-40 0-40 0-40 0-40 0-40 0-40 0Z", curtain)
        + path("M0 0h320v6H0Z", HONEY)
    )


def svg(content: Iterable[str]) -> str:
    """A whole picture."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">{"".join(content)}</svg>'

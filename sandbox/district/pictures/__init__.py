"""Pictures for the programmes, drawn by code: a scene for each theme, each programme's in a tone and with small accidents of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from random import Random

import resvg_py

from sandbox.district.pictures import craft, dance, music, natural, outdoors, people, sport, technical
from sandbox.district.pictures.canvas import TONES, Scene, svg

SCENES: dict[str, Scene] = {
    **technical.SCENES,
    **natural.SCENES,
    **sport.SCENES,
    **outdoors.SCENES,
    **music.SCENES,
    **dance.SCENES,
    **craft.SCENES,
    **people.SCENES,
}
"""All themes by the word that the district's files use."""
PIXELS = 960
"""The width of a picture, 16 : 10: twice what a telephone shows of it."""


def picture(theme: str, name: str) -> str:
    """A theme as SVG; `name` decides tone and accidents, the same each time. Raises `KeyError` for a theme that nobody drew."""
    dice = Random(f"{name} drawn")
    return svg([SCENES[theme](dice.choice(TONES), dice)])


def draw(folder: Path, themes: Mapping[str, str]) -> None:
    """Write `name.png` into the folder for each name and its theme."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, theme in themes.items():
        (folder / f"{name}.png").write_bytes(
            bytes(resvg_py.svg_to_bytes(svg_string=picture(theme, name), width=PIXELS, skip_system_fonts=True))
        )

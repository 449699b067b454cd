"""`python -m sandbox.district FILE.xlsx [--seed N]`: write the demonstration catalogue, with its pictures beside it."""

from __future__ import annotations

import argparse
from pathlib import Path

from sandbox.district.growth import SEED
from sandbox.district.workbook import write_catalogue


def main() -> None:
    """Read the command line and write the file."""
    parser = argparse.ArgumentParser(
        prog="python -m sandbox.district", description="Write the demonstration catalogue: an XLSX and its pictures."
    )
    parser.add_argument("file", type=Path, help="the XLSX to write; pictures go into the folder “pictures” beside it")
    parser.add_argument(
        "--seed", type=int, default=SEED, help="another seed grows another district around the same core (default: %(default)s)"
    )
    said = parser.parse_args()
    write_catalogue(said.file, said.seed)


if __name__ == "__main__":
    main()

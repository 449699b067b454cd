"""The demonstration district: an invented municipality with its clubs, written as the catalogue file that any municipality would write."""

from sandbox.district.workbook import write_catalogue

__all__ = ["write_catalogue"]

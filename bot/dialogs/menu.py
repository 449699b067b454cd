"""Commands and words that open a page from anywhere, and what becomes of a text that answers nothing."""

from __future__ import annotations

from bot.conversation.engine import Menu, Opener
from bot.model.link import to
from bot.model.text import _

MENU = Menu(
    commands={
        "start": to("home"),
        "home": to("home"),
        "menu": to("home"),
        "find": to("find"),
        "favourites": to("favourites"),
        "visits": to("visits"),
        "settlement": to("settlement"),
        "language": to("language"),
        "applications": to("applications", 0),
        "questions": to("myquestions", 0),
        "code": to("entercode"),
        "mydata": to("mydata"),
        "work": to("work"),
        "help": to("help"),
    },
    words=(
        (_("Start"), to("home")),
        (_("Home"), to("home")),
        (_("Menu"), to("home")),
        (_("Find a club"), to("find")),
        (_("Favourites"), to("favourites")),
        (_("Who comes to us"), to("visits")),
        (_("Where I live"), to("settlement")),
        (_("My applications"), to("applications", 0)),
        (_("My questions"), to("myquestions", 0)),
        (_("Enter a code"), to("entercode")),
        (_("My data"), to("mydata")),
        (_("My work"), to("work")),
        (_("Language"), to("language")),
        (_("Help"), to("help")),
    ),
    said=Opener("find", "words"),
    place=Opener("settlement", "point"),
)
"""The bot's menu."""

PROFILE = (
    _("Finds children's clubs near home, helps with the application, writes about changes. No name or phone is needed to search."),
    _("Children's clubs near home: find, compare, enrol."),
)
"""What a messenger shows before the first message, and on the bot's own page."""
COMMANDS = (
    ("find", _("Find a club")),
    ("favourites", _("Favourites")),
    ("visits", _("Who comes to us")),
    ("settlement", _("Where I live")),
    ("applications", _("My applications")),
    ("questions", _("My questions")),
    ("mydata", _("My data")),
    ("language", _("Language")),
    ("help", _("Help")),
)
"""What a messenger shows in its list of commands, in this order."""

"""The engine: event → tab → dialog → screen, inside one transaction; nothing here talks to a messenger."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from bot.conversation.arrival import Arrived, arrive
from bot.conversation.channel import Limits
from bot.conversation.dialog import Again, Dialogs, HandOver, Missing, Needed, Pending
from bot.conversation.event import Event, Left, Opened, Pressed, Returned, Said, SharedContact, SharedFile, SharedOther, SharedPlace
from bot.conversation.handover import DeepLink, carried, hand_over
from bot.conversation.language import Languages, Reader
from bot.conversation.question import DONE, DRAFT, Form, Unreadable, drafted, folded
from bot.conversation.screen import Button, Screen, apology
from bot.conversation.session import FOCUS, Answer, Session, load, new_token, read_answer
from bot.conversation.turn import NEED, OPENED, Here, Person, Turn
from bot.model.link import Link, parse, parse_deep, to
from bot.model.text import Words, _, lines
from storage import account as accounts
from storage import event as events
from storage.database import Tx

MOST_AGAIN = 5
"""How often a dialog may send itself back in one turn."""
MOST_ANSWERS, LONGEST_DRAFT = 200, 2000
"""Answers in one tab, and characters of an unfinished one: more are no form of ours, but somebody who sends made-up buttons."""
REFRESH = timedelta(minutes=10)
"""How stale an account's time of use may be before it is written again: what picks the messenger used last needs no more."""

HOME = to("home")


@dataclass(frozen=True, slots=True)
class Opener:
    """A dialog that takes what was typed or shared outside any question, as the answer to its question `question`."""

    dialog: str
    question: str


@dataclass(frozen=True, slots=True)
class Menu:
    """Words and commands that open a page from anywhere, and what becomes of a text or a place that answers nothing."""

    commands: Mapping[str, Link] = field(default_factory=dict)
    words: Sequence[tuple[Words, Link]] = ()
    said: Opener | None = None
    place: Opener | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a turn led to: the screen to show (or silence), where, to whom and in which language.

    `address` is a link or a tab (`.token`): rendered again it shows the same, as it is today. `asks` says that the screen is a
    question, whose buttons are taken off once something else is shown below it; `asked` is the message of the question before.
    `unwanted` is a message of the person with a file that nobody asked for: it may be a document, and is taken out of the chat.
    """

    screen: Screen | None
    language: str
    account: int
    person: int
    address: str = ""
    asks: bool = False
    asked: str | None = None
    live: int | None = None
    remembered: bool = False
    repeated: bool = False
    unwanted: str = ""


@dataclass(slots=True)
class _Shown:
    """What running a tab gave: a screen, the tab as it is now, and whether it must be kept."""

    screen: Screen
    session: Session
    person: Person
    kept: bool = False
    asks: bool = False
    live: int | None = None
    unwanted: str = ""


class Engine:
    """Turns one event into one outcome. Holds no state of its own: everything is in the transaction."""

    def __init__(self, dialogs: Dialogs, languages: Languages, channels: Mapping[str, Limits], menu: Menu, **about: Any) -> None:
        """Take the dialogs, the languages, and what each channel can and may; `about` are further fields of `Here`."""
        self.dialogs, self.languages, self.channels, self.menu, self.about = dialogs, languages, channels, menu, about
        self.handover: DeepLink | None = None
        """How a page is addressed in a channel; set once the channels are there, for conversations that go on elsewhere."""

    def here(self, channel: str) -> Here:
        """A channel as a dialog sees it."""
        return Here(channel, self.channels[channel], self.languages, channels=self.channels, **self.about)

    # ------------------------------------------------------------ one turn

    async def turn(self, tx: Tx, event: Event) -> Outcome:
        """Take an event: resolve it to a tab, run its dialog, keep what changed."""
        answer = read_answer(event.data) if isinstance(event, Pressed) else None
        here = self.here(event.channel)
        who = await arrive(tx, event, answer.token if answer else "", self.languages)
        if who.seen is not None and who.seen != "trying":
            return await self._repeat(tx, who, here)
        if isinstance(event, (Left, Returned)):
            await tx.run(accounts.REACHABLE, account=who.person.account, reachable=isinstance(event, Returned))
            await self._remember(tx, event, who, "", "shown")
            return Outcome(None, who.person.language, who.person.account, who.person.id)
        shown = await self._resolve(tx, event, answer, who, here)
        outcome = await self._keep(tx, who, shown, opens=answer is None and isinstance(event, (Pressed, Opened)))
        if outcome.remembered:
            await self._remember(tx, event, who, outcome.address, "taken")
        elif who.seen == "trying":
            await tx.run(events.FORGET, channel=event.channel, key=event.key)
        return outcome

    @staticmethod
    async def _remember(tx: Tx, event: Event, who: Arrived, address: str, state: str) -> None:
        await tx.run(
            events.TAKE, channel=event.channel, key=event.key, account=who.person.account, address=address, state=state, now=tx.now
        )

    async def _repeat(self, tx: Tx, who: Arrived, here: Here) -> Outcome:
        """The same event again: show where it led, unless that was shown; change nothing."""
        silent = Outcome(None, who.person.language, who.person.account, who.person.id, repeated=True)
        if who.seen != "taken":
            return silent
        return replace(await self.again(tx, who.person, here, who.seen_address), asked=who.asked, remembered=True, repeated=True)

    async def failed(self, tx: Tx, event: Event) -> Outcome:
        """After a turn that raised: write the event down as failed, so that it is not tried for ever, and apologise."""
        who = await arrive(tx, event, "", self.languages)
        await tx.run(events.FAIL, channel=event.channel, key=event.key, account=who.person.account, now=tx.now)
        screen = None if isinstance(event, (Left, Returned)) else apology()
        return Outcome(screen, who.person.language, who.person.account, who.person.id, str(HOME), asked=who.asked)

    async def again(self, tx: Tx, person: Person, here: Here, address: str) -> Outcome:
        """What an earlier turn led to, as it is today. What the dialog writes is thrown away and no tab ends: nobody pressed anything."""
        answer = read_answer(address)
        session = await load(tx, answer.token, person.id) if answer else None
        if session is not None and session.ended:
            shown = await self._finished(tx, session, person, here, keep=False)
        elif session is not None:
            shown = await self._run(tx, session, person, here, keep=False)
        else:
            shown = await self._open(tx, parse(address) or HOME, person, here, keep=False)
        if shown.kept and shown.session.stored is None:
            await shown.session.save(tx, tx.now)
        return Outcome(shown.screen, person.language, person.account, person.id, address, asks=shown.asks, live=shown.live)

    async def _keep(self, tx: Tx, who: Arrived, shown: _Shown, *, opens: bool) -> Outcome:
        """Write down the tab and the focus, where they changed.

        An event that only opens a page is remembered where it wrote something. An answer is remembered even where it changed nothing: after
        a stop it comes again, and would then undo a later answer, or be taken for the answer to a later question.
        """
        session, person = shown.session, shown.person
        if shown.kept:
            session.asking = session.asking if shown.asks else None
            await session.save(tx, tx.now)
        focus = session.token if shown.asks else None
        if focus != who.focus or tx.now - who.used > REFRESH or not who.reachable:
            await tx.run(accounts.FOCUS, account=person.account, focus=focus, now=tx.now)
        return Outcome(
            shown.screen,
            person.language,
            person.account,
            person.id,
            session.data if shown.kept else str(session.link),
            asks=shown.asks,
            asked=who.asked,
            live=shown.live,
            remembered=tx.wrote or not opens,
            unwanted=shown.unwanted,
        )

    # ------------------------------------------------------------ what an event is about

    async def _resolve(self, tx: Tx, event: Event, answer: Answer | None, who: Arrived, here: Here) -> _Shown:
        if isinstance(event, Pressed):
            return await self._pressed(tx, event, answer, who, here)
        if isinstance(event, Opened):
            return await self._opened(tx, event.payload, who, here)
        if isinstance(event, Said) and (menu := self._menu(event.text, who, here)) is not None:
            return await self._open(tx, menu, who.person, here)
        if (tab := who.session) is not None and tab.asking and not tab.ended and tab.stored and tx.now - tab.stored[3] < FOCUS:
            answered = await self._answered(tx, event, tab, who, here)
            if answered is not None:
                return answered
        return await self._unasked(tx, event, who, here)

    async def _pressed(self, tx: Tx, event: Pressed, answer: Answer | None, who: Arrived, here: Here) -> _Shown:
        if answer is None:
            link = parse(event.data)
            return await self._open(tx, link or HOME, who.person, here, note=None if link else _("That page has moved."))
        session = who.session
        if session is None:
            return await self._open(tx, HOME, who.person, here, note=_("That conversation is over."))
        if session.ended:
            return await self._finished(tx, session, who.person, here, note=_("Already done") if answer.question else None)
        self._take(session, answer)
        if answer.question == "<":
            return await self._back(tx, session, who.person, here)
        return await self._run(tx, session, who.person, here)

    @staticmethod
    def _take(session: Session, answer: Answer) -> None:
        """Write one pressed answer into the tab."""
        name, value = answer.question, answer.value
        if not name or name == "<" or (name not in session.answers and len(session.answers) >= MOST_ANSWERS):
            return
        if name.endswith(DRAFT):
            session.answers[name] = drafted(session.answers.get(name, ""), value)[:LONGEST_DRAFT]
        elif value == DONE:
            session.answers[name] = session.answers.get(name + DRAFT, "")
        elif value:
            session.answers[name] = value
        else:
            session.answers.pop(name, None)

    async def _finished(
        self, tx: Tx, session: Session, person: Person, here: Here, *, note: Words | None = None, keep: bool = True
    ) -> _Shown:
        """Where a finished tab led, as it is today: the page it ended at, or the tab that needed it."""
        while session.needed_by and (parent := await load(tx, session.needed_by, person.id)) is not None:
            session = parent
            if not session.ended:
                return await self._run(tx, session, person, here, note=note, keep=keep)
        return await self._open(tx, parse(session.ended or "") or HOME, person, here, note=note, keep=keep)

    async def _back(self, tx: Tx, session: Session, person: Person, here: Here) -> _Shown:
        """Forget the last question that was passed in this run, and ask it again."""
        turn = self._turn(tx, session, person, here)
        await self._attempt(tx, turn, keep=False)
        if turn.passed:
            session.answers.pop(turn.passed[-1], None)
        return await self._run(tx, session, person, here)

    async def _opened(self, tx: Tx, payload: str, who: Arrived, here: Here) -> _Shown:
        if not payload:
            return await self._open(tx, HOME, who.person, here)
        if (tab := await carried(tx, payload, who.person.id)) is not None:
            return await self._run(tx, tab, who.person, here)
        link = parse_deep(payload)
        note = None if link else _("That link does not lead anywhere any more.")
        return await self._open(tx, link or HOME, who.person, here, note=note, opened=True)

    def _menu(self, text: str, who: Arrived, here: Here) -> Link | None:
        """A command (`/find`, also `/find@bot`) or a word of the menu."""
        if text.startswith("/"):
            command = re.match(r"/(\w*)", text)
            return self.menu.commands.get(command[1].lower()) if command else None
        typed = folded(text)
        reader = self._reader(who.person.language, here)
        return next((link for words, link in self.menu.words if typed and typed == folded(self.languages.say(words, reader))), None)

    async def _answered(self, tx: Tx, event: Event, session: Session, who: Arrived, here: Here) -> _Shown | None:
        """Try what was typed or shared as the answer to the question in focus; `None` where it reads as no answer."""
        turn = self._turn(tx, session, who.person, here)
        asked = await self._attempt(tx, turn, keep=False)
        if not isinstance(asked, Pending):
            return None
        question, form = asked.question, Form(session.token, asked.name, session.answers)
        reader = self._reader(who.person.language, here)
        try:
            if isinstance(event, Said):
                found = question.typed(event.text, form, lambda words: self.languages.say(words, reader))
            else:
                raw = question.shared(event)
                found = None if raw is None else {question.name: raw}
        except Unreadable as unreadable:
            turn.note = unreadable.why
            return self._ask(turn, asked)
        if found is None:
            return None
        prefix = asked.name[: len(asked.name) - len(question.name)]
        for name, raw in found.items():
            if name == question.name:
                session.answers[prefix + name] = raw
            else:
                self._take(session, Answer(session.token, name, raw))
        return await self._run(tx, session, who.person, here)

    async def _unasked(self, tx: Tx, event: Event, who: Arrived, here: Here) -> _Shown:
        """Nobody asked for this: a text is a search, a place is looked up, the rest gets a kind word."""
        opener, raw = None, ""
        if isinstance(event, Said):
            opener, raw = self.menu.said, event.text.strip()[:200]
        elif isinstance(event, SharedPlace):
            # To a kilometre: it tells the settlement, and nobody asked for a home.
            opener, raw = self.menu.place, f"{event.latitude:.2f},{event.longitude:.2f}"
        if opener is None or not raw or raw.startswith("/"):
            shown = await self._open(tx, HOME, who.person, here, note=_kind_word(event))
            shown.unwanted = event.message if isinstance(event, SharedFile) else ""
            return shown
        form = who.session if who.session is not None and who.session.asking and not who.session.ended else None
        tab = self._tab(Link(opener.dialog), who.person, {opener.question: raw}, came_from=form.data if form else "")
        return await self._run(tx, tab, who.person, here)

    # ------------------------------------------------------------ running a dialog

    @staticmethod
    def _tab(
        link: Link, person: Person, answers: dict[str, str] | None = None, came_from: str = "", needed_by: str | None = None
    ) -> Session:
        return Session(new_token(), person.id, link, answers or {}, came_from, needed_by)

    def _turn(
        self,
        tx: Tx,
        session: Session,
        person: Person,
        here: Here,
        note: Words | None = None,
        *,
        delivering: bool = False,
    ) -> Turn:
        return Turn(tx, person, here, session.link, session, note=note, delivering=delivering)

    async def _open(
        self, tx: Tx, link: Link, person: Person, here: Here, *, note: Words | None = None, opened: bool = False, keep: bool = True
    ) -> _Shown:
        """Open a page in a tab of its own."""
        tab = self._tab(link, person, {OPENED: "1"} if opened else None)
        return await self._run(tx, tab, person, here, note=note, keep=keep)

    async def _attempt(self, tx: Tx, turn: Turn, *, keep: bool) -> Screen | Link | Pending | Needed | HandOver | Again | Missing:
        """Run the dialog once. Only a run that reaches its end keeps its writes, and only where `keep` says so."""
        found = self.dialogs.find(turn.link.name)
        arguments = found.arguments(turn.link) if found else None
        if found is None or arguments is None:
            return Missing()
        tx.mark()
        try:
            made = await found.function(turn, **arguments)
        except (Pending, Needed, HandOver, Again, Missing) as signal:
            await tx.rollback_to_mark()
            return signal
        except BaseException:
            await tx.rollback_to_mark()
            raise
        if keep:
            await tx.release_mark()
        else:
            await tx.rollback_to_mark()
        return made

    async def _run(self, tx: Tx, session: Session, person: Person, here: Here, *, note: Words | None = None, keep: bool = True) -> _Shown:
        """Run a tab's dialog until it shows something. What it writes counts only where `keep` says so."""
        for _attempt in range(MOST_AGAIN + 1):
            turn = self._turn(tx, session, person, here, note)
            made = await self._attempt(tx, turn, keep=keep)
            if isinstance(made, Again):
                session.answers.pop(made.name, None)
                note = made.why
            elif isinstance(made, Pending):
                session.asking = made.name
                return self._ask(turn, made)
            elif isinstance(made, Needed):
                session.asking = None
                if keep or session.stored is None:
                    await session.save(tx, tx.now)
                # Cancel leads to where this tab's own Cancel does: this tab itself would only open the needed dialog once more.
                tab = self._tab(made.link, person, came_from=self._cancel(session), needed_by=session.token)
                return await self._run(tx, tab, person, here, note=turn.note, keep=keep)
            elif isinstance(made, HandOver):
                session.asking = None
                screen = await hand_over(tx, turn, self.channels, self.handover)
                return _Shown(screen.noted(turn.note), session, person, kept=self._is_kept(turn))
            elif isinstance(made, Missing):
                if session.link == HOME:
                    msg = "the dialog `home` is missing"
                    raise RuntimeError(msg) from made
                return await self._open(tx, HOME, person, here, note=_("That page has moved."), keep=keep)
            elif isinstance(made, Link) or session.needed_by:
                return await self._end(tx, turn, made, here, keep=keep)
            else:
                return self._page(turn, made)
        msg = f"the dialog {session.link.name} keeps sending itself back"
        raise RuntimeError(msg)

    @staticmethod
    def _is_kept(turn: Turn) -> bool:
        """Whether a tab is kept: it asked something, was given something (a typed search), says so, or was kept before."""
        return bool(turn.passed) or turn.kept or turn.session.stored is not None or bool(turn.session.answers)

    def _page(self, turn: Turn, screen: Screen) -> _Shown:
        spared = screen.spared(personal_data=turn.here.limits.personal_data)
        return _Shown(spared.noted(turn.note), turn.session, turn.person, kept=self._is_kept(turn), live=turn.live)

    async def _end(self, tx: Tx, turn: Turn, made: Screen | Link, here: Here, *, keep: bool) -> _Shown:
        """Post, redirect, get: the tab ends at a page, or goes back to the tab that needed it."""
        session, person = turn.session, turn.person  # the dialog may have changed what it knows of the person
        ended = str(made) if isinstance(made, Link) else str(session.link)
        if keep and (turn.passed or turn.kept or session.stored is not None or session.needed_by):
            session.ended, session.asking = ended, None
            await session.save(tx, tx.now)
        if session.needed_by and (parent := await load(tx, session.needed_by, person.id)) is not None and not parent.ended:
            parent.answers[NEED + str(session.link)] = ended
            return await self._run(tx, parent, person, here, note=turn.note, keep=keep)
        return await self._open(tx, parse(ended) or HOME, person, here, note=turn.note, keep=keep)

    def _ask(self, turn: Turn, pending: Pending) -> _Shown:
        """A question as a screen: its options, then the one row of navigation."""
        session, question = turn.session, pending.question
        session.asking = pending.name
        form = Form(session.token, pending.name, session.answers)
        navigation = []
        if turn.passed:
            navigation.append(Button(_("‹ Back"), f".{session.token}.<."))
        navigation.append(Button(_("Cancel"), self._cancel(session)))
        text, rows, pager = question.lay_out(form, len(navigation))
        if turn.total is not None:
            text = lines(text, _("{at} of {total}").format(at=len(turn.passed) + 1, total=turn.total))
        if question.personal is not None:
            text = lines(text, question.personal)
        screen = Screen(text, (*rows, (*pager, *navigation)), request=question.request, document=question.document)
        screen = screen.spared(personal_data=turn.here.limits.personal_data)
        return _Shown(screen.noted(turn.note), session, turn.person, kept=True, asks=True)

    def _cancel(self, session: Session) -> str:
        """Where Cancel leads: the tab or page this tab was opened from, else the dialog's parent, else home."""
        if session.came_from:
            return session.came_from
        if session.link.tab:
            return f".{session.link.tab}"
        found = self.dialogs.find(session.link.name)
        if found is not None and found.parent is not None:
            return str(found.parent(**(found.arguments(session.link) or {})))
        return str(HOME)

    def _reader(self, language: str, here: Here) -> Reader:
        return Reader(language, here.limits.personal_data, lambda link: link.deep)

    # ------------------------------------------------------------ pages that the bot opens by itself

    async def page(self, tx: Tx, link: Link, person: Person, channel: str) -> Screen:
        """The page of a delivery: it asks and writes nothing. Raises the page's `Withdrawn` and `Missing`, `RuntimeError` where it asks."""
        turn = self._turn(tx, self._tab(link, person), person, self.here(channel), delivering=True)
        made = await self._attempt(tx, turn, keep=False)
        if isinstance(made, Missing):
            raise made
        if not isinstance(made, Screen):
            msg = f"a delivered page must only show: {link} gave {type(made).__name__}"
            raise RuntimeError(msg)  # noqa: TRY004 - what a dialog gave, not what was passed
        if turn.kept:
            msg = f"a delivered page keeps no tab: {link}"
            raise RuntimeError(msg)
        return made.spared(personal_data=turn.here.limits.personal_data)


def _kind_word(event: Event) -> Words | None:
    """What to say to something that answers nothing."""
    if isinstance(event, SharedOther):
        return _("I cannot listen or watch, but I understand what is typed: “drawing, 8 years old, on Saturdays”.")
    if isinstance(event, SharedFile):
        return _(
            "Please do not send documents into the chat: show them at the organisation. The file is not kept; "
            "if you still see the message, delete it."
        )
    if isinstance(event, SharedContact):
        return _("Nobody asked for a telephone number. I have not kept it.")
    if isinstance(event, Said) and event.text.startswith("/"):
        return _("There is no such command. Everything is in the buttons.")
    return None

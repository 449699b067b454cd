"""Consents: a separate document per purpose and per operator, kept word for word (152-FZ, art. 9; 156-FZ: apart from any other paper)."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from bot.services.family import own_family
from storage import family as table
from storage.database import Tx
from storage.family import ConsentRow, OperatorRow

__all__ = ["ConsentRow", "Document", "OperatorRow", "Purpose", "document", "give", "given", "of", "withdraw"]

Purpose = Literal["application", "news", "survey", "partner"]

_APPLICATION = """Согласие на обработку персональных данных

{who} даю согласие оператору: {operator}{address}{phone}.

Цель: {purpose}

Какие данные: {data}; выбранные программы и группы, ход заявок и переписка по ним.

Что с ними делают: собирают, записывают, хранят, уточняют, используют, передают сотрудникам оператора для решения по заявке, удаляют. \
По поручению оператора данные хранит в России тот, кто ведёт этот бот: {keeper}.

Срок: до отзыва согласия, но не дольше трёх лет после окончания обучения; документы о зачислении оператор хранит, сколько велит закон.

Отозвать согласие можно в любое время: в этом боте («Мои данные»), письмом или лично у оператора. После отзыва данные удаляют в течение \
30 дней, кроме тех, что оператор обязан хранить по закону. Без согласия подать заявление можно в самом учреждении или на Госуслугах.
"""
"""Template of the document; a lawyer of the region reads it before it is used. Its text in the language of the law is Russian."""
_GUARDIAN = {
    "who": "Я, законный представитель ребёнка,",
    "purpose": ("рассмотреть заявку на обучение ребёнка по дополнительной общеобразовательной программе, зачислить его и вести обучение."),
    "data": (
        "имя, отчество и телефон представителя, его учётная запись в мессенджере; имя, фамилия и дата рождения ребёнка, а если вы их "
        "укажете, населённый пункт, школа, класс, смена и номер сертификата"
    ),
}
_PUPIL = {
    "who": "Мне исполнилось 14 лет. Вместе с родителем или другим законным представителем, который даёт своё согласие отдельно, я",
    "purpose": "рассмотреть мою заявку на обучение по дополнительной общеобразовательной программе, зачислить меня и вести обучение.",
    "data": "моя учётная запись в мессенджере, мои имя, фамилия и дата рождения",
}
"""What somebody from 14 to 17 agrees to, beside a guardian (domain: 14–17, both)."""


@dataclass(frozen=True, slots=True)
class Document:
    """The words to agree to, and whose they are."""

    digest: str
    text: str
    operator: OperatorRow


async def document(tx: Tx, person: int, organisation: int, keeper: str) -> Document | None:
    """The document for applications to an organisation, in the words of a guardian or of a pupil; `None` where there is no such one.

    `keeper` is who runs this installation and keeps its data on the organisation's behalf.
    """
    operator = await tx.one(table.OPERATOR, organisation=organisation)
    if operator is None:
        return None
    said = _PUPIL if await tx.one(table.IS_PUPIL, person=person) else _GUARDIAN
    text = _APPLICATION.format(
        **said,
        operator=operator.full_name or operator.name,
        address=f", {operator.address}" if operator.address else "",
        phone=f", {operator.phone}" if operator.phone else "",
        keeper=keeper or "региональный центр",
    )
    return Document(sha256(text.encode()).hexdigest(), text, operator)


async def given(tx: Tx, person: int, purpose: Purpose, organisation: int | None) -> bool:
    """Whether a consent of this person stands."""
    return await tx.one(table.STANDING, person=person, purpose=purpose, organisation=organisation) is not None


async def give(tx: Tx, person: int, purpose: Purpose, paper: Document, channel: str) -> None:
    """Keep that a person agreed to exactly these words; twice is once."""
    if await given(tx, person, purpose, paper.operator.id):
        return
    own = await own_family(tx, person)
    about = {"purpose": purpose, "organisation": paper.operator.id, "digest": paper.digest}
    await tx.run(table.KEEP_TEXT, text=paper.text, now=tx.now, **about)
    await tx.run(table.GIVE, person=person, family=own.family if own else None, channel=channel, now=tx.now, **about)


async def of(tx: Tx, person: int) -> list[ConsentRow]:
    """All consents of a person, the newest first, those taken back included."""
    return await tx.all(table.CONSENTS, person=person)


async def withdraw(tx: Tx, person: int, number: int) -> bool:
    """Take a consent back; false where it is not theirs or was taken back before."""
    return await tx.run(table.WITHDRAW, consent=number, person=person, now=tx.now) > 0

"""The words that a catalogue file may use for each of our own values, with the spellings that other systems have.

The first word of each entry is the one that a template and an export write; the rest are accepted. Sources: the exchange dictionary of
the «Навигатор» systems (codes such as `tekhnicheskoe`), ПФДО's public answers and registries, and Order 629 (the six directions).
Words are compared in lower case, with «ё» as «е» and with every dash and space alike (`plain` in `mend.py`).
"""

from __future__ import annotations

from typing import Final

Vocabulary = dict[str, tuple[str, ...]]

DIRECTIONS: Final[Vocabulary] = {
    "technical": ("Техническая", "tekhnicheskoe", "техника", "научно-техническая", "техническая (робототехника)", "техническая (иная)"),
    "natural": ("Естественнонаучная", "estestvennonauchnoe", "естественно-научная", "природа", "эколого-биологическая"),
    "sport": ("Физкультурно-спортивная", "fizkulturno-sportivnoe", "fizkulturno_sportivnoe", "спорт", "спортивная"),
    "art": ("Художественная", "hudozhestvennoe", "творчество", "искусство", "художественно-эстетическая"),
    "tourism": (
        "Туристско-краеведческая",
        "turistsko-kraevedcheskoe",
        "turistsko_kraevedcheskoe",
        "туризм",
        "краеведение",
        "походы и краеведение",
    ),
    "social": (
        "Социально-гуманитарная",
        "socialno-gumanitarnoe",
        "socialno_gumanitarnoe",
        "общение и языки",
        "социально-педагогическая",
        "socialno-pedagogicheskoe",
        "socialno_pedagogicheskoe",
    ),
}
OLD_WORDS: Final = frozenset({"социально-педагогическая", "научно-техническая", "художественно-эстетическая", "эколого-биологическая"})
"""Names of directions from before 2020: understood, and said in the report."""

LEVELS: Final[Vocabulary] = {
    "starting": ("Стартовый", "initial", "ознакомительный", "стартовый (ознакомительный)"),
    "basic": ("Базовый", "базовая"),
    "advanced": ("Продвинутый", "углублённый", "продвинутый (углублённый)"),
    "mixed": ("Разноуровневая", "разноуровневый", "разные"),
    "none": ("Не применимо", "не указан", "нет", "без уровня"),
}
TYPES: Final[Vocabulary] = {
    "general": ("Общеразвивающая", "дополнительная общеразвивающая"),
    "preprof": ("Предпрофессиональная", "дополнительная предпрофессиональная"),
    "sport": ("Спортивная подготовка", "программа спортивной подготовки", "доп спортивной подготовки"),
}
MODES: Final[Vocabulary] = {
    "here": ("Очно", "очная", "обычная", "на месте"),
    "remote": ("Дистанционно", "дистанционная", "онлайн", "по видеосвязи", "online"),
    "visiting": ("Выездная", "приезжает", "мобильная", "выездной", "mobile"),
    "network": ("Сетевая", "сетевой"),
    "seasonal": ("Сезонная школа", "сезонная"),
    "correspondence": ("Заочная", "заочно", "заочная школа"),
    "trial": ("Проба", "профпроба", "социальная проба", "профессиональная проба"),
}
"""How a programme is taught: several may hold (a network programme with lessons by video). Not the law's «форма обучения»."""

GROUP_MODES: Final[Vocabulary] = {mode: MODES[mode] for mode in ("here", "remote", "visiting")}

PAYMENTS: Final[Vocabulary] = {
    "free": ("Бесплатно", "budget", "бюджет", "бюджетное", "бюджетное (бесплатное)", "муниципальное задание"),
    "certificate": ("Сертификат", "pfdod_certificate", "по сертификату", "сертификат пфдо", "сертификат пфдод", "социальный сертификат"),
    "paid": ("Платно", "private", "платное", "внебюджетное", "внебюджетное (платное)", "платное (частное)", "договор"),
}
PRICE_PER: Final[Vocabulary] = {
    "lesson": ("Занятие", "за занятие", "в занятие", "час", "за час"),
    "month": ("Месяц", "в месяц", "за месяц", "ежемесячно", "мес"),
    "year": ("Год", "в год", "за год", "учебный год", "за учебный год"),
    "course": ("Курс", "за курс", "за программу", "весь курс", "за смену"),
}
PROGRAMME_STATES: Final[Vocabulary] = {
    "published": ("Опубликована", "опубликовано", "действует", "открыта"),
    "draft": ("Черновик", "initial", "moderating", "модерация", "wait_for_editing", "ожидает правки"),
    "archived": ("В архиве", "архив", "archive", "снята", "закрыта"),
}
KINDS: Final[Vocabulary] = {
    "state": ("Государственная", "муниципальная", "государственная или муниципальная", "бюджетная"),
    "private": ("Частная", "частное", "ип", "нко", "ано", "ооо"),
}
ACTS: Final[Vocabulary] = {"order": ("Приказ", "приказом"), "contract": ("Договор", "договором")}
DOORS: Final[Vocabulary] = {
    "here": ("Здесь", "в боте", "у нас"),
    "elsewhere": ("В другой системе", "навигатор", "в навигаторе", "госуслуги", "не здесь"),
    "both": ("Здесь и в другой системе", "и там и там", "оба"),
}
CERTIFICATE_UNITS: Final[Vocabulary] = {"rouble": ("Рубли", "руб", "рубль", "₽"), "hour": ("Часы", "час", "часов")}
ENTRIES: Final[Vocabulary] = {
    "queue": ("Очередь", "по очереди", "по порядку заявок", "обычный"),
    "selection": ("Отбор", "по отбору", "конкурс", "конкурсный отбор", "прослушивание", "по итогам отбора"),
}
WEEKS: Final[Vocabulary] = {
    "every": ("Каждую неделю", "каждая", "еженедельно", "все"),
    "odd": ("Нечётные", "нечётная", "по нечётным"),
    "even": ("Чётные", "чётная", "по чётным"),
    "month": ("Раз в месяц", "ежемесячно"),
}
WEEKDAYS: Final[Vocabulary] = {
    "1": ("пн", "понедельник", "пон", "mon"),
    "2": ("вт", "вторник", "втор", "tue"),
    "3": ("ср", "среда", "wed"),
    "4": ("чт", "четверг", "чет", "thu"),
    "5": ("пт", "пятница", "пят", "fri"),
    "6": ("сб", "суббота", "суб", "sat"),
    "7": ("вс", "воскресенье", "воск", "sun"),
}
YES_NO: Final[Vocabulary] = {
    "yes": ("Да", "+", "1", "true", "есть", "нужна", "нужно", "yes"),
    "no": ("Нет", "-", "0", "false", "не нужна", "no"),
}

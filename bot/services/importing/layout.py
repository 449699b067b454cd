"""The one table layout in which a catalogue comes in, goes out and is offered as a template: its sheets and columns.

The reader, the export, the template and `docs/import.md` are all made from these tables. Titles and explanations are Russian, because
the file is: whoever fills it in works for a Russian municipality. English field names are accepted as headings too.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Final, Literal

from bot.services.importing import vocabulary as words
from bot.services.importing.vocabulary import Vocabulary

Kind = Literal[
    "text", "prose", "title", "code", "reference", "list", "languages", "one_of", "some_of", "yes_no", "whole", "decimal", "price",
    "age", "ages", "day", "moment", "clock", "weekdays", "lessons", "phone", "email", "site", "oktmo", "inn", "ogrn", "zone", "picture",
]  # fmt: skip
"""How a cell is read (`mend.py` has one function for each)."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the field it fills, its heading and how its cells are read.

    `limit` is the longest text in characters or the largest number; `required` holds for a new row (an existing one may leave the column
    out: it keeps what it has). `also` are other headings it is known by, foreign systems' included.
    """

    field: str
    title: str
    kind: Kind
    meaning: str
    example: str = ""
    required: bool = False
    limit: int = 0
    words: Vocabulary | None = dataclasses.field(default=None, hash=False)
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet (or one CSV file): a kind of thing the catalogue knows, one row each."""

    noun: str
    title: str
    meaning: str
    columns: tuple[Column, ...]
    also: tuple[str, ...] = ()

    def column(self, field: str) -> Column:
        """The column that fills a field; a field this sheet has not is a `KeyError`."""
        for column in self.columns:
            if column.field == field:
                return column
        raise KeyError(field)


def _code(example: str) -> Column:
    return Column(
        "code",
        "Код",
        "code",
        "Ваш постоянный код, латиница, цифры, дефис. По нему строка узнаётся при следующей загрузке; без него — по названию.",
        example,
        limit=64,
        also=("id", "код записи"),
    )


def _external(navigator: str = "", pfdo: str = "", *also: str) -> tuple[Column, ...]:
    return (
        Column(
            "navigator",
            "Код в Навигаторе",
            "code",
            "Номер в АИС «Навигатор»: по нему тоже узнаём строку.",
            navigator,
            limit=64,
            also=("uuid",),
        ),
        Column("pfdo", "Код в ПФДО", "code", "Номер на портале ПФДО.", pfdo, limit=64, also=also),
        Column("epgu", "Код на Госуслугах", "code", "Номер на Госуслугах (ЕПГУ).", "", limit=64),
    )


# One column after another reads better than one argument after another.
# fmt: off
_LATITUDE = Column("latitude", "Широта", "decimal", "Градусы, WGS 84; точка или запятая.", "57.9012", limit=90, also=("lat",))
_LONGITUDE = Column("longitude", "Долгота", "decimal", "Градусы, WGS 84.", "57.3344", limit=180, also=("lng", "lon"))
_ARCHIVED = Column("archived", "В архиве", "yes_no", "«Да» — больше не показывать. Чего нет в файле, загрузка не трогает.", "нет")
_PHONE = Column("phone", "Телефон", "phone", "Один или несколько через точку с запятой; можно с добавочным.", "8 (00000) 2-15-40",
    limit=200, also=("телефоны",))
_AGES = (
    Column("ages", "Возраст", "ages", "Сразу обе границы вместо двух следующих столбцов: «7–10», «6,5–9 лет», «от 14», «60–84 мес.».",
        "7–10"),
    Column("age_min", "Возраст от", "age", "Лет, можно с дробью: 6,5. Или месяцев со словом «мес.»", "7",
        also=("age_group_min", "минимальный возраст")),
    Column("age_max", "Возраст до", "age", "Лет, включительно: «10» — пока не исполнилось 11.", "10",
        also=("age_group_max", "максимальный возраст")),
)

MUNICIPALITIES: Final = Sheet(
    "municipality",
    "Муниципалитеты",
    "Округа и районы. Если он один, хватит одной строки, и в других листах его можно не указывать.",
    (
        _code("lazorye"),
        Column("name", "Название", "text", "Полное название.", "Лазорьевский муниципальный округ", required=True, limit=200,
            also=("name", "муниципалитет")),
        Column("oktmo", "ОКТМО", "oktmo", "8 или 11 цифр; потерянный первый ноль вернём.", "57999000"),
        Column("zone", "Часовой пояс", "zone", "Имя IANA или «UTC+5», «МСК+2».", "Asia/Yekaterinburg", required=True, also=("timezone",)),
        Column("certificate_unit", "Сертификат в", "one_of", "Рубли или часы.", "рубли", words=words.CERTIFICATE_UNITS),
        Column("certificate_nominal", "Номинал сертификата", "whole", "Рублей или часов в год.", "9600", limit=10_000_000),
        _PHONE,
        _ARCHIVED,
    ),
    also=("municipalities", "муниципалитет", "округа"),
)

SETTLEMENTS: Final = Sheet(
    "settlement",
    "Населённые пункты",
    "Где живут и где занимаются.",
    (
        _code("ust-ryazh"),
        Column("municipality", "Муниципалитет", "reference", "Код или название муниципалитета.", "lazorye", limit=200),
        Column("kind", "Вид", "text", "с., д., п., г., пгт …", "с.", limit=20, also=("тип",)),
        Column("name", "Название", "text", "Без вида: «Усть-Ряж».", "Усть-Ряж", required=True, limit=200, also=("населённый пункт",)),
        Column("where", "Где", "text", "Как говорят: «в Усть-Ряже».", "в Усть-Ряже", limit=200),
        Column("whence", "Откуда", "text", "Как говорят: «из Усть-Ряжа».", "из Усть-Ряжа", limit=200),
        Column("other_names", "Другие названия", "list", "Прежние и местные имена, частые ошибки, через точку с запятой.",
            "Усть Ряж; Устьряж", limit=200),
        Column("oktmo", "ОКТМО", "oktmo", "8 или 11 цифр.", "57999000121"),
        _LATITUDE,
        _LONGITUDE,
        Column("population", "Жителей", "whole", "Человек.", "1850", limit=30_000_000),
        Column("children", "Детей 5–17", "whole", "Человек.", "296", limit=10_000_000, also=("детей",)),
        Column("note", "Примечание", "text", "Что важно знать о дороге и месте.", "мост в стороне", limit=500),
        _ARCHIVED,
    ),
    also=("settlements", "населенные пункты", "пункты"),
)

ROADS: Final = Sheet(
    "road",
    "Дороги",
    "Расстояния по дороге между населёнными пунктами, в обе стороны одинаковые.",
    (
        Column("a", "Откуда", "reference", "Код или название населённого пункта.", "lazorye", required=True, limit=200,
            also=("от", "from")),
        Column("b", "Куда", "reference", "Код или название населённого пункта.", "ust-ryazh", required=True, limit=200,
            also=("до", "to")),
        Column("kilometres", "Километров", "decimal", "По дороге, не по прямой.", "11", required=True, limit=5000,
            also=("км", "расстояние")),
        Column("note", "Примечание", "text", "Автобус, паром, электричка.", "мост в стороне, по прямой 6 км", limit=500),
    ),
    also=("roads",),
)

ORGANISATIONS: Final = Sheet(
    "organisation",
    "Организации",
    "Кто ведёт занятия.",
    (
        _code("dom-tvorchestva"),
        *_external("1204", "22987", "organization_id"),
        Column("municipality", "Муниципалитет", "reference", "Код или название.", "lazorye", limit=200,
            also=("муниципальное образование",)),
        Column("name", "Название", "text", "Короткое, как в карточке.", "Дом творчества", required=True, limit=200,
            also=("краткое наименование", "публичное название", "publicname", "organization_name")),
        Column("full_name", "Полное название", "text", "Как в уставе.", "МБУ ДО «Дом творчества» Лазорьевского округа", limit=1000,
            also=("полное наименование", "fullname")),
        Column("kind", "Собственность", "one_of",
            "Государственная (и муниципальная) или частная: от этого зависит, в каких мессенджерах она вправе работать.", "муниципальная",
            words=words.KINDS),
        Column("type", "Вид организации", "text", "Например: организация дополнительного образования, общеобразовательная, ИП.",
            "организация дополнительного образования", limit=200, also=("тип", "typeorg", "institution_type_name")),
        Column("department", "Ведомство", "text", "Образование, культура, спорт …", "образование", limit=200, also=("departmentcode",)),
        Column("act", "Зачисляют", "one_of", "Приказом или договором.", "приказом", words=words.ACTS),
        Column("door", "Где подают заявку", "one_of", "Здесь, в другой системе (Навигатор, Госуслуги) или и там и там.", "здесь",
            words=words.DOORS),
        Column("licence", "Лицензия", "text", "Номер и дата.", "№ 035790 от 23.12.2014", limit=200, also=("license", "номер лицензии")),
        Column("inn", "ИНН", "inn", "10 или 12 цифр, сверяем контрольную.", "0012345673"),
        Column("ogrn", "ОГРН", "ogrn", "13 или 15 цифр, сверяем контрольную.", "1000000000120", also=("огрнип",)),
        Column("settlement", "Населённый пункт", "reference", "Код или название.", "lazorye", limit=200),
        Column("address", "Адрес", "text", "Без населённого пункта.", "ул. Садовая, 12", limit=500,
            also=("actualaddress", "фактический адрес", "origin_address")),
        _LATITUDE,
        _LONGITUDE,
        _PHONE,
        Column("email", "Почта", "email", "Один адрес.", "dom@example.org", limit=200,
            also=("e-mail", "электронная почта", "email адрес")),
        Column("site", "Сайт", "site", "С https:// или без.", "https://dom.example.org", limit=500, also=("site_url", "адрес сайта")),
        _ARCHIVED,
    ),
    also=("organizations", "organisations", "учреждения"),
)

PROGRAMMES: Final = Sheet(
    "programme",
    "Программы",
    "Что можно выбрать: одна строка — одна карточка.",
    (
        _code("shesteryonka"),
        *_external("7731", "1067001", "program_id"),
        Column("organisation", "Организация", "reference", "Код или название организации.", "dom-tvorchestva", required=True, limit=1000,
            also=("organization", "учреждение", "organization_name")),
        Column("name", "Название", "title", "Короткое, как в карточке.", "Робототехника «Шестерёнка»", required=True, limit=300,
            also=("программа", "наименование программы", "краткое наименование программы", "short_name", "program_name")),
        Column("full_name", "Полное название", "text", "Как в утверждённой программе.",
            "Дополнительная общеразвивающая программа «Шестерёнка»", limit=1000, also=("полное наименование", "fullname")),
        Column("announce", "Описание", "prose", "Одно-три предложения: что будет делать ребёнок.",
            "Собираем роботов и учим их не врезаться в стены.", limit=4000, also=("анонс", "аннотация", "annotation", "annotation_text")),
        Column("direction", "Направленность", "one_of", "Одна из шести; прежние названия понимаем.", "техническая", required=True,
            words=words.DIRECTIONS, also=("direction_name", "focuscode", "orientation_name")),
        Column("activities", "Виды деятельности", "list", "Через точку с запятой: по ним ищут.", "робототехника; конструирование",
            limit=100, also=("вид деятельности", "activity_names", "ключевые слова")),
        *_AGES,
        Column("level", "Уровень", "one_of", "Один; если их несколько — разноуровневая.", "стартовый", words=words.LEVELS,
            also=("program_level_name", "levelset")),
        Column("type", "Тип программы", "one_of", "Пусто — общеразвивающая.", "общеразвивающая", words=words.TYPES,
            also=("programtype", "program_kind_name", "вид программы")),
        Column("modes", "Как проходит", "some_of", "Можно несколько через точку с запятой. Пусто — очно.", "очно", words=words.MODES,
            also=("форма", "форма обучения", "education_form_name")),
        Column("payment", "Оплата", "some_of", "Можно несколько: «платно; сертификат».", "сертификат", required=True,
            words=words.PAYMENTS, also=("финансирование", "источник финансирования")),
        Column("price", "Цена", "price", "В рублях; можно «2 900 ₽ в месяц».", "4200", limit=10_000_000, also=("стоимость",)),
        Column("price_per", "Цена за", "one_of", "За что цена.", "год", words=words.PRICE_PER),
        Column("other_costs", "Другие расходы", "text", "За что ещё придётся заплатить.", "костюм около 3 000 ₽ раз в год", limit=500),
        Column("conditions", "Условия", "prose", "Вход без ступеней, автобус, согласие на выход …", "школьный автобус ждёт до 15:20",
            limit=1000),
        Column("bring", "Взять с собой", "text", "Что принести на занятие.", "сменная обувь и вода", limit=500),
        Column("equipment", "Оборудование", "text", "Что понадобится дома или что дадут.", "конструктор дадут", limit=500),
        Column("medical", "Нужна медсправка", "yes_no", "Справка врача для занятий.", "нет",
            also=("медсправка", "need_medical_certificate")),
        Column("adapted", "Адаптированная", "yes_no", "Программа для детей с особыми потребностями.", "нет",
            also=("ovz", "овз", "инклюзивная")),
        Column("languages", "Языки занятий", "languages", "Названия или коды через точку с запятой. Пусто — русский.",
            "русский; татарский", also=("язык", "язык занятий", "языки")),
        Column("teacher", "Педагог", "text", "Имя и отчество.", "Наталья Сергеевна", limit=200, also=("преподаватель",)),
        _PHONE,
        Column("page", "Страница", "site", "Адрес карточки в Навигаторе или на сайте.", "https://navigator.example.org/program/7731",
            limit=500, also=("source_url", "ссылка", "url")),
        Column("picture", "Картинка", "picture", "Имя файла PNG или JPEG рядом с таблицей, до 5 МБ.", "pictures/shesteryonka.png",
            limit=255),
        Column("state", "Состояние", "one_of", "Пусто — опубликована.", "опубликована", words=words.PROGRAMME_STATES,
            also=("статус", "status")),
    ),
    also=("programs", "programmes", "кружки"),
)

GROUPS: Final = Sheet(
    "group",
    "Группы",
    "Куда записывают: одна строка — одна группа одной программы.",
    (
        _code("shesteryonka-1"),
        *_external("", "551"),
        Column("programme", "Программа", "reference", "Код или название программы.", "shesteryonka", required=True, limit=300,
            also=("program", "программа", "кружок")),
        Column("organisation", "Организация", "reference", "Только если одинаково названные программы есть у разных организаций.", "",
            limit=1000, also=("organization",)),
        Column("name", "Название", "text", "Пусто — назовём «Группа 1», «Группа 2» …", "Группа 1", limit=200, also=("группа",)),
        Column("mode", "Как проходит", "one_of", "Очно, дистанционно или выездная. Пусто — очно.", "очно", words=words.GROUP_MODES,
            also=("форма",)),
        Column("settlement", "Населённый пункт", "reference",
            "Где занимается группа. Пусто — там же, где организация (кроме дистанционных).", "beryozovka", limit=200),
        Column("address", "Адрес", "text", "Пусто — адрес организации, если пункт тот же.", "ул. Мира, 5", limit=500),
        Column("room", "Кабинет", "text", "Этаж, зал, кабинет.", "второй этаж, кабинет 12", limit=200, also=("помещение", "office")),
        _LATITUDE,
        _LONGITUDE,
        *_AGES,
        Column("teacher", "Педагог", "text", "Если не тот же, что у программы.", "", limit=200),
        Column("size", "Мест всего", "whole", "Сколько детей в группе самое большее.", "12", limit=10_000,
            also=("мест", "size", "лимит")),
        Column("taken", "Занято", "whole", "Сколько мест уже занято.", "9", limit=10_000),
        Column("free", "Свободно", "whole", "Вместо «Занято»: сколько мест свободно.", "", limit=10_000,
            also=("свободных мест", "free_places_counter", "total_free_places")),
        Column("kept", "Держат для своих", "whole", "Из свободных: места для перехода своих учеников.", "0", limit=10_000),
        Column("waiting", "В очереди", "whole", "Сколько детей ждут.", "0", limit=100_000, also=("очередь",)),
        Column("size_min", "Наберут от", "whole", "Меньше этого группа не начнёт.", "8", limit=10_000, also=("минимум", "sizemin")),
        Column("starts", "Начало занятий", "day", "15.09.2026, 2026-09-15 или «15 сентября 2026».", "15.09.2026",
            also=("дата начала", "datebegin", "start_date")),
        Column("ends", "Конец занятий", "day", "Так же.", "31.05.2027", also=("дата окончания", "dateend", "end_date")),
        Column("lessons", "Когда", "lessons",
            "Коротко вместо листа «Расписание»: «вт, чт 16:00–17:30; сб 10:00–13:00», «12–14 октября 2026 14:30–17:30».",
            "вт, чт 16:00–17:30", limit=1000, also=("дни и время", "время занятий")),
        Column("timetable_note", "О расписании", "text", "Словами, если сеткой не выразить.", "время уточнят к 10 сентября", limit=500),
        Column("preliminary", "Расписание предварительное", "yes_no", "«Да» — ещё изменится.", "нет"),
        Column("entry", "Приём", "one_of", "Очередь (кто раньше) или отбор. Пусто — очередь.", "очередь", words=words.ENTRIES),
        Column("entry_note", "О приёме", "text", "Прослушивание, нормативы, вступительная работа.", "", limit=500),
        Column("enrolment_from", "Запись с", "moment", "День и время по месту; без времени — с начала дня.", "01.09.2026 10:00",
            also=("orderfrom",)),
        Column("enrolment_to", "Запись до", "moment", "Без времени — до конца дня.", "", also=("orderto",)),
        Column("locked", "Запись закрыта", "yes_no", "«Да» — заявок не принимают.", "нет", also=("islocked",)),
        _ARCHIVED,
    ),
    also=("groups",),
)

TIMETABLE: Final = Sheet(
    "timetable",
    "Расписание",
    "Занятия групп. Все строки одной группы вместе заменяют её прежнее расписание.",
    (
        Column("group", "Группа", "reference", "Код группы или её название (тогда нужна и программа).", "shesteryonka-1", required=True,
            limit=200),
        Column("programme", "Программа", "reference", "Код или название программы, если группа указана названием.", "", limit=300,
            also=("program",)),
        Column("weekdays", "Дни недели", "weekdays", "«вт, чт», «пн–пт». Или дата в следующем столбце.", "вт, чт",
            also=("день недели", "день", "weekday", "week_day")),
        Column("day", "Дата", "day", "Для приездов и сезонных школ.", ""),
        Column("last_day", "По дату", "day", "Последний день, если дней подряд несколько.", "", also=("последний день",)),
        Column("starts", "Начало", "clock", "9:00, 9.00 или 900.", "16:00", also=("время начала", "timestart", "start_time")),
        Column("ends", "Конец", "clock", "Так же.", "17:30", also=("время окончания", "timeend", "end_time")),
        Column("weeks", "Недели", "one_of", "Пусто — каждую.", "каждую неделю", words=words.WEEKS, also=("чётность",)),
        Column("place", "Место", "text", "Если занятие не там же, где вся группа.", "", limit=500, also=("где",)),
    ),
    also=("timetable", "schedule"),
)  # fmt: skip
# fmt: on

SHEETS: Final = (MUNICIPALITIES, SETTLEMENTS, ROADS, ORGANISATIONS, PROGRAMMES, GROUPS, TIMETABLE)
"""All sheets, in the order in which they build on one another."""

BY_NOUN: Final = {sheet.noun: sheet for sheet in SHEETS}

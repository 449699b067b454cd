"""Configuration: `config.toml` and the environment become frozen settings, or one line that says what to mend."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from bot.conversation.channel import Policy

PREFIX = "KRUZHOK_"
"""Every variable of the bot begins with it; `__` stands between levels: `KRUZHOK_VK__GROUP_ID` is `vk.group_id`."""

CONFIG = "KRUZHOK_CONFIG"
"""The variable that names another file than `config.toml` in the working directory."""

LOCALES = Path(__file__).parent.parent / "locales"
"""The catalogues of translations: part of the program, not a setting."""

_TESTS = "KRUZHOK_TEST_"
_PROXIES = {"http", "https", "socks4", "socks5"}
_DATABASES = {"sqlite+aiosqlite", "postgresql+asyncpg"}
_COMMUNITY = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")


class ConfigError(Exception):
    """The configuration cannot be used; the text is one line that names the key or variable and says what to do."""


class _Misplaced(ValueError):
    """A complaint about several keys at once; `key` is the one to mend."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(sentence)
        self.key = key


def _split(url: str) -> SplitResult:
    """Take an address apart. Raises `ValueError` that quotes nothing of it: there may be a password inside."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ValueError("this is not an address") from None
    return parts


def _api(url: str) -> str:
    parts = _split(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("an address such as https://example.org is expected")
    return url.rstrip("/")


def _page(url: str) -> str:
    if url and (_split(url).scheme != "https" or url.count("{id}") != 1 or url.count("{") != 1):
        raise ValueError("an address such as https://example.org/program/{id} is expected")
    return url


def _address(url: str) -> str:
    if url and _split(url).scheme != "https":
        raise ValueError("an address such as https://example.org/appeal is expected")
    return url


def _proxy(url: str) -> str:
    parts = _split(url)
    if url and (parts.scheme not in _PROXIES or not parts.hostname or not parts.port):
        raise ValueError("an address such as socks5://127.0.0.1:1080 or http://user:password@proxy.example:3128 is expected")
    return url


def _database(url: str) -> str:
    parts = _split(url)
    if parts.scheme not in _DATABASES or (parts.scheme.startswith("sqlite") and parts.path in {"", "/", "/:memory:"}):
        raise ValueError("sqlite+aiosqlite:///kruzhok.db (a file) or postgresql+asyncpg://user:password@host/name is expected")
    return url


def _language(code: str) -> str:
    if not _LANGUAGE.fullmatch(code):
        raise ValueError("the code of a language such as ru or en is expected")
    return code


def _community(name: str) -> str:
    if not _COMMUNITY.fullmatch(name):
        raise ValueError("a community is named with small Latin letters and digits: art, school_7")
    return name


Api = Annotated[str, AfterValidator(_api)]
"""An address of a messenger's API, without a slash at its end."""

Page = Annotated[str, AfterValidator(_page)]
"""The address of a programme's page, with `{id}` in it; empty: none."""

WebAddress = Annotated[str, AfterValidator(_address)]
"""An address on the web that begins with https://; empty: none."""

Proxy = Annotated[str, AfterValidator(_proxy), Field(repr=False)]
"""An HTTP or SOCKS proxy, perhaps with a password; empty: none."""

DatabaseUrl = Annotated[str, AfterValidator(_database), Field(repr=False)]
"""A SQLAlchemy URL, perhaps with a password."""


class Section(BaseModel):
    """A part of the settings: known keys only, never changed, never quoting a value in an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, validate_default=True)


class TelegramPolicy(Section):
    """What Telegram carries, by kind of organisation.

    State and municipal bodies and their institutions may exchange nothing with citizens through a foreign messenger (41-FZ, since
    1 June 2025); private organisations may.
    """

    state: Policy = "off"
    private: Policy = "full"


class VkPolicy(Section):
    """What VK carries, by kind of organisation."""

    state: Policy = "full"
    private: Policy = "full"


class Telegram(Section):
    """The Telegram bot; off without a token."""

    token: SecretStr = SecretStr("")
    api_url: Api = "https://api.telegram.org"
    proxy: Proxy = ""
    personal_data: bool = False
    policy: TelegramPolicy = TelegramPolicy()


class Community(Section):
    """One more VK community of the same installation; off without a token."""

    token: SecretStr = SecretStr("")
    group_id: int = Field(default=0, ge=0)
    organisation: str = ""
    screen_name: str = ""


class Vk(Section):
    """VK: one community here, further ones in `communities` by a short name; what is not theirs is common to all."""

    token: SecretStr = SecretStr("")
    group_id: int = Field(default=0, ge=0)
    organisation: str = ""
    screen_name: str = ""
    api_url: Api = "https://api.vk.ru"
    personal_data: bool = True
    policy: VkPolicy = VkPolicy()
    communities: Mapping[Annotated[str, AfterValidator(_community)], Community] = {}

    def channels(self) -> dict[str, Community]:
        """Name the channels that are on, those with a token: `vk`, `vk/dt` for `[vk.communities.dt]` and so on."""
        own = Community(token=self.token, group_id=self.group_id, organisation=self.organisation, screen_name=self.screen_name)
        named = {"vk": own} | {f"vk/{name}": community for name, community in self.communities.items()}
        return {name: community for name, community in named.items() if community.token}

    @model_validator(mode="after")
    def _numbered(self) -> Vk:
        for name, community in self.channels().items():
            if not community.group_id:
                key = "vk.group_id" if name == "vk" else f"vk.communities.{name.removeprefix('vk/')}.group_id"
                raise _Misplaced(key, "the community's number is needed beside its token")
        return self


class Pages(Section):
    """Where a programme's page is in other systems, with `{id}` in the place of its number there; empty: no button."""

    navigator: Page = ""
    pfdo: Page = ""
    epgu: Page = ""
    appeal: WebAddress = ""
    """The official form of an appeal to the municipality, without `{id}`."""

    def known(self) -> dict[str, str]:
        """The systems that have an address."""
        return {system: page for system, page in self.model_dump().items() if page}


class Database(Section):
    """Where everything is kept."""

    url: DatabaseUrl = "sqlite+aiosqlite:///kruzhok.db"


class Files(Section):
    """Where pictures and documents are kept."""

    path: Path = Path("files")


class ClockSettings(Section):
    """The sandbox's hand on the bot's time; empty everywhere else."""

    shift_file: str = ""


class LogSettings(Section):
    """What is logged, and how it looks."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "text", "json"] = "auto"


class Settings(Section):
    """Everything an installation can set. Built by `load`, or directly where the environment must not matter (tests)."""

    language: Annotated[str, AfterValidator(_language)] = "ru"
    region_name: str = ""
    keeper_name: str = ""
    pages: Pages = Pages()
    telegram: Telegram = Telegram()
    vk: Vk = Vk()
    database: Database = Database()
    files: Files = Files()
    clock: ClockSettings = ClockSettings()
    log: LogSettings = LogSettings()

    @model_validator(mode="after")
    def _only_the_sandbox_moves_time(self) -> Settings:
        urls = [self.telegram.api_url] * bool(self.telegram.token) + [self.vk.api_url] * bool(self.vk.channels())
        if self.clock.shift_file and not all(map(_is_loopback, urls)):
            raise _Misplaced("clock.shift_file", "only a sandbox moves the time: every messenger's api_url must be on this machine")
        return self

    def secrets(self) -> list[str]:
        """Every token and password, for the log to mask; a password also as it reads behind its %-signs."""
        tokens = [self.telegram.token, self.vk.token, *(community.token for community in self.vk.communities.values())]
        passwords = [_split(url).password or "" for url in (self.telegram.proxy, self.database.url)]
        return [secret for secret in (*(token.get_secret_value() for token in tokens), *passwords, *map(unquote, passwords)) if secret]


class _Sources(Settings, BaseSettings):
    """The same settings, read from the environment over the file."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__", env_ignore_empty=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take the environment first, then the file, and nothing else."""
        del init_settings, dotenv_settings, file_secret_settings
        return env_settings, TomlConfigSettingsSource(settings_cls, toml_file=config_file())


def config_file() -> Path:
    """The file that settings are read from: `KRUZHOK_CONFIG`, else `config.toml` here; the latter need not exist."""
    return Path(os.environ.get(CONFIG) or "config.toml")


def sources() -> str:
    """Where the settings come from, by name and without a value: `config.toml; KRUZHOK_TELEGRAM__TOKEN, KRUZHOK_VK__TOKEN`."""
    file = config_file()
    variables = ", ".join(PREFIX + name for name in sorted(_variables()))
    return f"{file if file.exists() else f'no file {file}'}; {variables or 'no variables'}"


def load() -> Settings:
    """Read the settings: the environment, over the file, over the defaults. An empty variable is the same as none.

    Raises `ConfigError`: an unknown key or variable, a bad value, a secret in the file, an unreadable file.
    """
    variables = {key.replace("__", ".").lower(): PREFIX + key for key in _variables()}
    for key, variable in variables.items():
        if not _is_known(key):
            raise ConfigError(f"{variable}: there is no such setting{_nearest(variable, map(variable_of, keys()))}")
    for key, value in _flat(_read(config_file())):
        place = f"{config_file()}: {key}"
        if not _is_known(key) and not (value == {} and _is_section(key)):
            raise ConfigError(f"{place}: there is no such setting{_nearest(key, keys())}")
        if value and (key.endswith(".token") or (key in _MAY_HOLD_PASSWORDS and _holds_password(value))):
            raise ConfigError(f"{place} is a secret and does not belong in a file: set {variable_of(key)} instead")
    try:
        return Settings(**dict(_Sources()))
    except ValidationError as error:
        raise _named(error, variables) from None


def keys(section: type[BaseModel] = Settings, above: str = "") -> Iterator[str]:
    """Every key there is, dotted: `telegram.api_url`; the name of a community is `<name>`."""
    for name, field in section.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from keys(field.annotation, f"{above}{name}.")
        elif name == "communities":
            yield from keys(Community, f"{above}{name}.<name>.")
        else:
            yield above + name


def variable_of(key: str) -> str:
    """The environment's name of a key: `vk.group_id` is `KRUZHOK_VK__GROUP_ID`."""
    return PREFIX + key.replace(".", "__").upper()


_MAY_HOLD_PASSWORDS = {"telegram.proxy", "database.url"}
_KNOWN = frozenset(keys())


def _variables() -> list[str]:
    """Our variables without their prefix; those of the tests and the name of the file are not settings."""
    ours = (name for name, value in os.environ.items() if value and name.startswith(PREFIX))
    return [name.removeprefix(PREFIX) for name in ours if name != CONFIG and not name.startswith(_TESTS)]


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if os.environ.get(CONFIG):
            raise ConfigError(f"{CONFIG}: there is no file {path}") from None
        return {}
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError as error:  # not TOML, or not UTF-8
        raise ConfigError(f"{path} is not a TOML file: {error}") from None


def _flat(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{above}{name}.")
        else:
            yield above + name, value


def _is_known(key: str) -> bool:
    return re.sub(r"^vk\.communities\.[^.]+", "vk.communities.<name>", key) in _KNOWN


def _is_section(key: str) -> bool:
    return key == "vk.communities" or any(known.startswith(f"{key}.") for known in _KNOWN)


def _nearest(wrong: str, right: Iterable[str]) -> str:
    found = get_close_matches(wrong, right, n=1)
    return f"; did you mean {found[0]}?" if found else ""


def _holds_password(url: object) -> bool:
    try:
        return _split(str(url)).password is not None
    except ValueError:
        return False  # not an address at all: refused later, with its own sentence


def _named(error: ValidationError, variables: Mapping[str, str]) -> ConfigError:
    """Turn the first of pydantic's complaints into a line that names the variable or the file's key."""
    first = error.errors(include_url=False, include_input=False)[0]
    own = first.get("ctx", {}).get("error")
    key = ".".join(str(part) for part in first["loc"] if part != "[key]")
    if isinstance(own, _Misplaced):
        key = own.key
    place = variables.get(key) or (f"{config_file()}: {key}" if key in dict(_flat(_read(config_file()))) else variable_of(key))
    return ConfigError(f"{place}: {own or first['msg']}")


def _is_loopback(url: str) -> bool:
    host = _split(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False  # a name that is not an address

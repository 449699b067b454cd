"""The settings: where they come from, what is refused and in which words, and that config.toml tells the truth about them."""

from __future__ import annotations

import os
import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from bot.config import Community, ConfigError, Settings, Telegram, Vk, keys, load, variable_of

TOKEN = "123456789:AAF_invented_invented_invented_inven"
ROOT = Path(__file__).parent.parent
SHIPPED = (ROOT / "config.toml").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _empty_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file and no variable of ours."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith("KRUZHOK_"):
            monkeypatch.delenv(name)


def refusal(text: str = "", **variables: str) -> str:
    """What `load` says to this file and these variables."""
    Path("config.toml").write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        with pytest.raises(ConfigError) as refused:
            load()
    sentence = str(refused.value)
    assert "\n" not in sentence
    return sentence


def test_nothing_set_gives_the_defaults() -> None:
    assert load() == Settings()


def test_the_shipped_file_changes_nothing() -> None:
    Path("config.toml").write_text(SHIPPED, encoding="utf-8")
    assert load() == Settings()


def test_the_shipped_file_names_every_key_with_its_default_and_a_comment() -> None:
    awake = re.sub(r"^#(?=\w+ = |\[)", "", SHIPPED, flags=re.MULTILINE)
    table = tomllib.loads(awake)
    table["vk"]["communities"]["<name>"] = table["vk"]["communities"].pop("school")
    defaults = Settings(vk=Vk(communities={"school": Community()})).model_dump(mode="json")
    defaults["vk"]["communities"]["<name>"] = defaults["vk"]["communities"].pop("school")
    assert table == defaults

    lines = awake.splitlines()
    for above, line in pairwise(lines):
        if re.match(r"\w+ = ", line):
            assert above.startswith("# "), f"{line} has no comment"


def test_the_shipped_file_names_the_variable_of_each_secret() -> None:
    for key in keys():
        if key.endswith(".token"):
            assert variable_of(key.replace("<name>", "school")) in SHIPPED


def test_the_readme_has_a_row_for_every_key() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme[readme.index("| key |") : readme.index("`KRUZHOK_CONFIG`")]
    for key in keys():
        section, _, name = key.rpartition(".")
        assert f"`{key}`" in table or (f"`{section}." in table and f"`.{name}`" in table), key


def test_the_environment_goes_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("config.toml").write_text('language = "en"\nregion_name = "Ryazh"\n[vk.communities.art]\ngroup_id = 7\n', encoding="utf-8")
    monkeypatch.setenv("KRUZHOK_LANGUAGE", "tt")
    monkeypatch.setenv("KRUZHOK_VK__COMMUNITIES__ART__TOKEN", "vk1.a.invented")
    monkeypatch.setenv("KRUZHOK_TELEGRAM__POLICY__STATE", "catalogue")
    settings = load()
    assert (settings.language, settings.region_name) == ("tt", "Ryazh")
    assert settings.telegram.policy.state == "catalogue"
    assert {name: community.group_id for name, community in settings.vk.channels().items()} == {"vk/art": 7}


def test_a_messenger_without_a_token_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not load().telegram.token
    assert load().vk.channels() == {}
    monkeypatch.setenv("KRUZHOK_TELEGRAM__TOKEN", TOKEN)
    monkeypatch.setenv("KRUZHOK_VK__GROUP_ID", "5")
    assert load().telegram.token.get_secret_value() == TOKEN
    assert load().vk.channels() == {}


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KRUZHOK_VK__GROUP_ID", "")
    monkeypatch.setenv("KRUZHOK_VK__NO_SUCH_KEY", "")
    assert load() == Settings()


def test_another_file_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other.toml").write_text('language = "en"', encoding="utf-8")
    monkeypatch.setenv("KRUZHOK_CONFIG", "other.toml")
    assert load().language == "en"
    assert refusal(KRUZHOK_CONFIG="lost.toml") == "KRUZHOK_CONFIG: there is no file lost.toml"


def test_variables_of_the_tests_are_not_settings() -> None:
    assert refusal(KRUZHOK_TEST_POSTGRES="x", KRUZHOK_LANGUAGE="Russian").startswith("KRUZHOK_LANGUAGE: ")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[telgram]", "config.toml: telgram: there is no such setting; did you mean telegram.token?"),
        ("[vk]\npersonal_dat = true", "config.toml: vk.personal_dat: there is no such setting; did you mean vk.personal_data?"),
        ("vk = 1", "config.toml: vk: there is no such setting"),
        ("[vk]\npersonal_data = 'maybe'", "config.toml: vk.personal_data: Input should be a valid boolean, unable to interpret input"),
        ("[telegram.policy]\nstate = 'on'", "config.toml: telegram.policy.state: Input should be 'off', 'catalogue' or 'full'"),
        (
            "[telegram]\ntoken = 'x'",
            "config.toml: telegram.token is a secret and does not belong in a file: set KRUZHOK_TELEGRAM__TOKEN instead",
        ),
        ("language", "config.toml is not a TOML file: Expected '=' after a key in a key/value pair (at end of document)"),
    ],
)
def test_a_wrong_file_is_named_in_one_line(text: str, sentence: str) -> None:
    assert refusal(text) == sentence


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("KRUZHOK_TELEGRAM__TOKN", "x", "KRUZHOK_TELEGRAM__TOKN: there is no such setting; did you mean KRUZHOK_TELEGRAM__TOKEN?"),
        ("KRUZHOK_ZZZZZZ", "x", "KRUZHOK_ZZZZZZ: there is no such setting"),
        ("KRUZHOK_VK__GROUP_ID", "club7", "KRUZHOK_VK__GROUP_ID: Input should be a valid integer, unable to parse string as an integer"),
        ("KRUZHOK_VK__TOKEN", "x", "KRUZHOK_VK__GROUP_ID: the community's number is needed beside its token"),
        (
            "KRUZHOK_VK__COMMUNITIES__ART__TOKEN",
            "x",
            "KRUZHOK_VK__COMMUNITIES__ART__GROUP_ID: the community's number is needed beside its token",
        ),
        ("KRUZHOK_LANGUAGE", "Russian", "KRUZHOK_LANGUAGE: the code of a language such as ru or en is expected"),
        ("KRUZHOK_VK__API_URL", "api.vk.ru", "KRUZHOK_VK__API_URL: an address such as https://example.org is expected"),
        ("KRUZHOK_TELEGRAM__API_URL", "http://[::", "KRUZHOK_TELEGRAM__API_URL: this is not an address"),
    ],
)
def test_a_wrong_variable_is_named_in_one_line(variable: str, value: str, sentence: str) -> None:
    assert refusal(**{variable: value}) == sentence


@pytest.mark.parametrize("key", ["database.url", "telegram.proxy"])
@pytest.mark.parametrize("url", ["postgresql+asyncpg://bot:hush@db/kruzhok", "socks5://bot:hush@proxy:1080"])
def test_a_password_in_the_file_is_refused(key: str, url: str) -> None:
    sentence = refusal(f"{key} = '{url}'")
    assert sentence == f"config.toml: {key} is a secret and does not belong in a file: set {variable_of(key)} instead"


@pytest.mark.parametrize("url", ["sqlite:///bot.db", "sqlite+aiosqlite://", "mysql://bot:hush@db/x", "postgresql+asyncpg://bot:hu/sh@db/x"])
def test_a_wrong_database_is_refused_without_telling_its_password(url: str) -> None:
    sentence = refusal(KRUZHOK_DATABASE__URL=url)
    assert sentence.startswith("KRUZHOK_DATABASE__URL: ")
    assert "hu" not in sentence


def test_only_a_sandbox_moves_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = "KRUZHOK_CLOCK__SHIFT_FILE: only a sandbox moves the time: every messenger's api_url must be on this machine"
    assert refusal(KRUZHOK_CLOCK__SHIFT_FILE="shift", KRUZHOK_TELEGRAM__TOKEN=TOKEN) == refused
    assert refusal(KRUZHOK_CLOCK__SHIFT_FILE="shift", KRUZHOK_VK__TOKEN="x", KRUZHOK_VK__GROUP_ID="5") == refused
    monkeypatch.setenv("KRUZHOK_CLOCK__SHIFT_FILE", "shift")
    monkeypatch.setenv("KRUZHOK_TELEGRAM__TOKEN", TOKEN)
    for local in ("http://127.0.0.1:8081", "http://localhost:8081", "http://[::1]:8081"):
        monkeypatch.setenv("KRUZHOK_TELEGRAM__API_URL", local)
        assert load().clock.shift_file == "shift"


def test_settings_show_no_secret_and_list_them_all() -> None:
    settings = Settings.model_validate(
        {
            "telegram": {"token": TOKEN, "proxy": "socks5://bot:hu%40sh@127.0.0.1:1080"},
            "vk": {"communities": {"art": {"token": "vk1.a.invented", "group_id": 7}}},
            "database": {"url": "postgresql+asyncpg://bot:quiet@db/kruzhok"},
        }
    )
    assert set(settings.secrets()) == {TOKEN, "vk1.a.invented", "hu%40sh", "hu@sh", "quiet"}
    assert not any(secret in repr(settings) for secret in settings.secrets())


def test_settings_are_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().telegram.personal_data = True  # type: ignore[misc]
    assert Telegram(api_url="http://127.0.0.1:9/").api_url == "http://127.0.0.1:9"

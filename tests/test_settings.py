"""What `.env` and the environment say becomes Settings, or all that is wrong with it is said."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import Settings, variables
from config.environment import read_settings
from config.errors import ConfigErrors
from config.settings_advice import warnings

EXAMPLE = Path(__file__).parent.parent / ".env.example"
LONG = "9f86d081884c7d659a2feaa0c55ad015"
WRITTEN = """
DATABASE_URL=postgresql+psycopg://jifen:geheim@127.0.0.1/jifen
HOST=::1
PORT=80
SUPERUSERS=wechaty:wxid_1， onebot:10001,
LOG_LEVEL=debug
JIFEN_LOG_FORMAT=json
JIFEN_PRESET=standard
JIFEN_CONFIG_DIR=rules
JIFEN_DATA_DIR=/var/lib/jifenbot
JIFEN_WATCHDOG_S=5
WECHATY_PUPPET_SERVICE_ENDPOINT=[::1]:9001
JIFEN_ONEBOT_URLS=ws://127.0.0.1:3001, wss://bot.example/onebot
JIFEN_ROOMS=onebot:123456，wechaty:20001@chatroom,
"""
TOKENS = ("WECHATY_PUPPET_SERVICE_TOKEN", "ONEBOT_ACCESS_TOKEN")

DIGITS = "must be a whole number, 0 to 65535"
NO_NAME = (
    "must be channel:external id, such as onebot:10001; a nickname is no id, anybody can take it"
)
RANDOM = "must be 24 random bytes or more; left empty, one is made"
WORD = "must not be a word that others know"
HOST = "must be an address or a name, without http:// and port"
FILE = "must name a file, such as sqlite:///data/jifenbot.db"
ENDPOINT = "must be host:port, such as 127.0.0.1:9001, without http://"
URLS = "each must be ws://host:port or wss://host:port; the token stands in ONEBOT_ACCESS_TOKEN"
ROOM = "must be channel:room id, such as onebot:123456; channels: wechaty, onebot"
SHORT = "must be 8 letters, digits or signs at least, without spaces"
SCHEMES = "must begin with sqlite:/// or postgresql+psycopg://"

BAD = [
    ("PORT=65536", f'PORT = "65536", {DIGITS}'),
    ("PORT=-1", f'PORT = "-1", {DIGITS}'),
    ("PORT=８０８０", f'PORT = "８０８０", {DIGITS}'),
    ("PORT=8_080", f'PORT = "8_080", {DIGITS}'),
    ("PORT=80.5", f'PORT = "80.5", {DIGITS}'),
    ("HOST=http://localhost", f'HOST = "http://localhost", {HOST}'),
    ("HOST=127.0.0.1:80", f'HOST = "127.0.0.1:80", {HOST}'),
    ("SUPERUSERS=小美", f"SUPERUSERS = \"小美\", '小美' {NO_NAME}"),
    ("SUPERUSERS=onebot:1,小美", f"SUPERUSERS = \"onebot:1,小美\", '小美' {NO_NAME}"),
    ("SUPERUSERS=onebot:", f"SUPERUSERS = \"onebot:\", 'onebot:' {NO_NAME}"),
    ("SUPERUSERS=:10001", f"SUPERUSERS = \":10001\", ':10001' {NO_NAME}"),
    ("LOG_LEVEL=loud", "LOG_LEVEL = \"LOUD\", must be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
    (
        "JIFEN_LOG_FORMAT=xml",
        "JIFEN_LOG_FORMAT = \"xml\", must be 'auto', 'json' or 'console'",
    ),
    (
        "JIFEN_PRESET=standrd",
        'JIFEN_PRESET = "standrd", is no preset, did you mean "standard"?',
    ),
    ("JIFEN_WATCHDOG_S=0", 'JIFEN_WATCHDOG_S = "0", must be a whole number, 1 to 3600'),
    ("JIFEN_SECRET_KEY=hunter2hunter2hunter2h2", f"JIFEN_SECRET_KEY, {RANDOM}"),
    (f"JIFEN_SECRET_KEY={'ab' * 20}", f"JIFEN_SECRET_KEY, {RANDOM}"),
    ("JIFEN_SECRET_KEY=changeme", f"JIFEN_SECRET_KEY, {WORD}"),
    (f"JIFEN_SECRET_KEY=changeme-{LONG}", f"JIFEN_SECRET_KEY, {WORD}"),
    ("DATABASE_URL=sqlite://", f"DATABASE_URL, {FILE}"),
    ("DATABASE_URL=sqlite:///", f"DATABASE_URL, {FILE}"),
    ("DATABASE_URL=sqlite:///:memory:", f"DATABASE_URL, {FILE}"),
    (
        "DATABASE_URL=postgres://jifen:geheim@h/d",
        "DATABASE_URL, must begin with postgresql+psycopg:// instead of postgres://",
    ),
    (
        "DATABASE_URL=postgresql://jifen:geheim@h/d",
        "DATABASE_URL, must begin with postgresql+psycopg:// instead of postgresql://",
    ),
    (
        "DATABASE_URL=postgresql+asyncpg://jifen:geheim@h/d",
        "DATABASE_URL, must begin with postgresql+psycopg:// instead of postgresql+asyncpg://",
    ),
    ("DATABASE_URL=mysql://jifen:geheim@h/d", f"DATABASE_URL, {SCHEMES}"),
    ("DATABASE_URL=jifen.db", f"DATABASE_URL, {SCHEMES}"),
    *(
        (
            f"WECHATY_PUPPET_SERVICE_ENDPOINT={wrong}",
            f'WECHATY_PUPPET_SERVICE_ENDPOINT = "{wrong}", {ENDPOINT}',
        )
        for wrong in ("127.0.0.1", "h:0", "h:65536", "http://h:1", "h:1/x", ":9001", "h:９")
    ),
    *(
        (f"JIFEN_ONEBOT_URLS={wrong}", f'JIFEN_ONEBOT_URLS = "{wrong}", {URLS}')
        for wrong in (
            "http://h:1",
            "h:1",
            "ws://",
            "ws://h:0",
            "ws://u:p@h:1",
            "ws://h:1 x",
            "ws://h:1?access_token=x",
            "ws://a:1,b:2",
        )
    ),
    *(
        (f"JIFEN_ROOMS={wrong}", f"JIFEN_ROOMS = \"{wrong}\", '{wrong}' {ROOM}")
        for wrong in ("积分群", "wechat:1@chatroom", "onebot:", ":1", "onebot:1 2")
    ),
    ("ONEBOT_ACCESS_TOKEN=short", f"ONEBOT_ACCESS_TOKEN, {SHORT}"),
    ("ONEBOT_ACCESS_TOKEN=两个字不是八个字", f"ONEBOT_ACCESS_TOKEN, {SHORT}"),
    ("ONEBOT_ACCESS_TOKEN=with a space in", f"ONEBOT_ACCESS_TOKEN, {SHORT}"),
    ("ONEBOT_ACCESS_TOKEN=12345678", f"ONEBOT_ACCESS_TOKEN, {WORD}"),
    ("WECHATY_PUPPET_SERVICE_TOKEN=changeme", f"WECHATY_PUPPET_SERVICE_TOKEN, {WORD}"),
    (
        "JIFEN_PRESETS=standard",
        'unknown variable "JIFEN_PRESETS", did you mean "JIFEN_PRESET"?',
    ),
    (
        "JIFEN_X=1",
        f'unknown variable "JIFEN_X", known: {", ".join(sorted(variables()))}',
    ),
]


@pytest.fixture(autouse=True)
def env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `.env` to be written, in an environment that says nothing of ours."""
    for key in variables():
        monkeypatch.delenv(key, raising=False)
    monkeypatch.chdir(tmp_path)
    return Path(".env")


@pytest.mark.parametrize(("line", "message"), BAD)
def test_a_bad_line_of_the_file_is_named_with_what_is_allowed(
    env: Path, line: str, message: str
) -> None:
    write(env, f"# 地址\n\n{line}\n")
    assert faults() == [f".env: {message} (line 3)"]


@pytest.mark.parametrize(("line", "message"), BAD)
def test_a_bad_variable_of_the_environment_is_named_as_such(
    monkeypatch: pytest.MonkeyPatch, line: str, message: str
) -> None:
    monkeypatch.setenv(*line.split("=", 1))
    assert faults() == [f"environment: {message}"]


BROKEN = [
    (b"PORT", ".env: must be KEY=value (line 1)"),
    (b"\n=5\n", ".env: must be KEY=value (line 2)"),
    (b"PORT='80\n", ".env: must be KEY=value (line 1)"),
    (b"PORT=1\n\nPORT=2\n", ".env: PORT stands twice, first in line 1 (line 3)"),
    (
        b"\xef\xbb\xbfPORT=1",
        ".env: begins with a byte order mark, save it as UTF-8 without BOM (line 1)",
    ),
    ("# 端口\nPORT=1".encode("gbk"), ".env: is not UTF-8, save it as UTF-8 (line 1)"),
    (b"PORT=1\0", ".env: holds a NUL character (line 1)"),
    (b"#" * 300_000, ".env: is larger than 256 KiB"),
    (b"LOGLEVEL=x", '.env: unknown variable "LOGLEVEL", did you mean "LOG_LEVEL"? (line 1)'),
    (b"port=1", '.env: unknown variable "port", did you mean "PORT"? (line 1)'),
]


@pytest.mark.parametrize(("content", "message"), BROKEN, ids=range(len(BROKEN)))
def test_a_broken_file_is_explained_without_a_traceback(
    env: Path, content: bytes, message: str
) -> None:
    env.write_bytes(content)
    assert faults() == [message]


def test_a_file_that_is_a_folder_is_refused(env: Path) -> None:
    env.mkdir()
    assert faults() == [".env: cannot be read: Is a directory"]


def test_everything_that_can_be_written_arrives(env: Path) -> None:
    secrets = ("JIFEN_SECRET_KEY", *TOKENS)
    write(env, WRITTEN + "".join(f"{name}={LONG}\n" for name in secrets))
    settings = read_settings()
    hidden = {"secret_key", "wechaty_token", "onebot_access_token"}
    found = [getattr(settings, field).get_secret_value() for field in sorted(hidden)]
    assert found == [LONG] * 3
    assert settings.model_dump(exclude=hidden) == {
        "data_dir": Path("/var/lib/jifenbot"),
        "database_url": "postgresql+psycopg://jifen:geheim@127.0.0.1/jifen",
        "host": "::1",
        "port": 80,
        "superusers": {"wechaty:wxid_1", "onebot:10001"},
        "log_level": "DEBUG",
        "log_format": "json",
        "preset": "standard",
        "config_dir": Path("rules"),
        "watchdog_s": 5,
        "wechaty_endpoint": "[::1]:9001",
        "onebot_urls": ("ws://127.0.0.1:3001", "wss://bot.example/onebot"),
        "rooms": ("onebot:123456", "wechaty:20001@chatroom"),
    }
    assert settings.listed_rooms == {("onebot", "123456"), ("wechaty", "20001@chatroom")}


def test_nothing_written_is_the_defaults() -> None:
    settings = read_settings()
    assert settings == Settings()
    assert settings.database_url == "sqlite:///data/jifenbot.db"
    assert (settings.host, settings.port, settings.preset) == ("127.0.0.1", 8080, "standard")
    assert (settings.secret_key, settings.config_dir) == (None, None)


def test_the_database_lies_in_the_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIFEN_DATA_DIR", "/srv/points")
    assert read_settings().database_url == "sqlite:////srv/points/jifenbot.db"


def test_the_environment_stands_above_the_file_unless_it_is_empty(
    env: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(env, "PORT=1\nHOST=h\n")
    monkeypatch.setenv("PORT", "2")
    monkeypatch.setenv("HOST", "")
    assert (read_settings().port, read_settings().host) == (2, "h")


def test_other_programs_variables_are_left_alone(
    env: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(env, "POSTGRES_PASSWORD=x\n")
    monkeypatch.setenv("DATABSE_URL", "x")
    monkeypatch.setenv("port", "x")
    assert read_settings() == Settings()


def test_all_faults_of_file_and_environment_come_at_once(
    env: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(env, "PORT=x\nJIFEN_PRESETS=a\nHOST=/\n")
    monkeypatch.setenv("JIFEN_WATCHDOG_S", "x")
    assert [fault.split(" ")[0] for fault in faults()] == [".env:"] * 3 + ["environment:"]


SWITCHED = [
    ("", ()),
    (f"WECHATY_PUPPET_SERVICE_TOKEN={LONG}", ()),
    (
        f"WECHATY_PUPPET_SERVICE_ENDPOINT=h:1\nWECHATY_PUPPET_SERVICE_TOKEN={LONG}",
        ("wechaty",),
    ),
    (f"ONEBOT_ACCESS_TOKEN={LONG}", ("onebot",)),
    ("JIFEN_ONEBOT_URLS=ws://h:1", ("onebot",)),
    (
        f"ONEBOT_ACCESS_TOKEN={LONG}\nWECHATY_PUPPET_SERVICE_ENDPOINT=h:1\n"
        f"WECHATY_PUPPET_SERVICE_TOKEN={LONG}",
        ("wechaty", "onebot"),
    ),
]


@pytest.mark.parametrize(("text", "channels"), SWITCHED)
def test_a_channel_is_on_when_it_is_told_where(
    env: Path, text: str, channels: tuple[str, ...]
) -> None:
    write(env, text)
    assert read_settings().channels == channels


def test_a_gateway_without_its_token_is_refused(env: Path) -> None:
    write(env, "WECHATY_PUPPET_SERVICE_ENDPOINT=127.0.0.1:9001\n")
    [fault] = faults()
    assert fault == (
        ".env: WECHATY_PUPPET_SERVICE_TOKEN, must be the gateway's token, "
        "it takes nobody without one"
    )


@pytest.mark.parametrize("name", ["JIFEN_SECRET_KEY", *TOKENS])
def test_a_secret_is_refused_in_a_file_that_everybody_can_read(env: Path, name: str) -> None:
    write(env, f"{name}={LONG}\n")
    env.chmod(0o644)
    assert faults() == [f".env: {name} can be read by everybody here, chmod 600 .env (line 1)"]


def test_secrets_are_never_printed(env: Path) -> None:
    tokens = "".join(f"{name}={LONG}\n" for name in ("JIFEN_SECRET_KEY", *TOKENS))
    write(env, f"{tokens}DATABASE_URL=postgresql+psycopg://u:geheim@h/d\n")
    printed = f"{read_settings()} {read_settings()!r}"
    assert LONG not in printed
    assert "geheim" not in printed


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().port = 1  # type: ignore[misc]


def test_a_host_that_everybody_reaches_and_a_lack_of_admins_are_warned_of() -> None:
    assert warnings(Settings(superusers=frozenset({"onebot:1"}))) == ()
    assert warnings(Settings(host="0.0.0.0")) == (
        "HOST = 0.0.0.0, every machine that reaches this one can connect",
        "SUPERUSERS is empty, nobody is an admin everywhere",
    )


DOUBTS = [
    (
        {"host": "::", "onebot_access_token": LONG},
        "HOST = :: with ONEBOT_ACCESS_TOKEN, the token comes over the network unencrypted",
    ),
    ({"wechaty_token": LONG}, "so the channel is off"),
    ({"onebot_urls": ("ws://10.0.0.2:3001",)}, "ONEBOT_ACCESS_TOKEN is empty"),
    (
        {"onebot_urls": ("ws://bot.example:3001",), "onebot_access_token": LONG},
        "JIFEN_ONEBOT_URLS: ws://bot.example:3001 is unencrypted",
    ),
    (
        {"rooms": ("wechaty:1@chatroom",), "onebot_access_token": LONG},
        "JIFEN_ROOMS: wechaty:1@chatroom is of a channel that is off",
    ),
]


@pytest.mark.parametrize(("written", "warned"), DOUBTS)
def test_what_is_hardly_meant_about_channels_is_warned_of(
    written: dict[str, object], warned: str
) -> None:
    found = warnings(Settings.model_validate({"superusers": "onebot:1", **written}))
    assert any(warned in warning for warning in found)


def test_a_token_in_a_network_of_ones_own_is_no_doubt() -> None:
    near = (
        "ws://127.0.0.1:3001",
        "ws://192.168.1.9:3001",
        "ws://napcat:3001",
        "wss://far.example",
    )
    written = {"superusers": "onebot:1", "onebot_urls": near, "onebot_access_token": LONG}
    assert warnings(Settings.model_validate(written)) == ()


def test_the_example_names_every_variable_and_no_other(env: Path) -> None:
    lines = EXAMPLE.read_text("utf-8").split("\n")
    named = [line.partition("=")[0] for line in lines if line and not line.startswith("#")]
    assert sorted(named) == sorted(variables())


def test_the_example_as_it_is_changes_nothing(env: Path) -> None:
    write(env, EXAMPLE.read_text("utf-8"))
    assert read_settings() == Settings()


def write(env: Path, text: str) -> None:
    env.write_text(text, "utf-8")
    env.chmod(0o600)


def faults() -> list[str]:
    """What is said of `.env` and the environment; nothing when both are good."""
    try:
        read_settings()
    except ConfigErrors as errors:
        return str(errors).split("\n")
    return []

"""Where this installation lives and whom it trusts: addresses and secrets, not what members earn.

`config.environment` reads them from `.env` and the environment and says all that is wrong at once.
"""

import ipaddress
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
)

CHANNELS = ("wechaty", "onebot")
"""The channels that a setting can switch on."""
KNOWN_SECRETS = ("changeme", "change-me", "change_me", "password", "secret", "example", "12345678")


def _whole(low: int, high: int) -> Callable[[object], int]:
    """Digits 0 to 9 only: `int()` would take `８０８０` and `8_080`."""

    def check(found: object) -> int:
        if not re.fullmatch("[0-9]{1,9}", str(found)) or not low <= int(str(found)) <= high:
            raise ValueError(f"must be a whole number, {low} to {high}")
        return int(str(found))

    return check


def _database_url(url: str) -> str:
    """The message never repeats the URL: it may hold a password."""
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite":
        if not re.fullmatch(r"/[^?]+", rest) or rest == "/:memory:":
            raise ValueError("must name a file, such as sqlite:///data/jifenbot.db")
    elif re.fullmatch(r"postgres(ql)?(\+\w+)?", scheme) and scheme != "postgresql+psycopg":
        raise ValueError(f"must begin with postgresql+psycopg:// instead of {scheme}://")
    elif scheme != "postgresql+psycopg" or not rest:
        raise ValueError("must begin with sqlite:/// or postgresql+psycopg://")
    return url


def _host(host: str) -> str:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9.-]{0,252}", host):
            raise ValueError("must be an address or a name, without http:// and port") from None
    return host


def _entries(found: object) -> list[str]:
    """What stands between commas, each once, in its order."""
    entries = re.split("[,，]", found) if isinstance(found, str) else found
    assert isinstance(entries, Iterable)
    return [entry for entry in dict.fromkeys(str(entry).strip() for entry in entries) if entry]


def _superusers(found: object) -> frozenset[str]:
    users = frozenset(_entries(found))
    for user in sorted(users):
        if not re.fullmatch(r"[a-z][a-z0-9_]*:\S+", user) or not user.isprintable():
            raise ValueError(
                f"{user!r} must be channel:external id, such as onebot:10001; "
                "a nickname is no id, anybody can take it"
            )
    return users


def _rooms(found: object) -> tuple[str, ...]:
    rooms = _entries(found)
    for room in rooms:
        channel, _, external_id = room.partition(":")
        if channel not in CHANNELS or not re.fullmatch(r"\S+", external_id):
            raise ValueError(
                f"{room!r} must be channel:room id, such as onebot:123456; "
                f"channels: {', '.join(CHANNELS)}"
            )
    return tuple(rooms)


def _endpoint(endpoint: str) -> str:
    host, _, port = endpoint.rpartition(":")
    if "/" in endpoint or not _is_host(host.strip("[]")) or not _is_port(port):
        raise ValueError("must be host:port, such as 127.0.0.1:9001, without http://")
    return endpoint


def _urls(found: object) -> tuple[str, ...]:
    """The token does not belong into them: addresses stand in logs."""
    urls = _entries(found)
    for url in urls:
        place = re.fullmatch(r"wss?://([^/?#@\s]+)(/[^?#\s]*)?", url)
        host, _, port = place[1].rpartition(":") if place and ":" in place[1] else ("", "", "")
        if place is None or (port and not _is_port(port)) or not _is_host(host or place[1]):
            raise ValueError(
                "each must be ws://host:port or wss://host:port; "
                "the token stands in ONEBOT_ACCESS_TOKEN"
            )
    return tuple(urls)


def _is_host(host: str) -> bool:
    try:
        _host(host)
    except ValueError:
        return False
    return True


def _is_port(port: str) -> bool:
    return re.fullmatch("[0-9]{1,5}", port) is not None and 1 <= int(port) <= 65_535


def _token(token: SecretStr) -> SecretStr:
    """Both ends have to write it down, and some gateways choose it: so it may be shorter than a
    secret that nobody types."""
    text = token.get_secret_value()
    if any(known in text.lower() for known in KNOWN_SECRETS):
        raise ValueError("must not be a word that others know")
    if not re.fullmatch(r"[!-~]{8,200}", text):
        raise ValueError("must be 8 letters, digits or signs at least, without spaces")
    return token


def _secret(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value()
    if any(known in text.lower() for known in KNOWN_SECRETS):
        raise ValueError("must not be a word that others know")
    if len(text.encode()) < 24 or len(set(text)) < 8:
        raise ValueError("must be 24 random bytes or more; left empty, one is made")
    return secret


class Settings(BaseModel):
    """What `.env` and the environment say; by itself it reads neither."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    data_dir: Path = Field(default=Path("data"), validation_alias="JIFEN_DATA_DIR")
    """Where the database, the backups and the made secret lie."""
    database_url: Annotated[str, AfterValidator(_database_url)] = Field(
        default_factory=lambda before: (
            f"sqlite:///{(before['data_dir'] / 'jifenbot.db').as_posix()}"
        ),
        validation_alias="DATABASE_URL",
        repr=False,
    )
    """`sqlite:///file` or `postgresql+psycopg://…`; kept out of repr, it may hold a password."""
    host: Annotated[str, AfterValidator(_host)] = Field("127.0.0.1", validation_alias="HOST")
    port: Annotated[int, BeforeValidator(_whole(0, 65_535))] = Field(8080, validation_alias="PORT")
    """0: any that is free."""
    superusers: Annotated[frozenset[str], BeforeValidator(_superusers)] = Field(
        frozenset(), validation_alias="SUPERUSERS"
    )
    """Admins everywhere, each `channel:external id`."""
    wechaty_endpoint: Annotated[str, AfterValidator(_endpoint)] | None = Field(
        None, validation_alias="WECHATY_PUPPET_SERVICE_ENDPOINT"
    )
    """`host:port` of the gateway; None: the channel is off."""
    wechaty_token: Annotated[SecretStr, AfterValidator(_token)] | None = Field(
        None,
        validation_alias="WECHATY_PUPPET_SERVICE_TOKEN",
        repr=False,
        validate_default=True,
    )
    """The one the gateway was started with."""
    onebot_access_token: Annotated[SecretStr, AfterValidator(_token)] | None = Field(
        None, validation_alias="ONEBOT_ACCESS_TOKEN", repr=False
    )
    """What implementations prove themselves with, and we to them; it opens `/onebot/v11/ws`."""
    onebot_urls: Annotated[tuple[str, ...], BeforeValidator(_urls)] = Field(
        (), validation_alias="JIFEN_ONEBOT_URLS"
    )
    """Implementations that wait for us, `ws://host:port` each."""
    rooms: Annotated[tuple[str, ...], BeforeValidator(_rooms)] = Field(
        (), validation_alias="JIFEN_ROOMS"
    )
    """Rooms that are open from the start, each `channel:room id`; others are adopted by an
    admin's word."""
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"],
        BeforeValidator(lambda found: str(found).upper()),
    ] = Field("INFO", validation_alias="LOG_LEVEL")
    log_format: Literal["auto", "json", "console"] = Field(
        "auto", validation_alias="JIFEN_LOG_FORMAT"
    )
    """`auto`: for people on a terminal, JSON elsewhere."""
    preset: str = Field("standard", validation_alias="JIFEN_PRESET")
    """The shipped programme; unused when there is a `config_dir`."""
    config_dir: Path | None = Field(None, validation_alias="JIFEN_CONFIG_DIR")
    """The folder of the operator's own programme."""
    secret_key: Annotated[SecretStr, AfterValidator(_secret)] | None = Field(
        None, validation_alias="JIFEN_SECRET_KEY", repr=False
    )
    """Signs cookies; None: the app makes one in `data_dir`."""
    watchdog_s: Annotated[int, BeforeValidator(_whole(1, 3_600))] = Field(
        30, validation_alias="JIFEN_WATCHDOG_S"
    )
    """Whatever has been silent for so long is taken for dead."""

    @field_validator("wechaty_token")
    @classmethod
    def _beside_its_endpoint(
        cls, token: SecretStr | None, before: ValidationInfo
    ) -> SecretStr | None:
        if token is None and before.data.get("wechaty_endpoint"):
            raise ValueError("must be the gateway's token, it takes nobody without one")
        return token

    @property
    def channels(self) -> tuple[str, ...]:
        """Those that are switched on, in the order of CHANNELS; none: the sandbox runs."""
        is_on = {
            "wechaty": self.wechaty_endpoint is not None,
            "onebot": self.onebot_access_token is not None or bool(self.onebot_urls),
        }
        return tuple(channel for channel in CHANNELS if is_on[channel])

    @property
    def listed_rooms(self) -> frozenset[tuple[str, str]]:
        """Channel and id of each of `rooms`."""
        return frozenset(
            (channel, room) for channel, _, room in (one.partition(":") for one in self.rooms)
        )


def variables() -> frozenset[str]:
    """All that `.env` may hold of ours: `PORT`, `JIFEN_PRESET`, …"""
    return frozenset(str(field.validation_alias) for field in Settings.model_fields.values())


def variable(field: str) -> str:
    """What a field of Settings is called in `.env`."""
    return str(Settings.model_fields[field].validation_alias)


def secrets() -> frozenset[str]:
    """The variables whose values are never shown."""
    fields = Settings.model_fields.values()
    return frozenset(str(field.validation_alias) for field in fields if not field.repr)

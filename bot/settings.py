"""Where this installation lives and whom it trusts: addresses and secrets, not what members earn.

`config.environment` reads them from `.env` and the environment and says all that is wrong at once.
"""

import ipaddress
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

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


def _superusers(found: object) -> frozenset[str]:
    entries = found if isinstance(found, frozenset) else re.split("[,，]", str(found))
    users = frozenset(str(entry).strip() for entry in entries) - {""}
    for user in sorted(users):
        if not re.fullmatch(r"[a-z][a-z0-9_]*:\S+", user) or not user.isprintable():
            raise ValueError(
                f"{user!r} must be channel:external id, such as onebot:10001; "
                "a nickname is no id, anybody can take it"
            )
    return users


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


def variables() -> frozenset[str]:
    """All that `.env` may hold of ours: `PORT`, `JIFEN_PRESET`, …"""
    return frozenset(str(field.validation_alias) for field in Settings.model_fields.values())


def secrets() -> frozenset[str]:
    """The variables whose values are never shown."""
    fields = Settings.model_fields.values()
    return frozenset(str(field.validation_alias) for field in fields if not field.repr)


def warnings(settings: Settings) -> tuple[str, ...]:
    """One sentence for each setting that is allowed and yet hardly meant."""
    found = []
    if settings.host in {"0.0.0.0", "::"}:
        found.append(f"HOST = {settings.host}, every machine that reaches this one can connect")
    if not settings.superusers:
        found.append("SUPERUSERS is empty, nobody is an admin everywhere")
    return tuple(found)

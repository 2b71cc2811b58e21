"""What the sandbox's page may ask for: the bodies of its requests."""

from typing import Literal, TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.web.guard import Turned

MAX_TEXT_CHARS = 200_000
MAX_NAME_CHARS = 200


class Asked(BaseModel):
    """A body; a key that is not named, or of another type, is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Say(Asked):
    """Say a text."""

    speaker: str = Field(max_length=64)
    text: str = Field(max_length=MAX_TEXT_CHARS)
    mentions: tuple[str, ...] = Field(default=(), max_length=50)
    quote: str | None = Field(default=None, max_length=64)


class Share(Asked):
    """Share a link."""

    speaker: str = Field(max_length=64)
    url: str = Field(max_length=2_000, pattern=r"^https?://[^\s/]+")
    title: str = Field(max_length=500)


class Picture(Asked):
    """Send a picture."""

    speaker: str = Field(max_length=64)
    kind: Literal["image/jpeg", "image/png", "image/webp"]
    content: str = Field(max_length=900_000)
    """Base64."""


class Join(Asked):
    """Bring somebody in: somebody new by name, or by id somebody who had left."""

    name: str = Field(default="", max_length=MAX_NAME_CHARS)
    person: str | None = Field(default=None, max_length=64)
    inviter: str = Field(default="", max_length=64)


class Leave(Asked):
    """Leave the room."""

    person: str = Field(max_length=64)


class Recall(Asked):
    """Take a message back."""

    speaker: str = Field(max_length=64)
    message: str = Field(max_length=64)


class Repeat(Asked):
    """Deliver a message again, the last one when none is named."""

    message: str | None = Field(default=None, max_length=64)


class Appoint(Asked):
    """Give somebody a role."""

    person: str = Field(max_length=64)
    role: Literal["admin", "member"]


class Jump(Asked):
    """Move the clock on by whole days."""

    days: int = Field(ge=1, le=31, strict=True)


Kind = TypeVar("Kind", bound=Asked)


async def asked(request: web.Request, kind: type[Kind]) -> Kind:
    """The request's body as this kind; refused with the first thing that is wrong with it."""
    try:
        return kind.model_validate_json(await request.read())
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise Turned(
            400, "bad_body", f"{where}: {first['msg']}" if where else first["msg"]
        ) from None

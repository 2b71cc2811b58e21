"""Drives a real Wechaty gateway under node: starts it, breaks it, has things happen in chats."""

import asyncio
import base64
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import aiohttp

HERE = Path(__file__).parent
TOKEN = "insecure_test-token"
START_S = 60
"""How long node may take on a busy machine; it takes one or two."""

QUOTED = "「{name}:{quoted}」\n- - - - - - - - - - - - - - -\n{text}"
"""What a quoting reply looks like to everybody but the phone that shows it."""


@dataclass(frozen=True)
class Sent:
    """One thing that the bot had the gateway do."""

    kind: str
    """`text`, `file`, `url`, `miniprogram`, `contact`, `forward`, `recall` or `accept`."""
    id: str
    at_ms: float
    """When the gateway had it, milliseconds since 1970; fractions count."""
    to: str = ""
    text: str = ""
    mentions: tuple[str, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)
    """`name`, `size` and `sha256` of a file, `url`, `invitation`, …"""


@dataclass(frozen=True)
class Told:
    """A message that the gateway told its client of."""

    id: str
    at_ms: float


class GatewayError(Exception):
    """The gateway did not start, did not do what it was asked, or did not get what was awaited."""


class Process:
    """The node process: its ports stay the same from its first start on, and so does its world."""

    def __init__(self, folder: Path, token: str = TOKEN) -> None:
        self._folder = folder
        self._token = token
        self._node: subprocess.Popen[bytes] | None = None
        self.port = 0
        """Of gRPC; 0 before the first start."""
        self.control_port = 0

    @property
    def endpoint(self) -> str:
        """What WECHATY_PUPPET_SERVICE_ENDPOINT is set to."""
        return f"127.0.0.1:{self.port}"

    @property
    def token(self) -> str:
        return self._token

    @property
    def is_running(self) -> bool:
        return self._node is not None and self._node.poll() is None

    def start(self) -> None:
        """Returns when both ports are open. Raises GatewayError with node's words when they do not
        open."""
        self._folder.mkdir(parents=True, exist_ok=True)
        log = self._folder / "node.log"
        with log.open("ab") as errors:
            self._node = subprocess.Popen(
                self._command(),
                cwd=HERE,
                env=self._environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
            )
        assert self._node.stdout is not None
        line = self._node.stdout.readline()
        if not line:
            self.kill()
            raise GatewayError(f"the gateway did not start:\n{log.read_text('utf-8')[-4000:]}")
        ports = json.loads(line)
        self.port, self.control_port = ports["port"], ports["control"]

    def stop(self) -> None:
        """Ends it as a service is ended; its clients see their connections closed."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it as a power cut would, but for the sockets that the kernel closes."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Kills it and starts it again with the same ports, contacts and rooms."""
        self.kill()
        self.start()

    def freeze(self) -> None:
        """Its connections stay open, and nobody answers; the control port neither."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _command(self) -> list[str]:
        node = shutil.which("node")
        assert node is not None, "mark this test with pytest.mark.gateway"
        options = {
            "folder": self._folder,
            "token": self._token,
            "port": self.port,
            "control": self.control_port,
        }
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        return [node, "server.mjs", *words]

    def _environment(self) -> dict[str, str]:
        """The Python client knows no TLS; what the packages put aside goes where it is removed."""
        return os.environ | {
            "WECHATY_PUPPET_SERVICE_NO_TLS_INSECURE_SERVER": "true",
            "WECHATY_LOG": "silent",
            "NODE_NO_WARNINGS": "1",
            "TMPDIR": str(self._folder),
        }

    def _signal(self, number: signal.Signals) -> None:
        assert self._node is not None
        self._node.send_signal(number)

    def _end(self, number: signal.Signals) -> None:
        if self._node is None:
            return
        self._node.send_signal(number)
        self._node.send_signal(signal.SIGCONT)  # a frozen one would never hear of it
        self._node.wait()
        for pipe in (self._node.stdin, self._node.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
        self._node = None


class Gateway:
    """What happens on the other side of a running gateway; one for each event loop."""

    def __init__(self, process: Process) -> None:
        self.process = process
        # Node closes what has been idle for 5 s, at times just as the next verb is sent.
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True))

    async def __aenter__(self) -> "Gateway":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()

    @property
    def endpoint(self) -> str:
        return self.process.endpoint

    @property
    def token(self) -> str:
        return self.process.token

    # The process. A start takes seconds, in which the bot under test must go on.

    async def start(self) -> None:
        await asyncio.to_thread(self.process.start)

    async def stop(self) -> None:
        await asyncio.to_thread(self.process.stop)

    async def kill(self) -> None:
        await asyncio.to_thread(self.process.kill)

    async def restart(self) -> None:
        await asyncio.to_thread(self.process.restart)

    def freeze(self) -> None:
        self.process.freeze()

    def thaw(self) -> None:
        self.process.thaw()

    # Who there is

    async def reset(self) -> None:
        """Nobody and nothing is there, nobody is connected, nothing was sent, nothing fails."""
        await self.do("reset")

    async def contacts(self, names: Mapping[str, str]) -> None:
        """Adds people, or changes them silently: their names by their ids."""
        people = [{"id": person, "name": name} for person, name in names.items()]
        await self.do("contacts", contacts=people)

    async def room(
        self,
        room: str,
        members: Sequence[str],
        *,
        topic: str = "",
        owner: str | None = None,
        admins: Sequence[str] = (),
        aliases: Mapping[str, str] | None = None,
    ) -> None:
        """Adds a room, or changes it silently; its id has an `@`. `aliases`: what members are
        called in it."""
        await self.do(
            "room",
            id=room,
            topic=topic or room,
            members=list(members),
            owner=owner,
            admins=list(admins),
            aliases=dict(aliases or {}),
        )

    async def login(self, user: str = "bot") -> None:
        """The account is logged in from now on, and is again whenever a client starts."""
        await self.do("login", user=user)

    async def logout(self) -> None:
        await self.do("logout")

    # What people do

    async def say(self, person: str, to: str, text: str, **more: Any) -> Told:
        """`to` is a room or, for a private chat, the account. `more`: `mentions` (ids), `at` (when
        it was sent), `id` (one that was there before takes its place)."""
        return await self._say(person, to, text=text, **more)

    async def quote(
        self, person: str, to: str, text: str, *, name: str, quoted: str, **more: Any
    ) -> Told:
        """Replies to what somebody of that name had written."""
        text = QUOTED.format(name=name, quoted=quoted, text=text)
        return await self._say(person, to, text=text, **more)

    async def send(self, person: str, to: str, kind: str | int, **more: Any) -> Told:
        """A message of any type, by its name (`Emoticon`, `Location`, …) or number."""
        return await self._say(person, to, type=kind, **more)

    async def image(
        self, person: str, to: str, content: bytes, *, name: str = "picture.png", **more: Any
    ) -> Told:
        carried = {"name": name, "base64": base64.b64encode(content).decode()}
        return await self._say(person, to, type="Image", file=carried, **more)

    async def url(self, person: str, to: str, url: str, *, title: str = "", **more: Any) -> Told:
        card = {"url": url, "title": title, "description": more.pop("description", "")}
        return await self._say(person, to, type="Url", url=card, **more)

    async def miniprogram(
        self, person: str, to: str, appid: str, *, title: str = "", path: str = "", **more: Any
    ) -> Told:
        card = {"appid": appid, "title": title, "pagePath": path}
        return await self._say(person, to, type="MiniProgram", miniprogram=card, **more)

    async def recall(self, person: str, to: str, message: str, **more: Any) -> Told:
        """Takes a message back: the platform tells of it by one whose text is the other's id."""
        return await self._say(person, to, type="Recalled", text=message, **more)

    async def again(self, message: str) -> None:
        """Tells of a message once more."""
        await self.do("again", id=message)

    async def burst(self, to: str, people: Sequence[str], count: int, **more: Any) -> float:
        """So many texts at once, in order, by these people in turn; when it began, in ms. `more`:
        `text` (`{n}` is the number, from 0), `prefix` (of ids: `burst` gives `burst-0`, …), `at`
        (of the first, ms; each is one ms later)."""
        answer = await self.do("burst", to=to, people=list(people), count=count, **_plain(more))
        return float(answer["at"])

    async def join(self, room: str, *people: str, inviter: str | None = None, **more: Any) -> None:
        """`inviter` "": the platform does not know; None: the event is malformed, it has none."""
        if inviter is not None:
            more["inviter"] = inviter
        await self.do("join", room=room, invitees=list(people), **_plain(more))

    async def leave(self, room: str, *people: str, remover: str = "", **more: Any) -> None:
        await self.do("leave", room=room, people=list(people), remover=remover, **_plain(more))

    async def topic(self, room: str, topic: str, by: str, **more: Any) -> None:
        await self.do("topic", room=room, topic=topic, by=by, **_plain(more))

    async def roles(self, room: str, owner: str | None, admins: Sequence[str]) -> None:
        """Makes others owner and admins; the client hears that the room changed (dirty)."""
        await self.do("roles", room=room, owner=owner, admins=list(admins))

    async def rename(self, person: str, name: str) -> None:
        """Somebody takes another name; the client hears that the contact changed (dirty)."""
        await self.do("rename", contact=person, name=name)

    async def alias(self, room: str, person: str, alias: str) -> None:
        """The same for what somebody is called in a room."""
        await self.do("alias", room=room, contact=person, alias=alias)

    async def invite(self, invitation: str, inviter: str, **more: Any) -> None:
        """Asks the account into a room; `more`: `topic`, `members`."""
        await self.do("invite", id=invitation, inviter=inviter, **_plain(more))

    # What goes wrong

    async def emit(self, name: str, **payload: Any) -> None:
        """An event of the puppet with any payload: `heartbeat`, `error` (`data`), `scan`, …"""
        await self.do("emit", name=name, payload=payload)

    async def raw(self, number: int, payload: str) -> None:
        """An event of any type number, with any text where JSON is expected."""
        await self.do("raw", type=number, payload=payload)

    async def end_stream(self) -> None:
        """Ends the stream of events as an orderly server does."""
        await self.do("end")

    async def mute(self) -> None:
        """The stream of events stays open, and nothing comes any more; calls are answered."""
        await self.do("mute")

    async def fault(
        self, method: str, kind: str, *, times: int | None = None, ms: int = 0
    ) -> None:
        """Calls of `method` (`messageSendText`, `messageSend*`, `*`) fail, so often or always:
        `refuse`, `lose` (done, but answered with an error), `hang` (never answered), `delay`."""
        await self.do("fault", method=method, kind=kind, times=times, ms=ms)

    async def heal(self) -> None:
        await self.do("heal")

    async def echo(self, *, is_on: bool) -> None:
        """Whether what the bot sends comes back as messages of its own; it does unless told."""
        await self.do("echo", isOn=is_on)

    # What the bot did

    async def wait(self, *, timeout_s: float = 10, **wanted: Any) -> None:
        """Returns as soon as all of it is so: `sent`, `accepted` (at least so many), `calls` (at
        least so many, by method), `isConnected` (a client hears events), `isLoggedIn`. Raises
        GatewayError, with what is so instead, when the time is over."""
        answer = await self.do("wait", timeoutMs=timeout_s * 1000, **wanted)
        if not answer.pop("isMet"):
            raise GatewayError(f"wanted {wanted}, but after {timeout_s} s it is {answer}")

    async def sent(self, count: int = 0, *, since: int = 0, timeout_s: float = 10) -> list[Sent]:
        """All that the bot sent since `clear`, once it is at least so much; without the first
        `since`."""
        if count:
            await self.wait(sent=count, timeout_s=timeout_s)
        return [_sent(line) for line in (await self.do("sent", since=since))["sent"]]

    async def sent_count(self) -> int:
        """How much the bot sent since `clear`."""
        return int((await self.do("state"))["sent"])

    async def calls(self) -> dict[str, int]:
        """How often each gRPC method was called since `clear`."""
        return dict((await self.do("calls"))["counts"])

    async def call_ids(self, method: str) -> list[str]:
        """The ids that calls of a method asked for, of the last 10,000 calls or more."""
        found = (await self.do("calls"))["calls"]
        return [one.get("id", "") for one in found if one["method"] == method]

    async def clear(self) -> None:
        """Forgets what the bot sent and called so far."""
        await self.do("clear")

    async def do(self, verb: str, **body: Any) -> dict[str, Any]:
        """One verb of control.mjs."""
        url = f"http://127.0.0.1:{self.process.control_port}/{verb}"
        async with self._session.post(url, json=body) as response:
            answer: dict[str, Any] = await response.json()
        if response.status != 200:
            raise GatewayError(f"{verb}: {answer['error']}")
        return answer

    async def _say(self, person: str, to: str, **more: Any) -> Told:
        answer = await self.do("say", **{"from": person, "to": to}, **_plain(more))
        return Told(answer["id"], answer["at"])


def _plain(more: Mapping[str, Any]) -> dict[str, Any]:
    """What JSON has no word for: instants become milliseconds since 1970, tuples lists."""
    return {
        name: int(value.timestamp() * 1000) if isinstance(value, datetime) else value
        for name, value in more.items()
    }


def _sent(line: dict[str, Any]) -> Sent:
    return Sent(
        kind=line.pop("kind"),
        id=line.pop("id"),
        at_ms=line.pop("at"),
        to=line.pop("to", ""),
        text=line.pop("text", ""),
        mentions=tuple(line.pop("mentions", ())),
        more=line,
    )

"""docs/wechat.md and docs/onebot.md name only settings, commands and lines that there are."""

import json
import re
from pathlib import Path

import pytest

import handlers.commands
from bot.doctor.words import WORDS
from bot.extend import Command, collect
from bot.settings import variables
from bot.web_parts import ONEBOT_PATH
from config.environment import read_settings
from handlers.recognisers.checkin import BARE

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {name: (DOCS / name).read_text("utf-8") for name in ("wechat.md", "onebot.md")}
GATEWAYS = {
    "WECHATY_PUPPET", "WECHATY_TOKEN", "WECHATY_PUPPET_SERVER_PORT", "WECHATY_LOG",
    "WECHATY_PUPPET_SERVICE_NO_TLS_INSECURE_SERVER",
}  # fmt: skip
"""The gateway's own variables, not ours."""

PLACEHOLDER, TOKEN = "换成你的令牌", "0d1c2b3a4f5e6978"
WORDS_OF_COMMANDS = {word for one in collect(handlers.commands, Command) for word in one.words}


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGES[page], re.DOTALL)


ENVS = [(page, block) for page in PAGES for block in blocks(page, "env")]
LINES = [
    (page, line) for page in PAGES for block in blocks(page, "text") for line in block.splitlines()
]


def as_pattern(template: str) -> re.Pattern[str]:
    """What a template may become."""
    return re.compile(re.sub(r"\\\{\w+\\\}", ".+?", re.escape(template)))


@pytest.mark.parametrize("page", PAGES)
def test_every_variable_is_one_of_ours_or_the_gateways(page: str) -> None:
    named = set(re.findall(r"\b([A-Z][A-Z]+(?:_[A-Z]+)+|HOST|PORT|SUPERUSERS)\b", PAGES[page]))
    assert named <= variables() | GATEWAYS
    assert len(named & variables()) >= 3


@pytest.mark.parametrize(("page", "block"), ENVS)
def test_what_is_written_into_env_is_taken_once_the_token_is_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str, block: str
) -> None:
    for name in variables():
        monkeypatch.delenv(name, raising=False)
    file = tmp_path / ".env"
    file.write_text(block.replace(PLACEHOLDER, TOKEN), "utf-8")
    file.chmod(0o600)
    assert read_settings(file)


def test_the_blocks_that_switch_a_channel_on_do_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in variables():
        monkeypatch.delenv(name, raising=False)
    found = []
    for page, block in ENVS:
        file = tmp_path / ".env"
        file.write_text(block.replace(PLACEHOLDER, TOKEN), "utf-8")
        file.chmod(0o600)
        found.append((page, read_settings(file).channels))
    assert ("wechat.md", ("wechaty",)) in found
    assert found.count(("onebot.md", ("onebot",))) == 2


@pytest.mark.parametrize(("page", "line"), LINES)
def test_every_line_of_doctor_is_one_that_it_can_print(page: str, line: str) -> None:
    mark, _, text = line.partition(" ")
    assert [
        code
        for code, (known, template) in WORDS.items()
        if known == mark and as_pattern(template).fullmatch(text)
    ]


def test_both_pages_show_some() -> None:
    assert {page for page, _ in LINES} == {*PAGES}


@pytest.mark.parametrize("page", PAGES)
def test_every_command_and_verb_is_one_that_there_is(page: str) -> None:
    from bot.__main__ import app

    typed = set(re.findall(r"[发用](?:一次)?「(.+?)」", PAGES[page])) | {"启用", "停用"}
    assert typed <= WORDS_OF_COMMANDS | BARE
    verbs = {
        command.name or command.callback.__name__
        for command in app.registered_commands
        if command.callback
    }
    assert set(re.findall(r"-m bot (\w+)", PAGES[page])) <= verbs


@pytest.mark.parametrize("page", PAGES)
def test_every_link_to_a_file_leads_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(((?!http)[^)#]+)", PAGES[page]):
        assert (DOCS / target).exists(), target


def test_the_implementations_are_told_where_we_listen() -> None:
    page = PAGES["onebot.md"]
    napcat, lagrange = (json.loads(block) for block in blocks("onebot.md", "json"))
    [client] = napcat["network"]["websocketClients"]
    [reverse] = lagrange["Implementations"]
    assert client["url"] == f"ws://127.0.0.1:8080{ONEBOT_PATH}"
    assert (reverse["Port"], reverse["Suffix"]) == (8080, ONEBOT_PATH)
    assert set(re.findall(r"/onebot/\S+?(?=[`\",，（\s])", page)) == {ONEBOT_PATH}

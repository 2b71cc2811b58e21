"""What is wrong in `.env` is told in Chinese, whatever it is."""

import re
from pathlib import Path

import pytest

from bot.doctor.faults import in_chinese
from config.environment import read_settings
from config.errors import ConfigError, ConfigErrors

WRONG = (
    "PORT=abc",
    "HOST=http://here",
    "JIFEN_WATCHDOG_S=0",
    "LOG_LEVEL=LOUD",
    "JIFEN_LOG_FORMAT=xml",
    "DATABASE_URL=sqlite://",
    "DATABASE_URL=postgres://u:p@h/d",
    "DATABASE_URL=mysql://u:p@h/d",
    "WECHATY_PUPPET_SERVICE_ENDPOINT=http://127.0.0.1:9001",
    "WECHATY_PUPPET_SERVICE_ENDPOINT=127.0.0.1：9001",
    "WECHATY_PUPPET_SERVICE_ENDPOINT=127.0.0.1:9001",
    "WECHATY_PUPPET_SERVICE_TOKEN=换成你的令牌",
    "ONEBOT_ACCESS_TOKEN=short",
    "ONEBOT_ACCESS_TOKEN=my-password",
    "JIFEN_ONEBOT_URLS=http://127.0.0.1:3001",
    "JIFEN_ROOMS=123456",
    "JIFEN_ROOMS=wechat:20001@chatroom",
    "SUPERUSERS=onebot：10001",
    "JIFEN_SECRET_KEY=abc",
    "JIFEN_PRESET=standart",
    "JIFEN_PRESET=zzz",
    "JIFEN_ROOM=onebot:1",
    "JIFEN_NOTHING_LIKE_IT=1",
    "PORT=1\nPORT=2",
    "PORT 8080",
)


def faults(tmp_path: Path, written: str) -> tuple[ConfigError, ...]:
    file = tmp_path / ".env"
    file.write_text(written, "utf-8")
    file.chmod(0o600)
    with pytest.raises(ConfigErrors) as raised:
        read_settings(file)
    return raised.value.errors


@pytest.mark.parametrize("written", WRONG)
def test_no_fault_of_the_settings_is_left_in_english(tmp_path: Path, written: str) -> None:
    for fault in faults(tmp_path, written):
        said = in_chinese(fault)
        assert re.search("第 [12] 行：|TOKEN，没有填", said), said
        assert not re.search(r"must|known|did you|stands|line", said), said


def test_it_says_where_and_what_to_write(tmp_path: Path) -> None:
    [fault] = faults(tmp_path, "SUPERUSERS=10001")
    assert in_chinese(fault).endswith(
        '第 1 行：SUPERUSERS = "10001"，「10001」要写成 渠道:账号编号，冒号用英文的，'
        "如 onebot:10001；昵称不行，谁都能改成一样的"
    )


def test_a_secret_is_not_repeated(tmp_path: Path) -> None:
    [fault] = faults(tmp_path, "ONEBOT_ACCESS_TOKEN=hunter2")
    assert "hunter2" not in in_chinese(fault)


def test_a_file_that_others_can_read_is_told_of(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("ONEBOT_ACCESS_TOKEN=0d1c2b3a4f5e6978\n", "utf-8")
    file.chmod(0o644)
    with pytest.raises(ConfigErrors) as raised:
        read_settings(file)
    [fault] = raised.value.errors
    assert "ONEBOT_ACCESS_TOKEN，能被这台机器上的别人看到：运行 chmod 600" in in_chinese(fault)


def test_what_has_no_words_here_stays_as_it_is() -> None:
    fault = ConfigError("environment", "", "PORT", None, "something new")
    assert in_chinese(fault) == "environment: something new"

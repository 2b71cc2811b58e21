"""`jifenbot doctor` as a whole: what it says, in which order, and how it leaves."""

from pathlib import Path

from tests.started import Started

TOKEN = "0d1c2b3a4f5e6978"
LATE = ["wechaty_grpc", "grpclib", "wechaty", "jieba", "alembic"]


def examined(folder: Path, **variables: str) -> tuple[int, list[str]]:
    one = Started(folder, "doctor", **variables)
    out, _ = one.process.communicate(timeout=60)
    assert one.log == ""
    return one.process.returncode, out.decode().splitlines()


def test_a_fresh_copy_is_well_and_is_told_how_to_go_on(tmp_path: Path) -> None:
    code, lines = examined(tmp_path / "bot")
    assert code == 0
    assert [line.split()[0] for line in lines[:-1]] == [*"✓✓!✓!✓!✓✓!"]
    assert lines[0].startswith("✓ Python 3.")
    assert lines[-2].startswith("! 没有接真实的群，启动的是沙盒")
    assert lines[-1] == "可以用，有 4 处要知道。"
    assert not [*(tmp_path / "bot").glob("data")], "it makes nothing"


def test_what_is_wrong_is_said_and_counted(tmp_path: Path, unused_tcp_port: int) -> None:
    url = f"ws://127.0.0.1:{unused_tcp_port}"
    code, lines = examined(
        tmp_path / "bot", JIFEN_ONEBOT_URLS=url, JIFEN_ROOMS="onebot:1,wechaty:2@chatroom",
        SUPERUSERS="wechaty:wxid_1", HOST="203.0.113.7",
    )  # fmt: skip
    assert code == 1
    assert any(line.startswith(f"✗ 连不上 OneBot {url}：") for line in lines)
    assert any(line.startswith("✗ 不能用 HOST=203.0.113.7") for line in lines)
    assert any(line.startswith("! ONEBOT_ACCESS_TOKEN 空着") for line in lines)
    assert any(line.startswith("! JIFEN_ROOMS 里的 onebot:1 还没有来过消息") for line in lines)
    assert "! JIFEN_ROOMS 里的 wechaty:2@chatroom 属于没有接的渠道，不起作用" in lines
    assert "! SUPERUSERS 里的 wechaty:wxid_1 属于没有接的渠道，不起作用" in lines
    assert lines[-1] == "有 2 处不对，先处理 ✗ 开头的。"


def test_wrong_settings_are_said_with_their_lines(tmp_path: Path) -> None:
    folder = tmp_path / "bot"
    folder.mkdir()
    (folder / ".env").write_text(f"PORT=80800\nONEBOT_ACCESS_TOKEN={TOKEN}\n")
    (folder / ".env").chmod(0o644)
    code, lines = examined(folder, PORT="")
    assert code == 2
    assert lines[1:] == [
        '✗ .env 第 1 行：PORT = "80800"，要写 0 到 65535 的整数',
        "✗ .env 第 2 行：ONEBOT_ACCESS_TOKEN，能被这台机器上的别人看到：运行 chmod 600 .env",
        "有 2 处不对，先处理 ✗ 开头的。",
    ]


def test_a_wrong_programme_is_said_and_everything_else_looked_at(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "programme.toml").write_text('[programme]\nextends = "standard"\nzone = "GMT+8"\n')
    code, lines = examined(tmp_path / "bot", JIFEN_CONFIG_DIR=str(rules))
    assert code == 2
    [wrong] = [line for line in lines if line.startswith("✗")]
    assert 'zone = "GMT+8"' in wrong
    assert any("没有接真实的群" in line for line in lines)


def test_it_imports_no_sdk_for_a_channel_that_is_off(tmp_path: Path) -> None:
    script = f"""
        import sys
        from bot.__main__ import app
        try:
            app(["doctor"])
        except SystemExit as left:
            print("left", left.code, *(name for name in {LATE} if name in sys.modules))
    """
    one = Started(tmp_path / "bot", script=script)
    out, _ = one.process.communicate(timeout=60)
    assert out.decode().splitlines()[-1] == "left 0"

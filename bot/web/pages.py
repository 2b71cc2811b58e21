"""The HTML files of the templates' folder, as responses."""

from pathlib import Path

from aiohttp import web

TEMPLATES = Path(__file__).parent / "templates"


def page(name: str, status: int = 200) -> web.Response:
    """A page; nothing is filled into it here, scripts do that with textContent."""
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    return web.Response(text=text, status=status, content_type="text/html")

"""Where a link leads, as far as its letters say it. Nothing is ever fetched.

Browsers forgive much: they read `\\` as `/`, drop tabs, take `。` for a dot and everything before
an `@` for a name. A link that leans on any of that is none here: the shop's own links do not.
"""

import re
from collections.abc import Iterator

from bot.points.value import value

LONGEST = 2_000
"""Characters of a link that are looked at."""
REFERRALS = ("ref", "invite", "code")
"""Parameters that may carry the sharer's code, the first that does."""
TRACKING = frozenset({"from", "isappinstalled", "spm", "scene", "timestamp", "nonce"})
"""Parameters that say how a link was passed on, not where it leads; and those that begin with the
next."""
TRACKING_BEGINS = ("utm_", "share")

_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"((?:{_LABEL}\.)+{_LABEL})\.?(?::[0-9]{{0,5}})?", re.IGNORECASE)
_LIKE = re.compile(
    r"https?:|(?<![\w@./\\%&=?#+~-])(?<![a-z0-9]:)[a-z0-9-]+(?:\.[a-z0-9-]+)+",
    re.IGNORECASE | re.ASCII,
)
"""What looks like the beginning of a link, a bare host too."""
_SCHEME = re.compile("https?://", re.IGNORECASE)
_AUTHORITY = re.compile("[^/?#]*")
_ENDS = re.compile("[,;!'\"()<>\\[\\]{}|、…「」『』《》【】“”‘’—]|。(?![A-Za-z0-9])")
"""What ends a host in the middle of what people write."""
_ASCII = re.compile("[!-~]*")
_CLOSING = ".,;:!?'\")]}>*~"
_CODE = re.compile("[A-Za-z0-9]{4,8}")


@value
class Link:
    """A link, taken apart."""

    host: str
    """In lower case, without port and closing dot."""
    target: str
    """Host, path and query without what only says who passed it on, in one order."""
    code: str | None = None
    """The sharer's code that it carries."""


def link(url: str) -> Link | None:
    """A link that stands alone, on a card; None for what is none, or none that can be trusted."""
    url = url.strip()[:LONGEST]
    if not url.isprintable() or " " in url:
        return None
    bare = _SCHEME.sub("", url, count=1) if _SCHEME.match(url) else url
    authority = _AUTHORITY.match(bare)
    end = authority.end() if authority else 0
    return _link(bare[:end], bare[end:])


def links(text: str, raw: str) -> Iterator[Link]:
    """Those in a text, the first of what stands together without a space; `raw` is the text before
    characters were brought into one form: what only looks like a link after that is none."""
    for word in text.split():
        like = _LIKE.search(word)
        if like is None or _goes_on(word[like.start() - 1 : like.start()]):
            continue
        bare = word[like.start() :]
        if like[0].endswith(":"):
            if not _SCHEME.match(bare):
                continue
            bare = _SCHEME.sub("", bare, count=1)
        found = _written(bare, raw)
        if found is not None:
            yield found


def is_listed(host: str, hosts: frozenset[str]) -> bool:
    """Whether a host is one of these, by its own name or by `*.` and a name above it. A look-alike
    in other letters (`xn--`) is only listed by its own."""
    if host in hosts:
        return True
    below, _, above = host.partition(".")
    while above and not below.startswith("xn--"):
        if f"*.{above}" in hosts:
            return True
        below, _, above = above.partition(".")
    return False


def page(path: str) -> tuple[str, str | None]:
    """A page of a mini-program without what only says who passed it on, and the sharer's code."""
    path, code = _target(path[:LONGEST].strip())
    way, mark, query = path.partition("?")
    return f"{way.strip('/').removesuffix('.html')}{mark}{query}", code


def _goes_on(before: str) -> bool:
    """Whether a name began before that in letters of another script; Chinese is what people
    write."""
    return before.isalnum() and not "\u4e00" <= before <= "\u9fff"


def _written(bare: str, raw: str) -> Link | None:
    """A link in the middle of what people write."""
    authority = _AUTHORITY.match(bare)
    end = authority.end() if authority else 0
    ends = _ENDS.search(bare, 0, end)
    if ends is not None:
        end, rest = ends.start(), ""
    else:
        ascii_ = _ASCII.match(bare, end)
        rest = ascii_[0].rstrip(_CLOSING) if ascii_ else ""
    host = bare[:end].rstrip(":.")
    return _link(host, rest) if host in raw else None


def _link(authority: str, rest: str) -> Link | None:
    found = _HOST.fullmatch(authority)
    if found is None or len(found[1]) > 253:
        return None
    host = found[1].lower()
    target, code = _target(rest)
    return Link(host, host + target, code)


def _target(rest: str) -> tuple[str, str | None]:
    """Path and query; of what follows #, a page of the shop's own that begins with /."""
    rest, _, fragment = rest.partition("#")
    path, _, query = rest.partition("?")
    pairs = query.split("&")
    if fragment.startswith(("/", "!/")):
        way, _, more = fragment.partition("?")
        path = f"{path.rstrip('/')}/#{way}"
        pairs += more.split("&")
    kept, code = _kept([pair for pair in pairs if pair])
    return path.rstrip("/") + ("?" + "&".join(kept) if kept else ""), code


def _kept(pairs: list[str]) -> tuple[list[str], str | None]:
    """The parameters that say where it leads, in order, and the sharer's code."""
    values = {name.lower(): text for name, _, text in (pair.partition("=") for pair in pairs)}
    name = next((name for name in REFERRALS if _CODE.fullmatch(values.get(name, ""))), None)
    kept = {pair for pair in pairs if not _is_tracking(pair.partition("=")[0].lower(), name)}
    return sorted(kept), values[name] if name else None


def _is_tracking(name: str, referral: str | None) -> bool:
    return name == referral or name in TRACKING or name.startswith(TRACKING_BEGINS)

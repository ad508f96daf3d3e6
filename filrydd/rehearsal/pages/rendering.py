"""A page as HTML, in the reader's language. There are no scripts: the page's own policy would not let one run."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import jinja2
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import Response

from filrydd.lang import LANGUAGES, _, language
from filrydd.rehearsal.pages.page import Page

STYLE = "/-/style.css"
ADMIN = "/-/admin"
_TEMPLATES = Path(__file__).with_name("templates")
_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
_NAMES = {"nb": "Bokmål", "en": "English"}
_TONGUES = {"nb": "nb", "no": "nb", "nn": "nb", "en": "en"}
# Controls, bidirectional marks, spaces without width: with them a name can be made to look like another one.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_UNSEEN_APART = re.compile(f"({_UNSEEN.pattern})")
_BREAKS = re.compile(r"([/_.\\])(?=[^/_.\\\s])")


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language to choose."""

    code: str
    text: str
    href: str


def tongue(request: Request) -> str:
    """The language to answer in: what the address says, else what the browser prefers, else the one of the tenant."""
    wish = request.query_params.get("lang", "")
    if wish in LANGUAGES:
        return wish
    for part in request.headers.get("accept-language", "")[:200].split(","):
        code = part.partition(";")[0].strip().partition("-")[0].lower()
        if code in _TONGUES:
            return _TONGUES[code]
    return language()


def style() -> Response:
    """The style sheet."""
    return _response((_TEMPLATES / "style.css").read_text(encoding="utf-8"), "text/css", 200, {})


def rendered(page: Page, request: Request, path: str, headers: Mapping[str, str] | None = None) -> Response:
    """The response with a page; `path` is the decoded one that was asked for."""
    wish = request.query_params.get("lang", "")
    keep = wish if wish in LANGUAGES else ""
    asked = {name: value for name, value in request.query_params.items() if name != "lang"}
    text = _ENVIRONMENT.get_template("page.html").render(
        page=page,
        language=language(),
        mark=_("Rehearsal"),
        explanation=_("This is not SharePoint. Nothing here has left this machine."),
        skip=_("Skip to the content"),
        way=_("You are here"),
        next_page=_("Show more"),
        footer=_("This is a rehearsal. The pages show what was uploaded to the rehearsal tenant. Times are in UTC."),
        admin=_("For the administrator"),
        tongues=[
            Tongue(code, _NAMES[code], f"{quote(path)}?{urlencode({**asked, 'lang': code})}") for code in LANGUAGES
        ],
        tongues_label=_("Language"),
        keep=keep,
    )
    refresh = {"Refresh": str(page.refresh)} if page.refresh else {}
    return _response(text, "text/html", page.status, {**refresh, **(headers or {})})


def _response(text: str, kind: str, status: int, headers: Mapping[str, str]) -> Response:
    usual = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store", "Vary": "Accept-Language"}
    return Response(text, status, {**usual, **headers}, kind)


def _breakable(text: str) -> Markup:
    """A name with places where a line may break; what nobody sees in it, and what turns it around, is shown as its code."""
    if not _UNSEEN.search(text):
        # A page has hundreds of names.
        return _broken(text)
    return Markup("").join(
        Markup('<span class="unseen">{}</span>').format(_code(part)) if _UNSEEN.fullmatch(part) else _broken(part)
        for part in _UNSEEN_APART.split(text)
    )


def _broken(text: str) -> Markup:
    # What stands for an escaped character has none of the signs in it at which text breaks.
    return Markup(_BREAKS.sub(r"\1<wbr>", str(escape(text))))


def _plain(text: str) -> str:
    """A name for where there are no elements: a title, a label."""
    return _UNSEEN.sub(lambda found: f"[{_code(found[0])}]", text)


def _code(letter: str) -> str:
    return f"U+{ord(letter):04X}"


def _kept(href: str, keep: str) -> str:
    """A link of these pages that stays in the language that the reader chose."""
    if not keep or not href.startswith("/"):
        return href
    split = urlsplit(href)
    return f"{split.path}?{urlencode([*parse_qsl(split.query), ('lang', keep)])}"


_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_TEMPLATES),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters["breakable"] = _breakable
_ENVIRONMENT.filters["plain"] = _plain
_ENVIRONMENT.filters["kept"] = _kept

"""From a template to a response."""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from filrydd.lang import LANGUAGES, _, days, figures, language, n_
from filrydd.stages import masking
from filrydd.web import wording
from filrydd.web.door import Session

_FOLDER = Path(__file__).with_name("templates")
_FILTERS: tuple[Callable[..., str], ...] = (
    figures.number,
    figures.size,
    days.day,
    wording.day_of,
    wording.last_day,
    wording.moment,
    wording.plain,
    wording.label,
    wording.name,
    wording.said,
    wording.role_word,
)
_OWN_NAMES = {"nb": "Bokmål", "en": "English"}


def environment() -> jinja2.Environment:
    """Templates that escape everything, mask every identity number, and refuse a name that they were not given."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_masked,
    )
    made.globals |= {"_": _, "n_": n_, "new_token": lambda: secrets.token_urlsafe(16)}
    for shown in _FILTERS:
        made.filters[shown.__name__] = shown
    return made


def _masked(value: object) -> object:
    """What a template puts out. Markup was made by `wording`, which masks before it marks."""
    return masking.shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value


_ENVIRONMENT = environment()


def prepare() -> None:
    """Compile every template, so that the first to open a page need not wait for that."""
    for name in _ENVIRONMENT.list_templates(extensions=["html"]):
        _ENVIRONMENT.get_template(name)


def text(file: str) -> str:
    """A file of the templates folder as it is, such as the style sheet."""
    return (_FOLDER / file).read_text(encoding="utf-8")


def page(request: Request, template: str, status: int = 200, **shown: Any) -> HTMLResponse:
    """A page in the language of the moment, with its links to the other languages."""
    session: Session | None = request.state.session
    address = request.url.include_query_params
    here = getattr(request.state, "at", None)
    shown_text = _ENVIRONMENT.get_template(template).render(
        language=language(),
        languages=[
            (code, _OWN_NAMES[code], _below_host(str(address(language=code))))
            for code in LANGUAGES
            if code != language()
        ],
        session=session,
        **{
            "area": here.area if here is not None and here.has_area else "",
            "details": (),
            "next": "",
            "back": "",
            "log_in": "",
            **shown,
        },
    )
    return HTMLResponse(shown_text, status)


def _below_host(address: str) -> str:
    """An absolute address without its scheme and host, which the reader may have written in two ways."""
    # Two slashes at its beginning would be another host.
    return "/" + address.split("://", 1)[1].partition("/")[2].lstrip("/\\")

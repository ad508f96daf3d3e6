"""From a template to a response."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from filrydd.lang import LANGUAGES, _, figures, language, n_
from filrydd.stages import masking
from filrydd.web import wording
from filrydd.web.door import Session

_FOLDER = Path(__file__).with_name("templates")
_FILTERS: tuple[Callable[..., str], ...] = (
    figures.number,
    figures.size,
    wording.day,
    wording.day_of,
    wording.last_day,
    wording.moment,
    wording.plain,
    wording.label,
    wording.name,
    wording.said,
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
    made.globals |= {"_": _, "n_": n_}
    for shown in _FILTERS:
        made.filters[shown.__name__] = shown
    return made


def _masked(value: object) -> object:
    """What a template puts out. Markup was made by `wording`, which masks before it marks."""
    return masking.shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value


_ENVIRONMENT = environment()


def text(file: str) -> str:
    """A file of the templates folder as it is, such as the style sheet."""
    return (_FOLDER / file).read_text(encoding="utf-8")


def page(request: Request, template: str, status: int = 200, **shown: Any) -> HTMLResponse:
    """A page in the language of the moment, with its links to the other languages."""
    session: Session | None = request.state.session
    address = request.url.include_query_params
    shown_text = _ENVIRONMENT.get_template(template).render(
        language=language(),
        languages=[
            (code, _OWN_NAMES[code], _below_host(str(address(language=code))))
            for code in LANGUAGES
            if code != language()
        ],
        session=session,
        **{"area": "", "details": (), "next": "", "back": "", **shown},
    )
    return HTMLResponse(shown_text, status)


def _below_host(address: str) -> str:
    """An absolute address without its scheme and host, which the reader may have written in two ways."""
    return "/" + address.split("://", 1)[1].partition("/")[2]

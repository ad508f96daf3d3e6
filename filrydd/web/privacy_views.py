"""What is read for the privacy officer's pages: sums that were counted before, and lists, some lines at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from filrydd.catalog import concerns, tallies, tallying
from filrydd.catalog.connection import Catalog
from filrydd.catalog.private_notices import Notice, about, notices
from filrydd.catalog.rulings import Total
from filrydd.catalog.tallies import About
from filrydd.model.finding import Found
from filrydd.policy import Department
from filrydd.stages.work import Work
from filrydd.web.access import At
from filrydd.web.addresses import area_address
from filrydd.web.tallying import Tallying

A_PAGE = 50
"""Lines of a list on one page."""
_NOTHING = Total()


@dataclass(frozen=True, slots=True)
class Summed:
    """An area in sums. `numbers` are files with an identity number in the text, `named` with one in the name; `private`
    and `open` say (folders, files) of people's own folders and of those that everybody can read; `wider` are changes of
    access that give more, `absent` owners whose account is gone. `counted` in ticks, None: never."""

    area: str
    numbers: int
    named: int
    unexamined: int
    private: tuple[int, int]
    open: tuple[int, int]
    wider: int
    absent: int
    counted: int | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class Private:
    """Somebody's own folder, and what was done about it."""

    place: concerns.Place
    done: tuple[Notice, ...]

    @property
    def told(self) -> Notice | None:
        """The last notice to the owner."""
        return next((one for one in reversed(self.done) if one.what == "told"), None)

    @property
    def opened(self) -> tuple[Notice, ...]:
        """Who was let in."""
        return tuple(one for one in self.done if one.what == "opened")


@dataclass(frozen=True, slots=True)
class Listed:
    """Some lines of a list: `count` in all (None where nobody has counted), `next` the address of those that follow."""

    lines: Sequence[Any]
    count: int | None
    next: str = ""


def summed(work: Work, department: Department, tallying: Tallying) -> Summed:
    """An area in sums; outdated ones are being counted anew from now on. Raises NoSuchArea."""
    with work.catalog() as catalog:
        counted = tallying.look(work, department, catalog)
        sums = tallies.sums(catalog)
        numbers: dict[str, int] = {}
        for one in tallies.read(catalog, About.NUMBERS):
            numbers[one.word] = numbers.get(one.word, 0) + one.total.files
        own = sums.get(About.PRIVATE, (0, _NOTHING))
        return Summed(
            area=work.area,
            numbers=numbers.get(Found.NUMBER, 0),
            named=numbers.get(Found.NUMBER_IN_NAME, 0),
            unexamined=sums.get(About.UNEXAMINED, (0, _NOTHING))[1].files,
            private=(own[0], own[1].files),
            open=_all_open(catalog),
            wider=concerns.widened(catalog, most=0)[0],
            absent=sums.get(About.ABSENT, (0, _NOTHING))[0],
            counted=counted.at,
            is_current=counted.is_current,
        )


def _all_open(catalog: Catalog) -> tuple[int, int]:
    """Folders and files that everybody can read, in all."""
    whole = next((one for one in tallies.read(catalog, About.OPEN, most=1) if not one.word), None)
    return (whole.numbers[0], whole.total.files) if whole is not None else (0, 0)


def _list_address(here: At, what: str, after: int) -> str:
    return area_address(here.area, "privacy", what) + (f"?after={after}" if after else "")


def _listed(here: At, what: str, lines: Sequence[Any], count: int, after: int, most: int) -> Listed:
    following = after + most
    return Listed(lines, count, _list_address(here, what, following) if following < count else "")


def private(catalog: Catalog, here: At, after: int, most: int) -> Listed:
    """People's own folders, in the order of the tree."""
    done = notices(catalog)
    lines = [
        Private(one, tuple(about(done, one.path)))
        for one in concerns.places(catalog, About.PRIVATE, after=after, most=most)
    ]
    return _listed(here, "private", lines, tallies.sums(catalog).get(About.PRIVATE, (0, _NOTHING))[0], after, most)


def opened(catalog: Catalog, here: At, after: int, most: int) -> Listed:
    """Folders that everybody can read, with all such below them; those with most files first."""
    lines = concerns.places(catalog, About.OPEN, after=after, most=most)
    kept = min(_all_open(catalog)[0], tallying.MOST_OPEN)
    return _listed(here, "open", lines, kept, after, most)


def wider(catalog: Catalog, here: At, after: int, most: int) -> Listed:
    """Who can do more in the new place; what nobody has accepted comes first."""
    count, lines = concerns.widened(catalog, after=after, most=most)
    return _listed(here, "wider", lines, count, after, most)


def absent(catalog: Catalog, here: At, after: int, most: int) -> Listed:
    """Owners whose accounts are disabled or gone, as (name, state, what is theirs)."""
    lines = concerns.absent(catalog, after=after, most=most)
    return _listed(here, "absent", lines, tallies.sums(catalog).get(About.ABSENT, (0, _NOTHING))[0], after, most)


def numbered(catalog: Catalog, here: At, what: str, after: int) -> Listed:
    """Files with an identity number in the text (`numbers`) or the name (`named`), after the file with the number
    `after`."""
    kind = Found.NUMBER if what == "numbers" else Found.NUMBER_IN_NAME
    lines = concerns.numbered(catalog, kind, after=after, most=A_PAGE + 1)
    shown = lines[:A_PAGE]
    return Listed(shown, None, _list_address(here, what, shown[-1].file) if len(lines) > A_PAGE else "")

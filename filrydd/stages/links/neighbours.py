"""The other areas of a workspace, as far as documents of one point into another: only read, a few at a time."""

from collections import OrderedDict
from dataclasses import replace
from types import TracebackType
from typing import Self

from filrydd.catalog.connection import Catalog
from filrydd.catalog.contents import crossing
from filrydd.errors import FilryddError, NoSuchArea
from filrydd.findings.targets import Known, Others
from filrydd.policy import Department
from filrydd.stages.links.listing import known
from filrydd.stages.work import Work, areas_of

_OPEN = 8


class Neighbours:
    """The areas beside one of them, a context manager.

    `names` by which documents may point into each. Drive letters count in the areas of the same department only: another one
    may mean another server by them. `unread` are areas whose catalog or policy could not be read.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._catalogs: OrderedDict[str, Catalog] = OrderedDict()
        self.names: dict[str, Known] = {}
        self.unread: list[str] = []
        own = department_of(work)
        for area in areas_of(work.workspace):
            if area == work.area:
                continue
            try:
                other = replace(work, area=area)
                theirs = department_of(other)
                found = known(other, self.catalog(area), theirs)
            except FilryddError:
                self.unread.append(area)
                continue
            same = own is not None and theirs is not None and own.name == theirs.name
            self.names[area] = found if same else Known(found.addresses)
        self.others = Others(self.names)

    def catalog(self, area: str) -> Catalog:
        """The catalog of an area, to be read at once: it is closed when several others were asked for. Raises FilryddError."""
        found = self._catalogs.pop(area, None)
        if found is None:
            while len(self._catalogs) >= _OPEN:
                self._catalogs.popitem(last=False)[1].close()
            found = replace(self._work, area=area).catalog()
            crossing.only_read(found)
        self._catalogs[area] = found
        return found

    def close(self) -> None:
        """Let the catalogs go. Safe to call twice."""
        while self._catalogs:
            self._catalogs.popitem()[1].close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def department_of(work: Work) -> Department | None:
    """The department that owns an area; None where none does any more. Raises PolicyInvalid."""
    try:
        return work.department()
    except NoSuchArea:
        return None

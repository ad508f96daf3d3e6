"""Old addresses beside new ones, for every file and folder of an area that moved."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from hashlib import blake2b

from filrydd.catalog import whereabouts
from filrydd.catalog.connection import Catalog
from filrydd.catalog.gathered import Line
from filrydd.catalog.paths import folder_paths
from filrydd.errors import NoSuchArea
from filrydd.model import names
from filrydd.policy import Department
from filrydd.stages import links, masking
from filrydd.stages.where.forms import Form
from filrydd.stages.where.spelling import Way, ways, written
from filrydd.stages.where.web import address
from filrydd.stages.work import Work


class Why(StrEnum):
    """Why an old address is not in the list."""

    NUMBER = "identity number"
    TWICE = "more than one place"
    LONG = "too long"
    UNFIT = "cannot be written"


_SURROGATES = re.compile("[\ud800-\udfff]")
_OR_LINE_ENDS = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
# Of an identity number; most addresses have fewer digits, however they are written.
_DIGITS = 11


class Lines:
    """The lines of areas in a form; `left_out` is counted as they are made."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._unfit = _OR_LINE_ENDS if form.is_lines else _SURROGATES
        self.left_out: Counter[Why] = Counter()
        self.files = self.folders = 0

    def of(self, work: Work, catalog: Catalog) -> Iterator[Line]:
        """Those of one area, folders first."""
        known = links.known(work, catalog, _department(work))
        into = ways(known.addresses, known.drives)
        paths = folder_paths(catalog, gone=True)
        for folder, url in whereabouts.moved_folders(catalog).items():
            said = tuple(names.raw_segments(paths[folder]))
            lines = tuple(self._lines(written(into, said), paths[folder], url, is_folder=True))
            self.folders += bool(lines)
            yield from lines
        last = -1
        beginnings: tuple[tuple[Way, str, str], ...] = ()
        for file in whereabouts.moved(catalog):
            if file.folder != last:
                last = file.folder
                beginnings = tuple(_beginnings(into, names.raw_segments(paths[last])))
            name = names.raw(file.name)
            olds = ((f"{begin}{way.mark}{name}", f"{key}/{name}") for way, begin, key in beginnings if _says(way, name))
            lines = tuple(self._lines(olds, names.join(paths[last], file.name), file.url, is_folder=False))
            self.files += bool(lines)
            yield from lines
            work.progress.advance(1)

    def _lines(self, olds: Iterator[tuple[str, str]], path: str, url: str, *, is_folder: bool) -> Iterator[Line]:
        # What is masked leads nowhere, and what is not masked is not written.
        hides_number = _hides_number(path) or _hides_number(url)
        new = address(url)
        for old, key in olds:
            if hides_number:
                self.left_out[Why.NUMBER] += 1
            elif not new or self._unfit.search(old):
                self.left_out[Why.UNFIT] += 1
            else:
                yield from self._line(old, key, new, is_folder)
                # Names that came from a Mac are written in another way than people write them.
                composed = old if old.isascii() else unicodedata.normalize("NFC", old)
                if composed != old:
                    yield from self._line(composed, unicodedata.normalize("NFC", key), new, is_folder)

    def _line(self, old: str, key: str, new: str, is_folder: bool) -> Iterator[Line]:
        line = Line(old, key, new, is_folder, _mark(self._form.taken_for(old, key)))
        if self._form.fits(line):
            yield line
        else:
            self.left_out[Why.LONG] += 1


def _hides_number(text: str) -> bool:
    plain = text.encode("utf-8", "surrogatepass")
    if len(plain) - len(plain.translate(None, b"0123456789")) < _DIGITS:
        return False
    return masking.shown(text) != text


def _beginnings(into: Sequence[Way], above: Sequence[str]) -> Iterator[tuple[Way, str, str]]:
    """The ways that lead into a folder, with its address and key."""
    for way in into:
        said = way.write(above)
        if said is not None:
            yield way, *said


def _says(way: Way, name: str) -> bool:
    return way.mark != "\\" or "\\" not in name


def _mark(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


def _department(work: Work) -> Department | None:
    try:
        return work.department()
    except NoSuchArea:
        # The area's own address is known all the same.
        return None

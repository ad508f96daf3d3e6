"""What an area holds, as text: short tables that fit a terminal of 100 columns and can be read aloud."""

from collections.abc import Iterable, Iterator, Sequence

from filrydd.catalog.insight.standouts import FolderTotal
from filrydd.catalog.insight.stored import Insight
from filrydd.lang import _, figures, n_
from filrydd.lang.words import said
from filrydd.model import times
from filrydd.stages import insight_words as words
from filrydd.stages import masking
from filrydd.stages.insight import Named
from filrydd.stages.status import AreaStatus

_WIDTH = 100
_INDENT = "  "


def sections(area: AreaStatus) -> Iterator[str]:
    """The lines of all sections, each with an empty line before it."""
    named = area.insight
    if named is None:
        yield ""
        yield _("What the area holds is added up at the end of a scan: {step}").format(step=f"filrydd scan {area.area}")
        return
    totals = named.totals
    yield from _section(
        _("Sizes of files, and their share of the space"),
        _shares([(words.size_class(one), one.files, one.bytes) for one in totals.sizes]),
    )
    kinds = [(words.family(one.family), one.files, one.bytes) for one in totals.families]
    yield from _section(_("Kinds of files, and their share of the space"), _shares(kinds))
    ages = [(words.age_class(one), one.files, one.bytes) for one in totals.ages if one.years is not None or one.files]
    yield from _section(_("Last change of files, and their share of the space"), _shares(ages))
    yield from _section(_("Biggest folders, with the year of the last change"), _folders(named, totals.biggest))
    yield from _section(_("Oldest folders, with the year of the last change"), _folders(named, totals.oldest))
    yield from _section(_("Files with the same content"), _duplicates(totals, area.area))
    yield from _section(_("What could not be read"), _unread(named, beyond=area.unreadable > len(area.unread)))
    yield from _section(_("Owners whom nobody knows"), _owners(totals))
    yield from _section(_("Small things"), _small(totals))
    yield from _section(_("Where to begin"), _places(named))


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    shown = list(lines)
    if shown:
        yield ""
        yield title
        yield from shown


def _shares(rows: Sequence[tuple[str, int, int]]) -> list[str]:
    whole = sum(size for _label, _files, size in rows)
    return _table(
        [(label, _files(files), figures.size(size), _percent(size, whole)) for label, files, size in rows if files]
    )


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    """The first column begins each line, the others end at the same place."""
    if not rows:
        return []
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        _INDENT
        + row[0].ljust(widths[0])
        + "".join(f"  {text.rjust(width)}" for text, width in zip(row[1:], widths[1:], strict=True))
        for row in rows
    ]


def _percent(part: int, whole: int) -> str:
    share = 100 * part / whole if whole else 0.0
    return _("under 1 %") if 0 < share < 1 else f"{share:.0f} %"


def _files(count: int) -> str:
    return n_("{count} file", "{count} files", count).format(count=figures.number(count))


def _folders(named: Named, found: Sequence[FolderTotal]) -> Iterator[str]:
    columns = _table(
        [
            (
                f"{number}.",
                figures.size(one.bytes),
                _files(one.files),
                str(times.to_datetime(one.changed).year),
            )
            for number, one in enumerate(found, 1)
        ]
    )
    for line, one in zip(columns, found, strict=True):
        yield from _with_path(line + "  ", named.folders[one.folder])


def _with_path(before: str, path: str) -> Iterator[str]:
    """A line that ends with a path; one that is too long goes on below, after a slash if there is one, else a space."""
    shown = _visible(path)
    room = max(_WIDTH - len(before), 30)
    while len(shown) > room:
        end = shown.rfind("/", 0, room) + 1 or shown.rfind(" ", 0, room) + 1 or room
        yield before + shown[:end]
        before, shown = " " * len(before), shown[end:]
    yield before + shown


def _visible(path: str) -> str:
    """A path that cannot move the terminal's cursor. Masked before it is wrapped: a number on two lines is still one."""
    return "".join(letter if letter.isprintable() else "?" for letter in masking.shown(path)) or "/"


def _duplicates(totals: Insight, area: str) -> Iterator[str]:
    found = totals.duplicates
    if found is None:
        yield _INDENT + _("Nobody has compared the files yet: {step}").format(step=f"filrydd scan {area} --copies")
        return
    yield _INDENT + _("{files} in {groups}. Keeping one of each frees {size}.").format(
        files=_files(found.files),
        groups=n_("{count} group", "{count} groups", found.groups).format(count=figures.number(found.groups)),
        size=figures.size(found.bytes),
    )
    if found.folders:
        yield _INDENT + n_(
            "{count} folder has whole copies.", "{count} folders have whole copies.", found.folders
        ).format(count=figures.number(found.folders))
    columns = _table(
        [
            (f"{number}.", figures.size(one.bytes), _files(one.files), _count_folders(one.copies))
            for number, one in enumerate(totals.copies, 1)
        ]
    )
    for line, one in zip(columns, totals.copies, strict=True):
        for before, path in zip((line, *([" " * len(line)] * len(one.paths))), one.paths, strict=False):
            yield from _with_path(before + "  ", path)


def _unread(named: Named, *, beyond: bool) -> Iterator[str]:
    rows = [(said(one.reason), figures.number(one.count)) for one in named.totals.unread]
    for line, one in zip(_table(rows), named.totals.unread, strict=True):
        yield line
        # Up to some number of them stand above, one by one.
        if beyond:
            for row in one.examples:
                if row in named.examples:
                    yield from _with_path(_INDENT * 2, named.examples[row])


def _owners(totals: Insight) -> list[str]:
    return _table(
        [
            (
                words.owners(one),
                n_("{count} owner", "{count} owners", one.owners).format(count=figures.number(one.owners)),
                _files(one.files),
                figures.size(one.bytes),
                _count_folders(one.folders),
            )
            for one in totals.owners
        ]
    )


def _count_folders(count: int) -> str:
    return n_("{count} folder", "{count} folders", count).format(count=figures.number(count))


def _small(totals: Insight) -> list[str]:
    names = totals.names
    rows = [
        (_("without content"), totals.empty.files, totals.empty.folders),
        (_("names that SharePoint refuses"), names.refused_files, names.refused_folders),
        (_("paths of more than 400 characters"), names.long_files, names.long_folders),
    ]
    rows += [(words.family(one.family), one.files, 0) for one in totals.junk]
    return _table(
        [
            (label, _files(files) if files else "", _count_folders(folders) if folders else "")
            for label, files, folders in rows
            if files or folders
        ]
    )


def _places(named: Named) -> Iterator[str]:
    for number, place in enumerate(named.totals.places, 1):
        mark = f"{number:>4}. "
        yield from _with_path(mark, named.folders[place.folder])
        gain = _("Gain: {files}, {size}.").format(files=_files(place.files), size=figures.size(place.bytes))
        work = n_("{count} decision.", "{count} decisions.", place.decisions).format(count=place.decisions)
        indent = " " * len(mark)
        reason = _visible(words.reason(place, named.folders))
        yield from _wrapped(indent, reason)
        yield indent + (f"{gain} {work}" if place.files else work)


def _wrapped(indent: str, text: str) -> Iterator[str]:
    line = indent
    for word in text.split(" "):
        if line != indent and len(line) + len(word) + 1 > _WIDTH:
            yield line
            line = indent
        line += word if line == indent else f" {word}"
    while len(line) > _WIDTH:
        yield line[:_WIDTH]
        line = indent + line[_WIDTH:]
    yield line

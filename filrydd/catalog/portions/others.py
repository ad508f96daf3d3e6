"""Who else uses the files of a group: those who own files in it, and the parts from which files of it are pointed to."""

from collections.abc import Iterator, Sequence

from filrydd.catalog.connection import Catalog, Row
from filrydd.catalog.people.principals import shown_name
from filrydd.catalog.portions.collecting import OWN, RULED
from filrydd.catalog.proposals import PartRow
from filrydd.model import names
from filrydd.portions import Placed

_MOST = 3


class Others:
    """Names for the groups of one part after the other. Reads the TEMP table `cell` of `collecting`."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._people = {
            row["id"]: (shown_name(row["sid"], row["name"], row["kind"]), row["name"], row["mail"])
            for row in catalog.rows("SELECT id, sid, name, kind, mail FROM principal WHERE kind IN ('', 'user')")
        }
        self._owned = bool(self._people) and bool(catalog.value("SELECT EXISTS (SELECT 1 FROM file WHERE owner > 0)"))

    def of(self, part: PartRow, placed: Sequence[Placed]) -> dict[str, list[str]]:
        """For each group by its key: parts whose files point there, then who owns files there but the part's contact, most
        files first."""
        pointing = self._pointing(part.id)
        if not pointing and not self._owned:
            return {}
        group_of = {(cell.folder, cell.rule): one.group.key for one in placed for cell in one.group.cells}
        counts: dict[tuple[str, str], int] = {}
        for folder, rule, owner, files in self._owners(part.id):
            shown, name, mail = self._people.get(owner, ("", "", ""))
            key = group_of.get((folder, rule))
            if key is not None and shown and not _is_contact(part, name, mail):
                counts[key, shown] = counts.get((key, shown), 0) + files
        found: dict[str, list[str]] = {}
        for (key, shown), _files in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
            found.setdefault(key, []).append(shown)
        for folder, rule, other in pointing:
            key = group_of.get((folder, rule))
            if key is not None and other not in found.get(key, ()):
                found.setdefault(key, []).insert(0, other)
        return found

    def _owners(self, part: int) -> Iterator[Row]:
        """(folder, rule, owner, files)."""
        if self._owned:
            yield from self._catalog.rows(
                "SELECT folder, rule, owner, files FROM temp.cell WHERE part = ? AND owner IS NOT NULL", (part,)
            )

    def _pointing(self, part: int) -> list[tuple[int, int, str]]:
        rows = self._catalog.rows(
            f"SELECT DISTINCT f.folder, {OWN}, q.name FROM link l JOIN file f ON f.id = l.to_file"
            f" JOIN folder_part x ON x.folder = f.folder {RULED} JOIN file s ON s.id = l.file AND s.gone IS NULL"
            " JOIN folder_part y ON y.folder = s.folder AND y.part <> x.part JOIN part q ON q.id = y.part"
            " WHERE x.part = ? AND f.gone IS NULL ORDER BY q.name DESC",
            (part,),
        )
        return [(row[0], row[1], row[2]) for row in rows]


def shortened(others: list[str]) -> str:
    """The first of them, a line each."""
    return "\n".join(one.replace("\n", " ") for one in others[:_MOST])


def _is_contact(part: PartRow, name: str, mail: str) -> bool:
    known = {names.fold(word) for word in (part.contact, part.contact_email) if word}
    return bool(known & {names.fold(word) for word in (name, name.rpartition("\\")[2], mail) if word})

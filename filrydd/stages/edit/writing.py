"""The structure file: the old tree, readable, with what becomes of each folder beside it, for somebody to change."""

from collections.abc import Iterator
from pathlib import Path

from filrydd.catalog import edits as kept
from filrydd.catalog import proposals
from filrydd.catalog.connection import Catalog
from filrydd.catalog.edits import Stored, Subject
from filrydd.errors import BadUsage
from filrydd.lang import _, figures, n_
from filrydd.layout import reasons
from filrydd.layout.edits import CHOICES, OF_PRINCIPALS, kind
from filrydd.layout.problems import ACCESS_NOT_KNOWN, NOT_EXPRESSIBLE, about
from filrydd.model import names, times
from filrydd.model.structure import What
from filrydd.policy.yaml_lines import LARGEST
from filrydd.stages.edit import choosing, form
from filrydd.stages.edit.finding import Folders, NotFound
from filrydd.stages.edit.form import comment, place, scalar
from filrydd.stages.edit.reading import proposal_of
from filrydd.stages.masking import shown
from filrydd.stages.work import Work

_MOST_FOLDERS = 5_000
_MOST_LACKING = 200
_COLUMN = 48
_LINES = (("name", What.RENAME), ("move to", What.MOVE), ("merge with", What.MERGE))


def write(work: Work, file: Path) -> None:
    """Write the structure of the present proposal into a new file.

    Raises BadUsage when it is there already or cannot be written, NotApproved when nothing is proposed yet, NoSuchArea.
    """
    with work.catalog() as catalog:
        digest = proposal_of(work, catalog)
        told = _Telling(work, catalog, digest)
        most = _MOST_FOLDERS
        # What is written must be small enough to be read again.
        while len(text := told.text(most).encode()) > LARGEST * 9 // 10 and most > 1:
            most = most * 8 // 10
    try:
        with file.open("xb") as stream:
            stream.write(text)
    except FileExistsError as there:
        raise BadUsage(
            _("{path} is there already.").format(path=file), next=_("Choose another name, or remove it first.")
        ) from there
    except OSError as trouble:
        raise BadUsage(
            _("The structure file {path} cannot be written: {detail}.").format(path=file, detail=trouble.strerror),
            next=_("Choose another folder."),
        ) from trouble


class _Telling:
    def __init__(self, work: Work, catalog: Catalog, digest: str) -> None:
        self._work, self._catalog, self._digest = work, catalog, digest
        self._folders = Folders(catalog)
        self._tree = choosing.tree(kept.subjects(catalog))
        self._tops = {part.name: part.folder for part in proposals.parts(catalog)}
        self._open = kept.said(catalog)
        self._said: dict[int, dict[str, Stored]] = {}
        self._lost: list[Stored] = []
        for one in self._open:
            if one.edit.what not in OF_PRINCIPALS:
                try:
                    folder = self._folders.find(one.edit.path)
                except NotFound:
                    self._lost.append(one)
                    continue
                self._said.setdefault(folder, {})[kind(one.edit.what)] = one

    def text(self, most: int) -> str:
        """The file, with at most that many folders."""
        listed = choosing.chosen(self._tree, list(self._tops.values()), self._said, most)
        lines = [*self._head(), "parts:"]
        for part, top in self._tops.items():
            if top in self._tree.subjects:
                lines.append(f"  - part: {scalar(part)}")
                lines += self._block(top, listed, "    ", "    ")
        lines += ["accept:", *self._accepted(), *self._to_accept()]
        gone = _("not there any more")
        for one in self._lost:
            lines.append(_line("", f"{one.edit.what}: {shown(one.edit.path)} ({gone})", str(one.id)))
        return "\n".join(lines) + "\n"

    def _head(self) -> Iterator[str]:
        area = self._work.area
        for sentence in (
            _(
                "{area}, proposal {digest}, {day}. Change what you want, then: filrydd propose {area} --edit FILE"
            ).format(area=area, digest=self._digest[:12], day=self._work.day().strftime("%d.%m.%Y")),
            _("Behind the # stands what was computed, and why; or the number of a change, and who made it."),
            _("choice: keep, lift (no folder of its own), split by year, own library, restrict (own permissions)."),
            _("A folder belongs where its block stands: cut it out, and paste it under the `folders:` of another one."),
            _("Or add a line: `name: New name`, `move to: PATH`, `merge with: PATH`, `library: NAME` (own library)."),
            _("To take a change back: filrydd propose {area} --take-back NUMBER").format(area=area),
        ):
            yield f"# {sentence}"
        yield f"area: {scalar(area)}"
        yield f"proposal: {self._digest}"
        yield _line('name: ""', _("who changes this; needed when something was changed"))
        yield _line('note: ""', _("why; needed for what is accepted below"))

    def _block(self, folder: int, listed: set[int], first: str, indent: str) -> Iterator[str]:
        subject, said = self._tree.subjects[folder], self._said.get(folder, {})
        yield f"{first}folder: {scalar(place(self._folders.paths[folder]))}"
        if self._folders.is_ambiguous(folder):
            yield f"{indent}number: {folder}"
        yield from self._choice(subject, said.get("choice"), indent)
        for key, what in _LINES:
            if (one := said.get(kind(what))) is not None and (one.edit.value or what is not What.RENAME):
                value = shown(one.edit.value) if what is What.RENAME else place(one.edit.value)
                yield _line(f"{indent}{key}: {scalar(value)}", _by(one), str(one.id))
        missing = sum(inner not in listed for inner in self._tree.inside.get(folder, ()))
        if missing:
            yield (
                indent
                + "# "
                + n_(
                    "{count} more folder in it does not stand here.",
                    "{count} more folders in it do not stand here.",
                    missing,
                ).format(count=figures.number(missing))
            )
        inside = list(self._below(folder, listed))
        if inside:
            yield f"{indent}folders:"
        for inner in inside:
            yield from self._block(inner, listed, f"{indent}  - ", f"{indent}    ")

    def _below(self, folder: int, listed: set[int]) -> Iterator[int]:
        """The folders whose blocks stand in this one's."""
        depth = self._folders.depth(folder)
        for inner in self._tree.inside.get(folder, ()) if depth <= form.DEEPEST_PARENT else ():
            if inner in listed:
                yield inner
                if depth == form.DEEPEST_PARENT:
                    yield from self._all_below(inner, listed)

    def _all_below(self, folder: int, listed: set[int]) -> Iterator[int]:
        left = [inner for inner in reversed(self._tree.inside.get(folder, ())) if inner in listed]
        while left:
            folder = left.pop()
            yield folder
            left += [inner for inner in reversed(self._tree.inside.get(folder, ())) if inner in listed]

    def _choice(self, subject: Subject, said: Stored | None, indent: str) -> Iterator[str]:
        address = f"{subject.library}/{subject.target}".rstrip("/")
        goes = n_("{count} file", "{count} files", files := self._tree.files[subject.folder]).format(
            count=figures.number(files)
        )
        goes += f" -> {shown(address)}" if address else ""
        if said is not None and CHOICES[said.edit.what] == subject.choice:
            yield _line(f"{indent}choice: {subject.choice}", f"{_by(said)}. {goes}", str(said.id))
            if said.edit.value:
                yield f"{indent}library: {scalar(said.edit.value)}"
            return
        why = "" if subject.why == reasons.KNOWN else reasons.explain(subject.why) + " "
        yield _line(f"{indent}choice: {subject.choice}", f"{why}{goes}", subject.choice)
        if said is not None:
            not_done = _("not done")
            yield _line(indent, f"{said.edit.what}, {_by(said)}: {not_done}", str(said.id))

    def _accepted(self) -> Iterator[str]:
        """What is accepted already."""
        for one in self._open:
            edit, by = one.edit, _by(one)
            match edit.what:
                case What.OPEN:
                    lines = [f"  - open: {scalar(place(edit.path))}", f"    as: {scalar(place(edit.value))}"]
                case What.LEAVE_OUT:
                    lines = [f"  - leave out: {edit.path}"]
                case What.STANDS_FOR if edit.value:
                    lines = [f"  - principal: {edit.path}", f"    stands for: {scalar(edit.value)}"]
                case _:
                    continue
            yield _line(lines[0], by, str(one.id))
            yield from lines[1:]
            yield f"    note: {scalar(edit.note)}"

    def _to_accept(self) -> Iterator[str]:
        """What somebody may accept, as comments: with the sign before them taken away they are entries."""
        lacking = kept.lacking(self._catalog, _MOST_LACKING)
        asked = [one for one in proposals.problems(self._catalog) if one.kind in (NOT_EXPRESSIBLE, ACCESS_NOT_KNOWN)]
        if lacking or asked:
            yield "# " + comment(
                _("What you may accept: take away the # before an entry, and write a note that says why.")
            )
        for one in lacking:
            where = n_("{count} place", "{count} places", one.scopes).format(count=figures.number(one.scopes))
            who = shown(one.name) or one.sid
            for entra_id, name, mail in one.suggested:
                yield _line(
                    f"#  - principal: {one.sid}", _("{name}: {count}, no counterpart").format(name=who, count=where)
                )
                yield _line(
                    f"#    stands for: {scalar(entra_id)}", _("perhaps {name}").format(name=f"{name} {mail}".strip())
                )
                yield '#    note: ""'
            yield _line(
                f"#  - leave out: {one.sid}", _("{name}: {count}, no counterpart").format(name=who, count=where)
            )
            yield '#    note: ""'
        for problem in asked[:_MOST_LACKING]:
            path = self._folders.paths.get(problem.folder, "")
            near = names.split(path)[0]
            yield _line(f"#  - open: {scalar(place(path))}", about(problem.kind, problem.detail))
            yield _line(f"#    as: {scalar(place(near))}", _("gets the access of this folder"))
            yield '#    note: ""'


def _by(one: Stored) -> str:
    return f"{shown(one.edit.name)}, {times.to_datetime(one.at).strftime('%d.%m.%Y')}"


def _line(text: str, told: str, mark: str = "") -> str:
    before = f"{mark}: " if mark else ""
    return f"{text.ljust(_COLUMN) if text.strip() else text}  # {before}{comment(told)}".rstrip()

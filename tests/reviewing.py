"""A review as the people of a department do it, form by form, for crashes between any two of its writes.

A form is made when it is first needed and kept beside the workspace: after a crash the very same one is sent again, as by
somebody whose browser lost the answer. One that was acted on already may then be refused, in words; `AGAIN` says which.
"""

import json
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from filrydd.catalog import signoffs
from filrydd.catalog.signoffs import OPENID, Signature
from filrydd.errors import FilryddError
from filrydd.model.by import By
from filrydd.model.reviewed import Answer, Looked
from filrydd.notices.message import Sender
from filrydd.notices.post import FolderPost
from filrydd.stages import classify, confirm, freeze, portions, remind, review, scan
from filrydd.stages.sheet import export
from filrydd.stages.work import Work
from tests.areas import Area, new_area
from tests.conftest import Tree, lay_out
from tests.sheet.lists import FULL_POLICY, answered

TREE: Tree = {
    "Bilag": {"2001": {"a.pdf": "1", "b.pdf": "22"}, "ny.docx": "22", "kvittering.docx": "3"},
    "Notat": {"a.txt": "1", "b.txt": "2", "c.txt": "3", "plan_v1.docx": "a plan", "plan_v2.docx": "a better plan"},
    "Hjem": {"mitt.txt": "333"},
    "Tvil": {"t.txt": "1", "u.txt": "22"},
    "Avklart": {"k.txt": "1"},
    "Barn": {"sak.txt": "1"},
    "Utkast": {"x.docx": "xx"},
    "Thumbs.db": "1",
}
DRAFTS = """
  - rule: drafts
    when: {path: Utkast}
    fate: destroy
    basis: arkivlova § 13
    reason: {nb: Bare utkast., en: Only drafts.}
    decided: {by: Berit Bakken, on: 2026-01-02}
  - rule: homes
"""
KARI, OLA, BERIT = (By(name, f"https://login.example|t1|{name[:4]}", OPENID) for name in ("Kari N", "Ola L", "Berit B"))
ADA = By("Ada Arkivar", "https://login.example|t1|ada", OPENID)
PEOPLE_POLICY = (
    FULL_POLICY.replace("\n  - rule: homes\n", DRAFTS)
    .replace("one person", "two people")
    .replace("owner: {name: Berit Bakken}", "owner: {name: Berit B, email: berit@example.no}")
    .replace("contacts: [{name: Kari Nordmann}]", "contacts: [{name: Kari N, email: kari@example.no}]")
    .replace("contact: {name: Ola Lunde}", "contact: {name: Ola L, email: ola@example.no}")
    .replace("areas:\n", "areas:\n  andre: {folder: Andre}\n")
)
MONDAY = datetime(2027, 3, 1, 6, tzinfo=UTC)
AREAS = ("andre", "felles")
# What is refused when it is sent again though it was done: nothing happens twice, and the sentence says so.
AGAIN = {
    "undo": "Guard",
    "undo-vouchers": "Guard",
    "cosign": "NotApproved",
    "withdraw": "NotApproved",
    "confirm": "Guard",
    "lift": "Guard",
}


def template(folder: Path) -> None:
    """Two scanned and classified areas of one department; `begin` copies them."""
    area = new_area(folder)
    area.policy(PEOPLE_POLICY)
    lay_out(area.top, TREE)
    lay_out(folder / "other", {"Utkast": {"y.docx": "yyy"}})
    for number, path in enumerate(sorted([*area.top.rglob("*"), *(folder / "other").rglob("*")])):
        then = datetime(2008 if path.suffix == ".pdf" else 2025, 5, 5, 5, number, tzinfo=UTC).timestamp()
        os.utime(path, (then, then))
    for name, top in (("felles", area.top), ("andre", folder / "other")):
        work = Work(area.workspace, name, "tester", lambda: MONDAY)
        scan.run(work, str(top))
        classify.run(work)


def begin(made: Path, folder: Path) -> None:
    """A review in a folder of its own, from the template."""
    shutil.copytree(made / "workspace", folder / "workspace")
    (folder / "forms").mkdir()


class Reviewing:
    """One attempt at the review in a folder: its people, their forms, and the time it is for them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        tries = folder / "tries"
        self._try = int(tries.read_text()) + 1 if tries.exists() else 1
        tries.write_text(str(self._try))
        self._begun = MONDAY
        self._ticks = 0
        self.area = Area(folder / "workspace", folder / "area")

    def at(self, days: int, minutes: int) -> None:
        """It is so long after the Monday, and a minute later with each try."""
        self._begun = MONDAY + timedelta(days=days, minutes=minutes + self._try)

    def clock(self) -> datetime:
        """A millisecond later each time that somebody looks."""
        self._ticks += 1
        return self._begun + timedelta(milliseconds=self._ticks)

    def work(self, area: str = "felles") -> Work:
        return Work(self.area.workspace, area, "tester", self.clock)

    def send(self, name: str, make: Callable[[], dict[str, Any]], act: Callable[[dict[str, Any]], object]) -> None:
        """Act on a form as it was made at first; the same one sent again may be refused where `AGAIN` says so."""
        kept = self.folder / "forms" / f"{name}.json"
        again = kept.exists()
        if not again:
            kept.write_text(json.dumps(make()))
        try:
            act(json.loads(kept.read_text()))
        except FilryddError as refused:
            if not again or AGAIN.get(name) != type(refused).__name__ or not refused.next:
                raise
            with (self.folder / "refused").open("a") as file:
                file.write(f"{name}: {refused.message}\n")

    def group(self, part: str, rule: str) -> dict[str, Any]:
        """What a page of a group would send back of it."""
        with self.work().catalog() as catalog:
            for one in portions.overview(catalog, part).portions:
                shown = portions.portion(catalog, part, one.number)
                assert shown is not None
                for group in shown.groups:
                    if group.rule.name == rule:
                        return {"key": group.key, "seen": group.content, "said": group.said and group.said.id}
        raise AssertionError(f"no group of {rule} in {part}")

    def answer(self, name: str, by: By, part: str, rule: str, answer: Answer, **more: Any) -> None:
        def act(form: dict[str, Any]) -> object:
            key, seen, said = form["key"], form["seen"], form["said"]
            return portions.answer(self.work(), by, part, key, seen, answer, seen_answer=said, **more)

        self.send(name, lambda: self.group(part, rule), act)

    def undo(self, name: str, by: By, part: str, rule: str) -> None:
        def act(form: dict[str, Any]) -> object:
            return portions.undo(self.work(), by, part, form["key"], seen_answer=form["said"])

        self.send(name, lambda: self.group(part, rule), act)

    def look(self, name: str, by: By, part: str, path: str, verdict: Looked) -> None:
        def asked() -> dict[str, Any]:
            with self.work().catalog() as catalog:
                shown = portions.portion(catalog, part, 1)
                assert shown is not None
                return {"file": next(one.file for one in shown.looks if one.path == path)}

        self.send(name, asked, lambda form: portions.look(self.work(), by, part, form["file"], verdict))

    def digest(self, part: str) -> dict[str, Any]:
        """What a page to sign a part would send back of it."""
        with self.work().catalog() as catalog:
            first = signoffs.in_force(catalog, part)
        (state,) = (one for one in review.state(self.work()) if one.name == part)
        return {"seen": state.digest, "signoff": first.id if first else 0}

    def sign(self, name: str, by: By, part: str, *, destroys: bool = True) -> None:
        signature = Signature(by.name, "contact", by.how, destroys=destroys, who=by.who)

        def act(form: dict[str, Any]) -> object:
            return review.sign(self.work(), signature, [part], digest=form["seen"])

        self.send(name, lambda: self.digest(part), act)

    def cosign(self) -> None:
        second = Signature(BERIT.name, "manager", BERIT.how, who=BERIT.who, as_manager=True)

        def act(form: dict[str, Any]) -> object:
            return review.cosign(self.work(), second, "bilag", form["seen"], form["signoff"])

        self.send("cosign", lambda: self.digest("bilag"), act)

    def withdraw(self) -> None:
        def act(_form: dict[str, Any]) -> object:
            return review.withdraw(self.work(), "bilag", BERIT.name, "vent", who=BERIT.who, how=BERIT.how)

        self.send("withdraw", dict, act)

    def take_a_list(self) -> None:
        """A move list that somebody answers in, whole: a crash leaves the one before."""
        path = self.folder / "liste.xlsx"
        export.run(self.work(), path, force=True)
        answered(path, {"Notat/a.txt": "to keep for now", "Tvil/t.txt": "to keep for now"}, {"Notat/a.txt": "min"})

    def remind(self) -> None:
        with FolderPost(self.folder / "post") as post:
            remind.apply(self.work(), remind.Wishes(sender=Sender("filrydd", "filrydd@example.no")), post)

    def confirm(self) -> None:
        workspace = self.area.workspace

        def seen() -> dict[str, Any]:
            waits = confirm.waiting(workspace, self.work().department(), "drafts", AREAS)
            assert waits is not None
            return {"seen": waits.seen, "files": waits.total.files}

        def act(form: dict[str, Any]) -> None:
            # As the page does it: what it told of must be what there is.
            waits = confirm.waiting(workspace, self.work().department(), "drafts", AREAS)
            if waits is None:
                from filrydd.errors import Guard

                raise Guard("The rule does not wait any more.", next="Look at the rules again.")
            assert (waits.seen, waits.total.files) == (form["seen"], form["files"])
            confirm.confirm(workspace, "regnskap", waits, ADA, AREAS, self.clock)

        self.send("confirm", seen, act)

    def freeze(self) -> None:
        self.send("freeze", dict, lambda _form: freeze.freeze(self.work(), "Tvil", "2027/12", ADA.name, patience=0))

    def lift(self) -> None:
        self.send("lift", dict, lambda _form: freeze.unfreeze(self.work(), "Tvil", "2027/12", ADA.name))

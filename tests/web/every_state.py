"""A municipality in which every state of a part, a group, a job and a form can be looked at, in a browser.

`regnskap` owns `felles`: hostile names, and a part in each state. `plan` owns `teknisk`, whose deadline is over, and
`arkivet`, which was never scanned; `nytt` is nobody's. `pc` shows `felles` alone, `broken` has a policy with mistakes.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from filrydd.catalog import edits, freezes, proposals, seals, signoffs
from filrydd.catalog.acceptances import Says
from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import find_folder
from filrydd.catalog.signoffs import Signature
from filrydd.model import times
from filrydd.model.by import By
from filrydd.model.structure import Edit, What
from filrydd.stages import (
    accept,
    classify,
    edit,
    freeze,
    grace,
    hand_over,
    portions,
    private,
    propose,
    review,
    scan,
    suggest,
)
from filrydd.stages.work import Work
from filrydd.web.jobs import Job
from filrydd.web.openid import Provider, Settings
from tests.areas import Area, days_ago
from tests.conftest import Tree, lay_out
from tests.web import municipality as town_of
from tests.web import municipality_files as files
from tests.web.arrived import arrived
from tests.web.listening import free_place, listening, sent
from tests.web.municipality import Town, Visitor
from tests.web.offices import HOW
from tests.web.provider import CLIENT, SECRET
from tests.web.reader import Clock, review_part

KARI, OLA = By("Kari Nordmann", "https://log.in||kari", HOW), By("Ola Lunde", "https://log.in||ola", HOW)
SID = "S-1-5-21-1-2-3-1999"
PARTS = ("bilag", "møter", "planer", "gamle", "kart", "lag/år")
"""Awaits a second person, signed by two, changed since it was signed, withdrawn, with problems, half done."""
_OLD = {f"faktura {number:03}.pdf": f"{number}".encode() for number in range(1, 8)}
FELLES: Tree = {
    **{name: inside for name, inside in files.FELLES.items() if name not in ("Bilag", "Lag")},
    "Hjem": {"kari": {"privat.txt": b"private"}},
    "Tomt": {"tom fil.txt": b""},
    "Bilag": {"2010": dict(_OLD), "2026": {"ny faktura.docx": b"new"}},
    "Møter": {"2012": {"møte 1.pdf": b"old", "møte 2.pdf": b"older"}, "2026": {"referat mai.docx": b"minutes"}},
    "Planer": {"plan 2025.docx": b"plan", "plan 2026.docx": b"another"},
    "Gamle": {"notat.docx": b"note", "kvittering.pdf": b"paid"},
    "Kart": {"Nord": {"kart.docx": b"map", "a:b.docx": b"mended"}, "Sør": {"kart.docx": b"another map"}},
    "Lag": {
        "Lister": {"lagliste.docx": b"list", "regler.docx": b"rules"},
        "Bilder": {"dag.jpg": b"a day"},
        "2011": {"regning.pdf": b"a bill"},
    },
}
_CONTACT = {"gamle": "Berit Bakken, id: berit"}
"""Who is contact and manager at once is asked in which role."""
_PARTS = "\n".join(
    f"      - {{name: {name}, path: {path}, contact: {{name: {_CONTACT.get(name, 'Ola Lunde, id: ola')}}}}}"
    for name, path in zip(PARTS, ("Bilag", "Møter", "Planer", "Gamle", "Kart", "Lag"), strict=True)
)
ACCOUNTING = (
    files.ACCOUNTING.partition("areas:")[0]
    + f"review: {{deadline: 2031-12-18}}\nprivate: [homes]\nclasses:\n  homes: {{path: Hjem}}\n"
    f"areas:\n  felles:\n    folder: Felles\n    parts:\n{_PARTS}\n{files.RULES}"
)
PLANNING = files.PLANNING.replace(
    "areas: {teknisk: {folder: Teknisk}}",
    "areas: {teknisk: {folder: Teknisk, review: {deadline: 2026-01-18}}, arkivet: {}}",
)
TEKNISK: Tree = {
    "Vei": {f"tegning {number}.docx": f"{number}".encode() for number in range(4)},
    "Vann": {"måling.docx": b"water"},
}


@dataclass
class World:
    """The pages that listen, and the words that addresses are made of."""

    town: Town
    pc: Town
    broken: Town
    words: dict[str, str]
    visitors: list[Visitor] = field(default_factory=list)

    def at(self, site: str) -> Town:
        return {"town": self.town, "pc": self.pc, "broken": self.broken}[site]


@contextmanager
def world(folder: Path, issuer: str) -> Iterator[World]:
    """Everything made, and listening; `issuer` is a provider of OpenID Connect."""
    area = Area(folder / "workspace", folder / "felles")
    _lay_out(area)
    _sign(area)
    _change(area)
    words = _review(area)
    clock, place = Clock(), free_place()
    provider = Provider(Settings(issuer, CLIENT, SECRET, ""), f"{place.addresses[0]}/log-in/back", clock=clock)
    town = Town(area.workspace, place=place, clock=clock, provider=provider)
    _after_the_upload(area, Work(area.workspace, "teknisk", "tester", clock))
    town_of.counted(town.work())
    town_of.counted(town.work("teknisk"))
    _jobs(town, words)
    pc = Town(area.workspace, only="felles", place=free_place())
    broken = Town(town_of.copied(area.workspace, folder / "broken"), only="felles", place=free_place())
    broken.policy(ACCOUNTING.replace("fate: move", "fate: flytt").replace("name: Dag Vik", "nam: Dag Vik"))
    with ExitStack() as stack:
        for one in (town, pc, broken):
            stack.enter_context(listening(one))
        yield World(town, pc, broken, words)


def _lay_out(area: Area) -> None:
    policies = area.workspace / "policies"
    policies.mkdir(parents=True)
    (area.workspace / "scans").mkdir()
    for stem, text in (("common", files.COMMON), ("regnskap", ACCOUNTING), ("plan", PLANNING)):
        (policies / f"{stem}.yaml").write_text(text, "utf-8")
    lay_out(area.top, FELLES)
    for folder in ("Bilag/2010", "Møter/2012", "Gamle", "Lag/2011", "Tomt"):
        for path in (area.top / folder).iterdir():
            os.utime(path, (days_ago(6000), days_ago(6000)))
    town_of._dig(area.top)
    area.until_proposed()
    teknisk, nytt = (Work(area.workspace, name, "tester") for name in ("teknisk", "nytt"))
    scan.run(teknisk, str(lay_out(area.top.parent / "teknisk", TEKNISK)))
    classify.run(teknisk)
    propose.run(teknisk)
    scan.run(nytt, str(lay_out(area.top.parent / "nytt", {"Hjem": {"kari": {"a.txt": b"own"}}})))


def _sign(area: Area) -> None:
    for part, destroys in (("bilag", True), ("møter", True), ("planer", False), ("gamle", False)):
        review_part(area, part, OLA)
        note = "Gjennomgått med Berit.\nUt fra arkivplanen." if part == "møter" else ""
        follow = times.from_day(area.work().day() + timedelta(days=60)) if part == "møter" else None
        said = Signature(OLA.name, "contact", HOW, note, destroys, follow, who=OLA.who)
        review.sign(area.work(), said, [part])
    with area.catalog() as catalog:
        signed = signoffs.in_force(catalog, "møter")
        digest = next(row.digest for row in proposals.parts(catalog) if row.name == "møter")
    assert signed is not None
    berit = Signature("Berit Bakken", "manager", HOW, "", True, who="https://log.in||berit", as_manager=True)
    review.cosign(area.work(), berit, "møter", digest, signed.id)
    review.withdraw(area.work(), "gamle", OLA.name, "Vi trenger mer tid.", who=OLA.who, how=HOW)


def _change(area: Area) -> None:
    (area.top / "Planer" / "plan 2027.docx").write_bytes(b"a third plan")
    edit.say(area.work(), [Edit(What.RENAME, "Lag/Bilder", "Bilder av laget", OLA.name, "slik vi sier det")])
    area.until_proposed()
    freeze.freeze(area.work(), "Inn", "2026/9", "Ada Arkivar", "Innsyn er bedt om.")
    freeze.freeze(area.work(), "Utkast", "2026/4", "Ada Arkivar", "")
    freeze.unfreeze(area.work(), "Utkast", "2026/4", "Ada Arkivar")
    hand_over.apply(area.work(), "Personal", hand_over.handing_of("Fagsystemet", "2026-77", "Ada Arkivar"))
    private.tell(area.work(), "Hjem", "Siri Super", area.work().day() + timedelta(days=14))
    suggest.look(area.work())


def _review(area: Area) -> dict[str, str]:
    """The answers that are there, and the words for addresses."""
    number = town_of.passed_on(area.work(), "felles", "nora")
    for part, place, who, answer in (
        ("felles", 1, KARI, portions.Answer.HOLD),
        ("lag/år", 0, OLA, portions.Answer.AS_SUGGESTED),
    ):
        group = town_of.group_of(area.work(), part, place)
        portions.answer(area.work(), who, part, group.key, group.content, answer)
    with area.catalog() as catalog:
        groups = {
            part: [
                (one.number, group)
                for one in portions.overview(catalog, part).portions
                for group in _all(catalog, part, one.number)
            ]
            for part in ("felles", "lag/år", "kart")
        }
        risky = next((number, one.key) for number, one in groups["felles"] if one.risks and one.said is None)
        open_ = next((number, one) for number, one in groups["lag/år"] if one.said is None)
        done = next((number, one) for number, one in groups["lag/år"] if one.said is not None)
        kart = find_folder(catalog, "Kart/Nord")
        kart_part = next(row.id for row in proposals.parts(catalog) if row.name == "kart")
        with catalog.writing():
            problems = [
                catalog.run(
                    "INSERT INTO problem (part, folder, kind, detail) VALUES (?, ?, ?, ?)", (kart_part, kart, *one)
                )
                for one in (("no counterpart", f"Ola ({SID}), Per ({SID}9)"), ("access not known", ""))
            ]
            question = catalog.run(
                "INSERT INTO question (part, folder, readers, files) VALUES (?, ?, 'Kari', 20)", (kart_part, kart)
            )
        (stored,) = edits.said(catalog)
        (frozen,) = freezes.in_force(catalog)
        file = catalog.value("SELECT id FROM file WHERE name = 'faktura 001.pdf'")
        seen = next(row.digest for row in proposals.parts(catalog) if row.name == "planer")
    return {
        "answer": str(number),
        "risky": f"portion/{risky[0]}/group/{risky[1]}",
        "open": f"portion/{open_[0]}/group/{open_[1].key}",
        "done": f"portion/{done[0]}/group/{done[1].key}",
        "done_key": done[1].key,
        "folder": str(kart),
        "who": str(problems[0]),
        "like": str(problems[1]),
        "question": str(question),
        "edit": str(stored.id),
        "freeze": str(frozen.id),
        "file": str(file),
        "seen": seen,
    }


def _after_the_upload(area: Area, teknisk: Work) -> None:
    """Parts whose contact is asked about the new place, has answered, and is asked again; and an area that is read-only."""
    arrived(area.work(), "møter", "lag/år", "kart")
    arrived(area.work(), "planer", missing=2)
    accept.answer(area.work(), Says.YES, OLA, "contact", "Alt er der.", ["lag/år", "kart"])
    accept.answer(area.work(), Says.NO, OLA, "contact", "Jeg finner ikke planen for 2025.\nDen lå øverst.", ["planer"])
    with area.catalog() as catalog, catalog.writing():
        catalog.run("UPDATE acceptance SET places = places || '/tidligere' WHERE part = 'kart'")
    with teknisk.catalog() as catalog:
        seal = seals.begin(catalog, teknisk.now())
        seals.turn(catalog, seal.id, "sealed", "tester", teknisk.now())
    per = By("Per Teknisk", "https://log.in||per", HOW)
    grace.extend(teknisk, teknisk.day() + timedelta(days=200), per, "contact", "Vi venter på revisjonen.")


def _all(catalog: Catalog, part: str, number: int) -> tuple[portions.GroupShown, ...]:
    shown = portions.portion(catalog, part, number)
    assert shown is not None
    return shown.groups


def _jobs(town: Town, words: dict[str, str]) -> None:
    """One that a brake stopped, and one that runs for as long as the pages are there."""
    decided = "    decided: {by: Berit Bakken, on: 2026-01-02}\n"
    more = PLANNING.replace("path: Utkast", "path: Vei").replace(
        decided, decided + decided.replace("decided", "confirmed")
    )
    town.policy(more + "limits: {stop_above: 1%, decided: {by: Mona Moe, on: 2026-01-02}}\n", "plan")
    sara, siri = town.visit("sara"), town.visit("siri")
    look = sent(town, siri, "/department/regnskap/run", {"area": "felles", "what": "look", "once": "x"})
    words["looked"] = look.rpartition("=" if "=" in look else "/")[2]
    looked = town.service.jobs.find(words["looked"])
    assert looked is not None and looked.over.wait(60) and looked.state == "done", looked
    led = sent(town, sara, "/department/plan/run", {"area": "teknisk", "what": "classify", "once": "x"})
    words["failed"] = led.rpartition("/")[2]
    failed = town.service.jobs.find(words["failed"])
    assert failed is not None and failed.over.wait(60) and failed.state == "failed", failed
    for state in ("running", "done"):
        job = Job(state, "teknisk", "Scanning teknisk", "Sara Super", "/department/plan", town.clock(), state)
        job.doing, job.share = "Vei/Tegninger", 0.4
        job.said += ["Mappen Vann kunne ikke leses."] if state == "done" else []
        town.service.jobs._jobs[state] = job

"""Documents in the tenant get the new addresses of what they point to, and nothing else of them changes."""

import contextlib
import sqlite3
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from filrydd.catalog import audit
from filrydd.catalog.connection import Catalog
from filrydd.catalog.contents import mended
from filrydd.catalog.findings import open_findings
from filrydd.catalog.freezes import FROZEN
from filrydd.model.item import Item
from filrydd.stages import backup, classify, freeze, retire, seal, upload, verify
from filrydd.stages.links import between, mending, reasons
from filrydd.targets.fragments import Upload
from filrydd.targets.governor.governor import Governor
from filrydd.targets.graph import GraphTenant
from filrydd.targets.tenant import NameTaken
from tests.areas import Area
from tests.commands import filrydd
from tests.stages.pointing_documents import RELS, Pointing, docx, parts_of
from tests.tenants import Visitor

SUM = r"file:///F:\Tall\Årlig%20sum.docx#Ark%201"
TREE = {
    "Notat": {
        "rapport.docx": docx(
            SUM, "../Tall/Årlig sum.docx", r"\\srv\andre\Delt\felles.docx", r"H:\x.docx", "https://x/"
        ),
        "signert.docx": docx(SUM, parts={"_xmlsignatures/origin.sigs": b""}),
        "ingen.docx": docx(r"F:\Tall\finnes ikke.docx"),
    },
    "Tall": {"Årlig sum.docx": docx(text="sum")},
    "Vedtak": {"vedtak.docx": docx(SUM)},
    "Hjem": {"blir.docx": docx(SUM)},
}
OTHER = {"felles.docx": docx(r"F:\Notat\rapport.docx", r"\\SRV\Felles\Notat\borte.docx", text="delt")}


@pytest.fixture
def pointing(make_area: Callable[..., Area], tenant: Visitor, tmp_path: Path) -> Pointing:
    one = Pointing(make_area(TREE), tenant, tmp_path)
    (one.other / "Delt").mkdir()
    for name, content in OTHER.items():
        (one.other / "Delt" / name).write_bytes(content)
    return one


def found(pointing: Pointing) -> dict[str, str]:
    with pointing.area.catalog() as catalog:
        return {one.path: one.kind for one in open_findings(catalog, "verify")}


def mend(pointing: Pointing) -> mending.Mended:
    return pointing.act(mending.apply)


def left(done: mending.Plan | mending.Mended) -> dict[str, str]:
    return dict(done.left.details)


def whole_ledger(pointing: Pointing) -> bool:
    with pointing.area.catalog() as catalog:
        return audit.broken(catalog) == []


def test_links_lead_to_the_new_addresses_and_nothing_else_changes(pointing: Pointing) -> None:
    pointing.until_verified(fenced=True)
    across = between.of(pointing.area.work())
    assert {(one.source, one.target): (one.links, one.files, one.breaks, one.missing) for one in across.crossings} == {
        ("felles", "andre"): (1, 1, 1, 0),
        ("andre", "felles"): (2, 1, 1, 1),
    }
    assert (across.breaks, across.whole, across.unread) == (2, True, ())
    assert not between.of(pointing.area.work(), most=1).whole
    before = parts_of(pointing.content("rapport.docx"))
    planned = mending.plan(pointing.area.work())
    assert (planned.files, planned.links) == (2, 4), "a signature is seen only in the document itself"
    assert left(planned) == {"Vedtak/vedtak.docx": reasons.BEVARES}

    done = mend(pointing)
    assert (done.files, done.links) == (1, 3)
    assert left(done) == {"Vedtak/vedtak.docx": reasons.BEVARES, "Notat/signert.docx": "signed"}
    total, other = pointing.address("Årlig sum.docx"), pointing.address("felles.docx")
    assert "%C3%85rlig%20sum.docx" in total
    assert pointing.targets("rapport.docx") == [f"{total}#Ark%201", total, other, r"H:\x.docx", "https://x/"]
    after = parts_of(pointing.content("rapport.docx"))
    # SharePoint writes its own property anew with every version.
    for parts in (before, after):
        parts.pop(RELS), parts.pop("docProps/custom.xml")
    assert after == before
    assert len(pointing.versions("rapport.docx")) == 2
    assert [len(pointing.versions(name)) for name in ("signert.docx", "vedtak.docx", "ingen.docx")] == [1, 1, 1]
    with urllib.request.urlopen(total, timeout=30) as answer:
        assert answer.status == 200, "and there it is"

    assert pointing.act(verify.run).findings == {}
    assert upload.plan(pointing.area.work(), mend=True).files == 0
    again = mend(pointing)
    assert (again.files, left(again)) == (0, left(done)) and len(pointing.versions("rapport.docx")) == 2
    assert mending.plan(pointing.area.work()).files == 1, "the signed one, which only the document tells"
    assert whole_ledger(pointing)


def test_another_change_of_the_links_is_found_by_verification(pointing: Pointing) -> None:
    pointing.until_verified()
    former = pointing.content("rapport.docx")
    mend(pointing)
    item = pointing.item("rapport.docx")
    parts = parts_of(pointing.content("rapport.docx"))
    total = pointing.address("Årlig sum.docx")
    assert parts[RELS].count(total.encode()) == 2
    parts[RELS] = parts[RELS].replace(b"/Andre/Delt/", b"/Andre/Skjult/")
    pointing.put("rapport.docx", docx(parts=parts))
    assert pointing.item("rapport.docx")["cTag"] != item["cTag"]
    pointing.act(verify.run)
    assert found(pointing) == {"Notat/rapport.docx": "changed since"}
    assert left(mend(pointing))["Notat/rapport.docx"] == reasons.OPEN_FINDING
    pointing.put("rapport.docx", former)
    assert pointing.act(verify.run).findings == {}, "whoever puts the former version back has what was sent"


def open_in_a_program(pointing: Pointing, name: str, place: Path) -> None:
    """There is no call for it: what Office does there is a protocol of its own."""
    for database in place.glob("tenant[0-9]*/tenant.db"):
        with contextlib.closing(sqlite3.connect(database, timeout=30)) as tenant, tenant:
            tenant.execute("UPDATE item SET holder = 'Kari Nordmann' WHERE id = ?", (pointing.item(name)["id"],))


async def at_once(*_given: Any) -> None: ...


def test_what_must_stay_as_it_is_is_left_alone_and_told(
    pointing: Pointing, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for name in ("merket", "etikett", "utsjekket", "endret", "funn", "frosset"):
        (pointing.area.top / "Tall" / f"{name}.docx").write_bytes(docx("../Notat/rapport.docx", text=name))
    pointing.until_verified()
    base = f"{pointing.tenant.graph}/drives/{pointing.drive}/items/"

    label_it = urllib.request.Request(
        f"{base}{pointing.item('merket.docx')['id']}/retentionLabel",
        b'{"name": "Arkivverdig"}',
        {"Content-Type": "application/json"},
        method="PATCH",
    )
    urllib.request.urlopen(label_it, timeout=30).close()
    stamped = parts_of(pointing.content("etikett.docx"))
    label = (
        b'<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="9" name="MSIP_Label_1_Enabled"/></Properties>'
    )
    stamped["docProps/custom.xml"] = stamped["docProps/custom.xml"].replace(b"</Properties>", label)
    pointing.put("etikett.docx", docx(parts=stamped))
    open_in_a_program(pointing, "utsjekket.docx", tmp_path_factory.getbasetemp())
    assert pointing.act(verify.run).findings == {}, "properties are SharePoint's own"
    pointing.put("endret.docx", docx("../Notat/rapport.docx", text="endret"))
    pointing.put("funn.docx", docx("../Notat/rapport.docx", text="noe annet"))
    freeze.freeze(pointing.area.work(), "Tall/frosset.docx", "sak 1", "Kari", "")

    with pytest.MonkeyPatch.context() as patched:
        # Somebody may close it any moment: the tenant's room waits for that.
        patched.setattr(Governor, "back_off", at_once)
        done = mend(pointing)
    assert left(done) == {
        "Vedtak/vedtak.docx": reasons.BEVARES,
        "Notat/signert.docx": "signed",
        "Tall/merket.docx": reasons.LABEL,
        "Tall/etikett.docx": "sensitivity label",
        "Tall/endret.docx": reasons.CHANGED,
        "Tall/funn.docx": reasons.CHANGED,
        "Tall/frosset.docx": FROZEN,
        "Tall/utsjekket.docx": "notAllowed",
    }
    pointing.act(verify.run)
    assert left(mending.plan(pointing.area.work()))["Tall/funn.docx"] == reasons.OPEN_FINDING
    for word in left(done).values():
        assert reasons.said(word) != word


class Killed(BaseException):
    """The power goes here: nothing that comes after it happens."""


KILLS: dict[str, Callable[[str, list[str]], bool]] = {
    "the intent is not stored yet": lambda what, before: what == "intend",
    "the intent is stored": lambda what, before: what == "send",
    "a session is opened and nobody knows": lambda what, before: what == "commit" and before[-1] == "send",
    "a session is kept": lambda what, before: what == "fragment",
    "the version has arrived": lambda what, before: what == "arrived",
    "the version is proved and that is not stored": lambda what, before: what == "end",
}


ARRIVED = list(KILLS)[-2:]
UNKNOWN_SESSION = list(KILLS)[2]


def killed_where(here: Callable[[str, list[str]], bool], patched: pytest.MonkeyPatch) -> list[str]:
    """Let the process end at a commit or act; what happened until then."""
    happened: list[str] = ["begun"]

    def tick(what: str) -> None:
        if happened[-1] == "killed" or here(what, happened):
            happened.append("killed")
            raise Killed
        happened.append(what)

    commit, send, intend, end, put = Catalog._commit, GraphTenant.send, mended.intend, mended.end, Upload._put

    def before(what: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def acting(*given: Any, **named: Any) -> Any:
            tick(what)
            return act(*given, **named)

        return acting

    async def sending(tenant: GraphTenant, one: Any, opened: Any) -> Item:
        tick("send")
        item = await send(tenant, one, opened)
        tick("arrived")
        return item

    patched.setattr(Catalog, "_commit", before("commit", commit))
    patched.setattr(Upload, "_put", before("fragment", put))
    patched.setattr(mended, "intend", before("intend", intend))
    patched.setattr(mended, "end", before("end", end))
    patched.setattr(GraphTenant, "send", sending)
    return happened


def test_killed_anywhere_it_goes_on_and_sends_nothing_twice(pointing: Pointing) -> None:
    pointing.until_verified()
    versions = len(pointing.versions("rapport.docx"))
    for where, here in KILLS.items():
        with pytest.MonkeyPatch.context() as patched:
            happened = killed_where(here, patched)
            with pytest.raises(Killed):
                mend(pointing)
        assert happened[-1] == "killed"
        if where == UNKNOWN_SESSION:
            # The item is locked until the tenant forgets it (`tenant_for_journeys`).
            time.sleep(2.5)
        assert len(pointing.versions("rapport.docx")) == versions + (where in ARRIVED), where
    assert pointing.act(verify.run).findings == {}, "what has arrived and is not proved yet is no fault"
    done = mend(pointing)
    assert (done.files, done.links) == (1, 3), "what arrived is what was meant, and is proved"
    assert len(pointing.versions("rapport.docx")) == versions + 1
    assert pointing.act(verify.run).findings == {} and whole_ledger(pointing)
    with pointing.area.catalog() as catalog:
        assert catalog.value("SELECT COUNT(*) FROM mending WHERE done IS NULL") == 0
        assert catalog.value("SELECT COUNT(*) FROM mending") == 1


def test_lost_answers_and_edits_at_the_same_moment_are_told_apart_and_nobodys_work_is_replaced(
    pointing: Pointing,
) -> None:
    for name in ("annen", "tredje"):
        (pointing.area.top / "Notat" / f"{name}.docx").write_bytes(docx(SUM, text=name))
    pointing.until_verified()
    send = GraphTenant.send
    own = docx("../Tall/min egen.docx")

    async def on_a_bad_day(tenant: GraphTenant, one: Any, opened: Any) -> Item:
        if one.name == "tredje.docx":
            pointing.put(one.name, own)
        item = await send(tenant, one, opened)
        if one.name == "annen.docx":
            pointing.put(one.name, own)
        if one.name.endswith(".docx"):
            raise NameTaken(item, perhaps_ours=True)
        return item

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(GraphTenant, "send", on_a_bad_day)
        done = mend(pointing)
    assert (done.files, done.links) == (1, 3), "what is found to be ours is proved, though its answer was lost"
    told = left(done)
    assert (told["Notat/annen.docx"], told["Notat/tredje.docx"]) == (reasons.UNPROVED, reasons.CHANGED)
    assert pointing.targets("annen.docx") == pointing.targets("tredje.docx") == ["../Tall/min egen.docx"]
    pointing.act(verify.run)
    assert found(pointing) == dict.fromkeys(("Notat/annen.docx", "Notat/tredje.docx"), "changed since")
    with pointing.area.catalog() as catalog:
        assert catalog.value("SELECT COUNT(*) FROM mending") == 1


def test_under_a_seal_what_is_mended_is_proved_anew_and_may_be_retired_with_its_copy(
    make_area: Callable[..., Area], tenant: Visitor, tmp_path: Path
) -> None:
    report = docx("../Tall/sum.docx", text="lang nok til å være en kopi" * 40)
    tree = {"Notat": {"rapport.docx": report}, "Kopi": {"rapport 2.docx": report}, "Tall": {"sum.docx": docx()}}
    pointing = Pointing(make_area(tree), tenant, tmp_path, "structure:\n  duplicates: one copy\n")
    pointing.until_verified(copies=True)
    (name,) = pointing.going() - {"sum.docx"}
    pointing.area.accept()
    backup.run(pointing.area.work(), pointing.backups, same_machine=True)
    pointing.act(seal.apply)
    done = mend(pointing)
    assert (done.files, done.links, left(done)) == (1, 1, {})
    assert pointing.targets(name) == [pointing.address("sum.docx")]
    with pointing.area.catalog() as catalog:
        rows = list(
            catalog.rows("SELECT file, seal, outcome FROM comparison WHERE run = (SELECT MAX(run) FROM comparison)")
        )
        assert {row["file"] for row in rows} == {
            row["id"] for row in catalog.rows("SELECT id FROM file WHERE name LIKE 'rapport%'")
        }
        assert {(row["seal"], row["outcome"]) for row in rows} == {(1, "rewritten")}
    retired = pointing.act(retire.apply)
    assert (retired.deleted, retired.refused) == (3, ())
    assert not (pointing.area.top / "Notat" / "rapport.docx").exists()
    assert whole_ledger(pointing)


def test_a_document_that_was_worked_on_is_sent_over_its_mended_version_and_mended_again(pointing: Pointing) -> None:
    pointing.until_verified()
    mend(pointing)
    (pointing.area.top / "Notat" / "rapport.docx").write_bytes(docx(SUM, text="nytt og lengre"))
    pointing.examine()
    classify.run(pointing.area.work())
    sent = pointing.act(upload.apply)
    assert (sent.uploaded, sent.failed) == (1, 0), sent.failures
    assert pointing.act(verify.run).findings == {}
    assert pointing.targets("rapport.docx") == [SUM]
    assert mend(pointing).files == 1
    assert pointing.targets("rapport.docx")[0].endswith("sum.docx#Ark%201")
    assert pointing.act(verify.run).findings == {}


def test_the_command_lists_and_mends_and_the_ledger_vouches_for_it(pointing: Pointing) -> None:
    pointing.until_verified()
    space = pointing.area.workspace
    listed = filrydd("links", "felles", "--json", workspace=space)
    assert listed.code == 3 and listed.json["breaks"] > 0
    assert listed.json["between"]["crossings"][0]["to"] == "andre"
    assert "andre" in filrydd("links", "felles", workspace=space).out
    planned = filrydd("links", "mend", "felles", "--json", workspace=space)
    assert (planned.code, planned.json["files"]) == (3, 2)
    assert len(pointing.versions("rapport.docx")) == 1 and "--execute" in planned.err
    done = filrydd("links", "mend", "felles", "--execute", "--json", workspace=space)
    assert (done.code, done.json["files"], done.json["links"]) == (3, 1, 3)
    assert done.json["left"] == {"kept for the archive": 1, "signed": 1}
    assert "digital" in done.err and len(pointing.versions("rapport.docx")) == 2
    with pointing.area.catalog() as catalog:
        with catalog.writing():
            catalog.run("UPDATE mended_link SET new = replace(new, 'Tall', 'Andre')")
        assert any("mend" in one for one in audit.broken(catalog)), "and finds what was altered since"

"""policy new on a scanned area: what is asked about its folders, what becomes of the answers, and the new policy tried."""

import io
import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import yaml

from filrydd.model import times
from filrydd.policy.questions import Question
from filrydd.policy.questions_asked import KEYS, Known, conduct
from filrydd.stages import policy_new as stage
from filrydd.stages.work import system_clock
from tests.areas import Area, days_ago
from tests.commands import filrydd

DAY = date(2026, 11, 24)
ANSWERS = """
owner: {name: Berit Bakken, email: berit@example.no}
site: https://contoso.sharepoint.com/sites/kultur
tasks: [economy, it]
"""


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """`typed(TEXT)`: what somebody types, line by line."""
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


TREE = {
    "Filsluse": {"Inn": {f"post_{number:03}.xml": "x" * 10 for number in range(60)}},
    "Hjemmeområder": {"kari.nordmann": {"a.docx": "1"}, "ola.lunde": {"b.docx": "2"}},
    "Felles": {"Privat": {"ferie.jpg": "123"}, "Arbeidsdager": {f"{number}.docx": "x" for number in range(60)}},
    "Stort": {"film.mp4": "x" * 5000},
    "Ett skudd": {f"{number}.pdf": "x" for number in range(60)},
}


@pytest.fixture
def area(make_area: Callable[..., Area]) -> Area:
    """Scanned; two new files a day came to the drop folder, to one folder on working days, and to one all at once."""
    area = make_area(TREE)
    area.scan()
    (area.workspace / "policies" / "regnskap.yaml").unlink()
    noon = datetime.combine(system_clock().date(), datetime.min.time(), UTC) - timedelta(hours=12)
    with area.catalog() as catalog, catalog.writing():
        for folder, days in (
            ("Inn", [noon - timedelta(days=number // 2) for number in range(60)]),
            (
                "Arbeidsdager",
                [day for number in range(60) if (day := noon - timedelta(days=number // 2)).weekday() < 5],
            ),
            ("Ett skudd", [noon] * 60),
        ):
            rows = catalog.rows("SELECT f.id FROM file f JOIN folder d ON d.id = f.folder WHERE d.name = ?", (folder,))
            for row, day in zip(list(rows), days, strict=False):
                catalog.run("UPDATE file SET created = ? WHERE id = ?", (times.from_datetime(day), row["id"]))
            catalog.run(
                "UPDATE file SET created = 0 WHERE folder = (SELECT id FROM folder WHERE name = ?) AND created > ?",
                (folder, times.from_datetime(noon)),
            )
    return area


def test_a_folder_that_grows_every_day_and_peoples_own_are_seen_and_a_copied_one_is_not(area: Area) -> None:
    seen = {(sight.seen.value, sight.path): sight for sight in stage.look(area.work()) or ()}
    assert seen[("grows", "Filsluse/Inn")].days == 30
    assert seen[("grows", "Filsluse/Inn")].files == 60
    assert seen[("own", "Hjemmeområder")].within == 2
    assert ("own", "Felles/Privat") in seen
    assert [path for kind, path in seen if kind == "grows"] == ["Filsluse/Inn"]
    assert seen[("biggest", "Stort")].bytes == 5000


@pytest.mark.parametrize("name", ["Hjem", "BRUKERE", "Ansatte"])
def test_what_may_be_homes_is_asked_about(make_area: Callable[..., Area], name: str) -> None:
    area = make_area({"A": {name: {"kari": {"x.docx": "1"}, "ola": {"dypt": {"y.docx": "22"}}}}, "b.docx": "x"})
    area.scan()
    sights = [
        (one.path, one.within, one.files, one.bytes) for one in stage.look(area.work()) or () if one.seen == "own"
    ]
    assert sights == [(f"A/{name}", 2, 2, 3)]


def test_no_folder_is_asked_about_twice_under_the_name_of_the_one_above(make_area: Callable[..., Area]) -> None:
    area = make_area({"Gammelt": {"1998": {"a.doc": "x" * 900}}, "Nytt": {"b.doc": "x" * 500}})
    os.utime(area.top / "Gammelt" / "1998" / "a.doc", (days_ago(4000), days_ago(4000)))
    area.scan()
    assert [one.path for one in stage.look(area.work()) or ()] == ["Gammelt/1998", "Nytt"]


def test_answers_about_folders_become_classes_rules_and_private_places(
    area: Area, typed: Callable[[str], None]
) -> None:
    typed(
        "Berit\nNy\n\nhttps://contoso.sharepoint.com/sites/ny\n\nBerit b@example.no\n\n\n\nit\n\n\n\n\n\n\n"
        "yes\nja\nno\nfinished\n" + "\n" * 6
    )
    said = filrydd("policy", "new", "ny", "--area", "felles", workspace=area.workspace)
    assert said.code == 0, said.err
    assert "New files came on 30 of the last 30 days. Does a program write them?" in said.err
    assert "Filsluse/Inn (60 files, 600" in said.err
    tree = yaml.safe_load((area.workspace / "policies" / "ny.yaml").read_text(encoding="utf-8"))
    assert tree["classes"]["mapper som programmer skriver i"] == {"path": ["Filsluse/Inn"]}
    assert tree["classes"]["ansattes egne mapper"] == {"path": ["Hjemmeområder"]}
    assert tree["private"] == ["ansattes egne mapper"]
    assert tree["classes"]["ferdig arbeid"] == {"path": ["Stort"]}
    assert "Felles/Privat" not in str(tree["classes"])


def test_the_new_policy_is_tried_on_the_scanned_area(area: Area) -> None:
    file = area.workspace / "svar.yaml"
    file.write_text(ANSWERS, encoding="utf-8")
    words = ("--area", "felles", "--answers", str(file), "--json")
    said = filrydd("policy", "new", "kultur", *words, workspace=area.workspace)
    assert said.code == 0, said.err
    fates = said.json["fates"]
    assert sum(fate["files"] for fate in fates.values()) == 184
    assert fates["destroy"]["files"] == 0
    assert fates["hold"]["files"] >= 63  # the drop folder, the homes, the private folder: by what is assumed
    assert "Filsluse/Inn; it is taken for: program" in said.err
    with area.catalog() as catalog:
        assert catalog.value("SELECT COUNT(*) FROM ruling") == 0


def test_the_keys_are_those_that_are_asked(area: Area) -> None:
    asked: list[str] = []

    def ask(question: Question[Any], /) -> Any:
        asked.append(question.key)
        return question.read(question.default or question.example)

    conduct(ask, "kultur", Known("Berit", DAY), stage.look(area.work()) or ())
    assert tuple(dict.fromkeys(asked)) == KEYS

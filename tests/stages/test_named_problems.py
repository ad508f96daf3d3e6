"""What stands in the way of a proposal is named, with what to do; its part cannot be signed, and says which problem it is."""

from collections.abc import Callable

import pytest

from filrydd.errors import NotApproved
from filrydd.model.structure import Edit, What
from filrydd.stages import classify, edit, propose, scan
from filrydd.stages.work import Work
from tests.areas import POLICY, Area

OTHER = POLICY.replace("department: regnskap", "department: arkiv").replace("  felles:", "  arkivet:")


def refused(area: Area, part: str, words: str) -> None:
    """The part cannot be signed, and says why with these words."""
    with pytest.raises(NotApproved) as error:
        area.sign(part)
    assert any(words in line for line in error.value.details), error.value.details


@pytest.mark.parametrize("inside", ["", "Notat"])
def test_a_folder_that_two_departments_claim(make_area: Callable[..., Area], inside: str) -> None:
    area = make_area({"Bilag": {"x.txt": "1"}, "Notat": {"Bilag": {"y.txt": "2"}}})
    (area.workspace / "policies" / "arkiv.yaml").write_text(OTHER, encoding="utf-8")
    assert area.until_proposed().problems == ()
    other = Work(area.workspace, "arkivet", "tester")
    scan.run(other, str(area.top / inside))
    classify.run(other)
    assert propose.run(other).problems[0].startswith("The whole area: Another area holds the same folder. (felles)")
    assert "(arkivet)" in propose.run(area.work()).problems[0]
    refused(area, "felles", "Another area holds the same folder.")


def test_more_files_in_one_folder_than_can_have_permissions(make_area: Callable[..., Area]) -> None:
    area = make_area({"Bilag": {"x.txt": "1"}, "Full": {"0.txt": "1"}})
    area.scan()
    classify.run(area.work())
    with area.catalog() as catalog, catalog.writing():
        file = catalog.value("SELECT id FROM file WHERE name = '0.txt'")
        last = catalog.value("SELECT MAX(id) FROM file")
        catalog.run(
            "INSERT INTO file (folder, name, extension, size, modified, created, attributes, file_id, first_scan)"
            " WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100001)"
            " SELECT folder, i || '.txt', 'txt', 1, modified, created, attributes, 0, first_scan FROM file, n WHERE id = ?",
            (file,),
        )
        catalog.run(
            "INSERT INTO ruling SELECT f.id, r.rule FROM file f, ruling r WHERE r.file = ? AND f.id > ?", (file, last)
        )
    done = propose.run(area.work())
    assert done.placements == 100_003
    assert done.problems[0].startswith("Full: The folder would hold more than 100,000 files. (100,002 files)")
    refused(area, "felles", "Divide it by year")
    area.sign("bilag")


def test_many_folders_that_differ_only_in_case(make_area: Callable[..., Area]) -> None:
    names = ["".join(c.upper() if i >> k & 1 else c for k, c in enumerate("saksmappe")) for i in range(120)]
    area = make_area({"Bilag": {"x.txt": "1"}, "Saker": {name: {"a.txt": "1"} for name in names}})
    done = area.until_proposed()
    assert done.placements == 121
    assert done.problems[0].startswith(
        "Saker: More than a hundred folders have names that differ only in capital letters."
    )
    refused(area, "felles", "capital letters")
    edit.say(area.work(), [Edit(What.KEEP, "Saker", "", "Kari")])
    assert propose.run(area.work()).problems == ()
    area.sign("felles")


def test_a_path_that_is_too_long_even_at_the_top(make_area: Callable[..., Area]) -> None:
    area = make_area({"Bilag": {"x.txt": "1"}, "m" * 200: {"n" * 200 + ".txt": "1"}})
    area.policy(POLICY.replace("folder: Felles", f"folder: {'F' * 180}"))
    done = area.until_proposed()
    assert (
        "The path is too long even at the top" in done.problems[0]
        and "Give the folder a shorter name" in done.problems[0]
    )
    refused(area, "felles", "The path is too long")


@pytest.mark.parametrize(
    ("edits", "words"),
    [
        ([Edit(What.RENAME, "Borte", "Ny", "Kari")], "A change names a folder that is not there any more. (rename: Borte -> Ny)"),
        (
            [Edit(What.MOVE, "Kart", "Møter", "Kari"), Edit(What.MOVE, "Møter", "Kart", "Kari")],
            "Changes put folders into each other in a circle. (move: Møter -> Kart)",
        ),
        ([Edit(What.MOVE, "Kart", "Bilag", "Kari")], "A change moves a folder into another part. (move: Kart -> Bilag)"),
        (
            [Edit(What.MOVE, "Kart", "Møter", "Kari"), Edit(What.LIFT, "Kart", "", "Ola")],
            "Two changes contradict each other. (move: Kart -> Møter; lift: Kart)",
        ),
    ],
)  # fmt: skip
def test_changes_that_cannot_be_made(make_area: Callable[..., Area], edits: list[Edit], words: str) -> None:
    area = make_area({"Bilag": {"x.txt": "1"}, "Kart": {"a.txt": "1"}, "Møter": {"b.txt": "1"}})
    area.until_proposed()
    edit.say(area.work(), edits)
    done = propose.run(area.work())
    assert len(done.problems) == 1 and words in done.problems[0]
    refused(area, "felles", words)
    area.sign("bilag")
    for number in range(1, len(edits) + 1):
        edit.undo(area.work(), number, "Kari")
    assert propose.run(area.work()).problems == ()

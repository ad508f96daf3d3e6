"""What is private, blocked, away, encrypted or refused already is never opened to compare it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from filrydd.model.entry import ENCRYPTED, OFFLINE, RECALL_ON_DATA_ACCESS, RECALL_ON_OPEN, Reason
from filrydd.model.rule import Under
from filrydd.policy import load
from filrydd.stages.scan.closed import closed_by
from tests.areas import POLICY, Area
from tests.watched import Watched, groups_of, read_contents, unreadable_in

MakeArea = Callable[..., Area]


def test_homes_and_blocked_folders_are_never_opened(make_area: MakeArea) -> None:
    area = make_area({"Hjem": {"k": b"1234"}, "Kode 6": {"l": b"1234"}, "a": b"1234", "b": b"1234", "c.bin": b"12"})
    area.policy(
        POLICY
        + "blocks:\n  - block: kode 6\n    when: {path: Kode 6}\n    forbids: [move, destroy]\n"
        + "    basis: forvaltningsloven § 13 c\n    reason: {nb: Skjermet., en: Protected.}\n"
    )
    source = Watched(area, never=["Hjem", "Kode 6"])
    done = read_contents(area, source, private=None)
    assert (done.private, done.blocked, done.unjudged) == (1, 1, False)
    assert groups_of(area) == {frozenset({"a", "b"})}


def test_what_is_private_by_now_is_forgotten(make_area: MakeArea) -> None:
    area = make_area({"Per": {"k": b"1234"}, "a": b"1234", "b": b"1234"})
    read_contents(area, Watched(area))
    assert read_contents(area, Watched(area), private=[Under(("Per",))]).private == 1
    assert groups_of(area) == {frozenset({"a", "b"})}
    with area.catalog() as catalog:
        assert catalog.value("SELECT COUNT(*) FROM content c JOIN file f ON f.id = c.file WHERE f.name = 'k'") == 0


def test_without_a_policy_nothing_is_opened(make_area: MakeArea) -> None:
    area = make_area({"a": b"1234", "b": b"1234"})
    area.policy(POLICY.replace("  felles:", "  en annen:"))
    source = Watched(area, never=["a", "b"])
    done = read_contents(area, source, private=None)
    assert (done.unjudged, done.asked, done.groups) == (True, 0, 0)


def test_the_shipped_policies_close_homes_and_persons_cases_but_not_all() -> None:
    from datetime import date

    from filrydd.policy import Facts, matches

    department = load(Path(__file__).parents[2] / "policies", "regnskap")
    closed = closed_by(department, date(2026, 11, 23))

    def shut(folder: str) -> tuple[bool, bool]:
        private = any(matches(when, Facts(folder, "x.docx", 1, 0, 0)) for when in closed.private)
        return private, any(matches(when, Facts(folder, "x.docx", 1, 0, 0)) for when in closed.blocked)

    assert shut("Felles/Privat/Ola") == (True, False)
    assert shut("Hjemmeområder/ola") == (True, False)
    assert shut("Barnevernsaker/2019") == (False, True)
    assert shut("Kode 6") == (False, True)
    assert shut("Bilag/2020") == shut("Avtaler") == shut("") == (False, False)


@pytest.mark.parametrize("bit", [OFFLINE, RECALL_ON_OPEN, RECALL_ON_DATA_ACCESS, ENCRYPTED])
def test_what_lies_elsewhere_or_is_encrypted_is_never_opened(make_area: MakeArea, bit: int) -> None:
    area = make_area({"a": b"1234", "b": b"1234", "on tape": b"1234"})
    source = Watched(area, attributes={"on tape": bit}, never=["on tape"])
    done = read_contents(area, source)
    assert (done.offline, done.encrypted) == ((0, 1) if bit == ENCRYPTED else (1, 0))
    assert groups_of(area) == {frozenset({"a", "b"})}


def test_nothing_is_read_for_the_sake_of_a_file_that_nobody_may_read(make_area: MakeArea) -> None:
    area = make_area({"a": b"1234", "on tape": b"1234"})
    source = Watched(area, attributes={"on tape": OFFLINE}, never=["a", "on tape"])
    assert read_contents(area, source).offline == 1


def test_what_the_scan_cannot_read_is_not_asked_and_not_told_twice(
    make_area: MakeArea, monkeypatch: pytest.MonkeyPatch
) -> None:
    from filrydd.model.entry import Kind, Listing, Trouble

    area = make_area({"a": b"1234", "b": b"1234", "closed": b"1234"})
    source = Watched(area, never=["closed"])
    real = source._source.list

    def without_permission(path: str) -> Listing:
        listing = real(path)
        return Listing(path, listing.entries, (Trouble("closed", Kind.FILE, Reason.NO_PERMISSION),))

    monkeypatch.setattr(source._source, "list", without_permission, raising=False)
    done = read_contents(area, source)
    assert unreadable_in(area) == [("closed", "no permission")]
    assert (done.unreadable, done.groups) == (0, 1)

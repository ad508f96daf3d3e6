"""Lists of people and members as they come from outside: read as they are meant, or refused with their lines."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filrydd.catalog.people.principals import Told
from filrydd.errors import BadUsage
from filrydd.stages.scan import people_lists

DOMAIN = "S-1-5-21-1-2-3"
KARI, OLA, STAFF = (f"{DOMAIN}-{number}" for number in (1001, 1002, 1101))
HEAD = "sid,name,kind,disabled,entra_id"
GUID = "11111111-2222-3333-4444-555555555555"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_list_may_come_as_excel_and_powershell_write_it(
    listed: Callable[..., Path], encoding: str, separator: str, end: str
) -> None:
    rows = (
        ["SID", "Name", " Kind ", "disabled", "noe annet"],
        [KARI, "Kåre Ødegård", "Bruker", "USANN", "x"],
        [OLA.lower(), '"Lunde, Ola; ""Olly"""', "user", "ja", ""],
        [STAFF, "Økonomi", "gruppe", "", ""],
        ["", "", "", "", ""],
    )
    text = "".join(separator.join(row) + end for row in rows)
    assert people_lists.read_people(listed(text, encoding=encoding), lambda _lines: None) == [
        Told(KARI, "Kåre Ødegård", "user", False),
        Told(OLA, 'Lunde, Ola; "Olly"', "user", True),
        Told(STAFF, "Økonomi", "group", False),
    ]


def test_excels_own_first_line_is_understood_and_not_counted_wrong(listed: Callable[..., Path]) -> None:
    head = "sep=|\n" + HEAD.replace(",", "|")
    assert people_lists.read_people(listed(f"{head}\n{KARI}|Kari|user|no|{GUID}\n"), lambda _lines: None) == [
        Told(KARI, "Kari", "user", False, GUID)
    ]
    with pytest.raises(BadUsage) as refused:
        people_lists.read_people(listed(f"{head}\nkari|Kari|user|no|\n"), lambda _lines: None)
    assert refused.value.details[0].startswith("line 3:")


def test_many_faults_are_counted_and_the_first_twenty_shown(listed: Callable[..., Path]) -> None:
    with pytest.raises(BadUsage) as refused:
        people_lists.read_members(listed("group,member\n" + "x,y\n" * 50), lambda _lines: None)
    assert (len(refused.value.details), refused.value.details[-1]) == (21, "... and 80 more")


@pytest.mark.parametrize(
    "head", ["", "navn;type\n", "sid,name,kind\n", "sid,sid,name,kind,disabled\n", "\0", '"sid,name,kind,disabled\n']
)
def test_a_list_without_its_columns_is_refused_by_their_names(listed: Callable[..., Path], head: str) -> None:
    with pytest.raises(BadUsage):
        people_lists.read_people(listed(head + f"{KARI},Kari,user,false\n"), lambda _lines: None)


def test_a_quotation_mark_that_never_closes_is_a_fault_and_not_a_long_name(listed: Callable[..., Path]) -> None:
    rows = "\n".join(f"{DOMAIN}-{number},Person {number},user,no," for number in range(2000, 9000))
    with pytest.raises(BadUsage) as refused:
        people_lists.read_people(listed(f'{HEAD}\n{KARI},"Kari,user,no,\n{rows}\n'), lambda _lines: None)
    assert "cannot be read" in refused.value.details[0]


def test_a_list_longer_than_any_can_be_is_refused(listed: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    path = listed("group,member\n" + f"{STAFF},{KARI}\n" * 10)
    assert people_lists.read_members(path, lambda _lines: None) == {STAFF: [KARI] * 10}
    monkeypatch.setattr(people_lists, "MOST_BYTES", 100)
    with pytest.raises(BadUsage, match="no list of people"):
        people_lists.read_members(path, lambda _lines: None)


def test_one_endless_line_and_one_endless_file_are_refused_unread(listed: Callable[..., Path], tmp_path: Path) -> None:
    for content in (
        b"x" * (people_lists.MOST_BYTES_IN_A_LINE + 10),
        b"\xff\xfe" + b"x\0" * people_lists.MOST_BYTES_IN_A_LINE,
    ):
        with pytest.raises(BadUsage, match="no list of people"):
            people_lists.read_people(listed(content), lambda _lines: None)
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(1 << 30)
    with pytest.raises(BadUsage, match="no list of people"):
        people_lists.read_people(huge, lambda _lines: None)
    with pytest.raises(BadUsage, match="no list of people"):
        people_lists.read_people(tmp_path, lambda _lines: None)
    with pytest.raises(BadUsage, match="cannot be read"):
        people_lists.read_people(tmp_path / "nowhere.csv", lambda _lines: None)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=300), st.text(max_size=200).map(lambda text: f"{HEAD}\n{text}".encode("utf-8", "replace"))
    )
)
def test_any_bytes_are_a_list_or_refused(listed: Callable[..., Path], content: bytes) -> None:
    path = listed(content)
    for read in (people_lists.read_people, people_lists.read_members):
        try:
            read(path, lambda _lines: None)
        except BadUsage:
            pass

"""What a column says of a new file by itself."""

from typing import Any

import pytest

from tests.rehearsal.conftest import Library
from tests.rehearsal.test_rehearsal_columns import columns_of


def fields(library: Library, name: str) -> dict[str, Any]:
    shown = library.http.get(library.at(name, "listItem") + "?$expand=fields").raise_for_status().json()
    return dict(shown["fields"])


def test_a_new_file_has_the_default_and_what_was_there_or_is_a_folder_has_not(library: Library) -> None:
    library.put("before.txt", b"x")
    body = {"name": "Avd", "displayName": "Avdeling", "text": {}, "indexed": True, "defaultValue": {"value": "Plan"}}
    made = library.http.post(columns_of(library), json=body).raise_for_status().json()
    assert made["defaultValue"] == {"value": "Plan"}
    library.put("Mappe/after.txt", b"x")
    library.put("Mappe/after.txt", b"y")
    assert fields(library, "Mappe/after.txt")["Avd"] == "Plan"
    assert "Avd" not in fields(library, "before.txt") and "Avd" not in fields(library, "Mappe")
    url = library.session("Mappe/large.txt", {}).json()["uploadUrl"]
    library.fragment(url, b"abc", 0, 3).raise_for_status()
    assert fields(library, "Mappe/large.txt")["Avd"] == "Plan"
    assert len(library.get("Mappe/large.txt", "versions").json()["value"]) == 1
    items = columns_of(library).replace("/columns", "/items")
    found = library.http.get(f"{items}?$filter=fields/Avd eq 'Plan'").raise_for_status().json()["value"]
    assert len(found) == 2
    place = f"{columns_of(library)}/Avd"
    for said, now in (({"value": "Bygg"}, {"value": "Bygg"}), (None, None)):
        answer = library.http.patch(place, json={"defaultValue": said}).raise_for_status().json()
        assert answer.get("defaultValue") == now == library.http.get(place).json().get("defaultValue")
    library.put("later.txt", b"x")
    assert "Avd" not in fields(library, "later.txt")


@pytest.mark.parametrize(
    ("kind", "default"),
    [
        ("text", {"formula": "=1"}),
        ("text", {"value": 1}),
        ("text", {"value": "x" * 256}),
        ("text", {"value": "a\nb"}),
        ("text", "Plan"),
        ("text", {"verdi": "Plan"}),
        ("dateTime", {"value": "2020-01-01T00:00:00Z"}),
    ],
)
def test_a_default_that_the_tenant_does_not_do_is_refused(library: Library, kind: str, default: object) -> None:
    body = {"name": "Avd", "displayName": "Avdeling", kind: {}, "defaultValue": default}
    assert library.http.post(columns_of(library), json=body).status_code == 400
    assert library.http.get(columns_of(library)).json()["value"] == []

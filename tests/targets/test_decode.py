"""From JSON to the model."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from filrydd.errors import TenantError
from filrydd.model.times import to_iso
from filrydd.targets.decode import drive_of, error_of, item_of, next_range, object_of

FILE = {
    "id": "01A",
    "name": "små.docx",
    "size": 7,
    "eTag": '"{g},2"',
    "cTag": '"c:{g},1"',
    "webUrl": "https://h/x",
    "createdDateTime": "2026-01-01T00:00:00Z",
    "lastModifiedDateTime": "2026-01-01T00:00:00Z",
    "fileSystemInfo": {"createdDateTime": "2009-03-04T05:06:07.9Z", "lastModifiedDateTime": "2010-03-04T05:06:07Z"},
    "parentReference": {"driveId": "d", "id": "01R"},
    "file": {"hashes": {"quickXorHash": "AAA="}},
}

json_values = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(),
    lambda inner: some.lists(inner) | some.dictionaries(some.sampled_from([*sorted(FILE), "deleted", "hashes"]), inner),
    max_leaves=12,
)


def test_a_files_own_times_come_before_those_of_its_arrival_at_a_grain_of_a_second() -> None:
    item = item_of(FILE)
    assert (to_iso(item.created), to_iso(item.modified)) == ("2009-03-04T05:06:07Z", "2010-03-04T05:06:07Z")
    assert item.created % 10_000_000 == 0
    assert (item.name, item.parent, item.size, item.hash, item.folder, item.gone) == (
        ("små.docx", "01R", 7, "AAA=", False, False)
    )


def test_an_empty_file_has_no_hash() -> None:
    assert item_of(FILE | {"size": 0, "file": {"hashes": {}}}).hash == ""
    assert item_of(FILE | {"size": 0, "file": {"mimeType": "text/plain"}}).hash == ""


def test_a_root_has_no_parent_though_the_tenant_names_one() -> None:
    root = item_of({"id": "01R", "name": "root", "root": {}, "size": 9, "parentReference": {"id": "other"}})
    assert (root.parent, root.folder, root.size) == ("", True, 0)


def test_a_notebook_counts_as_a_folder() -> None:
    assert item_of({"id": "1", "name": "Notes", "package": {"type": "oneNote"}, "size": 3}).folder


def test_a_deleted_item_may_have_nothing_but_its_id() -> None:
    assert item_of({"id": "01A", "deleted": {}}).gone


def test_a_librarys_path_is_decoded() -> None:
    drive = drive_of(
        {"id": "b!x", "name": "Dokumenter", "webUrl": "https://h/sites/x/Delte%20dokumenter%20%C3%A5"}, "r"
    )
    assert drive.path == "sites/x/Delte dokumenter å"


@given(json_values)
def test_whatever_the_tenant_says_is_an_item_or_a_tenant_error(value: object) -> None:
    try:
        item = item_of(value)  # type: ignore[arg-type]
    except TenantError:
        return
    assert isinstance(item.size, int) and isinstance(item.modified, int)


@given(some.binary())
def test_a_body_that_is_no_object_is_a_tenant_error_and_never_an_empty_answer(body: bytes) -> None:
    with pytest.raises(TenantError):
        object_of(body)
    assert error_of(body) == ("", "")


@given(some.integers(min_value=0), some.integers(min_value=0))
def test_both_forms_of_a_range_are_read(first: int, last: int) -> None:
    assert next_range({"nextExpectedRanges": [f"{first}-"]}) == (first, None)
    assert next_range({"nextExpectedRanges": [f"{first}-{last}", "9-"]}) == (first, last)


def test_no_ranges_are_none() -> None:
    assert next_range({"nextExpectedRanges": []}) is None
    assert next_range({}) is None

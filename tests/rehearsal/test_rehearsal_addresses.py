"""The forms of address that Graph takes."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.rehearsal.calls import address
from filrydd.rehearsal.refusal import Refused


@pytest.mark.parametrize(
    "form",
    [
        "/drives/{drive}/items/{id}",
        "/drives/{drive}/root:/mappe/små.txt",
        "/drives/{drive}/root:/mappe/små.txt:",
        "/drives/{drive}/root:/MAPPE/SMÅ.TXT:/",
        "/drives/{drive}//root:/mappe//små.txt",
        "/drives/{drive}/items/{folder}:/små.txt",
        "/drives/{drive}/items/{folder}:/små.txt:",
        "/drives/{drive}/items/{folder}%3A%2Fsm%C3%A5.txt%3A",
        "/drives/{quoted}/items/root%3A%2Fmappe%2Fsm%C3%A5.txt",
        "/drives/{drive}/root:/mappe/sma%CC%8A.txt",
        "/sites/{site}/drives/{drive}/items/{id}",
        "/sites/{quoted_site}/drives/{drive}/root:/mappe/små.txt",
        "/sites/hva.som.helst:/sites/rehearsal:/drives/{drive}/items/{id}",
    ],
)
@pytest.mark.parametrize("root", ["graph", "api"])
def test_every_form_of_address_leads_to_the_same_item(library, tenant, site, form: str, root: str) -> None:
    item = library.put("mappe/små.txt").json()
    site_id = site.rpartition("/")[2]
    top = tenant.graph if root == "graph" else f"{tenant.api}/v2.0"
    where = form.format(
        drive=library.drive,
        quoted=quote(library.drive, safe=""),
        id=item["id"],
        folder=item["parentReference"]["id"],
        site=site_id,
        quoted_site=quote(site_id, safe=""),
    )
    answer = library.http.get(top + where)
    assert answer.status_code == 200, answer.text
    assert answer.json()["id"] == item["id"]


@pytest.mark.parametrize("action", ["children", "microsoft.graph.delta()", "oneDrive.delta"])
def test_names_of_actions_may_have_their_namespace(library, action: str) -> None:
    assert library.http.get(f"{library.address}/root/{action}").status_code == 200


@pytest.mark.parametrize("path", ["/drives/{d}/kjeller", "/me/drive", "/drives/{d}/root:/a:b:/content", "/contacts"])
def test_an_address_that_means_nothing_is_a_bad_request(library, path: str) -> None:
    assert library.http.get(library.graph + path.format(d=library.drive)).status_code == 400


def test_a_known_address_with_the_wrong_method_is_405(library) -> None:
    library.put("a.txt")
    assert library.http.delete(library.at("a.txt", "content")).status_code == 405


def test_ids_are_case_sensitive_and_belong_to_one_drive(library, tenant) -> None:
    item = library.put("a.txt").json()
    assert library.http.get(f"{library.address}/items/{item['id'].lower()}").status_code == 404
    other = tenant.drives[0].id
    assert library.http.get(f"{tenant.graph}/drives/{other}/items/{item['id']}").status_code == 404
    assert library.http.get(f"{tenant.graph}/drives/{library.drive.swapcase()}").status_code == 404


def test_a_path_that_is_no_utf8_is_a_bad_request(library) -> None:
    assert library.http.get(f"{library.address}/root:/%E6.txt").status_code == 400


@given(st.text(st.characters(exclude_characters='"*:<>?/\\|', exclude_categories=["Cs", "Cc"]), min_size=1))
def test_any_legal_name_survives_encoding(name: str) -> None:
    root, path = address.without_root(
        address.decoded(f"/v1.0/drives/d/root:/x/{quote(name, safe='')}:/content".encode())
    )
    found = address.drive(path)
    assert (root, found and found[0]) == ("/v1.0", "d")
    assert address.item(path.removeprefix("/drives/d")) == address.ItemAddress("root", ("x", name), "content")


def test_what_follows_a_drive_must_be_an_item() -> None:
    with pytest.raises(Refused):
        address.item("/elsewhere")

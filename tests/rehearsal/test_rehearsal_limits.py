"""Batches: up to 20 calls in one."""

import pytest


def batch(library, *requests, **more):
    numbered = [{"id": str(number), **request} for number, request in enumerate(requests)]
    for request in numbered:
        if "body" in request:
            request["headers"] = {"Content-Type": "application/json", **request.get("headers", {})}
    return library.http.post(f"{library.graph}/$batch", json={"requests": numbered} | more)


def test_a_batch_answers_each_call_with_its_own_status(library) -> None:
    item = library.put("små.txt", b"x").json()
    drive = f"/drives/{library.drive}"
    answer = batch(
        library,
        {"method": "GET", "url": f"{drive}/root:/sm%C3%A5.txt?$select=name"},
        {"method": "GET", "url": f"{drive}/items/borte"},
        {"method": "POST", "url": f"{drive}/root/children", "body": {"name": "m", "folder": {}}},
        {
            "method": "PATCH",
            "url": f"{drive}/items/{item['id']}",
            "body": {"name": "b.txt"},
            "headers": {"If-Match": "x"},
        },
        {"method": "GET", "url": f"{drive}/items/{item['id']}/content"},
        {"method": "DELETE", "url": f"{drive}/items/{item['id']}"},
    )
    assert answer.status_code == 200
    responses = answer.json()["responses"]
    assert [each["status"] for each in responses] == [200, 404, 201, 412, 302, 204]
    assert [each["id"] for each in responses] == ["0", "1", "2", "3", "4", "5"]
    assert {name for name in responses[0]["body"] if "@" not in name} == {"name"}
    assert responses[1]["body"]["error"]["code"] == "itemNotFound"
    assert "Location" in responses[4]["headers"]
    assert "body" not in responses[5]
    assert library.get("små.txt").status_code == 404


def test_a_call_whose_predecessor_failed_is_424(library) -> None:
    first = {"method": "GET", "url": f"/drives/{library.drive}/items/borte"}
    second = {"method": "GET", "url": f"/drives/{library.drive}/root", "dependsOn": ["0"]}
    assert [each["status"] for each in batch(library, first, second).json()["responses"]] == [404, 424]


@pytest.mark.parametrize(
    "requests",
    [
        [],
        [{"id": str(number), "method": "GET", "url": "/sites"} for number in range(21)],
        [{"id": "1", "method": "GET", "url": "/a"}, {"id": "1", "method": "GET", "url": "/b"}],
        [{"id": "1", "method": "PUT", "url": "/a"}],
        [{"method": "GET", "url": "/a"}],
        [{"id": "1", "method": "POST", "url": "/a", "body": {}}],
        [{"id": "1", "method": "GET", "url": "/a", "dependsOn": ["2"]}, {"id": "2", "method": "GET", "url": "/a"}],
        ["GET /a"],
    ],
)
def test_a_batch_that_is_none_is_a_bad_request(library, error, requests) -> None:
    assert error(batch(library, requests=requests)) == (400, "BadRequest")

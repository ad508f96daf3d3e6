"""Retention labels of items, as a tenant tells and takes them."""

import asyncio
import json
from collections.abc import Iterator

import pytest

from filrydd.rehearsal.ways import Ways
from filrydd.rehearsal.wire.server import running
from filrydd.targets.tenant import ItemTrouble, Labelled
from tests.targets.front import Answer, Front, Request, error, front_before
from tests.targets.place import Place, nothing, opened

LABEL = "Kasseres etter 5 år"


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("tenant")
    (folder / "labels.csv").write_text(f"name,kind\n{LABEL},retention\nAnnet,retention\n", encoding="utf-8")
    with running(folder, Ways(label_seconds=0)) as ready:
        yield ready.graph


@pytest.fixture
def front(labelled: str) -> Iterator[Front]:
    with front_before(labelled.split("/")[2]) as one:
        yield one


async def below(place: Place, folder: str) -> dict[str, Labelled]:
    return {one.id: one async for one in place.tenant.labels_below(place.drive, folder)}


def test_labels_are_put_seen_replaced_and_taken_off(front: Front) -> None:
    async def steps() -> None:
        async with opened(front.address + "/v1.0", library="Merker") as place:
            folder = await place.tenant.make_folder(place.drive, place.root, "Mappe")
            assert await place.tenant.labelled(place.drive, folder.id) == Labelled(
                folder.id, folder.etag, folder.ctag, "", False
            )
            await place.tenant.set_label(place.drive, folder.id, LABEL)
            there = await place.tenant.labelled(place.drive, folder.id)
            assert (there.label, there.explicit, there.children) == (LABEL, True, 0) and there.etag != folder.etag
            sent = await place.tenant.send(place.sending("a.txt", b"a", parent=folder.id), nothing)
            for _ in range(100):
                found = (await below(place, folder.id))[sent.id]
                if found.label:
                    break
                await asyncio.sleep(0.02)
            assert (found.label, found.explicit, found.ctag) == (LABEL, False, sent.ctag)
            await place.tenant.set_label(place.drive, sent.id, "Annet")
            assert (await below(place, folder.id))[sent.id].label == "Annet"
            for _twice in range(2):
                await place.tenant.set_label(place.drive, sent.id, "")
            assert (await place.tenant.labelled(place.drive, sent.id)).label == ""
            with pytest.raises(ItemTrouble) as trouble:
                await place.tenant.set_label(place.drive, sent.id, "Finnes ikke")
            assert trouble.value.status == 400
            front.answer("PATCH", "/retentionLabel$", *[error(409, "resourceModified")] * 2)
            await place.tenant.set_label(place.drive, sent.id, LABEL)
            assert (await place.tenant.labelled(place.drive, sent.id)).label == LABEL

    asyncio.run(steps())


@pytest.mark.parametrize("hides", [True, False])
def test_a_listing_that_hides_labels_is_not_believed(front: Front, hides: bool) -> None:
    """What a page shows without a label is asked alone: the first, and the others too where that one has one after all."""

    def hide(request: Request, answer: Answer) -> Answer:
        if "/children?" in request.path and hides:
            page = json.loads(answer.body)  # type: ignore[arg-type]
            for one in page["value"]:
                one.pop("retentionLabel", None)
            answer.body = page
        return answer

    async def steps() -> None:
        async with opened(front.address + "/v1.0", library=f"Merker {hides}") as place:
            ids = [(await place.tenant.send(place.sending(f"{n}.txt", b"x"), nothing)).id for n in range(5)]
            for id in ids[:2]:
                await place.tenant.set_label(place.drive, id, LABEL)
            front.after.append(hide)
            front.requests.clear()
            found = await below(place, place.root)
            assert [found[id].label for id in ids] == [LABEL, LABEL, "", "", ""]
            assert len(front.requests) == (6 if hides else 2)

    asyncio.run(steps())

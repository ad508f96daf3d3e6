"""Who points to whom, and what breaks: settled after every scan, by the catalog and by every name the area is known under."""

from collections.abc import Callable

import pytest

from filrydd.catalog.contents import links as stored
from filrydd.model.finding import Examination, Link, Outcome
from filrydd.stages import classify, links
from tests.areas import POLICY, Area
from tests.reading import Says, examine, findings_in, follow, link, links_in
from tests.watched import Watched

MakeArea = Callable[..., Area]
KNOWN = POLICY.replace(
    "    folder: Felles\n",
    "    folder: Felles\n    drives: {F: '', G: Tall/2020}\n    addresses: ['\\\\srv\\felles']\n",
)


def pointing(area: Area, **targets: str) -> links.Links:
    """Examine an area whose files (without `.xlsx`) each point to one target."""
    area.policy(KNOWN)
    examine(area, Watched(area), Says({f"{name}.xlsx": link(target) for name, target in targets.items()}))
    return links.of(area.work())


@pytest.mark.parametrize(
    ("target", "place", "to"),
    [
        (r"\\SRV\Felles\Tall\2020\sum.xlsx", "inside", "Tall/2020/sum.xlsx"),
        (r"\\srv.kommune.no\felles\tall\2020\SUM.XLSX", "inside", "Tall/2020/sum.xlsx"),
        (r"F:\Tall\2020\sum.xlsx", "inside", "Tall/2020/sum.xlsx"),
        (r"G:\sum.xlsx", "inside", "Tall/2020/sum.xlsx"),
        ("file:///F:/Tall/2020/sum.xlsx", "inside", "Tall/2020/sum.xlsx"),
        ("Tall/2020/sum.xlsx", "inside", "Tall/2020/sum.xlsx"),
        (r"F:\Blåbær\Årlig.xlsx", "inside", "Blåbær/årlig.xlsx"),
        (r"F:\Tall\2020\none.xlsx", "missing", ""),
        (r"F:\Nowhere\sum.xlsx", "missing", ""),
        (r"H:\sum.xlsx", "outside", ""),
        (r"\\other\felles\sum.xlsx", "outside", ""),
        ("https://example.org/x.xlsx", "web", ""),
    ],
)
def test_a_target_is_found_by_every_name_that_leads_there(
    make_area: MakeArea, target: str, place: str, to: str
) -> None:
    area = make_area({"a.xlsx": b"a", "Tall": {"2020": {"sum.xlsx": b"s"}}, "Blåbær": {"årlig.xlsx": b"aa"}})
    pointing(area, a=target)
    assert links_in(area) == {("a.xlsx", target, place, to)}


def test_a_folder_can_be_pointed_to(make_area: MakeArea) -> None:
    area = make_area({"a.xlsx": b"a", "b.xlsx": b"b", "Tall": {"sum.xlsx": b"s"}})
    found = pointing(area, a="F:\\Tall\\", b="F:\\")
    assert {(sample.file, sample.to) for _group, samples in found.groups for sample in samples} == {
        ("a.xlsx", "Tall"),
        ("b.xlsx", "/"),
    }
    assert found.breaks == 2


def test_what_names_no_place_is_no_link(make_area: MakeArea) -> None:
    area = make_area({"a.xlsx": b"a"})
    assert pointing(area, a="mailto:kari@example.org").pointing == 0
    assert findings_in(area) == set() and links_in(area) == set()


def test_web_links_alone_are_no_finding(make_area: MakeArea) -> None:
    area = make_area({"a.xlsx": b"a", "b.xlsx": b"b"})
    pointing(area, a="https://example.org/", b="a.xlsx")
    assert findings_in(area) == {("b.xlsx", "links", "workbook"), ("a.xlsx", "linked", "1")}


def test_who_is_pointed_to_is_told_once_with_how_many_point(make_area: MakeArea) -> None:
    area = make_area({"a.xlsx": b"a", "b.xlsx": b"b", "c.xlsx": b"c"})
    found = pointing(area, a="c.xlsx", b="c.xlsx", c="c.xlsx")
    assert ("c.xlsx", "linked", "2") in findings_in(area), "a file that points to itself is pointed to by nobody else"
    assert found.most_linked == (("c.xlsx", 2),)


def test_a_target_that_goes_comes_or_moves_is_settled_by_the_next_scan(make_area: MakeArea) -> None:
    area = make_area({"a.xlsx": b"a", "b.xlsx": b"b", "F": {"c.xlsx": b"c"}})
    pointing(area, a="b.xlsx", b=r"F:\new.xlsx", c="../b.xlsx")
    (area.top / "b.xlsx").rename(area.top / "new.xlsx")
    follow(area)
    assert links_in(area) == {
        ("a.xlsx", "b.xlsx", "missing", ""),
        ("new.xlsx", r"F:\new.xlsx", "inside", "new.xlsx"),
        ("F/c.xlsx", "../b.xlsx", "missing", ""),
    }
    assert {kind for _path, kind, _detail in findings_in(area)} == {"links"}
    (area.top / "b.xlsx").write_bytes(b"back")
    follow(area)
    assert ("b.xlsx", "linked", "2") in findings_in(area)


def test_a_document_that_loses_its_link_points_no_more(make_area: MakeArea) -> None:
    area = make_area({"a.xlsx": b"a", "b.xlsx": b"b"})
    pointing(area, a="b.xlsx")
    (area.top / "a.xlsx").write_bytes(b"without")
    examine(area, Watched(area), Says())
    assert links_in(area) == set() and findings_in(area) == set()


def test_links_between_files_that_both_stay_do_not_break(make_area: MakeArea) -> None:
    area = make_area({"Ark": {"a.xlsx": b"a", "b.xlsx": b"b"}, "c.xlsx": b"c"})
    stays = "  - rule: kept\n    when: {path: Ark}\n    fate: hold\n    reason: {nb: Blir., en: Stays.}\n"
    kept = KNOWN.replace("  - rule: the rest", f"{stays}  - rule: the rest")
    area.policy(KNOWN)
    examine(
        area, Watched(area), Says({"a.xlsx": link("b.xlsx"), "b.xlsx": link("../c.xlsx"), "c.xlsx": link("Ark/b.xlsx")})
    )
    assert links.of(area.work()).breaks == 3, "what nobody has ruled may move"
    area.policy(kept)
    classify.run(area.work())
    found = links.of(area.work())
    assert found.breaks == 2
    (group, samples), *_rest = found.groups
    assert (group.kind, group.place, group.links, group.files) == ("workbook", "inside", 3, 3)
    assert {(sample.file, sample.to): sample.breaks for sample in samples} == {
        ("Ark/a.xlsx", "Ark/b.xlsx"): False,
        ("Ark/b.xlsx", "c.xlsx"): True,
        ("c.xlsx", "Ark/b.xlsx"): True,
    }


def test_what_could_not_be_read_is_counted_as_not_known(make_area: MakeArea) -> None:
    area = make_area({"a.xlsx": b"a", "b.xlsx": b"b"})
    area.policy(KNOWN)
    examine(area, Watched(area), Says({"a.xlsx": Examination(Outcome.DAMAGED)}))
    found = links.of(area.work())
    assert (found.examined, found.unexamined, found.pointing) == (1, 1, 0)


def test_many_links_are_looked_up_folder_by_folder(make_area: MakeArea) -> None:
    tree = {f"M{n:02}": {f"f{m}.xlsx": b"x" for m in range(5)} for n in range(20)}
    area = make_area({**tree, "a.xlsx": b"a"})
    area.policy(KNOWN)
    wanted = [rf"F:\m{n:02}\F{m}.XLSX" for n in range(21) for m in range(6)]
    told = Examination(Outcome.READ, links=tuple(Link("macro", target) for target in wanted))
    asked: list[str] = []
    examine(area, Watched(area), Says({"a.xlsx": told}))
    with area.catalog() as catalog:
        rows = catalog.rows
        catalog.rows = lambda sql, values=(): (asked.append(sql), rows(sql, values))[1]  # type: ignore[method-assign]
        links.resolve(area.work(), catalog, area.work().department())
    inside = [row for row in links_in(area) if row[2] == stored.INSIDE]
    assert len(inside) == 100 and {row[3].lower() for row in inside} == {
        row[1][3:].replace("\\", "/").lower() for row in inside
    }
    assert len(asked) < 60, "a folder is listed once, whatever points into it"

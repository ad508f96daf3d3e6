"""The page that says why one file has its fate."""

import re

from filrydd.catalog.paths import path_of_file
from tests.web.reader import Reader, group_pages, reading


def test_every_example_leads_to_a_page_that_says_the_rules_in_their_order(reader: Reader) -> None:
    page = "".join(group_pages(reader.log_in(), "bilag"))
    address = re.search(
        r'href="(/area/felles/part/bilag/why\?file=\d+)">Why\?<span class="heard"> Bilag/2010/faktura.pdf<', page
    )
    assert address is not None
    text = reading(reader.read(address[1]))
    assert "Bilag/2010/faktura.pdf" in text and "Is deleted" in text and "Legal basis: bokføringsloven § 13" in text
    assert text.index("junk: no") < text.index("old vouchers: yes")
    assert "the rest" not in text


def test_a_file_of_another_part_or_of_none_has_no_page(reader: Reader) -> None:
    reader.log_in()
    with reader.area.catalog() as catalog:
        other = catalog.value("SELECT f.id FROM file f JOIN folder d ON d.id = f.folder WHERE d.parent IS NULL LIMIT 1")
    for number in (str(other), "99999", "-1", "abc", "", "1 OR 1", "٣"):
        answer = reader.client.get("/area/felles/part/bilag/why", params={"file": number})
        assert answer.status_code == 404, number
        assert "There is no such file" in answer.text


def test_nobody_sees_it_without_logging_in(reader: Reader) -> None:
    assert reader.client.get("/area/felles/part/bilag/why", params={"file": "1"}).status_code in (303, 401, 403)


def test_a_finding_names_the_other_file_only_within_the_part(reader: Reader) -> None:
    reader.log_in()
    with reader.area.catalog() as catalog, catalog.writing():
        paths = {path_of_file(catalog, row["id"]): row["id"] for row in catalog.rows("SELECT id FROM file")}
        inside, other = paths["Bilag/2010/kvittering.pdf"], paths["Bilag/2010/faktura.pdf"]
        outside = next(file for path, file in paths.items() if path.endswith(".txt"))
        catalog.run("UPDATE finding SET closed = 1")
        for number, (file, to) in enumerate([(inside, other), (other, outside)]):
            catalog.run(
                "INSERT INTO finding (stage, file, kind, detail, other, found)"
                " VALUES ('classify', ?, 'duplicate', 'later', ?, ?)",
                (file, to, number),
            )
        hidden = path_of_file(catalog, outside)
    assert "Found: a copy of another file: Bilag/2010/faktura.pdf" in reading(
        reader.read(f"/area/felles/part/bilag/why?file={inside}")
    )
    text = reading(reader.read(f"/area/felles/part/bilag/why?file={other}"))
    assert "Found: a copy of another file (that one was changed later)" in text and hidden not in text

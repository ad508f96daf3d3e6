"""A file whose name holds an identity number goes the whole way, and no output ever shows the number."""

import ast
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

from filrydd.cli import root
from filrydd.stages.sheet import answers
from filrydd.web.application import application
from filrydd.web.door import Door
from filrydd.web.guard import Place
from filrydd.web.service import Service
from tests.areas import POLICY, Area
from tests.commands import Said, filrydd
from tests.reading import number
from tests.tenants import tenant_process
from tests.web.reader import review_part

MakeArea = Callable[..., Area]
NUMBER = number()
FILE = f"søknad {NUMBER}.docx"
FOLDER = f"Klager {NUMBER[:6]} {NUMBER[6:]}"
TREE = {
    "Bilag": {"x.pdf": b"0"},
    FOLDER: {FILE: b"1", "b.docx": b"2"},
    f"{NUMBER}.txt": b"3",
    "Hjem": {f"{NUMBER} brev.txt": b"4"},
}
PLACE = "http://127.0.0.1:8765"


def check(shown: str) -> str:
    """The output, after it was looked through for the number in every form that people or programs write it in."""
    plain = unquote(re.sub(r"<[^>]*>", "", shown)) + unquote(shown)
    assert NUMBER not in re.sub(r"[\s.\-\u00a0]", "", plain), "the number was shown"
    return shown


def run(area: Area, *words: str, code: tuple[int, ...] = (0, 3)) -> Said:
    said = filrydd(*words, workspace=area.workspace)
    check(said.out)
    check(said.err)
    assert said.code in code, said.err
    return said


@pytest.fixture
def area(make_area: MakeArea) -> Area:
    return make_area(TREE)


def test_no_command_shows_the_number(area: Area, tmp_path: Path) -> None:
    run(area, "scan", "felles", str(area.top), "--json")
    run(area, "classify", "felles", "--json")
    for path in (f"{FOLDER}/{FILE}", FOLDER, f"{NUMBER}.txt"):
        for form in ((), ("--json",)):
            assert "*" in "".join(run(area, "explain", "felles", path, *form).out)
            run(area, "where", str(area.top / path), *form, code=(0, 1, 3))
    run(area, "propose", "felles", "--json")
    assert "***" in run(area, "status", "felles", "--html", str(tmp_path / "status.html")).out
    check((tmp_path / "status.html").read_text())
    run(area, "status", "felles", "--json")
    run(area, "status", "--json")
    for command in ("coverage", "freeze", "private", "links"):
        run(area, command, "felles")
    run(area, "freeze", "felles", f"{FOLDER}/{FILE}", "--case", "2026/1", "--as", "Kari")
    assert "***" in run(area, "freeze", "felles").out
    run(area, "freeze", "felles", "--json")


def test_no_error_shows_the_number(area: Area) -> None:
    run(area, "scan", "felles", str(area.top))
    assert "***" in run(area, "explain", "felles", f"{NUMBER}.none", code=(1, 2)).err
    run(area, "explain", "felles", f"{NUMBER}.none", "--json", code=(1, 2))
    run(area, "where", f"/nowhere/{NUMBER}.docx", code=(0, 1, 2, 3))
    assert "***" in run(area, "scan", "felles", f"/nowhere/{NUMBER}", code=(1,)).err
    assert "***" in run(area, "status", "felles", f"--{NUMBER}", code=(2,)).err
    assert "***" in run(area, "classify", "felles", "--allow-many", f"x {NUMBER}", code=(1, 2)).err


def test_a_fault_of_the_program_shows_no_number(area: Area, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*words: object, **named: object) -> None:
        raise RuntimeError(f"{FOLDER}/{FILE}")

    monkeypatch.setattr("filrydd.stages.where.find", fail)
    assert "***" in run(area, "where", "x", code=(1,)).err
    run(area, "where", "x", "--json", code=(1,))


def test_the_move_list_goes_to_excel_and_back_masked(area: Area, tmp_path: Path) -> None:
    area.until_proposed()
    sheet = tmp_path / "list.xlsx"
    run(area, "export", "felles", str(sheet))
    book = load_workbook(sheet)
    cells = [str(cell.value) for one in book.worksheets for row in one.iter_rows() for cell in row]
    check("\n".join(cells))
    files = book["Files"]
    rows = [row for row in range(2, files.max_row + 1) if str(files.cell(row, 2).value).endswith(".docx")]
    assert len(rows) == 2 and all("***" in str(files.cell(row, 2).value) for row in rows)
    for row in rows:
        files.cell(row, 9).value = "to keep for now"
    book.save(sheet)
    assert answers.plan(area.work(), sheet).new == 2
    run(area, "import", "felles", str(sheet), "--execute")
    files.cell(rows[0], 1).value = "999999"
    book.save(sheet)
    run(area, "import", "felles", str(sheet), code=(1,))


def test_the_pages_show_no_number_and_their_links_work(area: Area) -> None:
    part = f"Sak {NUMBER}"
    area.policy(POLICY.replace("name: bilag, path: Bilag", f"name: {part}, path: {FOLDER}"))
    area.until_proposed()
    door = Door(lambda: datetime.now(UTC))
    pages = application(Service(area.workspace, only="felles"), door, Place.here(8765))
    client = TestClient(pages, base_url=PLACE, headers={"accept-language": "en", "origin": PLACE})
    client.post("/log-in", data={"key": door.new_link(), "name": "Kari"})
    shown, seen = "", set[str]()
    todo = {"/"}
    while todo:
        address = todo.pop()
        seen.add(address)
        answer = client.get(address)
        assert answer.status_code in (200, 303, 404), address
        shown += check(answer.text)
        check(str(answer.url))
        found = {link.replace("&amp;", "&") for link in re.findall(r'href="(/[^"#]*)"', answer.text)}
        todo |= {link for link in found if "language=" not in link} - seen
    assert "Sak ***" in shown and re.search(r"søknad \*+[*\s]*\.", re.sub("<[^>]*>", "", shown))
    review_part(area, part)
    signing = next(address for address in seen if "/sign" in address and "/part/felles" not in address)
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', client.get(signing).text))
    wanted = {**form, "name": "Kari", "role": "contact", "agree": "yes", "destroys": "no"}
    receipt = client.post(signing.partition("?")[0], data=wanted)
    assert receipt.status_code == 200 and receipt.url.path.endswith("/receipt")
    check(receipt.text)
    assert client.get(f"/area/felles/part/{quote(part)}").status_code == 404, "an address with the number leads nowhere"


def test_such_a_file_is_uploaded_and_found_again_by_its_real_name(area: Area, tmp_path: Path) -> None:
    area.until_proposed()
    area.sign()
    with tenant_process(tmp_path / "tenant") as graph:
        rehearsal = ("--tenant", "rehearsal", "--address", graph)
        run(area, "upload", "felles", "--json")
        sent = run(area, "upload", "felles", "--execute", "--json", *rehearsal).json
        assert (sent["uploaded"], sent["failed"]) == (4, 0)
        run(area, "verify", "felles", *rehearsal)
        found = run(area, "where", str(area.top / FOLDER / FILE), "--json").json
        assert found["state"] == "moved" and "***" in found["old"] and "xxxxxx xxxxx" in unquote(found["url"])
        run(area, "where", str(area.top / FOLDER / FILE))


def test_every_sentence_of_a_command_goes_through_the_mask() -> None:
    own = {"session.py", "bar.py", "entry.py"}
    for path in Path(root.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in ("echo", "secho", "echo_via_pager"):
                template = (
                    path.name == "policy.py" and "template_text()" in path.read_text().splitlines()[node.lineno - 1]
                )
                assert path.name in own or template, f"{path.name}:{node.lineno} says something without session.say"

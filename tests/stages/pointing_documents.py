"""Two areas of one department whose Office documents point to each other, on their way into a rehearsal tenant."""

import io
import json
import urllib.request
import zipfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar
from xml.etree.ElementTree import fromstring
from xml.sax.saxutils import quoteattr

from filrydd.catalog.signoffs import Signature
from filrydd.documents.examination import examine as read_document
from filrydd.model.finding import Examination
from filrydd.model.names import extension
from filrydd.stages import classify, propose, review, scan, upload, verify
from filrydd.stages.scan import Wishes
from filrydd.stages.work import Work
from filrydd.targets import Tenant
from tests.areas import POLICY, Area
from tests.reading import examine
from tests.stages.moving import Moving
from tests.tenants import Visitor
from tests.watched import Watched

T = TypeVar("T")
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
RELS = "word/_rels/document.xml.rels"


def docx(*targets: str, parts: Mapping[str, bytes] = {}, text: str = "innhold") -> bytes:
    """A Word document whose text links to these targets."""
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/hyperlink" Target={quoteattr(target)} TargetMode="External"/>'
        for n, target in enumerate(targets, 1)
    )
    body = "".join(
        f'<w:hyperlink r:id="rId{n}"><w:r><w:t>x</w:t></w:r></w:hyperlink>' for n in range(1, len(targets) + 1)
    )
    whole = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/'
        f'vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="{WORD}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/officeDocument"'
        ' Target="word/document.xml"/></Relationships>',
        "word/document.xml": '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
        f' xmlns:r="{OFFICE}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r>{body}</w:p></w:body></w:document>',
        RELS: f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>',
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in {**{name: text.encode() for name, text in whole.items()}, **parts}.items():
            package.writestr(zipfile.ZipInfo(name, (2020, 5, 5, 8, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


AREAS = r"""areas:
  felles:
    folder: Felles
    drives: {F: ''}
    addresses: ['\\srv\felles']
  andre:
    folder: Andre
    drives: {G: ''}
    addresses: ['\\srv\andre']
rules:
  - rule: decisions
    when: {path: Vedtak}
    fate: move
    noark: Bevares
    reason: {nb: Et vedtak., en: A decision.}
"""
TWO = POLICY[: POLICY.index("areas:")] + AREAS + POLICY[POLICY.index("rules:\n") + len("rules:\n") :]


class InProcess:
    """Reads documents as the child behind the fence does, without starting one."""

    def examine(self, name: str, path: Path) -> Examination:
        return read_document(extension(name), path)

    def close(self) -> None: ...


class Pointing(Moving):
    """The area `felles`, and beside it `andre`, whose files lie in `other`."""

    def __init__(self, area: Area, tenant: Visitor, folder: Path, structure: str = "") -> None:
        self.structure = structure
        self.other = folder / "andre"
        self.other.mkdir()
        super().__init__(area, tenant, folder / "backup")

    def set_policy(self, text: str = TWO) -> None:
        super().set_policy(text + self.structure)

    def work_on(self, area: str) -> Work:
        return Work(self.area.workspace, area, "tester")

    def act_on(self, area: str, what: Callable[[Work, Tenant], Awaitable[T]]) -> T:
        return self.act(lambda _work, tenant: what(self.work_on(area), tenant))

    def until_verified(self, *, fenced: bool = False, copies: bool = False) -> None:
        """Both areas, uploaded and verified. `fenced`: documents are read in a child process, as people's are."""
        for area in ("andre", "felles") if any(self.other.iterdir()) else ("felles",):
            work = self.work_on(area)
            top = self.area.top if area == "felles" else self.other
            scan.run(work, str(top), Wishes(examine=fenced, copies=copies))
            if area == "felles" and not fenced:
                self.examine()
            classify.run(work)
            propose.run(work)
            review.sign(work, Signature("Kari Nordmann", "contact", "test", destroys=True), ())
            sent = self.act_on(area, upload.apply)
            assert sent.failed == 0, sent.failures
            assert self.act_on(area, verify.run).findings == {}

    def examine(self) -> None:
        """Scan the area `felles` and read its documents."""
        examine(self.area, Watched(self.area), InProcess())  # type: ignore[arg-type]

    def content(self, name: str) -> bytes:
        return self.versions(name)[0]

    def targets(self, name: str) -> list[str]:
        """Where a document in the library points to, in order."""
        found = fromstring(parts_of(self.content(name))[RELS])
        return [str(each.get("Target")) for each in found]

    def address(self, path: str) -> str:
        """The address of a file in the library, as the tenant itself writes it."""
        name = path.rpartition("/")[2]
        return str(self.item(name)["webUrl"])

    def put(self, name: str, content: bytes) -> dict[str, Any]:
        """Somebody saves a document in the library."""
        url = f"{self.tenant.graph}/drives/{self.drive}/items/{self.item(name)['id']}/content"
        request = urllib.request.Request(url, data=content, method="PUT")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return dict(json.loads(answer.read()))

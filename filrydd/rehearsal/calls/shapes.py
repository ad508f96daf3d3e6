"""Rows as Graph's JSON. Names of properties: the public CSDL of Graph v1.0."""

import mimetypes
from collections.abc import Mapping
from functools import lru_cache, partial
from typing import Any
from urllib.parse import quote

from filrydd.rehearsal.calls import facets
from filrydd.rehearsal.calls.facets import APP, who
from filrydd.rehearsal.clock import stamp
from filrydd.rehearsal.refusal import Refused
from filrydd.rehearsal.store import folders
from filrydd.rehearsal.store.folders import Row, Version
from filrydd.rehearsal.store.sites import HOST, Drive, Site
from filrydd.rehearsal.tenancy import Tenancy

path_quoted = lru_cache(1024)(quote)
quoted = lru_cache(8192)(partial(quote, safe=""))
_TYPES = mimetypes.MimeTypes()
_OOXML = "application/vnd.openxmlformats-officedocument."
for _extension, _type in {
    ".docx": f"{_OOXML}wordprocessingml.document",
    ".xlsx": f"{_OOXML}spreadsheetml.sheet",
    ".pptx": f"{_OOXML}presentationml.presentation",
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
    ".msg": "application/vnd.ms-outlook",
    ".one": "application/msonenote",
    ".onetoc2": "application/msonenote",
}.items():
    _TYPES.add_type(_type, _extension)


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


ITEM = _names(
    "id name size eTag cTag webUrl createdDateTime lastModifiedDateTime createdBy lastModifiedBy fileSystemInfo"
    " parentReference file folder root deleted package sharepointIds shared specialFolder description webDavUrl audio"
    " image photo video location malware pendingOperations publication remoteItem searchResult bundle retentionLabel"
    " content.downloadUrl @microsoft.graph.downloadUrl"
)
VERSION = _names("id lastModifiedBy lastModifiedDateTime publication size content @microsoft.graph.downloadUrl")
DRIVE = _names(
    "id name driveType webUrl description createdDateTime lastModifiedDateTime createdBy lastModifiedBy owner quota"
    " sharepointIds system"
)
SITE = _names(
    "id name displayName webUrl description createdDateTime lastModifiedDateTime siteCollection root sharepointIds"
    " isPersonalSite"
)
LIST = _names(
    "id name displayName webUrl description createdDateTime lastModifiedDateTime createdBy lastModifiedBy list"
    " parentReference sharepointIds system eTag"
)


def selected(shape: dict[str, Any], wish: str | None, known: frozenset[str]) -> dict[str, Any]:
    """What `$select` leaves of a shape; all of it for no wish. Raises Refused (400) for a property that is not known."""
    if wish is None:
        return shape
    names = check_selection(wish, known)
    if "*" in names:
        return shape
    if "content.downloadUrl" in names:
        names.add("@microsoft.graph.downloadUrl")
    return {name: value for name, value in shape.items() if name in names or name.startswith("@odata.")}


def check_selection(wish: str | None, known: frozenset[str]) -> set[str]:
    """The properties that `$select` names. Raises Refused (400) for one that is not known, also where nothing is listed."""
    names = {name.strip() for name in wish.split(",")} if wish is not None else set()
    if unknown := sorted(names - known - {"*"}):
        message = f"Parsing OData Select and Expand failed: Could not find a property named '{unknown[0]}'."
        raise Refused(400, "BadRequest", message)
    return names


def site_json(tenancy: Tenancy, site: Site) -> dict[str, Any]:
    """A site."""
    name = site.path.rpartition("/")[2]
    return {
        "createdDateTime": stamp(site.made),
        "id": site.id,
        "lastModifiedDateTime": stamp(site.made),
        "name": name,
        "webUrl": f"{tenancy.web}/{quote(site.path)}",
        "description": site.description,
        "displayName": site.display or name,
        "root": {},
        "siteCollection": {"hostname": HOST},
    }


def drive_json(tenancy: Tenancy, drive: Drive) -> dict[str, Any]:
    """A library as a drive."""
    used = tenancy.store.read.execute("SELECT size FROM item WHERE id = ?", (drive.root,)).fetchone()[0]
    total = tenancy.ways.quota
    return {
        "createdDateTime": stamp(drive.made),
        "description": drive.description,
        "id": drive.id,
        "lastModifiedDateTime": stamp(drive.made),
        "name": drive.name,
        "webUrl": f"{tenancy.web}/{quote(drive.path)}",
        "driveType": "documentLibrary",
        "createdBy": APP,
        "owner": {"group": {"displayName": drive.site.path}},
        "quota": facets.quota(total, used),
    }


def list_json(tenancy: Tenancy, drive: Drive) -> dict[str, Any]:
    """A library as a list."""
    return {
        "createdDateTime": stamp(drive.made),
        "description": drive.description,
        "eTag": f'"{drive.list},0"',
        "id": drive.list,
        "lastModifiedDateTime": stamp(drive.made),
        "name": drive.segment,
        "webUrl": f"{tenancy.web}/{quote(drive.path)}",
        "displayName": drive.name,
        "createdBy": APP,
        "parentReference": {"siteId": drive.site.id},
        "list": {"contentTypesEnabled": False, "hidden": False, "template": drive.template},
    }


class Items:
    """Items of one drive as JSON; remembers the folders' paths for as long as one answer is made."""

    def __init__(self, tenancy: Tenancy, drive: Drive) -> None:
        self._tenancy = tenancy
        self._drive = drive
        self._names: dict[str, list[str]] = {}

    def shape(self, row: Row) -> dict[str, Any]:
        """An item as it is asked for by itself or among its siblings."""
        names = self._path(row)
        shape = {
            **self._downloadable(row),
            "createdBy": who(row.maker),
            "createdDateTime": stamp(row.created),
            "eTag": row.etag,
            "id": row.id,
            "lastModifiedBy": who(row.editor),
            "lastModifiedDateTime": stamp(row.modified),
            "name": row.name,
            "parentReference": self._parent(row, names),
            "webUrl": f"{self._tenancy.web}/{'/'.join((path_quoted(self._drive.path), *map(quoted, names)))}",
            "cTag": row.ctag,
            "fileSystemInfo": {
                "createdDateTime": stamp(row.created),
                "lastModifiedDateTime": stamp(row.modified),
            },
            "size": row.size,
        }
        if row.folder:
            shape |= facets.of_folder(row)
        else:
            hashes = {"quickXorHash": row.quickxor} if row.quickxor else {}
            kind = _TYPES.guess_type(f"x.{row.name.rpartition('.')[2]}")[0] or "application/octet-stream"
            shape["file"] = {"mimeType": kind, "hashes": hashes}
            shape |= facets.of_malware(row)
        if not row.parent:
            shape["root"] = {}
        return shape

    def change(self, row: Row) -> dict[str, Any]:
        """An item in a delta listing: without cTag and the parent's path, and without its name once it is gone."""
        if row.gone:
            parent = {"driveType": "documentLibrary", "driveId": row.drive, "id": row.parent}
            kind: dict[str, Any] = {"folder": {"childCount": 0}} if row.folder else {"file": {"hashes": {}}}
            return {"id": row.id, "parentReference": parent, **kind, "deleted": {"state": "deleted"}}
        shape = self.shape(row)
        del shape["cTag"]
        shape["parentReference"].pop("path", None)
        return shape

    def _path(self, row: Row) -> list[str]:
        if not row.parent:
            return []
        if row.parent not in self._names:
            self._names[row.parent] = folders.names_to(self._tenancy.store.read, row)[:-1]
        return [*self._names[row.parent], row.name]

    def _parent(self, row: Row, names: list[str]) -> dict[str, Any]:
        drive = self._drive
        parent: dict[str, Any] = {"driveType": "documentLibrary", "driveId": drive.id}
        if row.parent:
            path = "".join(f"/{quoted(name)}" for name in names[:-1])
            parent["id"] = row.parent
            parent["name"] = names[-2] if len(names) > 1 else drive.segment
            parent["path"] = f"/drives/{drive.id}/root:{path}"
        return parent | {"siteId": drive.site.collection}

    def _downloadable(self, row: Row) -> dict[str, Any]:
        if row.folder:
            return {}
        return {"@microsoft.graph.downloadUrl": download_url(self._tenancy, row.blob, row.name)}


DOWNLOAD_LASTS = 3600


def download_url(tenancy: Tenancy, blob: str, name: str) -> str:
    """An address on the other port that holds for an hour without a token."""
    until = int(tenancy.clock.now()) + DOWNLOAD_LASTS
    seal = tenancy.seal("download", blob, name, until)
    return f"{tenancy.transfers}/download/{blob}/{quoted(name)}?until={until}&tempauth={seal}"


def version_json(row: Row, version: Version) -> dict[str, Any]:
    """One version of a file."""
    return {
        "id": f"{version.number}.0",
        "lastModifiedBy": who(version.editor),
        "lastModifiedDateTime": stamp(version.modified),
        "size": version.size,
    }


def context(tenancy: Tenancy, call_root: str, what: str) -> Mapping[str, str]:
    """The annotation that says what an answer is."""
    return {"@odata.context": f"{tenancy.web}{call_root}/$metadata#{what}"}

"""What a tenant says about itself: sites, drives and items."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    id: str
    url: str


@dataclass(frozen=True, slots=True)
class Drive:
    """A library as Graph shows it. `path` is server-relative and decoded (`sites/x/Shared Documents`)."""

    id: str
    name: str
    url: str
    path: str
    root: str


@dataclass(frozen=True, slots=True)
class Item:
    """A file or folder in a drive.

    `hash` is the quickXorHash in base64, empty where the tenant gives none (folders, empty files); `etag` changes with
    every change, `ctag` with the content only; times in ticks at a grain of one second; `gone` marks a deletion in a
    delta listing. `parent` is the id of the folder it lies in, empty for a drive's root. `shared`, in a listing: permissions
    begin here, by the item's own; a listing that says it of no drive's root does not tell (`Tenant.listing`).
    `children`: how many items lie in a folder, 0 where the tenant does not say.
    """

    id: str
    name: str
    parent: str
    folder: bool
    size: int
    hash: str
    etag: str
    ctag: str
    modified: int
    created: int
    url: str
    gone: bool = False
    shared: bool = False
    children: int = 0

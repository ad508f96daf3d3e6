"""The checklist: what `facts/sharepoint.md` says that a rehearsal tenant reproduces, line by line.

Every line works and has one test in this folder (`@line("id")`), or is left out with the reason. `test_checklist_is_whole`
holds that. A line's words are the facts' own, shortened.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

Test = TypeVar("Test", bound=Callable[..., object])


@dataclass(frozen=True)
class Line:
    """One thing to reproduce; `left_out` is the reason why it is not."""

    id: str
    words: str
    left_out: str = ""


def line(id: str) -> Callable[[Test], Test]:
    """What a test shows."""
    if id not in BY_ID or BY_ID[id].left_out:
        raise KeyError(f"{id} is no line that works")
    return lambda test: test


_CLIENT = "It is about what a client should do, not about what SharePoint answers."
_SCALE = "A figure of Microsoft's service that no rehearsal on one machine comes near; nothing here depends on it."

LINES = (
    # Section 1: what SharePoint refuses or changes.
    Line("names-characters", 'Invalid characters " * : < > ? / \\ | and control characters'),
    Line("names-spaces", "Invalid: leading and trailing spaces"),
    Line("names-allowed", "# and % are allowed"),
    Line("names-reserved", "Invalid names .lock, CON PRN AUX NUL, COM0-COM9, LPT0-LPT9, desktop.ini, anything that starts ~$"),
    Line("names-vti", "_vti_ anywhere in a name"),
    Line("names-forms", "forms at a library's root"),
    Line("names-tilde-folder", "A folder name that starts with ~"),
    Line("names-period-folder", "A folder name that ends with ."),
    Line("names-thicket", "Folders that end _files/_file"),
    Line("path-length", "Path length: 400 characters, decoded, server-relative; 400 pathIsTooLong"),
    Line("segment-length", "255 for a segment"),
    Line("path-synced", "Synced copies: local root + path at most about 256 or 520", left_out=_CLIENT),
    Line("file-size", "File size 250 GB", left_out="No test sends so much, no disk here holds it; the quota (507) stands in."),
    Line("zero-bytes", "Zero bytes: an upload session answers 400, PUT /content works; hashes may be {}"),
    Line("library-items", "Library: 30 M items", left_out=_SCALE),
    Line("library-inheritance", "Over 100,000 items in one list or folder inheritance cannot be broken"),
    Line("library-scopes", "50,000 unique permission scopes"),
    Line("library-threshold", "List view threshold 5,000 items"),
    Line("library-sync", "Sync recommended for at most 300,000 files over all libraries", left_out=_CLIENT),
    Line("library-count", "2,000 lists and libraries a site"),
    Line("library-storage", "25 TB a site"),
    Line("version-content", "Every change makes a version: new content"),
    Line("version-times", "Every change makes a version: PATCH of fileSystemInfo"),
    Line("version-fields", "Every change makes a version: PATCH of fields"),
    Line("version-limit", "50,000 major versions"),
    Line("types-all", "Types: nothing is blocked from upload today"),
    Line("types-run", ".aspx .asmx .ascx .master .xap .swf .jar .xsf .htc do not run"),
    Line("types-sync", "The sync client does not sync .tmp .ini .lnk", left_out=_CLIENT),
    Line("onenote-package", "OneNote: a notebook is a package: neither file nor folder"),
    Line("onenote-raw", "Raw .one/.onetoc2 in a plain folder breaks the OneNote API",
         left_out="The OneNote API takes no applications at all since 2025 (401), here too; the files stay files in a folder."),
    Line("names-fold", "Names: case-insensitive; NFC and NFD are the same name"),
    Line("ids-case", "Ids and eTags are case-sensitive"),
    Line("rewriting-kinds", "SharePoint writes properties into Office files, html, aspx, some PDF and JPEG"),
    Line("rewriting-unstable", "Size and hash differ from what was sent, and not even stably"),
    Line("author-app", "Author: app-only uploads show SharePoint App"),
    Line("permissions-deny", "Permissions: SharePoint has no Deny"),
    # Section 2: upload.
    Line("put-limit", "PUT content up to 250 MB (413 beyond)"),
    Line("put-default", "PUT content: the conflict default is replace"),
    Line("put-parents", "PUT content creates missing parents by path"),
    Line("put-on-folder", "501 on a folder"),
    Line("put-under-file", "404 under a file"),
    Line("put-concurrent", "409 on a concurrent create"),
    Line("session-default", "createUploadSession: the conflict default is fail"),
    Line("session-conditions", "If-Match/If-None-Match give 412"),
    Line("session-quota", "507 over quota"),
    Line("session-properties", "fileSize and description give 400 on SharePoint"),
    Line("session-name", "name must match the URL"),
    Line("session-times", "fileSystemInfo in the session (two requests, one version) beats PUT + PATCH (two versions)"),
    Line("session-orphan", "An orphaned session answers 409 \"currently being uploaded\" and its URL cannot be had again"),
    Line("times-precision", "Precision 1 s"),
    Line("folders-race", "POST children, fail: 201, or 409 nameAlreadyExists on a race"),
    Line("label-status", "PATCH retentionLabel {name}: 201 first, then 200"),
    Line("label-cascade", "A folder's label cascades, not at once"),
    Line("label-record", "Record labels need Sites.FullControl.All"),
    Line("fields-patch", "PATCH /sites/{s}/lists/{l}/items/{i}/fields"),
    Line("library-new", "POST /sites/{s}/lists with list.template: documentLibrary"),
    Line("site-new", "Sites: created beforehand or POST /beta/sites"),
    Line("site-selected", "Sites.Selected with role write is the least an upload needs on a named site"),
    Line("invite", "POST invite, sendInvitation:false; 5 RU"),
    Line("delta-root", "Delta from the drive's root is the only whole enumeration"),
    Line("who-sid", "Users and groups synchronised from Active Directory carry onPremisesSecurityIdentifier"),
    Line("who-enabled", "accountEnabled"),
    Line("who-members", "/groups/{id}/transitiveMembers"),
    Line("who-permission", "Least permission User.Read.All, GroupMember.Read.All"),
    Line("who-cloud", "Cloud groups have securityIdentifier (S-1-12-1-...)"),
    # Sections 3 and 5: throttling.
    Line("tiers", "RU by tier: an app's minute, and the tenant's five minutes"),
    Line("day", "RU by tier: an app's 24 hours"),
    Line("cost-1", "1 RU: get one item, delta with token, download"),
    Line("cost-2", "2 RU: list, delta without token, create, update, delete, upload"),
    Line("cost-5", "5 RU: permissions"),
    Line("ingress", "Ingress 400 GB/h for an app"),
    Line("throttled-429", "429 activityLimitReached"),
    Line("throttled-503", "503 serviceNotAvailable"),
    Line("throttled-counts", "Failed (throttled) calls are counted too"),
    Line("retry-short", "Retry-After short"),
    Line("retry-long", "Retry-After long (120 s or more)"),
    Line("retry-lower", "Retry-After in lower case"),
    Line("retry-absent", "Retry-After absent"),
    Line("ratelimit", "RateLimit-Limit/-Remaining/-Reset only from 80 % of the minute's limit on"),
    Line("user-agent", "User-Agent: NONISV|Company|App/1.0", left_out=_CLIENT),
    Line("several-apps", "Never split work over several app ids", left_out=_CLIENT),
    Line("load-tests", "Load tests against SharePoint Online are not allowed", left_out=_CLIENT),
    Line("nights", "Nights and weekends go faster; the budget changes while one works"),
    Line("migration-api", "Microsoft's own figures for its Migration API", left_out="Another API; uploads go through Graph."),
    Line("errors", "Errors {error: {code, message, innerError: {date, request-id, client-request-id}}}"),
    # Section 5: addressing.
    Line("roots", "/v1.0 and /_api/v2.0 roots"),
    Line("slashes", "Collapse //"),
    Line("encoded", "Decode %3A %2F %21 %2C inside segments"),
    Line("id-path-closed", "items/{id}:/p:"),
    Line("id-path-open", "items/{id}:/p"),
    Line("root-path-closed", "root:/p:"),
    Line("delta-forms", "delta, delta(), delta(token='...')"),
    Line("conflict-names", "@name.conflictBehavior as well as @microsoft.graph.conflictBehavior, in body and query"),
    # Section 5: sessions.
    Line("session-host", "uploadUrl on another host:port"),
    Line("session-authorization", "401 when Authorization is sent"),
    Line("session-ranges", "nextExpectedRanges in open and closed form"),
    Line("session-end", "200/201 driveItem at the end"),
    Line("session-overlap", "416 with invalidRange/fragmentOverlap"),
    Line("session-mismatch", "400 on a length mismatch"),
    Line("session-total", "400 on a changed total"),
    Line("session-60", "Fragments under 60 MiB"),
    Line("session-320", "Fragments are multiples of 320 KiB"),
    Line("session-get", "GET tells where to go on"),
    Line("session-delete", "DELETE 204"),
    Line("session-defer", "Zero-length POST for deferCommit"),
    Line("session-sliding", "Sliding 15 min expiry (404 afterwards)"),
    Line("session-hard", "Hard 24 h expiry (401 expiredToken)"),
    Line("session-busy", "409 while a session is open"),
    Line("session-last", "409 on the last fragment"),
    Line("session-office", "First-fragment 404 when replacing Office files"),
    Line("session-dropped", "A dropped fragment is discarded"),
    # Section 5: items.
    Line("items-defaults", "Conflict defaults of files and folders"),
    Line("items-412", "412"),
    Line("items-413", "413"),
    Line("items-423", "423"),
    Line("items-507", "507"),
    Line("etag", 'eTag "{guid},n"'),
    Line("ctag", "cTag changing with content only"),
    Line("hash", "quickXorHash in base64: 160 bits, byte i at bit (11 * i) mod 160, then the length"),
    Line("fields-409", "fields PATCH with an occasional 409 resourceModified"),
    Line("delta-paging", "Delta paging"),
    Line("delta-deleted", "deleted facet"),
    Line("delta-410", "410 + Location"),
    Line("batch", "$batch of 20 with a status each"),
    Line("csdl", "Property names and types are in the public CSDL of Graph v1.0"),
    Line("clients", "Independent clients that can be pointed at a local tenant: rclone, O365, remote-store",
         left_out="Not for plain HTTP: tests/rehearsal/clients runs them."),
)  # fmt: skip

BY_ID = {each.id: each for each in LINES}

"""Parts of an item's JSON that say more of it than its row of the table: who, labels, packages, malware, check-outs."""

import sqlite3
from typing import Any

from filrydd.rehearsal.clock import stamp
from filrydd.rehearsal.store import labels
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.labels import Applied

# App-only uploads show this as their author.
APP = {
    "application": {"id": "00000003-0000-0ff1-ce00-000000000000", "displayName": "SharePoint App"},
    "user": {"displayName": "SharePoint App"},
}
ON_DEMAND = frozenset({"retentionLabel", "publication"})
"""Properties that come only when they are asked for."""
_BEHAVIOUR = {"retention": "retain", "record": "retainAsRecord", "regulatory": "retainAsRegulatoryRecord"}


def who(person: str) -> dict[str, Any]:
    """An identitySet: a person by name, or the app that all app-only changes are shown as."""
    return {"user": {"displayName": person}} if person else APP


def of_folder(row: Row) -> dict[str, Any]:
    """What a folder is: a package is neither file nor folder (Graph, resource type package)."""
    return {"package": {"type": row.package}} if row.package else {"folder": {"childCount": row.children}}


def of_malware(row: Row) -> dict[str, Any]:
    """The facet of a file in which something was found."""
    return {"malware": {"description": row.malware}} if row.malware else {}


def on_demand(con: sqlite3.Connection, row: Row, names: set[str]) -> dict[str, Any]:
    """Those of the named properties that come only when asked for, and are there."""
    found: dict[str, Any] = {}
    if "retentionLabel" in names and (applied := labels.of_item(con, row)):
        found["retentionLabel"] = label_json(row, applied)
    if "publication" in names and not row.folder:
        level = "checkout" if row.holder else "published"
        found["publication"] = {"level": level, "versionId": f"{row.versions}.0"}
    return found


def label_json(row: Row, applied: Applied) -> dict[str, Any]:
    """An itemRetentionLabel."""
    fixed = applied.kind == "regulatory"
    return {
        "name": row.label,
        "isLabelAppliedExplicitly": applied.explicit,
        "labelAppliedDateTime": stamp(applied.at),
        "labelAppliedBy": who(applied.by),
        "retentionSettings": {
            "behaviorDuringRetentionPeriod": _BEHAVIOUR[applied.kind],
            "isContentUpdateAllowed": not applied.locked,
            "isDeleteAllowed": applied.kind == "retention",
            "isLabelUpdateAllowed": not fixed,
            "isMetadataUpdateAllowed": not fixed,
            "isRecordLocked": applied.locked,
        },
    }


def quota(total: int, used: int) -> dict[str, Any]:
    """The facet of a drive, in bytes. `nearing` is less than 10 % left, `critical` less than 1 % (abraunegg/onedrive#3005)."""
    left = max(0, total - used)
    state = "normal" if left * 10 >= total else "nearing" if left * 100 >= total else "critical" if left else "exceeded"
    return {"deleted": 0, "remaining": left, "state": state, "total": total, "used": used}

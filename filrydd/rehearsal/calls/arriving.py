"""What arrives becomes a content on disk, rewritten where SharePoint rewrites."""

from pathlib import Path

from filrydd.rehearsal.rules.office import rewrite
from filrydd.rehearsal.store.blobs import Kept
from filrydd.rehearsal.tenancy import Tenancy


def keep(tenancy: Tenancy, arrived: Path, name: str) -> Kept:
    """Take an arrived file over as a blob, rewritten if SharePoint would. `arrived` is gone afterwards."""
    if tenancy.ways.rewrite:
        other = tenancy.blobs.arriving()
        try:
            if rewrite(arrived, other, name, tenancy.ways.seed + next(tenancy.uploads)):
                other.replace(arrived)
        finally:
            other.unlink(missing_ok=True)
    return tenancy.blobs.keep(arrived)

"""status: where every area stands, by the figures that its stages left."""

from dataclasses import dataclass, field

from filrydd.catalog import figures, findings, handovers, quarantine, remains, seals, signoffs
from filrydd.catalog.connection import open_catalog
from filrydd.catalog.rulings import Total
from filrydd.model.rule import Fate
from filrydd.stages.insight import Named, named
from filrydd.stages.work import Work

STAGES = ("scan", "classify", "propose", "review", "upload", "verify", "seal", "retire")


@dataclass(frozen=True, slots=True)
class AreaStatus:
    """One area: the last stage that has left something, its files and bytes at the last scan, and its fates.

    Of what is held, `handed_over` files went elsewhere. `aside` files lie in the quarantine. `done`: nothing remains but what
    was handed over by name. `unread` and `insight` name files and folders; who may not see names
    gets only the totals in them.
    """

    area: str
    stage: str
    files: int
    bytes: int
    folders: int
    unreadable: int
    fates: dict[Fate, Total]
    signed: int
    uploaded: int
    failed: int
    verified: int
    findings: dict[str, int]
    sealed: bool
    deleted: int
    source: str
    unread: tuple[tuple[str, str], ...] = ()
    figures: dict[str, dict[str, int | str]] = field(default_factory=dict)
    insight: Named | None = None
    handed_over: int = 0
    aside: int = 0
    done: bool = False


def of(work: Work) -> AreaStatus:
    """The status of one area. Raises NoSuchArea, CatalogIsNewer, CatalogDamaged."""
    with open_catalog(work.scans / f"{work.area}.db") as catalog:
        shown = figures.figures(catalog)
        signed = [signoff for signoff in signoffs.history(catalog) if not signoff.withdrawn]
        newest = {signoff.part: signoff for signoff in reversed(signed)}
        seal = seals.latest(catalog)
        sealed = seal is not None and seal.state == "sealed"
        done = set(shown)
        if newest:
            done.add("review")
        if not sealed:
            done.discard("seal")

        def figure(stage: str, name: str) -> int:
            return int(shown.get(stage, {}).get(name, 0))

        return AreaStatus(
            area=work.area,
            stage=max((stage for stage in STAGES if stage in done), key=STAGES.index, default=""),
            files=figure("scan", "files"),
            bytes=figure("scan", "bytes"),
            folders=figure("scan", "folders"),
            unreadable=figure("scan", "unreadable"),
            fates={
                fate: Total(figure("classify", f"{fate}_files"), figure("classify", f"{fate}_bytes")) for fate in Fate
            },
            signed=sum(signoff.files - signoff.awaits for signoff in newest.values()),
            uploaded=figure("upload", "files"),
            failed=figure("upload", "failed"),
            verified=figure("verify", "ok"),
            findings=findings.counted(catalog),
            sealed=sealed,
            deleted=figure("retire", "deleted"),
            source=figures.source_of(catalog),
            unread=tuple(figures.unreadable(catalog)),
            figures=shown,
            insight=named(catalog),
            handed_over=handovers.handed(catalog),
            aside=quarantine.held(catalog).files,
            done=remains.is_done(catalog),
        )

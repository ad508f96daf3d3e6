"""filrydd verify"""

import secrets
from functools import partial
from pathlib import Path
from typing import Any

import click

from filrydd.catalog.findings.samples import Sample
from filrydd.cli import session
from filrydd.lang import _, figures
from filrydd.lang.words import said
from filrydd.stages import verify as stage
from filrydd.stages.scan.rate import parse_rate
from filrydd.stages.verify import sampling
from filrydd.stages.verify.wording import meaning, what_to_do

_SHOWN = 50


@click.command(help=_("Compare what was sent with what the tenant itself lists and holds, in full."))
@session.for_areas
@session.tenant_options
@click.option(
    "--sample",
    "wish",
    default="",
    metavar="99%/0.1%",
    help=_("Compare only so many files that with this confidence no larger share of all differs. It proves no file."),
)
@click.option("--seed", type=click.IntRange(0, (1 << 63) - 1), help=_("Draw the same files as an earlier sample."))
@click.option("--max-read", default="", metavar="50MB/s", help=_("Read the old area no faster than this."))
@session.as_json
def verify(
    workspace: Path,
    areas: tuple[str, ...],
    kind: str | None,
    address: str,
    wish: str,
    seed: int | None,
    max_read: str,
    as_json: bool,
) -> int:
    number = secrets.randbelow(1 << 32) if seed is None else seed
    sample = sampling.wish(wish, number) if wish else None
    rate = parse_rate(max_read) if max_read else None
    results: list[dict[str, Any]] = []
    for area in areas:
        work = session.work_on(workspace, area)
        done = session.with_tenant(
            work, kind or "", address, partial(stage.run, work, sample=sample, bytes_per_second=rate)
        )
        _tell(area, done)
        results.append(_json(done))
    session.show(results, wanted=as_json)
    return session.NEEDS_A_PERSON if any(result["findings"] or result["unsent"] for result in results) else session.DONE


def _tell(area: str, done: stage.Verified) -> None:
    session.tell(
        _("{area}: {ok} of {checked} files were compared in full and are the same.").format(
            area=area, ok=figures.number(done.ok), checked=figures.number(done.checked)
        )
    )
    if done.rewritten:
        session.tell(
            _("SharePoint has written its own properties into {count} of them; all their content is the same.").format(
                count=figures.number(done.rewritten)
            )
        )
    if done.sample:
        _tell_sample(done.sample)
    if not done.access_told:
        session.tell(
            _(
                "The tenant does not tell where somebody has shared a single file: that takes an application with full"
                " control of the site. Only restricted folders were looked at."
            )
        )
    if done.found_folders:
        session.tell(
            _("Folders that were there before: {count}. What others have in them is not looked at.").format(
                count=figures.number(done.found_folders)
            )
        )
    for found, count in done.findings.items():
        session.tell(f"{said(found)}: {figures.number(count)}")
    for finding in done.details[:_SHOWN]:
        session.tell(f"  {finding.path}: {meaning(finding.kind, finding.detail)}")
        session.tell(f"    {what_to_do(finding.kind, finding.detail, area)}")
    if done.unsent:
        session.tell(
            _("{count} of the signed files are not there yet: {step}").format(
                count=figures.number(done.unsent), step=f"filrydd upload {area} --execute"
            )
        )
    if done.findings:
        session.tell(_("Next: look at what is listed, mend it, then verify again."))
    elif done.ok < done.checked:
        session.tell(_("Next: {step}").format(step=f"filrydd verify {area}"))
    elif not done.unsent:
        session.tell(_("Next: {step}").format(step=f"filrydd seal {area}"))


def _tell_sample(sample: Sample) -> None:
    session.tell(
        _("Of {files} files, {drawn} were drawn (--seed {seed}) and compared in full; {different} differed.").format(
            files=figures.number(sample.files),
            drawn=figures.number(sample.drawn),
            seed=sample.seed,
            different=figures.number(sample.different),
        )
    )
    session.tell(
        _("With {confidence} % confidence, at most {bound} % of all differ. This proves no single file.").format(
            confidence=f"{sample.confidence * 100:g}", bound=f"{sample.bound * 100:.3g}"
        )
    )


def _json(done: stage.Verified) -> dict[str, Any]:
    result: dict[str, Any] = {
        "area": done.area,
        "checked": done.checked,
        "ok": done.ok,
        "rewritten": done.rewritten,
        "findings": done.findings,
        "access_told": done.access_told,
        "found_folders": done.found_folders,
        "unsent": done.unsent,
    }
    if done.sample:
        result["sample"] = {
            "files": done.sample.files,
            "drawn": done.sample.drawn,
            "different": done.sample.different,
            "seed": done.sample.seed,
            "confidence": done.sample.confidence,
            "share": done.sample.share,
            "bound": done.sample.bound,
        }
    return result

"""filrydd sign"""

from datetime import datetime
from pathlib import Path

import click

from filrydd.catalog.signoffs import Signature
from filrydd.cli import session
from filrydd.errors import NotApproved
from filrydd.lang import _, figures
from filrydd.model import times
from filrydd.stages import review as stage


@click.command(
    help=_(
        "Sign off the parts of AREA as they are proposed now, or withdraw a sign-off. From the command line nobody signs"
        " for deleting anything beyond junk."
    )
)
@click.argument("area")
@click.option("--as", "name", required=True, help=_("Who signs."))
@click.option("--part", "parts", multiple=True, help=_("Only this part; may be given several times."))
@click.option("--digest", default="", help=_("The digest that was looked at; another one now is refused."))
@click.option("--role", default="contact", help=_("In which role."))
@click.option("--note", default="", help=_("A note that the ledger keeps."))
@click.option(
    "--new-files-follow",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    help=_("New files in signed folders follow until this day."),
)
@click.option("--withdraw", is_flag=True, help=_("Take the sign-off of --part back."))
@session.as_json
@click.pass_obj
def sign(
    workspace: Path,
    area: str,
    name: str,
    parts: tuple[str, ...],
    digest: str,
    role: str,
    note: str,
    new_files_follow: datetime | None,
    withdraw: bool,
    as_json: bool,
) -> int:
    work = session.work_on(workspace, area)
    if withdraw:
        if len(parts) != 1:
            raise click.UsageError(_("--withdraw takes one --part."))
        head = stage.withdraw(work, parts[0], name, note)
        session.tell(_("The sign-off of {part} is withdrawn. Ledger: {head}").format(part=parts[0], head=head))
        session.show([{"area": area, "withdrawn": parts[0], "ledger": head}], wanted=as_json)
        return session.DONE
    if not work.department().command_line_signs:
        raise NotApproved(
            _("The policy does not let anybody sign {area} from the command line.").format(area=area),
            next=f"filrydd review {area}",
        )
    until = (
        None if new_files_follow is None else times.from_day(new_files_follow.date()) + 86_400 * times.TICKS_A_SECOND
    )
    signature = Signature(name=name, role=role, how="command line", note=note, follow_until=until)
    signed = stage.sign(work, signature, parts, digest=digest)
    for part in signed:
        session.tell(
            _("{name} has signed {part}: {files} files, digest {digest}.").format(
                name=name, part=part.part, files=figures.number(part.files), digest=part.digest[:16]
            )
        )
        if part.left:
            session.tell(
                _("{count} files are to be deleted; that is signed on the pages, not here.").format(
                    count=figures.number(part.left)
                )
            )
    session.tell(_("Next: {step}").format(step=f"filrydd upload {area}"))
    session.show(
        [
            {
                "area": area,
                "signed": [
                    {"part": p.part, "digest": p.digest, "files": p.files, "left": p.left, "ledger": p.head}
                    for p in signed
                ],
            }
        ],
        wanted=as_json,
    )
    return session.NEEDS_A_PERSON if any(part.left for part in signed) else session.DONE

"""filrydd scan"""

from pathlib import Path

import click

from filrydd.cli import examined, session
from filrydd.errors import BadUsage
from filrydd.lang import _, figures
from filrydd.lang.words import said
from filrydd.model.hours import Hours
from filrydd.sources import IN_FLIGHT
from filrydd.stages import scan as stage
from filrydd.stages.scan.contents import ContentRead, parse_rate
from filrydd.stages.scan.owners import Asked
from filrydd.stages.scan.people import Resolved


@click.command(
    help=_(
        "Look through SOURCE into scans/AREA.db. SOURCE is a folder, \\\\server\\share\\path or"
        " smb://user@server/share/path; without it, the same as last time. Run again, it finds what changed; after an"
        " interruption it goes on."
        "\n\nThe password comes from FILRYDD_SMB_PASSWORD or the system's credential store, never from the command line."
    )
)
@click.argument("area")
@click.argument("source", default="")
@click.option("--allow-many", is_flag=True, help=_("Accept that more than half of the files are gone."))
@click.option("--owners", is_flag=True, help=_("Also ask who owns each file; of a classified area, of what will move."))
@click.option(
    "--copies", is_flag=True, help=_("Also read files that may be copies of each other, and find those that are.")
)
@click.option(
    "--examine",
    is_flag=True,
    help=_(
        "Also read the text of documents, and find identity numbers, links and what is protected. Never private ones."
    ),
)
@click.option(
    "--max-read",
    default="",
    metavar="RATE",
    help=_("Read no faster than this for --copies and --examine, such as 50MB/s."),
)
@click.option(
    "--people",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    default=None,
    help=_("A list of who is who, with the columns sid, name, kind, disabled and entra_id."),
)
@click.option(
    "--members",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    default=None,
    help=_("A list of who is in which group, with the columns group and member; with --people."),
)
@click.option(
    "--tenant",
    type=click.Choice(["graph", "rehearsal"]),
    default=None,
    help=_("Ask the directory of this tenant who is who, instead of a list."),
)
@click.option("--address", default="", help=_("Where the rehearsal tenant listens, as it printed it."))
@click.option("--hours", default="", metavar="FROM-TO", help=_("Work only in these hours, such as 17:00-07:00."))
@click.option(
    "--max-requests",
    type=click.IntRange(1, 1024),
    default=IN_FLIGHT,
    show_default=True,
    help=_("At most so many questions to the server at the same time."),
)
@session.as_json
@click.pass_obj
def scan(
    workspace: Path,
    area: str,
    source: str,
    allow_many: bool,
    owners: bool,
    copies: bool,
    examine: bool,
    max_read: str,
    people: Path | None,
    members: Path | None,
    tenant: str | None,
    address: str,
    hours: str,
    max_requests: int,
    as_json: bool,
) -> int:
    if max_read and not (copies or examine):
        raise BadUsage(
            _("--max-read says how fast --copies and --examine read."),
            next=f"filrydd scan {area} --examine --max-read 50MB/s",
        )
    if (members and not people) or (people and tenant) or (address and tenant != "rehearsal"):
        raise BadUsage(
            _("Who is who comes from --people, with or without --members, or from --tenant."),
            next="filrydd scan --help",
        )
    wishes = stage.Wishes(
        allow_many=allow_many,
        load=stage.Load(max_requests, _hours(hours)),
        owners=owners,
        copies=copies,
        examine=examine,
        bytes_per_second=parse_rate(max_read) if max_read else None,
        people=people,
        members=members,
        tenant=(tenant, address) if tenant else None,
    )
    done = stage.run(session.work_on(workspace, area), source, wishes)
    _tell(done)
    session.show(
        [
            {
                "area": area,
                "folders": done.folders,
                "files": done.files,
                "bytes": done.bytes,
                "unreadable": done.unreadable,
                "seconds": done.seconds,
                "appeared": done.appeared,
                "changed": done.changed,
                "vanished": done.vanished,
                "moved": done.moved,
                **(examined.as_object(done.examined) if done.examined is not None else {}),
            }
        ],
        wanted=as_json,
    )
    return session.NEEDS_A_PERSON if done.unreadable else session.DONE


def _hours(text: str) -> Hours | None:
    if not text:
        return None
    try:
        return Hours.parse(text)
    except ValueError:
        raise BadUsage(
            _("{text} does not say from when to when.").format(text=text),
            next=_("Write them like this: --hours 17:00-07:00"),
        ) from None


def _tell(done: stage.Scanned) -> None:
    area = done.area
    session.tell(
        _("{area}: {files} files in {folders} folders, {size}, in {seconds} s.").format(
            area=area,
            files=figures.number(done.files),
            folders=figures.number(done.folders),
            size=figures.size(done.bytes),
            seconds=figures.seconds(done.seconds),
        )
    )
    if done.appeared != done.files:
        session.tell(
            _("Since last time: {appeared} new, {changed} changed, {moved} moved, {vanished} gone.").format(
                appeared=figures.number(done.appeared),
                changed=figures.number(done.changed),
                moved=figures.number(done.moved),
                vanished=figures.number(done.vanished),
            )
        )
    if done.owners is not None:
        _tell_owners(done.owners)
    if done.people is not None:
        _tell_people(done.people)
    if done.copies is not None:
        _tell_copies(done.copies)
    if done.examined is not None:
        examined.tell(area, done.examined)
    if done.unreadable:
        session.tell(
            _("{count} could not be read. See them with: filrydd status {area}").format(
                count=figures.number(done.unreadable), area=area
            )
        )
    session.tell(_("What is there, and where to begin: {step}").format(step=f"filrydd status {area}"))
    session.tell(_("Next: {step}").format(step=f"filrydd classify {area}"))


def _tell_owners(asked: Asked) -> None:
    session.tell(_("Owners asked for: {count} files.").format(count=figures.number(asked.files)))
    for reason, count in asked.untold.items():
        session.tell(_("  not told for {count}: {reason}").format(count=figures.number(count), reason=said(reason)))


def _tell_people(found: Resolved) -> None:
    session.tell(
        _(
            "Who is who: {named} known by name, {disabled} of them disabled; {vanished} not in the directory; {unknown} unknown."
        ).format(
            named=figures.number(found.named),
            disabled=figures.number(found.disabled),
            vanished=figures.number(found.vanished),
            unknown=figures.number(found.unknown),
        )
    )


def _tell_copies(read: ContentRead) -> None:
    if read.unjudged:
        return
    session.tell(
        _(
            "Copies: {files} files in {groups} groups; {size} could go if one of each stayed. Read for it: {read}."
        ).format(
            files=figures.number(read.duplicates),
            groups=figures.number(read.groups),
            size=figures.size(read.bytes_to_free),
            read=figures.size(read.read_bytes),
        )
    )
    left = (
        (_("in private folders"), read.private),
        (_("blocked by the policy"), read.blocked),
        (_("not on this server but fetched from elsewhere when opened"), read.offline),
        (_("encrypted"), read.encrypted),
        (_("changed while they were read"), read.changed),
        (_("open by somebody"), read.in_use),
        (_("unreadable"), read.unreadable),
    )
    for why, count in left:
        if count:
            session.tell(_("  not compared: {count}, {why}").format(count=figures.number(count), why=why))

"""What commands share: areas, who asks, progress, output, and opening the tenant."""

import asyncio
import functools
import getpass
import json
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from filrydd.cli.bar import Bars
from filrydd.errors import BadUsage, FilryddError, TenantLacks
from filrydd.lang import _
from filrydd.stages.masking import shown, shown_in
from filrydd.stages.record import landing
from filrydd.stages.work import Work, areas_of, check_workspace
from filrydd.targets import Tenant, open_tenant

T = TypeVar("T")
DONE, NEEDS_A_PERSON = 0, 3


def work_on(workspace: Path, area: str, *, objects: bool = False) -> Work:
    """An area of a workspace, by whoever is logged in on this machine, with progress on standard error: for people, or as
    `objects` for machines."""
    return Work(check_workspace(workspace), area, getpass.getuser(), progress=Bars(area, objects=objects))


def for_areas(command: Callable[..., Any]) -> Callable[..., Any]:
    """The arguments of a command that takes areas: names, `--wave NAME` or `--all`; calls it with `areas`."""

    @click.argument("areas", nargs=-1, metavar="AREA...")
    @click.option("--wave", default="", help=_("All areas of a wave in policies/waves.yaml."))
    @click.option("--all", "every", is_flag=True, help=_("All areas that have been scanned."))
    @click.pass_obj
    @functools.wraps(command)
    def called(workspace: Path, /, areas: tuple[str, ...], wave: str, every: bool, **options: Any) -> Any:
        return command(workspace, areas=chosen(workspace, areas, wave, every), **options)

    return cast("Callable[..., Any]", called)


def chosen(workspace: Path, areas: Sequence[str], wave: str, every: bool) -> tuple[str, ...]:
    if bool(areas) + bool(wave) + every != 1:
        raise BadUsage(_("Name one or more areas, or --wave NAME, or --all."), next="filrydd --help")
    check_workspace(workspace)
    if wave:
        from filrydd.policy.waves import wave as areas_of_wave

        return areas_of_wave(workspace / "policies", wave)
    return tuple(areas) or areas_of(workspace)


as_json = click.option("--json", "as_json", is_flag=True, help=_("One JSON object on standard output."))
executed = click.option("--execute", is_flag=True, help=_("Do it. Without this, say what would be done and stop."))


def say(sentence: str = "", *, err: bool = False) -> None:
    """A line for people, on standard output unless that is to hold JSON alone. Identity numbers in it are masked: every
    sentence of a command goes through here or `tell`."""
    click.echo(shown(sentence), err=err)


def tell(sentence: str = "") -> None:
    """A line for people, on standard error so that standard output stays the command's result."""
    say(sentence, err=True)


def show(results: Sequence[dict[str, Any]], *, wanted: bool) -> None:
    """Print results as one JSON object: the only one, or several under `areas`."""
    if wanted:
        whole = results[0] if len(results) == 1 else {"areas": list(results)}
        click.echo(json.dumps(shown_in(whole), ensure_ascii=False))


def with_tenant(
    work: Work, kind: str, address: str, act: Callable[[Tenant], Awaitable[T]], *, first: bool = False, tier: str = ""
) -> T:
    """Open the tenant, act on it and close it, in one event loop. `tier` is what its licences allow, else as the policy says.

    Without a kind it is the one that the area was uploaded to; before that, only what may come `first` (a look, an
    upload) goes on, to the real one. Raises TenantLacks, BadUsage, TenantRefused.
    """
    kind, address = _landed(work, kind, address, first)

    async def opened() -> T:
        tenant = open_tenant(kind, address, tier=tier or _tier(work))
        try:
            return await act(tenant)
        finally:
            await tenant.close()
            for remark in tenant.meter.remarks:
                tell(remark)

    return asyncio.run(opened())


def _tier(work: Work) -> str:
    try:
        return work.department().uploading(work.area).tier
    except FilryddError:
        # Whether the policy is in order is another question than the one that is asked here.
        return ""


def _landed(work: Work, kind: str, address: str, first: bool) -> tuple[str, str]:
    where = landing(work)
    if where is None and not first:
        raise TenantLacks(
            _("{area} has not been uploaded anywhere.").format(area=work.area),
            next=f"filrydd upload {work.area} --execute",
        )
    kind = kind or (where.tenant if where else "graph")
    if kind == "rehearsal" and not address:
        if where is None or where.tenant != "rehearsal":
            raise TenantLacks(
                _("Nobody has said where the rehearsal tenant listens."),
                next=_("Start it with filrydd tenant serve, then name it with --address."),
            )
        address = where.address
    return kind, address


def tenant_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--tenant` and `--address`."""
    command = click.option("--address", default="", help=_("Where the rehearsal tenant listens, as it printed it."))(
        command
    )
    return click.option(
        "--tenant",
        "kind",
        type=click.Choice(["graph", "rehearsal"]),
        default=None,
        help=_("Which SharePoint: graph is the real one, rehearsal the one on this machine."),
    )(command)

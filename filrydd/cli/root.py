"""The command `filrydd`: its options, and where each command's code is."""

import importlib
from pathlib import Path

import click

from filrydd.lang import _

# A command's module is loaded when the command is called, so that `--help` stays fast; its short help stands here.
COMMANDS: dict[str, tuple[str, str, str]] = {
    "rehearse": ("rehearse", "rehearse", _("the whole journey against a tenant on this machine")),
    "scan": ("scan", "scan", _("look through a file area")),
    "classify": ("classify", "classify", _("give every file its fate by the policy")),
    "explain": ("explain", "explain", _("why a file has its fate")),
    "policy": ("policy", "policy", _("check, try and describe policies")),
    "freeze": ("freeze", "freeze", _("hold a path fast for a case")),
    "unfreeze": ("freeze", "unfreeze", _("lift what a case froze")),
    "hand-over": ("hand_over", "hand_over", _("note that kept files went elsewhere")),
    "private": ("private", "private", _("people's own folders, and what was done about them")),
    "coverage": ("coverage", "coverage", _("what nobody owns")),
    "propose": ("propose", "propose", _("compute the new structure")),
    "review": ("review", "review", _("the page where the contact looks and signs")),
    "serve": ("serve", "serve", _("the pages of all areas, for everybody with a log-in")),
    "remind": ("remind", "remind", _("tell those whose turn it is, and until when")),
    "export": ("sheet", "export_sheet", _("write the move list to Excel")),
    "import": ("sheet", "import_sheet", _("read answers back from Excel")),
    "sign": ("sign", "sign", _("sign off from the command line")),
    "upload": ("upload", "upload", _("send what is signed")),
    "verify": ("verify", "verify", _("compare with what the tenant says")),
    "accept": ("accept", "accept", _("confirm the new place, or say what is missing")),
    "seal": ("seal", "seal", _("make the old area read-only")),
    "unseal": ("seal", "unseal", _("give the old area back as it was")),
    "extend": ("extend", "extend", _("let the old area be read longer")),
    "retire": ("retire", "retire", _("delete what is proved")),
    "restore": ("restore", "restore", _("bring back what was set aside")),
    "status": ("status", "status", _("where everything stands")),
    "links": ("links", "links", _("which documents point to which, and what breaks")),
    "where": ("where", "where", _("the new address of an old path")),
    "destroyed": ("destroyed", "destroyed", _("the list of what is destroyed, for the archive")),
    "backup": ("backup", "backup", _("a verified copy off this machine")),
    "ledger": ("ledger", "ledger", _("is the record whole?")),
    "tenant": ("tenant", "tenant", _("check the tenant, or run a rehearsal one")),
}


class Journey(click.Group):
    """The commands in the order of the journey, each loaded when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _short = COMMANDS[cmd_name]
        command = getattr(importlib.import_module(f"filrydd.cli.{module}"), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, short) for name, (_module, _attribute, short) in COMMANDS.items()])


@click.group(
    cls=Journey,
    help=_(
        "Tidies old file areas on their way to SharePoint: scan, classify, propose, review, upload, verify, seal, retire."
        "\n\nExit codes: 0 done; 1 refused or failed; 2 wrong usage; 3 done, but something needs a person; 130 interrupted."
    ),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--workspace",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    envvar="FILRYDD_WORKSPACE",
    help=_("The folder with policies and scans; this folder if not named."),
)
@click.version_option(package_name="filrydd")
@click.pass_context
def filrydd(ctx: click.Context, workspace: Path) -> None:
    ctx.obj = workspace

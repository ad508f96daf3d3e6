"""The commands, thin: they read what was typed, call a stage, and say what came of it.

entry.py     the one top-level error handler, and exit codes
root.py      the command `filrydd`; loads a command's module only when it is called
session.py   areas, clock, progress and output that commands share
figures.py   numbers and sizes in the reader's way
the rest     a file for each command, or for a few that belong together
"""


def main() -> None:
    """The entry point `filrydd`."""
    from filrydd.cli.entry import run

    raise SystemExit(run())

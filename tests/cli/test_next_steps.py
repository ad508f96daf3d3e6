"""What a message names as the next command is a command that there is."""

import re
from pathlib import Path

from filrydd.cli.root import COMMANDS

ROOT = Path(__file__).parent.parent.parent / "filrydd"
# A command begins its string, or stands after a colon: elsewhere it is the program that is spoken of.
NAMED = re.compile(r"""(?:["']|: )filrydd ([a-z]+)""")


def test_every_command_that_a_message_names_exists() -> None:
    named = {
        match[1]
        for path in ROOT.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if "next=" in line or "step=" in line
        for match in NAMED.finditer(line)
    }
    assert {"scan", "classify", "review", "upload"} <= named
    assert named <= set(COMMANDS), named - set(COMMANDS)

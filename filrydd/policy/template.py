"""The commented template of a department's file."""

from pathlib import Path

TEMPLATE_OF = "eksempel"
"""The department that the template describes; saved as `<that>.yaml` it is valid as it is."""


def template() -> str:
    """A complete policy with every key explained, in bokmål."""
    return Path(__file__).with_name("template.yaml").read_text(encoding="utf-8")

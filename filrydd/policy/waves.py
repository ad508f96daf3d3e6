"""Waves: which areas go together, in `policies/waves.yaml`.

waves:
  pilot: [regnskap-felles]
  autumn: [plan-felles, bygg-felles]
"""

from pathlib import Path

import yaml

from filrydd.errors import BadUsage, PolicyInvalid
from filrydd.lang import _
from filrydd.policy.yaml_lines import LARGEST


def wave(folder: Path, name: str) -> tuple[str, ...]:
    """The areas of a wave, in the file's order. Raises BadUsage for an unknown one, PolicyInvalid for a bad file."""
    waves = _read(folder / "waves.yaml")
    if name not in waves:
        raise BadUsage(
            _("There is no wave {name}. Waves: {waves}.").format(name=name, waves=", ".join(sorted(waves)) or "-"),
            next=_("Add it to policies/waves.yaml."),
        )
    return waves[name]


def waves(folder: Path) -> dict[str, tuple[str, ...]]:
    """Every wave with its areas, in the file's order; none without the file. Raises PolicyInvalid for a bad file."""
    return _read(folder / "waves.yaml")


def _read(path: Path) -> dict[str, tuple[str, ...]]:
    if not path.exists():
        return {}
    try:
        content = yaml.safe_load(path.read_bytes()[: LARGEST + 1])
    except yaml.YAMLError as error:
        raise PolicyInvalid(
            _("{path} cannot be read: {why}").format(path=path, why=error), next=_("Mend the file.")
        ) from error
    waves = content.get("waves") if isinstance(content, dict) else None
    if not isinstance(waves, dict) or not all(
        isinstance(areas, list) and all(isinstance(area, str) for area in areas) for areas in waves.values()
    ):
        raise PolicyInvalid(
            _("{path} must have the key waves, with a list of areas for each name.").format(path=path),
            next=_("Mend the file."),
        )
    return {str(name): tuple(areas) for name, areas in waves.items()}

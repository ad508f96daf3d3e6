"""The files of a policies folder: which there are, and their bytes."""

from pathlib import Path

from filrydd.errors import PolicyInvalid
from filrydd.lang import _
from filrydd.policy.nearest import nearest
from filrydd.policy.yaml_lines import LARGEST

COMMON = "common"
# Files of the folder that are no department's: what all share, and the waves of the move.
NOT_A_DEPARTMENT = (COMMON, "waves")


def departments(folder: Path) -> tuple[str, ...]:
    """The departments that have a file `<department>.yaml` in the folder, by name. Raises `PolicyInvalid` without a folder."""
    try:
        names = [path.name for path in folder.iterdir() if path.suffix == ".yaml" and path.is_file()]
    except (FileNotFoundError, NotADirectoryError) as missing:
        message = _("There is no folder for policies: {path}.").format(path=folder)
        raise PolicyInvalid(message, next=_("Begin with a copy of one of the shipped policies.")) from missing
    stems = sorted(name.removesuffix(".yaml") for name in names if not name.startswith((".", "~")))
    return tuple(stem for stem in stems if stem not in NOT_A_DEPARTMENT)


def strays(folder: Path) -> tuple[str, ...]:
    """Files that look like a policy and are not read, since their name does not end in `.yaml`."""
    alike = [path for path in folder.iterdir() if path.suffix.lower() in (".yml", ".yaml") and path.suffix != ".yaml"]
    return tuple(sorted(path.name for path in alike))


def content(folder: Path, stem: str) -> bytes:
    """The bytes of one policy file, never more than one over the largest allowed. Raises `PolicyInvalid` without it."""
    path = folder / f"{stem}.yaml"
    if stem not in (COMMON, *departments(folder)):
        message = _("There is no policy file {path}.").format(path=path)
        if near := nearest(stem, departments(folder)):
            message += " " + _('Did you mean "{word}"?').format(word=near)
        raise PolicyInvalid(message, next=_("Begin with a copy of one of the shipped policies."))
    return bytes_of(path)


def bytes_of(path: Path) -> bytes:
    """The bytes of a file, never more than one over the largest allowed. Raises `PolicyInvalid` when it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as trouble:
        message = _("The policy file {path} cannot be read: {detail}.").format(path=path, detail=trouble.strerror)
        raise PolicyInvalid(message, next=_("Give yourself access to the file, then try again.")) from trouble


def common_content(folder: Path) -> bytes | None:
    """The bytes of `common.yaml`; None when the folder has none."""
    return content(folder, COMMON) if (folder / f"{COMMON}.yaml").is_file() else None

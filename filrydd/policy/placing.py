"""What a person says of folders of a scanned area, put into the policy that the department has already."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from filrydd.policy.drafting import scalar
from filrydd.policy.drafting_places import Placed, What, classes_of, examples_of, names_of, rules_of
from filrydd.policy.files import common_content, content
from filrydd.policy.suggesting import known_names, tidy_name
from filrydd.policy.written import Pieces, added, comment
from filrydd.policy.yaml_lines import mapping, parse


def taken(folder: Path, department: str, places: Sequence[Placed]) -> tuple[str, ...]:
    """The rules that the places would bring and whose name the department's or the common file has already: a folder
    more in them is put in by hand."""
    known = known_names(mapping(parse(content(folder, department)).tree))
    shared = common_content(folder)
    if shared is not None:
        known |= known_names(mapping(parse(shared).tree))
    names = dict.fromkeys(name for place in places if (name := names_of(place.what)))
    return tuple(name for name in names if {f"rule {name}", f"class {name}"} & known)


def placed(data: bytes, places: Sequence[Placed], by: str, day: date) -> bytes:
    """The bytes of a department's file with a class, a rule and an example for each kind of folder that was named,
    asked before all other rules, under a comment that says by whom.

    Raises PolicyInvalid when the file has mistakes, or is laid out so that nothing can be put in by itself.
    """
    trace = comment(f"Lagt til av {tidy_name(by)}, {day.isoformat()}.")
    examples = "\n".join(examples_of(places, day, scalar))
    return added(
        data,
        Pieces(
            classes="\n".join([trace, *classes_of(places, scalar)]),
            private=tuple({names_of(place.what): None for place in places if place.what is What.PRIVATE}),
            rules="\n\n".join([f"{trace}\n{rule}" for rule in rules_of(places)]),
            examples=f"{trace}\n{examples}" if examples else "",
            first=True,
        ),
    )

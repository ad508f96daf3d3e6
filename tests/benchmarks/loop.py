"""The same rules as a tight loop in Python: what a program without the catalog's SQL would do.

Folders are answered once each, as the catalog does it, and every rule becomes one compiled condition over local names;
nothing is looked up that is not needed. It reads the files from SQLite and writes the rulings to it.
"""

import re
from collections.abc import Callable, Sequence

from filrydd.catalog.connection import Catalog
from filrydd.catalog.places import Places
from filrydd.model import names
from filrydd.model.rule import All, Before, Either, HasExtension, Named, Not, Predicate, Rule, SizeBetween, Under


def classify(catalog: Catalog, rules: Sequence[Rule], *, unrolled: bool) -> dict[int, int]:
    """Rule every file by the first rule that matches, store it in `ruling`; returns files by the rule's place, -1 for none.

    `unrolled`: the rules as one function of chained conditions, made for them; else a compiled function for each rule, and a
    loop over those.
    """
    places = Places()
    decide = _unrolled(rules, places) if unrolled else _looped(rules, places)
    places.fill(catalog)
    bits = {row[0]: row[1] for row in catalog.rows("SELECT folder, b0 FROM temp.place_bits")}
    fold = names.fold
    counts = dict.fromkeys(range(-1, len(rules)), 0)
    ruled: list[tuple[int, int]] = []
    rows = catalog.rows("SELECT id, folder, name, extension, size, modified, created FROM file WHERE gone IS NULL")
    for file, folder, name, extension, size, modified, created in rows:
        rule = decide(bits[folder], fold(name), extension, size, modified, created)
        counts[rule] += 1
        ruled.append((file, rule))
        if len(ruled) == 50_000:
            _store(catalog, ruled)
            ruled = []
    _store(catalog, ruled)
    return counts


def _store(catalog: Catalog, ruled: list[tuple[int, int]]) -> None:
    with catalog.writing():
        catalog.run_many("INSERT OR REPLACE INTO ruling (file, rule) VALUES (?, ?)", ruled)


def _looped(rules: Sequence[Rule], places: Places) -> Callable[..., int]:
    given: dict[str, object] = {}
    head = "lambda places, name, extension, size, modified, created: "
    tests = [eval(head + _words(rule.when, places, given), given) for rule in rules]
    numbered = list(enumerate(tests))

    def decide(place: int, name: str, extension: str, size: int, modified: int, created: int) -> int:
        for number, test in numbered:
            if test(place, name, extension, size, modified, created):
                return number
        return -1

    return decide


def _unrolled(rules: Sequence[Rule], places: Places) -> Callable[..., int]:
    given: dict[str, object] = {}
    lines = ["def decide(places, name, extension, size, modified, created):"]
    for number, rule in enumerate(rules):
        lines.append(f"    if {_words(rule.when, places, given)}: return {number}")
    lines.append("    return -1")
    exec("\n".join(lines), given)
    made: Callable[..., int] = given["decide"]  # type: ignore[assignment]
    return made


def _words(predicate: Predicate, places: Places, given: dict[str, object]) -> str:
    def keep(value: object) -> str:
        given[f"k{len(given)}"] = value
        return f"k{len(given) - 1}"

    match predicate:
        case Under(patterns):
            return f"places & {1 << places.under(patterns).number}"
        case Named(patterns):
            whole = frozenset(names.fold(pattern) for pattern in patterns if not set(pattern) & set("*?"))
            globs = [names.fold(pattern) for pattern in patterns if set(pattern) & set("*?")]
            tests = [f"name in {keep(whole)}"] if whole else []
            tests += [_glob(glob, keep) for glob in globs]
            return f"({' or '.join(tests)})"
        case HasExtension(extensions):
            return f"extension in {keep(frozenset(extensions))}"
        case Before(time, ticks):
            return f"{time} < {ticks}"
        case SizeBetween(least, most):
            return (
                " and ".join([f"size >= {least}"] * (least is not None) + [f"size <= {most}"] * (most is not None))
                or "True"
            )
        case All(of):
            return "(" + (" and ".join(_words(one, places, given) for one in of) or "True") + ")"
        case Either(of):
            return "(" + (" or ".join(_words(one, places, given) for one in of) or "False") + ")"
        case Not(of):
            return f"not ({_words(of, places, given)})"
        case _:
            raise ValueError(f"not among the rules without expressions: {predicate}")


def _glob(glob: str, keep: Callable[[object], str]) -> str:
    inner = glob.strip("*")
    if not set(inner) & set("*?"):
        if glob.startswith("*") and glob.endswith("*"):
            return f"{keep(inner)} in name"
        return f"name.endswith({keep(inner)})" if glob.startswith("*") else f"name.startswith({keep(inner)})"
    expression = re.escape(glob).replace(r"\*", ".*").replace(r"\?", ".")
    return f"{keep(re.compile(expression).fullmatch)}(name)"

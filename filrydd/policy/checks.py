"""What must hold in a policy beyond its form: across keys, across rules, and between a file and the common one.

The checks work on the tree as written, so that a mistake in one rule does not hide the mistakes in others.
"""

import re
from collections.abc import Iterator

from filrydd.lang import _
from filrydd.model.names import fold, tidy_path
from filrydd.model.rule import FROZEN, NO_RULE, UNREADABLE
from filrydd.policy.classes import circles, named, references, too_heavy, unknown, weigh, weigh_classes
from filrydd.policy.contradictions import forbidden, never_reached
from filrydd.policy.expressions import MOST_EXPRESSIONS
from filrydd.policy.form import MOST, BlockForm, Form, RuleForm
from filrydd.policy.privacy import not_by_place, private_names
from filrydd.policy.structure_checks import check_structure
from filrydd.policy.wording import Complaint, unintended
from filrydd.policy.wording_checks import check_wording
from filrydd.policy.yaml_lines import Loc, Parsed, Tree, mapping

# An area's name becomes the name of scans/<area>.db on any system.
_AREA = re.compile(r"[^\W_][\w-]{0,63}")
_TAKEN = re.compile(r"con|prn|aux|nul|(com|lpt)\d")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def check(parsed: Parsed, common: Parsed | None) -> list[Complaint]:
    """All that is wrong in one file beyond its form; `common` is the common file, None for that file itself."""
    tree = mapping(parsed.tree)
    shared = mapping(common.tree) if common else {}
    found = [*_classes(tree, shared), *_areas(tree), *_too_many_expressions(tree)]
    found += check_structure(parsed, shared)
    found += [*check_wording(tree), *_one_signer(tree)]
    rules, blocks = _items(tree, "rules"), _items(tree, "blocks")
    found += [*never_reached(rules), *forbidden(rules, blocks + _items(shared, "blocks"))]
    for kind, holders, form in (("rule", "rules", RuleForm), ("block", "blocks", BlockForm)):
        found += _names(
            kind, _items(tree, holders), {fold(name) for name, _loc in _named(kind, _items(shared, holders))}
        )
        for raw, loc in _items(tree, holders):
            found += _one_condition(raw, loc, parsed, form)
            if kind == "rule":
                found += _destroys(raw, loc, parsed)
                found += _period_without_decider(raw, loc, parsed)
    return found


def _classes(tree: dict[str, Tree], shared: dict[str, Tree]) -> Iterator[Complaint]:
    classes, common = mapping(tree.get("classes")), mapping(shared.get("classes"))
    if len(classes) > MOST or len(common) > MOST:
        return
    for name in classes:
        if name in common:
            message = _('The class "{name}" is in common.yaml already. Give this one another name.')
            yield Complaint(("classes", name), True, message.format(name=name))
    known = common | classes
    holders = [holder for key in ("rules", "blocks") for holder in _items(tree, key)]
    for name, condition in classes.items():
        yield from unknown(references(condition, ("classes", name)), known)
    for raw, loc in holders:
        yield from unknown(named(raw, loc), known)
        yield from unknown(references(raw.get("when", ""), (*loc, "when")), known)
    yield from unknown(private_names(tree), known)
    yield from not_by_place(tree, known)
    order, rings = circles(classes)
    yield from rings
    outside, _heavy_in_common = weigh_classes(common, circles(common)[0], {})
    weights, heavy = weigh_classes(classes, order, outside)
    yield from heavy
    for raw, loc in holders:
        yield from too_heavy(weigh(raw, weights), loc)


def _one_condition(raw: dict[str, Tree], loc: Loc, parsed: Parsed, form: type[Form]) -> Iterator[Complaint]:
    if "class" in raw and "when" in raw:
        message = _("Both `class` and `when` are given. Put the class inside `when`.")
        yield Complaint((*loc, "when"), True, message)
    elif all(unintended(raw, loc, key, parsed, form) for key in ("class", "when")):
        message = _("Which files is this about? Name a `class`, or give a condition under `when`.")
        yield Complaint(loc, True, message)


def _destroys(raw: dict[str, Tree], loc: Loc, parsed: Parsed) -> Iterator[Complaint]:
    """A rule that destroys says by which law, by whose decision, and which files (arkivlova § 13, arkivforskrifta § 3)."""
    days = [decision.get("on") for key in ("decided", "confirmed") if (decision := mapping(raw.get(key)))]
    if (
        len(days) == 2
        and all(isinstance(day, str) and _DAY.fullmatch(day) for day in days)
        and str(days[1]) < str(days[0])
    ):
        yield Complaint((*loc, "confirmed", "on"), False, _("It was confirmed before it was decided."))
    fate = raw.get("fate")
    if fate != "destroy":
        if str(raw.get("junk")).lower() == "true" and fate in ("move", "hold"):
            yield Complaint((*loc, "junk"), True, _("Only a rule that destroys can be about junk."))
        return
    if unintended(raw, loc, "basis", parsed, RuleForm):
        yield Complaint(loc, True, _("A rule that destroys needs its legal basis under `basis`."))
    if unintended(raw, loc, "decided", parsed, RuleForm):
        yield Complaint(loc, True, _("A rule that destroys needs `decided`: by whom, and on which day."))
    if raw.get("noark") in ("Bevares", "Vurderes senere"):
        message = _('What is destroyed cannot be "{code}". Write Kasseres.').format(code=raw["noark"])
        yield Complaint((*loc, "noark"), False, message)
    if raw.get("when") == "everything":
        yield Complaint((*loc, "when"), False, _("A rule that destroys must say which files, not everything."))


def _period_without_decider(raw: dict[str, Tree], loc: Loc, parsed: Parsed) -> Iterator[Complaint]:
    """Whoever sets a period is named with it (arkivforskrifta § 3). Of a rule that destroys it is asked anyway."""
    if "after" in raw and raw.get("fate") != "destroy" and unintended(raw, loc, "decided", parsed, RuleForm):
        message = _("A rule with a period needs `decided`: who set it, and on which day.")
        yield Complaint((*loc, "after"), True, message)


def _one_signer(tree: dict[str, Tree]) -> Iterator[Complaint]:
    """That one person answers for a destruction is an exception that somebody answers for by name."""
    limits = mapping(tree.get("limits"))
    if limits.get("sign_destroy") == "one person" and not limits.get("decided"):
        message = _(
            "One person alone signs for what is destroyed. Say in `decided` who decided that, and on which day."
        )
        yield Complaint(("limits", "sign_destroy"), True, message)


def _too_many_expressions(tree: dict[str, Tree]) -> Iterator[Complaint]:
    """Each expression takes memory of its own, so their number in one file is bounded."""
    found: set[str] = set()
    ahead: list[tuple[Tree, Loc]] = [(tree, ())]
    while ahead:
        node, loc = ahead.pop()
        if isinstance(node, list):
            ahead += [(inner, (*loc, number)) for number, inner in reversed(list(enumerate(node)))]
        elif isinstance(node, dict):
            for key in ("expression", "path_expression"):
                written = node.get(key, [])
                found |= {
                    text for text in ([written] if isinstance(written, str) else written) if isinstance(text, str)
                }
                if len(found) > MOST_EXPRESSIONS:
                    message = _("The file has too many expressions; at most {count}.").format(count=MOST_EXPRESSIONS)
                    yield Complaint((*loc, key), True, message)
                    return
            ahead += [(inner, (*loc, key)) for key, inner in reversed(node.items())]


def _names(kind: str, items: list[tuple[dict[str, Tree], Loc]], common: set[str]) -> Iterator[Complaint]:
    """Rules and blocks are known by their names, so each is used once, the tool's own included."""
    seen: set[str] = {fold(own.name) for own in (UNREADABLE, NO_RULE, FROZEN)} if kind == "rule" else set()
    for name, loc in _named(kind, items):
        if fold(name) in seen:
            yield Complaint(loc, False, _('The name "{name}" is used already.').format(name=name))
        elif fold(name) in common:
            yield Complaint(loc, False, _('The name "{name}" is used in common.yaml already.').format(name=name))
        seen.add(fold(name))


def _named(kind: str, items: list[tuple[dict[str, Tree], Loc]]) -> Iterator[tuple[str, Loc]]:
    return ((name, (*loc, kind)) for raw, loc in items if isinstance(name := raw.get(kind), str))


def _areas(tree: dict[str, Tree]) -> Iterator[Complaint]:
    seen: set[str] = set()
    for name, area in mapping(tree.get("areas")).items():
        if not _AREA.fullmatch(name) or _TAKEN.fullmatch(fold(name)):
            message = _('"{name}" cannot be an area. Use letters, digits, hyphens and underscores.')
            yield Complaint(("areas", name), True, message.format(name=name))
        elif fold(name) in seen:
            message = _('The area "{name}" is here already; capital letters make no difference.')
            yield Complaint(("areas", name), True, message.format(name=name))
        seen.add(fold(name))
        yield from _parts(name, _items(mapping(area), "parts", ("areas", name)))
        yield from _drives(mapping(mapping(area).get("drives")), ("areas", name, "drives"))


def _drives(drives: dict[str, Tree], loc: Loc) -> Iterator[Complaint]:
    """A letter points to one place, however it is written."""
    seen: set[str] = set()
    for written in drives:
        letter = written.strip()[:1].upper()
        if letter in seen:
            yield Complaint((*loc, written), True, _('The drive "{letter}" is here already.').format(letter=letter))
        seen.add(letter)


def _parts(area: str, items: list[tuple[dict[str, Tree], Loc]]) -> Iterator[Complaint]:
    """Parts of an area have different tops and names. The area's own name is that of the part at the top."""
    names: set[str] = set()
    tops: set[str] = set()
    for raw, loc in items:
        name, path = raw.get("name"), raw.get("path")
        top = fold(tidy_path(path)) if isinstance(path, str) else None
        if top is not None:
            if top in tops:
                yield Complaint(
                    (*loc, "path"), False, _('Another part has this path already: "{path}".').format(path=path)
                )
            tops.add(top)
        if isinstance(name, str):
            if fold(name) in names:
                yield Complaint((*loc, "name"), False, _('Another part is named "{name}" already.').format(name=name))
            elif fold(name) == fold(area) and top:
                message = _('"{name}" is the name of the whole area. Give this part another one.')
                yield Complaint((*loc, "name"), False, message.format(name=name))
            names.add(fold(name))


def _items(tree: dict[str, Tree], key: str, loc: Loc = ()) -> list[tuple[dict[str, Tree], Loc]]:
    """The mappings in the list under a key, with their places."""
    listed = tree.get(key)
    pairs = enumerate(listed) if isinstance(listed, list) else ()
    return [(raw, (*loc, key, number)) for number, raw in pairs if isinstance(raw, dict)]

"""From the forms of two files to one department: the words become predicates, rules, blocks, parts and destinations."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Literal

from filrydd.model.department import Part, Person
from filrydd.model.names import tidy_path
from filrydd.model.rule import (
    All,
    Before,
    Block,
    Either,
    Fate,
    HasExtension,
    Named,
    Noark,
    Not,
    Predicate,
    Rule,
    SizeBetween,
    Texts,
    Under,
)
from filrydd.model.times import from_day
from filrydd.policy.classes import circles
from filrydd.policy.department import Area, DatedRule, Department, Destination, Example
from filrydd.policy.examine import Examined
from filrydd.policy.form import (
    AreaForm,
    BlockForm,
    CommonForm,
    ConditionForm,
    DepartmentForm,
    LimitsForm,
    PersonForm,
    RuleForm,
    TextsForm,
)

# When neither file says otherwise.
STOP_ABOVE = 0.05
SIGN_DESTROY: Literal[1, 2] = 2

Classes = Mapping[str, Predicate]


def compile_department(
    department: str, own: Examined[DepartmentForm], form: DepartmentForm, common: Examined[CommonForm] | None
) -> Department:
    """The department that its file and the common one describe; both are without problems."""
    shared = common.form if common and common.form else CommonForm()
    common_classes = _classes(shared, common, {})
    classes = _classes(form, own, common_classes)
    common_rules = [_rule(rule, common_classes) for rule in shared.rules]
    own_rules = [_rule(rule, classes) for rule in form.rules]
    blocks = [_block(block, common_classes) for block in shared.blocks] + [
        _block(block, classes) for block in form.blocks
    ]
    return Department(
        id=department,
        name=_texts(form.name),
        site=form.site,
        owner=_person(form.owner),
        contacts=tuple(_person(contact) for contact in form.contacts),
        stop_above=form.limits.stop_above or shared.limits.stop_above or STOP_ABOVE,
        sign_destroy=_signers(form.limits) or _signers(shared.limits) or SIGN_DESTROY,
        grace_days=form.grace,
        digest=_digest([one for one in (common, own) if one]),
        examples=tuple(_examples(form, own)),
        all_areas=tuple(_area(name, area, form) for name, area in form.areas.items()),
        dated_rules=tuple(own_rules + common_rules if form.common == "last" else common_rules + own_rules),
        all_blocks=tuple(blocks),
    )


def predicate_of(condition: ConditionForm, classes: Classes) -> Predicate:
    """What a condition means: its keys all, in a list any. The classes it names are in `classes`."""
    found: list[Predicate] = []
    if condition.path:
        found.append(Under(tuple(condition.path)))
    if condition.name:
        found.append(Named(tuple(condition.name)))
    if condition.extension:
        found.append(HasExtension(tuple(condition.extension)))
    if condition.larger_than is not None or condition.smaller_than is not None:
        least = None if condition.larger_than is None else condition.larger_than + 1
        most = None if condition.smaller_than is None else condition.smaller_than - 1
        found.append(SizeBetween(least, most))
    if condition.modified_before is not None:
        found.append(Before("modified", from_day(condition.modified_before)))
    if condition.created_before is not None:
        found.append(Before("created", from_day(condition.created_before)))
    if condition.any:
        found.append(Either(tuple(predicate_of(inner, classes) for inner in condition.any)))
    if condition.all:
        found.append(All(tuple(predicate_of(inner, classes) for inner in condition.all)))
    if condition.not_ is not None:
        found.append(Not(predicate_of(condition.not_, classes)))
    if condition.class_:
        found.append(_any_class(condition.class_, classes))
    return found[0] if len(found) == 1 else All(tuple(found))


def _any_class(names: list[str], classes: Classes) -> Predicate:
    return classes[names[0]] if len(names) == 1 else Either(tuple(classes[name] for name in names))


def _classes(
    form: CommonForm, examined: Examined[CommonForm] | Examined[DepartmentForm] | None, known: Classes
) -> Classes:
    """Every class as a predicate, each after those that it refers to."""
    tree = examined.parsed.tree if examined else None
    written = tree.get("classes", {}) if isinstance(tree, dict) else {}
    classes = dict(known)
    for name in circles(written)[0] if isinstance(written, dict) else ():
        classes[name] = predicate_of(form.classes[name], classes)
    return classes


def _holder(holder: RuleForm | BlockForm, classes: Classes) -> Predicate:
    return predicate_of(holder.when, classes) if holder.when is not None else _any_class(holder.class_, classes)


def _rule(form: RuleForm, classes: Classes) -> DatedRule:
    fate = Fate(form.fate)
    usual = Noark.DESTROY if fate is Fate.DESTROY else Noark.LATER
    rule = Rule(
        name=form.rule,
        fate=fate,
        when=_holder(form, classes),
        reason=_texts(form.reason),
        basis=form.basis,
        noark=Noark(form.noark) if form.noark else usual,
        decided_by=form.decided.by if form.decided else "",
        decided_on=form.decided.on if form.decided else None,
        confirmed_by=form.confirmed.by if form.confirmed else "",
        confirmed_on=form.confirmed.on if form.confirmed else None,
        junk=form.junk,
    )
    return DatedRule(rule, form.after)


def _block(form: BlockForm, classes: Classes) -> Block:
    forbids = frozenset(Fate(fate) for fate in form.forbids)
    return Block(form.block, forbids, _holder(form, classes), _texts(form.reason), form.basis, form.instead)


def _area(name: str, form: AreaForm, department: DepartmentForm) -> Area:
    owner, contact = _person(department.owner), _person(department.contacts[0])
    parts = [
        Part(
            name=part.name,
            path=part.path,
            owner=_person(part.owner) if part.owner else owner,
            contact=_person(part.contact) if part.contact else contact,
        )
        for part in form.parts
    ]
    if not any(part.path == "" for part in parts):
        parts.append(Part(name, "", owner, contact))
    folder = name if form.folder is None else form.folder
    return Area(name, Destination(department.site, form.library or department.library, folder), tuple(parts))


def _examples(form: DepartmentForm, own: Examined[DepartmentForm]) -> Iterable[Example]:
    for number, one in enumerate(form.examples):
        yield Example(
            path=tidy_path(one.path),
            modified=one.modified,
            created=one.created or one.modified,
            size=one.size,
            day=one.day,
            expect=Fate(one.expect),
            rule=one.rule or "",
            file=own.file,
            line=own.line("examples", number),
        )


def _texts(form: TextsForm) -> Texts:
    return Texts(form.nb, form.en)


def _person(form: PersonForm) -> Person:
    return Person(form.name, form.email)


def _signers(limits: LimitsForm) -> Literal[1, 2] | None:
    match limits.sign_destroy:
        case "one person":
            return 1
        case "two people":
            return 2
        case _:
            return None


def _digest(files: list[Examined[CommonForm] | Examined[DepartmentForm]]) -> str:
    """SHA-256 over the names and bytes of the files, each with its length before it."""
    whole = hashlib.sha256()
    for one in files:
        for piece in (one.file.encode(), one.data):
            whole.update(len(piece).to_bytes(8, "big") + piece)
    return whole.hexdigest()

"""From the forms of two files to one department: rules, blocks, parts and destinations.

What a condition means may depend on the day (`older_than`, `today`), so conditions stay as written until a day is given.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Literal

from filrydd.model.department import Absence, Part, Person, Reviewing, Role, Uploading
from filrydd.model.finding import Found
from filrydd.model.names import tidy_path
from filrydd.model.rule import All, Block, Fate, Noark, Predicate, Rule, Texts
from filrydd.policy.classes import circles
from filrydd.policy.conditions import Classes, any_class, predicate_of
from filrydd.policy.department import Area, DatedBlock, DatedRule, Department, Destination, Example, When
from filrydd.policy.examine import Examined
from filrydd.policy.file_forms import AreaForm, CommonForm, DepartmentForm
from filrydd.policy.files import COMMON
from filrydd.policy.form import (
    BlockForm,
    ConditionForm,
    ExampleForm,
    LimitsForm,
    RuleForm,
    TextsForm,
)
from filrydd.policy.grace import Copies, Grace
from filrydd.policy.grace_form import CopiesForm
from filrydd.policy.people_form import PersonForm
from filrydd.policy.review_form import ReviewForm, WordingForm
from filrydd.policy.upload_form import UploadForm
from filrydd.policy.wishing import wishes_of

# When neither file says otherwise.
STOP_ABOVE = 0.05
SIGN_DESTROY: Literal[1, 2] = 2
_ROLE_KEYS = {
    Role.SUPERUSER: "superusers",
    Role.ADMIN: "admins",
    Role.ARCHIVIST: "archivists",
    Role.PRIVACY_OFFICER: "privacy_officers",
}


@dataclass(slots=True)
class _Vocabulary:
    """The classes of one file and of the common one beneath it, each as a predicate for the day asked last.

    `forms` are in an order in which each comes after those that it refers to.
    """

    forms: Mapping[str, ConditionForm]
    beneath: "_Vocabulary | None" = None
    _made: tuple[date, Classes] | None = None

    def on(self, day: date) -> Classes:
        """Every class as a predicate for `day`."""
        made = self._made
        if made is not None and made[0] == day:
            return made[1]
        classes = dict(self.beneath.on(day)) if self.beneath else {}
        for name, form in self.forms.items():
            classes[name] = predicate_of(form, classes, day)
        self._made = (day, classes)
        return classes

    def when(self, holder: RuleForm | BlockForm) -> When:
        """The condition of a rule or block."""
        return partial(self._mean, holder.when, holder.class_)

    def private(self, name: str) -> When:
        """The condition of one class."""
        return partial(self._mean, None, [name])

    def _mean(self, condition: ConditionForm | None, names: list[str], day: date) -> Predicate:
        classes = self.on(day)
        return any_class(names, classes) if condition is None else predicate_of(condition, classes, day)


def compile_department(
    department: str, own: Examined[DepartmentForm], form: DepartmentForm, common: Examined[CommonForm] | None
) -> Department:
    """The department that its file and the common one describe; both are without problems."""
    shared = common.form if common and common.form else CommonForm()
    common_words = _Vocabulary(_in_order(shared, common))
    words = _Vocabulary(_in_order(form, own), common_words)
    common_rules = [_rule(rule, common_words) for rule in shared.rules]
    own_rules = [_rule(rule, words) for rule in form.rules]
    blocks = [_block(block, common_words) for block in shared.blocks] + [_block(block, words) for block in form.blocks]
    private = [common_words.private(name) for name in shared.private] + [words.private(name) for name in form.private]
    return Department(
        id=department,
        name=_texts(form.name),
        site=form.site,
        owner=_person(form.owner),
        contacts=_persons(form.contacts),
        deputies=_persons(form.deputies),
        stop_above=form.limits.stop_above or shared.limits.stop_above or STOP_ABOVE,
        sign_destroy=_signers(form.limits) or _signers(shared.limits) or SIGN_DESTROY,
        command_line_signs=(form.limits.command_line or shared.limits.command_line) == "signs",
        roles={
            role: (*_persons(getattr(shared, key)), *_persons(getattr(form, key))) for role, key in _ROLE_KEYS.items()
        },
        wording=_wording(shared.wording, form.wording),
        override=_override(form.limits, shared.limits),
        grace=Grace(form.grace.days, form.grace.until),
        digest=_digest(department, own.data, common.data if common else None),
        examples=tuple(_example(one, own.file, own.line("examples", at)) for at, one in enumerate(form.examples)),
        all_areas=tuple(_area(name, area, form, shared) for name, area in form.areas.items()),
        dated_rules=tuple(own_rules + common_rules if form.common == "last" else common_rules + own_rules),
        dated_blocks=tuple(blocks),
        dated_private=tuple(private),
    )


def _in_order(
    form: CommonForm, examined: Examined[CommonForm] | Examined[DepartmentForm] | None
) -> dict[str, ConditionForm]:
    """The classes of a file, each after those that it refers to."""
    tree = examined.parsed.tree if examined else None
    written = tree.get("classes", {}) if isinstance(tree, dict) else {}
    return {name: form.classes[name] for name in circles(written)[0]} if isinstance(written, dict) else {}


def _rule(form: RuleForm, words: _Vocabulary) -> DatedRule:
    fate = Fate(form.fate)
    usual = Noark.DESTROY if fate is Fate.DESTROY else Noark.LATER
    rule = Rule(
        name=form.rule,
        fate=fate,
        when=All(),
        reason=_texts(form.reason),
        basis=form.basis,
        noark=Noark(form.noark) if form.noark else usual,
        decided_by=form.decided.by if form.decided else "",
        decided_on=form.decided.on if form.decided else None,
        confirmed_by=form.confirmed.by if form.confirmed else "",
        confirmed_on=form.confirmed.on if form.confirmed else None,
        junk=form.junk,
    )
    return DatedRule(rule, words.when(form), form.after)


def _block(form: BlockForm, words: _Vocabulary) -> DatedBlock:
    forbids = frozenset(Fate(fate) for fate in form.forbids)
    block = Block(form.block, forbids, All(), _texts(form.reason), form.basis, form.instead)
    return DatedBlock(block, words.when(form))


def _area(name: str, form: AreaForm, department: DepartmentForm, common: CommonForm) -> Area:
    owner, contact = _person(department.owner), _person(department.contacts[0])
    deputies = _persons(department.deputies)
    parts = [
        Part(
            name=part.name,
            path=part.path,
            owner=_person(part.owner) if part.owner else owner,
            contact=_person(part.contact) if part.contact else contact,
            deputies=deputies if part.deputies is None else _persons(part.deputies),
        )
        for part in form.parts
    ]
    if not any(part.path == "" for part in parts):
        parts.append(Part(name, "", owner, contact, deputies))
    folder = name if form.folder is None else form.folder
    destination = Destination(department.site, form.library or department.library, folder)
    wishes = wishes_of(common.structure, (department.structure, form.structure), destination)
    reviewing = _reviewing(form.review, department.review, common.review)
    uploading = _uploading(form.upload, department.upload, common.upload)
    copies = _copies(form.copies, department.copies, common.copies)
    drives, addresses = dict(form.drives), tuple(form.addresses)
    return Area(name, destination, tuple(parts), drives, addresses, wishes, reviewing, uploading, copies)


def _reviewing(*forms: ReviewForm) -> Reviewing:
    """What the area says, else the department, else the common file, key by key."""
    said: dict[str, Any] = {}
    for form in reversed(forms):
        said |= form.model_dump(exclude_none=True)
    return Reviewing(**said)


def _uploading(*forms: UploadForm) -> Uploading:
    """The same of the upload."""
    said: dict[str, Any] = {}
    for form in reversed(forms):
        # Not dumped: that would take the hours apart.
        said |= {key: value for key in form.model_fields_set if (value := getattr(form, key)) is not None}
    return Uploading(**said)


def _copies(*forms: CopiesForm) -> Copies:
    """The same of the file server's copies."""
    snapshots = [form.snapshots for form in forms if form.snapshots is not None]
    backups = [form.backups for form in forms if form.backups is not None]
    return Copies(snapshots[0] if snapshots else None, backups[0] if backups else None)


def _wording(*forms: WordingForm) -> dict[str, dict[str, str]]:
    """What is shown instead of a text, by language; the department's word comes last and stands."""
    return {
        "nb": {shown: instead for form in forms for shown, instead in form.nb.items()},
        "en": {shown: instead for form in forms for shown, instead in form.en.items()},
    }


def _example(one: ExampleForm, file: str, line: int) -> Example:
    return Example(
        path=tidy_path(one.path),
        modified=one.modified,
        created=one.created or one.modified,
        size=one.size,
        day=one.day,
        expect=Fate(one.expect),
        rule=one.rule or "",
        file=file,
        line=line,
        owner=tuple(one.owner) or None,
        owner_state=one.owner_is,
        readers=None if one.open_to is None else frozenset(one.open_to),
        writers=None if one.writable_by is None else frozenset(one.writable_by),
        copies=None if one.copy_of is None else tuple(one.copy_of),
        findings=frozenset(Found(word) for word in one.finding),
    )


def _texts(form: TextsForm) -> Texts:
    return Texts(form.nb, form.en)


def _person(form: PersonForm) -> Person:
    away = tuple(Absence(one.from_, one.to) for one in form.away)
    return Person(form.name, form.email, form.id, form.group, form.app_role, away)


def _persons(forms: Iterable[PersonForm]) -> tuple[Person, ...]:
    return tuple(_person(form) for form in forms)


def _override(own: LimitsForm, shared: LimitsForm) -> frozenset[Fate]:
    """The fates that an answer may give: the department's word, else the common one, else all."""
    written = own.override if own.override is not None else shared.override
    return frozenset(Fate) if written is None else frozenset(Fate(word) for word in written)


def _signers(limits: LimitsForm) -> Literal[1, 2] | None:
    match limits.sign_destroy:
        case "one person":
            return 1
        case "two people":
            return 2
        case _:
            return None


def _digest(department: str, own: bytes, common: bytes | None) -> str:
    """SHA-256 over the names and bytes of the files, each with its length before it."""
    whole = hashlib.sha256()
    files = [] if common is None else [(f"{COMMON}.yaml", common)]
    for name, data in [*files, (f"{department}.yaml", own)]:
        for piece in (name.encode(), data):
            whole.update(len(piece).to_bytes(8, "big") + piece)
    return whole.hexdigest()

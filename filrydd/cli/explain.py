"""filrydd explain"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from filrydd.cli import session
from filrydd.cli.fates import fate_word
from filrydd.lang import _, figures, language
from filrydd.lang.words import finding, rule_name
from filrydd.model.rule import Block, Rule
from filrydd.policy.describing import describe
from filrydd.stages import explain as stage


@click.command(help=_("Say why the file at PATH in AREA has its fate, rule by rule."))
@click.argument("area")
@click.argument("path")
@session.as_json
@click.pass_obj
def explain(workspace: Path, area: str, path: str, as_json: bool) -> int:
    found = stage.run(session.work_on(workspace, area), path)
    for line in _below(found) if found.below or found.today is found.stored is None else _file(found):
        session.say(line, err=as_json)
    session.show([_object(area, found)], wanted=as_json)
    if found.stored is None and not found.below:
        session.tell(_("Next: {step}").format(step=f"filrydd classify {area}"))
        return session.NEEDS_A_PERSON
    return session.DONE


def _file(found: stage.Explained) -> Iterator[str]:
    rule = found.stored or found.today
    assert rule is not None
    if found.stored is None:
        yield _("Nothing is decided for {path} yet. This is what the policy says today:").format(path=found.path)
    yield f"{found.path}: {fate_word(rule.fate)}"
    yield from _details(rule)
    if found.label:
        yield "  " + _("Retention label") + f": {found.label}"
    for kind, detail, other in found.findings:
        yield "  " + _("Found: {what}").format(what=finding(kind, detail, other))
    if found.today is None:
        yield _("The last scan did not see it; this is how it was judged before.")
        return
    if found.has_changed:
        yield _("Today's policy says something else: {fate}, by {rule}.").format(
            fate=fate_word(found.today.fate), rule=rule_name(found.today.name)
        )
    if found.by_policy is not None and found.by_policy.fate is not found.today.fate:
        yield _("The rule {rule} alone would say: {fate}.").format(
            rule=rule_name(found.by_policy.name), fate=fate_word(found.by_policy.fate)
        )
    yield ""
    yield _("The rules in their order; the first that matches decides:")
    decided = False
    for asked in found.rules:
        yield from _asked(asked, "" if not decided else _("not asked any more"))
        decided = decided or asked.answer is not False
    if not decided:
        yield "  " + _("No rule matches, so the file is kept until a person decides.")
    if found.blocks:
        yield _("The blocks; each that matches forbids:")
        for asked in found.blocks:
            yield from _asked(asked, "")


def _details(rule: Rule) -> Iterator[str]:
    lines = [
        (_("Why"), rule.reason.read_in(language())),
        (_("Rule"), rule_name(rule.name)),
        (_("Legal basis"), rule.basis),
        (_("Goes instead to"), rule.instead),
        ("Noark", rule.noark.value),
        (_("Decided by"), " ".join(str(word) for word in (rule.decided_by, rule.decided_on) if word)),
        (_("Confirmed by"), " ".join(str(word) for word in (rule.confirmed_by, rule.confirmed_on) if word)),
    ]
    return (f"  {title}: {text}" for title, text in lines if text)


def _asked(asked: stage.Asked, after: str) -> Iterator[str]:
    word = {True: _("matches"), False: _("does not match"), None: _("nobody can know")}[asked.answer]
    effect = fate_word(asked.of.fate) if isinstance(asked.of, Rule) else _forbids(asked.of)
    if not after and isinstance(asked.of, Rule) and asked.of.awaits_confirmation:
        after = _("deletes when an archivist has confirmed it")
    remark = f" ({after})" if after else ""
    yield f"  {asked.of.name} ({effect}): {word}{remark}"
    for one in asked.questions:
        said = {True: _("yes"), False: _("no"), None: _("not known")}[one.answer]
        yield f"      {describe(one.question)}: {said}"


def _forbids(block: Block) -> str:
    return _("forbids: {fates}").format(fates=", ".join(fate_word(fate) for fate in sorted(block.forbids)))


def _below(found: stage.Explained) -> Iterator[str]:
    yield _("{path} is a folder. These rules decide for the files in it:").format(path=found.path or "/")
    for rule, total in found.below:
        size = figures.size(total.bytes)
        yield f"  {rule_name(rule.name)} ({fate_word(rule.fate)}): {figures.number(total.files)}, {size}"


def _object(area: str, found: stage.Explained) -> dict[str, Any]:
    rule = found.stored or found.today
    if rule is None:
        below = [
            {"rule": one.name, "fate": one.fate.value, "files": total.files, "bytes": total.bytes}
            for one, total in found.below
        ]
        return {"area": area, "path": found.path, "below": below}
    return {
        "area": area,
        "path": found.path,
        "fate": rule.fate.value,
        "rule": rule.name,
        "reason": rule.reason.read_in(language()),
        "basis": rule.basis,
        "instead": rule.instead,
        "noark": rule.noark.value,
        "label": found.label,
        "classified": found.stored is not None,
        "today": found.today.name if found.today else None,
        "findings": [{"kind": kind.value, "detail": detail, "other": other} for kind, detail, other in found.findings],
        "rules": [_asked_object(one) for one in found.rules],
        "blocks": [_asked_object(one) for one in found.blocks],
    }


def _asked_object(asked: stage.Asked) -> dict[str, Any]:
    return {
        "name": asked.of.name,
        "matches": asked.answer,
        "questions": [{"question": describe(one.question), "answer": one.answer} for one in asked.questions],
    }

"""filrydd policy new: questions one by one, or answers from a file; then the drafted policy"""

import getpass
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import click

from filrydd.cli import session
from filrydd.errors import BadUsage, Interrupted
from filrydd.lang import _, n_
from filrydd.policy.drafting import Answers
from filrydd.policy.questions import Question
from filrydd.policy.questions_asked import KEYS, Known, Sight, conduct
from filrydd.policy.questions_file import answers_from
from filrydd.policy.yaml_lines import LARGEST
from filrydd.stages import policy_new as stage
from filrydd.stages.work import check_workspace, system_clock

T = TypeVar("T")


@click.command(
    "new",
    help=_(
        "Begin a department's policy by questions that you can answer.\n\nAn answers file has these keys, and what it lacks has"
        " the default: {keys}."
    ).format(keys=", ".join(KEYS)),
)
@click.argument("department")
@click.option("--area", default="", help=_("A scanned area of the department, to ask about its folders too."))
@click.option(
    "--answers",
    "answers_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help=_("Take the answers from this YAML file instead of asking."),
)
@session.as_json
@click.pass_obj
def new(workspace: Path, department: str, area: str, answers_file: Path | None, as_json: bool) -> int:
    policies = check_workspace(workspace) / "policies"
    known = stage.known(policies, department, area, getpass.getuser(), system_clock().date())
    data = _content(answers_file) if answers_file else b""
    sights = _sights(workspace, area)
    if answers_file:
        found = answers_from(data, answers_file.name, department, known, sights or ())
        answers = found.answers
        for place in found.assumed:
            session.tell(
                _("Nothing is said about {path}; it is taken for: {word}").format(path=place.path, word=place.what)
            )
    else:
        answers = _asked(department, known, sights or ())
    written = stage.write(policies, answers)
    session.tell(_("Written: {path}").format(path=written.path))
    session.tell(_("Nothing in it is confirmed, so it destroys nothing before an archivist has said yes."))
    for one in written.astray:
        session.tell(
            _("The example {path} comes out as {fate} by {rule}, not as {expected}.").format(
                path=one.example.path, fate=one.fate, rule=one.name, expected=one.example.expect
            )
        )
    tried = area if sights is not None and area in answers.areas else ""
    fates = _try(workspace, department, tried) if tried else {}
    session.tell(_("Next: {step}").format(step=_("Read the file, and change what is not so.")))
    result = {"department": department, "file": str(written.path), "fates": fates}
    session.show([{**result, "astray": [one.example.path for one in written.astray]}], wanted=as_json)
    return session.NEEDS_A_PERSON if written.astray else session.DONE


def _try(workspace: Path, department: str, area: str) -> dict[str, dict[str, int]]:
    """Tell what the new policy makes of a scanned area; files and bytes for each fate."""
    from filrydd.cli.what_if import told
    from filrydd.policy import load
    from filrydd.stages import what_if

    found = what_if.run(session.work_on(workspace, area), load(workspace / "policies", department))
    for line in told(found):
        session.tell(line)
    return {fate.value: {"files": total.files, "bytes": total.bytes} for fate, total in found.fates.items()}


def _content(file: Path) -> bytes:
    if not file.is_file():
        raise BadUsage(
            _("There is no file with answers: {path}").format(path=file), next=_("Check the path after --answers.")
        )
    with file.open("rb") as opened:
        return opened.read(LARGEST + 1)


def _sights(workspace: Path, area: str) -> tuple[Sight, ...] | None:
    if not area:
        return None
    sights = stage.look(session.work_on(workspace, area))
    if sights is None:
        session.tell(
            _("{area} has not been scanned to its end, so nothing is asked about its folders.").format(area=area)
        )
    return sights


def _asked(department: str, known: Known, sights: tuple[Sight, ...]) -> Answers:
    session.tell(_("Answer what you know. Return takes the answer in brackets; everything can be changed later."))
    session.tell(_("Nothing is written before the last question. Ctrl-C stops."))
    if sights:
        count = len(sights)
        session.tell(
            n_(
                "The last question is about {count} folder.", "The last questions are about {count} folders.", count
            ).format(count=count)
        )
    try:
        return conduct(_Asker(), department, known, sights)
    except (click.Abort, EOFError, KeyboardInterrupt) as stopped:
        session.tell()
        raise Interrupted(
            _("Stopped before the last question. Nothing was written."),
            next=_("Run the same command again, or give the answers with --answers FILE."),
        ) from stopped


@dataclass
class _Asker:
    """Asks on the terminal until the answer can be read; says what is wrong with one that cannot."""

    number: int = 0
    shown: set[tuple[tuple[str, str], ...]] = field(default_factory=set)

    def __call__(self, question: Question[T], /) -> T:
        self.number += 1
        session.tell()
        session.tell(f"{self.number}. {question.text}")
        self._show(question.choices)
        hint = question.hint or (_("Like {example}").format(example=question.example) if question.example else "")
        if hint:
            session.tell(f"   {hint}")
        while True:
            given = click.prompt(
                "  ", default=question.default, show_default=bool(question.default), prompt_suffix="> ", err=True
            )
            try:
                return question.read(given)
            except ValueError as wrong:
                session.tell(f"   {wrong}")

    def _show(self, choices: tuple[tuple[str, str], ...]) -> None:
        """The words to choose from: with their meanings the first time, then by themselves."""
        if not choices:
            return
        if choices in self.shown:
            session.tell("   " + ", ".join(f"{number} {word}" for number, (word, _said) in enumerate(choices, start=1)))
            return
        self.shown.add(choices)
        for number, (word, meaning) in enumerate(choices, start=1):
            session.tell(f"   {number:>2}  {word}: {meaning}")

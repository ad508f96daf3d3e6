"""The questions that begin a policy, in their order, with what a scan saw of the area."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from filrydd.lang import _, figures, n_
from filrydd.policy import questions as read
from filrydd.policy.drafting import Answers, tasks
from filrydd.policy.drafting_places import Placed, What
from filrydd.policy.questions import Asker, Question, Reader

KEYS = (
    *(
        "answered_by",
        "name",
        "name_en",
        "site",
        "library",
        "owner",
        "contacts",
        "deputies",
        "areas",
        "tasks",
        "case_system",
    ),
    *("personnel_system", "archive", "others_see", "doubt_years", "read_text", "places"),
)
"""The questions' keys, in their order; `places` has the folders' paths, each with a word of `What`."""


class Seen(StrEnum):
    """Why a folder is asked about."""

    GROWS = "grows"  # new files come day after day
    OWN = "own"  # it looks like somebody's own
    BIGGEST = "biggest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class Sight:
    """A folder that a scan makes one wonder about, with all below it.

    `files` and `bytes` are what it holds; `years` whole years without a change (for the oldest), `days` on how many of the
    `of_days` before the scan new files came (for what grows), `within` how many folders of its kind lie in it (own ones).
    """

    seen: Seen
    path: str
    files: int
    bytes: int
    years: int = 0
    days: int = 0
    of_days: int = 0
    within: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """What is known before anybody is asked: who sits at the machine, the day, the area that was named, areas of other
    departments (folded, with the department), and where their sites lie (`https://host/sites/`, empty without any)."""

    actor: str
    day: date
    area: str = ""
    taken: Mapping[str, str] | None = None
    sites: str = ""


def conduct(ask: Asker, department: str, known: Known, sights: Sequence[Sight] = ()) -> Answers:
    """Ask everything, one question after the other. Raises what `ask` raises."""
    answered_by = ask(
        Question("answered_by", _("What is your name? It stands beside the periods that you decide."), read.some_text,
                 known.actor, example="Kari Nordmann")
    )  # fmt: skip
    name_nb = ask(Question("name", _("What is the department called in Norwegian?"), read.some_text, department))
    name_en = ask(Question("name_en", _("What is it called in English? You may leave this empty."), read.free_text))
    site = ask(
        Question(
            "site",
            _("Which SharePoint site will the files go to? Give its address."),
            read.site,
            f"{known.sites}{department}" if known.sites else "",
            example="https://contoso.sharepoint.com/sites/x",
        )
    )
    library = ask(Question("library", _("Which library of the site?"), read.some_text, "Dokumenter"))
    several = _("Name and e-mail of each, with ; between people.")
    owner = ask(
        Question(
            "owner",
            _("Who is the accountable manager?"),
            read.person,
            hint=_("Name and e-mail."),
            example="Kari Nordmann kari.nordmann@example.no",
        )
    )
    contacts = ask(
        Question(
            "contacts",
            _("Who goes through the lists of files? The first is the usual contact."),
            read.some_people,
            f"{owner.name} {owner.email}",
            several,
        )
    )
    deputies = ask(
        Question(
            "deputies", _("Who stands in when they are away? You may leave this empty."), read.people, hint=several
        )
    )
    areas = ask(
        Question(
            "areas",
            _("What are its file areas called? Use the names that you scan them by."),
            read.area_names(known.taken or {}),
            known.area or f"{department}-felles",
            _("Letters, digits, hyphens; with commas between names."),
        )
    )
    words = task_words()
    worked = ask(
        Question(
            "tasks",
            _("What does the department work with? Each brings rules that you can change."),
            read.several_of(words),
            "meetings",
            _("Give the numbers or words, with commas between."),
            choices=tuple(words.items()),
        )
    )
    case_system = ask(
        Question("case_system", _("Which case system do you use?"), read.some_text, "sak- og arkivsystemet")
    )
    personnel_system = ask(Question("personnel_system", _("Which HR system?"), read.some_text, "personalsystemet"))
    archive = ask(Question("archive", _("Where does the archive take what is kept?"), read.some_text, "arkivsystemet"))
    others = ask(
        Question(
            "others_see",
            _("What must people outside the department see? You may leave this empty."),
            read.free_text,
            hint=_("It becomes a note in the file. filrydd opens nothing by itself."),
        )
    )
    years = ask(
        Question(
            "doubt_years",
            _("After how many years without a change is a file in doubt?"),
            read.number(1, 30),
            "5",
        )
    )
    numbers = ask(
        Question(
            "read_text",
            _("May the text of documents be read, to find national identity numbers?"),
            read.yes_or_no,
            _("no"),
            _(
                "A number is never stored or shown, and private folders are never read. A document waits until it is read."
            ),
        )
    )
    placed = tuple(
        Placed(sight.path, what) for sight in sights if (what := ask(about(sight))) is not What.BY_RULES
    )  # fmt: skip
    return Answers(
        department, answered_by, known.day, name_nb, name_en, site, library, owner, contacts, deputies, areas, worked,
        case_system, personnel_system, archive, others, years, numbers, placed,
    )  # fmt: skip


def what_of(text: str) -> What:
    """What a folder is, of one of the words or their numbers."""
    return What(read.one_of(_what_words())(text))


def about(sight: Sight) -> Question[What]:
    """The question about one folder that the scan saw."""
    holds = n_("{count} file", "{count} files", sight.files).format(count=figures.number(sight.files))
    holds = f"{sight.path} ({holds}, {figures.size(sight.bytes)})"
    match sight.seen:
        case Seen.GROWS:
            text = _("{folder}\nNew files came on {days} of the last {all} days. Does a program write them?")
            default = What.PROGRAM
        case Seen.OWN if sight.within:
            text = _("{folder}\nThe {within} folders in it look like people's own. Are they private?")
            default = What.PRIVATE
        case Seen.OWN:
            text = _("{folder}\nThis looks like somebody's own folder. Is it private?")
            default = What.PRIVATE
        case Seen.BIGGEST:
            text = _("{folder}\nThis is one of the biggest folders. What is it?")
            default = What.BY_RULES
        case Seen.OLDEST:
            text = _("{folder}\nNothing has changed here for {years} years. What is it?")
            default = What.BY_RULES
    return Question(
        "places",
        text.format(folder=holds, days=sight.days, all=sight.of_days, within=sight.within, years=sight.years),
        what_of if default is What.BY_RULES else _yes_means(default),
        default.value,
        choices=tuple(_what_words().items()),
        about=sight.path,
    )


def _yes_means(guess: What) -> Reader[What]:
    """A reader for a question that guesses: yes is the guess, no leaves the folder to the rules."""

    def read_it(text: str) -> What:
        try:
            return guess if read.yes_or_no(text) else What.BY_RULES
        except ValueError:
            return what_of(text)

    return read_it


def task_words() -> dict[str, str]:
    """What each kind of work is, in words, by the word that stands for it."""
    meanings = {
        "clients": _("cases of named people: clients, pupils, patients"),
        "buildings": _("building cases"),
        "personnel": _("staff, pay and recruitment"),
        "procurement": _("procurement"),
        "economy": _("accounts, vouchers and budgets"),
        "meetings": _("minutes and papers of meetings"),
        "plans": _("plans and zoning"),
        "maps": _("maps and drawings"),
        "projects": _("projects"),
        "it": _("IT: programs, logs, installation files"),
        "communication": _("communication: pictures, films, press"),
    }
    return {word: meanings[word] for word in tasks()}


def _what_words() -> dict[str, str]:
    return {
        What.BY_RULES: _("nothing special: the ordinary rules decide"),
        What.USE: _("in daily use: it moves along, whatever its age"),
        What.FINISHED: _("finished work: it stays until the archivist has decided"),
        What.PROGRAM: _("a program writes here: it stays until that is changed"),
        What.PRIVATE: _("somebody's own: it is never read, and the owner goes through it"),
        What.COPY: _("a copy of something: it stays until somebody has compared"),
        What.UNKNOWN: _("nobody knows: it stays until somebody finds out"),
    }

"""Every page that a person can see, in the states that matter: where it is, and who looks at it."""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from filrydd.web.addresses import part_address
from filrydd.web.identity import LINK
from tests.web.every_state import World
from tests.web.listening import sent
from tests.web.municipality import Town, Visitor
from tests.web.municipality_files import MARKER
from tests.web.reader import forms

NO_PAGES = ("/style.css", "/pages.js", "/icon.svg", "/metrics", "/log-in/begin", "/area/{area}/archive/disposals.csv")
"""Addresses that answer with no page of ours."""
P, D, A = "/area/{area}/part/{name}", "/department/{department}", "/area/{area}"
Walk = Callable[[Town, Visitor], str]


@dataclass(frozen=True)
class View:
    """One look at a page. `page` is its line in the table of pages (empty: what answers where there is none), `who` an
    object id, LINK, or empty for somebody who is not logged in. `draft` is a form that was sent like that, `walk` says
    which address some steps lead to; `press` is pressed there, and what comes then is looked at."""

    name: str
    page: str
    who: str
    address: str
    status: int = 200
    site: str = "town"
    draft: Mapping[str, str] = field(default_factory=dict)
    practised: tuple[str, ...] = ()
    walk: Walk | None = None
    press: str = ""

    def open(self, world: World) -> tuple[str, Visitor]:
        """The whole address, and somebody who has just come there."""
        town = world.at(self.site)
        visitor = town.visit(self.who or "nobody")
        if visitor.session is not None:
            visitor.session.practised.update(dict.fromkeys(self.practised, "Flytt dem til SharePoint"))
            if self.draft:
                visitor.session.keep("form", self.draft)
        address = self.walk(town, visitor) if self.walk else self.address.format(**world.words)
        if self.draft:
            address += ("&" if "?" in address else "?") + "form=form"
        return f"{town.place.addresses[0]}{address}", visitor


def _part(name: str, *below: str) -> str:
    return part_address("felles", name, *below)


def _link(town: Town, _visitor: Visitor) -> str:
    return f"/log-in?key={town.door.new_link()}"


QUESTIONS = "/new-department/questions"
_ANSWERS = {"owner": "Berit Bakken berit@example.no", "site": "https://contoso.sharepoint.com/sites/kultur"}


def _asked(until: str) -> Walk:
    """Answer the questions of a new department until that one; all of them where there is none of that name."""

    def walk(town: Town, visitor: Visitor) -> str:
        address = sent(town, visitor, "/new-department", {"department": "kultur", "area": ""})
        while (form := forms(visitor.read(address)).get(QUESTIONS)) and form["question"] != until:
            chosen = re.search(r'name="answer" value="([^"]*)" checked', visitor.read(address))
            form["answer"] = html.unescape(chosen[1]) if chosen else form.get("answer", "")
            form |= {"answer": _ANSWERS[form["question"]]} if form["question"] in _ANSWERS else {}
            form |= {"answer": "kultur-felles"} if form["question"] == "areas" else {}
            form |= {"task clients": "yes", "task economy": "yes"} if form["question"] == "tasks" else {}
            address = sent(town, visitor, QUESTIONS, form)
        return address

    return walk


def _not_read(town: Town, visitor: Visitor) -> str:
    address = _asked("site")(town, visitor)
    form = forms(visitor.read(address))[QUESTIONS]
    return sent(town, visitor, QUESTIONS, {**form, "answer": "sites/kultur"})


_LONG = {"note": "x" * 5000}
VIEWS = (
    View("log-in-link", "/log-in", "", "", site="pc", walk=_link),
    View("log-in-link-error", "/log-in", "", "", 422, "pc", walk=_link, press="main button"),
    View("log-in-link-too-late", "/log-in", "", "/log-in?key=x", 403, "pc"),
    View("log-in-openid", "/log-in", "", "/log-in?then=/totals"),
    View("log-in-back-too-late", "/log-in/back", "", "/log-in/back?code=x", 403),
    View("not-logged-in", "/", "", "/", 403),
    View("not-logged-in-pc", "/", "", "/", 403, "pc"),
    View("logged-out", "/", "kari", "/", press="header button"),
    View("not-yours", P, "nemo", _part("felles"), 403),
    View("no-page", "", "kari", "/finnes-ikke", 404),
    View("no-group", f"{P}/portion/{{number}}/group/{{key}}", "kari", _part("felles", "portion", "1", "group", "x"), 404),
    View("home-contact", "/", "kari", "/"),
    View("home-several-parts", "/", "ola", "/"),
    View("home-late", "/", "per", "/"),
    View("home-no-role", "/", "nemo", "/"),
    View("home-passed-on", "/", "nora", "/"),
    View("home-superuser", "/", "siri", "/"),
    View("home-link", "/", LINK, "/", site="pc"),
    View("home-trouble", "/", LINK, "/", site="broken"),
    View("practice-first", "/practice", "kari", "/practice"),
    View("practice-error", "/practice", "kari", "/practice?group=plans", draft={"answer": "elsewhere"}),
    View("practice-delete", "/practice", "kari", "/practice", practised=("plans",)),
    View("practice-think", "/practice", "kari", "/practice", practised=("plans", "vouchers")),
    View("practice-done", "/practice", "kari", "/practice", practised=("plans", "vouchers", "old")),
    View("asked", f"{A}/asked/{{answer}}", "nora", "/area/felles/asked/{answer}"),
    View("asked-error", f"{A}/asked/{{answer}}", "nora", "/area/felles/asked/{answer}", draft={"answer": "elsewhere"}),
    View("part-fresh", P, "kari", _part("felles")),
    View("part-read-only", P, "ada", _part("felles")),
    View("part-half", P, "ola", _part("lag/år")),
    View("part-problems", P, "ola", _part("kart")),
    View("part-awaits", P, "berit", _part("bilag")),
    View("part-signed", P, "ola", _part("møter")),
    View("part-changed", P, "ola", _part("planer")),
    View("part-running", P, "per", "/area/teknisk/part/teknisk"),
    View("part-withdrawn", P, "berit", _part("gamle")),
    View("portion", f"{P}/portion/{{number}}", "kari", _part("felles", "portion", "1")),
    View("portion-read-only", f"{P}/portion/{{number}}", "pia", _part("felles", "portion", "1")),
    View("portion-half", f"{P}/portion/{{number}}", "ola", _part("lag/år", "portion", "1")),
    View("portion-done", f"{P}/portion/{{number}}", "ola", _part("møter", "portion", "1")),
    View("portion-stays", f"{P}/portion/{{number}}", "kari", _part("felles", "portion", "0")),
    View("group", f"{P}/portion/{{number}}/group/{{key}}", "ola", _part("lag/år") + "/{open}"),
    View("group-after", f"{P}/portion/{{number}}/group/{{key}}", "ola", _part("lag/år") + "/{open}?after={done_key}"),
    View("group-risky", f"{P}/portion/{{number}}/group/{{key}}", "kari", _part("felles") + "/{risky}"),
    View("group-answered", f"{P}/portion/{{number}}/group/{{key}}", "ola", _part("lag/år") + "/{done}"),
    View("group-read-only", f"{P}/portion/{{number}}/group/{{key}}", "ada", _part("felles") + "/{risky}"),
    View(
        "group-error", f"{P}/portion/{{number}}/group/{{key}}", "kari", _part("felles") + "/{risky}",
        draft={"answer": "passed on", **_LONG},
    ),
    View("names", f"{P}/names", "ola", _part("kart", "names")),
    View("names-none", f"{P}/names", "ola", _part("bilag", "names")),
    View("why", f"{P}/why", "ola", _part("bilag", "why") + "?file={file}"),
    View("file", f"{P}/file/{{file}}", "ola", _part("bilag", "file") + "/{file}"),
    View("search", "/search", "kari", "/search"),
    View("search-found", "/search", "ola", "/search?q=faktura"),
    View("search-hostile", "/search", "kari", f"/search?q={MARKER}"),
    View("search-folder", "/search", "ola", "/search?q=Bilag/2010"),
    View("search-nothing", "/search", "kari", "/search?q=finnesikke"),
    View("search-sees-nothing", "/search", "nemo", "/search?q=faktura"),
    View("structure", f"{P}/structure", "ola", _part("lag/år", "structure")),
    View("structure-problems", f"{P}/structure", "ola", _part("kart", "structure")),
    View("structure-hostile", f"{P}/structure", "kari", _part("felles", "structure")),
    View("structure-signed", f"{P}/structure", "ola", _part("bilag", "structure")),
    View("change", f"{P}/structure/change", "ola", _part("kart", "structure", "change") + "?folder={folder}"),
    View(
        "change-found", f"{P}/structure/change", "ola", _part("kart", "structure", "change") + "?folder={folder}",
        draft={"find": "below", "below": "kart"},
    ),
    View(
        "change-error", f"{P}/structure/change", "ola", _part("kart", "structure", "change") + "?folder={folder}",
        draft={"name": "Ola", "rename": "a/b", "into": "finnes ikke", **_LONG},
    ),
    View("accept-who", f"{P}/structure/accept", "ola", _part("kart", "structure", "accept") + "?problem={who}"),
    View(
        "accept-who-error", f"{P}/structure/accept", "ola", _part("kart", "structure", "accept") + "?problem={who}",
        draft={"name": "Ola", "how": "other", "entra": "Ola"},
    ),
    View("accept-like", f"{P}/structure/accept", "ola", _part("kart", "structure", "accept") + "?problem={like}"),
    View(
        "accept-question", f"{P}/structure/accept", "ola", _part("kart", "structure", "accept") + "?question={question}",
        draft={"find": "like", "like": "sør"},
    ),
    View("take-back", f"{P}/structure/take-back", "ola", _part("lag/år", "structure", "take-back") + "?edit={edit}"),
    View("gone", f"{P}/structure/take-back", "ola", _part("lag/år", "structure", "take-back") + "?edit=777", 404),
    View("sign-open", f"{P}/sign", "kari", _part("felles", "sign")),
    View("sign-problems", f"{P}/sign", "ola", _part("kart", "sign")),
    View("sign-changed", f"{P}/sign", "ola", _part("planer", "sign")),
    View("sign", f"{P}/sign", "berit", _part("gamle", "sign")),
    View("sign-error", f"{P}/sign", "berit", _part("gamle", "sign"), draft={"follow": "1.1.2020", **_LONG}),
    View("sign-link", f"{P}/sign", LINK, _part("gamle", "sign"), site="pc"),
    View("sign-stale", f"{P}/sign", "berit", _part("gamle", "sign") + "?seen=x", 409),
    View("second", f"{P}/second", "berit", _part("bilag", "second")),
    View("second-error", f"{P}/second", "berit", _part("bilag", "second"), draft=_LONG),
    View("receipt-awaits", f"{P}/receipt", "ola", _part("bilag", "receipt")),
    View("receipt", f"{P}/receipt", "ola", _part("møter", "receipt")),
    View("receipt-changed", f"{P}/receipt", "ola", _part("planer", "receipt")),
    View("withdraw", f"{P}/withdraw", "ola", _part("møter", "withdraw")),
    View("withdraw-error", f"{P}/withdraw", "ola", _part("møter", "withdraw"), draft=_LONG),
    View("withdrawn", f"{P}/withdrawn", "berit", _part("gamle", "withdrawn")),
    View("accept-asked", f"{P}/accept", "ola", _part("møter", "accept")),
    View("accept-findings", f"{P}/accept", "ola", _part("planer", "accept")),
    View("accept-elsewhere", f"{P}/accept", "ola", _part("kart", "accept")),
    View("accept-new-place-error", f"{P}/accept", "ola", _part("møter", "accept"), draft={"answer": "no"}),
    View("accepted", f"{P}/accepted", "ola", _part("lag/år", "accepted")),
    View("accepted-no", f"{P}/accepted", "ola", _part("planer", "accepted")),
    View("longer", f"{A}/longer", "per", "/area/teknisk/longer"),
    View("longer-done", f"{A}/longer", "per", "/area/teknisk/longer?done=1"),
    View("longer-error", f"{A}/longer", "per", "/area/teknisk/longer", draft={"until": "1.1.2020"}),
    View("job-running", "/job/{id}", "sara", "/job/running"),
    View("job-still", "/job/{id}", "sara", "/job/running?still=1"),
    View("job-done", "/job/{id}", "sara", "/job/done"),
    View("job-failed", "/job/{id}", "sara", "/job/{failed}"),
    View("superuser", D, "siri", "/department/regnskap"),
    View("superuser-begun", D, "sara", "/department/plan"),
    View("scan", f"{D}/scan", "siri", "/department/regnskap/scan?area=felles"),
    View("scan-error", f"{D}/scan", "sara", "/department/plan/scan?area=arkivet", draft={"source": ""}),
    View("begin", f"{D}/begin", "siri", "/department/regnskap/begin?area=felles"),
    View("rules", f"{D}/rules", "siri", "/department/regnskap/rules"),
    View("folders", f"{D}/folders", "siri", "/department/regnskap/folders?job={looked}"),
    View(
        "folders-error", f"{D}/folders", "siri", "/department/regnskap/folders?job={looked}", draft={"job": "x"},
    ),
    View("rules-none", f"{D}/rules", "sara", "/department/plan/rules"),
    View("take-up", f"{D}/rules/take-up", "siri", "/department/regnskap/rules/take-up?rule=empty"),
    View(
        "take-up-error", f"{D}/rules/take-up", "siri", "/department/regnskap/rules/take-up?rule=empty",
        draft={"refused": "Policyen er endret av noen andre."},
    ),
    View("policy-problems", "/policy-problems", LINK, "/policy-problems", site="broken"),
    View("policy-no-problems", "/policy-problems", LINK, "/policy-problems", site="pc"),
    View("new-department", "/new-department", "siri", "/new-department"),
    View("new-department-error", "/new-department", "siri", "/new-department", draft={"department": "regnskap"}),
    View("question-text", QUESTIONS, "siri", "", walk=_asked("site")),
    View("question-error", QUESTIONS, "siri", "", walk=_not_read),
    View("question-boxes", QUESTIONS, "siri", "", walk=_asked("tasks")),
    View("question-choice", QUESTIONS, "siri", "", walk=_asked("read_text")),
    View("questions-answered", QUESTIONS, "siri", "", walk=_asked("")),
    View("questions-over", QUESTIONS, "siri", f"{QUESTIONS}?draft=x", 404),
    View("written", "/new-department/written", "siri", "/new-department/written?department=regnskap"),
    View("archive", f"{D}/archive", "ada", "/department/regnskap/archive"),
    View("archive-rule", f"{D}/archive/rule/{{rule}}", "ada", "/department/regnskap/archive/rule/drafts"),
    View("archive-area", f"{A}/archive", "ada", "/area/felles/archive"),
    View("freeze", f"{A}/archive/freeze", "ada", "/area/felles/archive/freeze"),
    View("freeze-error", f"{A}/archive/freeze", "ada", "/area/felles/archive/freeze", draft=_LONG),
    View("lift", f"{A}/archive/lift", "ada", "/area/felles/archive/lift?freeze={freeze}"),
    View("hand-over", f"{A}/archive/hand-over", "ada", "/area/felles/archive/hand-over"),
    View("hand-over-error", f"{A}/archive/hand-over", "ada", "/area/felles/archive/hand-over", draft={"path": "x"}),
    View("privacy", f"{D}/privacy", "pia", "/department/regnskap/privacy"),
    View("privacy-area", f"{A}/privacy", "pia", "/area/felles/privacy"),
    View("privacy-named", f"{A}/privacy/{{list}}", "pia", "/area/felles/privacy/named"),
    View("privacy-open", f"{A}/privacy/{{list}}", "pia", "/area/felles/privacy/open"),
    View("privacy-private", f"{A}/privacy/{{list}}", "pia", "/area/felles/privacy/private"),
    View("privacy-none", f"{A}/privacy/{{list}}", "petra", "/area/teknisk/privacy/absent"),
    View("totals", "/totals", "kari", "/totals"),
)  # fmt: skip

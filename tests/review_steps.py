"""The steps of a review, from the first proposal to a lifted freeze, over three weeks."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from filrydd.model.by import By
from filrydd.model.reviewed import Answer, Looked
from filrydd.stages import classify, portions, propose
from filrydd.stages.sheet import answers as sheet
from tests.reviewing import BERIT, KARI, OLA, Reviewing

Step = tuple[str, Callable[[], Any]]


def steps(folder: Path) -> list[Step]:
    """The review, form by form and command by command."""
    one = Reviewing(folder)

    def answer(name: str, by: By, part: str, rule: str, said: Answer, **more: Any) -> Step:
        return name, lambda: one.answer(name, by, part, rule, said, **more)

    def look(name: str, by: By, part: str, path: str, verdict: Looked) -> Step:
        return name, lambda: one.look(name, by, part, path, verdict)

    def classify_and(name: str) -> list[Step]:
        return [
            (f"classify-{name}", lambda: classify.run(one.work())),
            (f"propose-{name}", lambda: propose.run(one.work())),
        ]

    first_week = [
        ("propose", lambda: propose.run(one.work())),
        answer("vouchers", OLA, "bilag", "old vouchers", Answer.HOLD, note="vent litt"),
        answer("bilag-rest", OLA, "bilag", "the rest", Answer.AS_SUGGESTED),
        answer("homes", KARI, "felles", "homes", Answer.ELSEWHERE, detail="HR-systemet"),
        answer("settled", KARI, "felles", "confirmed", Answer.DESTROY),
        answer("doubtful", KARI, "felles", "doubtful", Answer.HOLD),
        answer("passed-on", KARI, "felles", "the rest", Answer.PASSED_ON, to=(BERIT.name, BERIT.who)),
        answer("junk", KARI, "felles", "junk", Answer.AS_SUGGESTED),
        answer("drafts", KARI, "felles", "drafts", Answer.AS_SUGGESTED),
        look("look", OLA, "bilag", "Bilag/2001/a.pdf", Looked.FINE),
        look("look-wrong", KARI, "felles", "Utkast/x.docx", Looked.WRONG),
        answer("drafts-again", KARI, "felles", "drafts", Answer.HOLD, note="brukes ennå"),
        ("undo", lambda: one.undo("undo", KARI, "felles", "doubtful")),
        answer("doubtful-again", KARI, "felles", "doubtful", Answer.MOVE),
        answer("of-the-asked", BERIT, "felles", "the rest", Answer.AS_SUGGESTED),
        ("take-in", lambda: portions.take_in(one.work())),
        ("undo-vouchers", lambda: one.undo("undo-vouchers", OLA, "bilag", "old vouchers")),
        answer("vouchers-again", OLA, "bilag", "old vouchers", Answer.AS_SUGGESTED),
        ("take-in-again", lambda: portions.take_in(one.work())),
        ("list", one.take_a_list),
        ("import", lambda: sheet.apply(one.work(), folder / "liste.xlsx", KARI.name)),
        *classify_and("list"),
        ("sign", lambda: one.sign("sign", OLA, "bilag")),
        ("cosign", one.cosign),
        ("withdraw", one.withdraw),
        ("sign-again", lambda: one.sign("sign-again", OLA, "bilag")),
    ]
    second_week: list[Step] = [("remind", one.remind)]
    third_week = [
        ("remind-again", one.remind),
        ("confirm", one.confirm),
        *classify_and("confirmed"),
        ("sign-felles", lambda: one.sign("sign-felles", KARI, "felles", destroys=False)),
        ("freeze", one.freeze),
        ("lift", one.lift),
    ]

    def dated(week: int, number: int, step: Callable[[], Any]) -> Callable[[], Any]:
        def then() -> Any:
            one.at(7 * week, 10 * number)
            return step()

        return then

    return [
        (name, dated(week, number, step))
        for week, some in enumerate((first_week, second_week, third_week))
        for number, (name, step) in enumerate(some)
    ]

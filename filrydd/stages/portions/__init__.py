"""portions: a part's review in small portions, for the pages.

Reading takes an open catalog: `overview`, `portion`, `group`, `group_of_file`, `open_items`, `passed_to`, `not_taken_in`.
Acting takes a `Work` and who acts: `answer`, `answer_alike`, `undo`, `look`. `take_in` makes answers about groups answers about
their files; it rules and proposes anew, so it takes as long as both. `prepare` makes the groups, at the end of propose; `ensure`
does for a catalog that an earlier filrydd proposed.

preparing  the groups made anew
answering  what people say
taking     what they said taken into the proposal
words      what makes a group risky, in sentences
"""

from filrydd.catalog.portions.answering import Look, Said
from filrydd.catalog.portions.reading import Overview, Portion, State, overview
from filrydd.catalog.portions.showing import (
    Changed,
    Example,
    GroupShown,
    LookShown,
    PortionShown,
    group,
    group_of_file,
    portion,
)
from filrydd.catalog.portions.waiting import (
    Item,
    Items,
    OpenItems,
    PassedOn,
    asked_ids,
    not_taken_in,
    open_items,
    passed_to,
)
from filrydd.model.by import By
from filrydd.model.reviewed import Answer, Looked
from filrydd.stages.portions.answering import answer, answer_alike, look, undo
from filrydd.stages.portions.preparing import ensure, prepare
from filrydd.stages.portions.taking import TakenIn, take_in
from filrydd.stages.portions.words import risk_said

__all__ = [
    "Answer",
    "By",
    "Changed",
    "Example",
    "GroupShown",
    "Item",
    "Items",
    "Look",
    "LookShown",
    "Looked",
    "OpenItems",
    "Overview",
    "PassedOn",
    "Portion",
    "PortionShown",
    "Said",
    "State",
    "TakenIn",
    "answer",
    "answer_alike",
    "asked_ids",
    "ensure",
    "group",
    "group_of_file",
    "look",
    "not_taken_in",
    "open_items",
    "overview",
    "passed_to",
    "portion",
    "prepare",
    "risk_said",
    "take_in",
    "undo",
]

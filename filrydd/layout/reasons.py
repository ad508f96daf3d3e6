"""What an old folder became, in words; the words for why, and the sentence that explains each to a person.

The word is stored and compared; the sentence is made in the reader's language when it is shown.
"""

from filrydd.lang import _
from filrydd.model.structure import Choice

TOP = "top"
KNOWN = "known"
OTHER_WORD = "other-word"
ONLY_A_STEP = "only-a-step"
SAYS_A_YEAR = "says-a-year"
SAYS_A_MONTH = "says-a-month"
SAYS_NOTHING = "says-nothing"
SAYS_A_PERSON = "says-a-person"
TOO_DEEP = "too-deep"
NOTHING_LEFT = "nothing-left"
SAME_NAME = "same-name"
SAME_NAME_AFTER_LIFTING = "same-name-after-lifting"
TOO_MANY_FILES = "too-many-files"
TOO_MANY_ABOVE = "too-many-above"
SHARES_ACCESS = "shares-access"
OWN_ACCESS = "own-access"
PERSON_SAID = "person-said"
POLICY_SAID = "policy-said"
YEARS_NOT_KNOWN = "years-not-known"

REASONS = (
    TOP,
    KNOWN,
    OTHER_WORD,
    ONLY_A_STEP,
    SAYS_A_YEAR,
    SAYS_A_MONTH,
    SAYS_NOTHING,
    SAYS_A_PERSON,
    TOO_DEEP,
    NOTHING_LEFT,
    SAME_NAME,
    SAME_NAME_AFTER_LIFTING,
    TOO_MANY_FILES,
    TOO_MANY_ABOVE,
    SHARES_ACCESS,
    OWN_ACCESS,
    PERSON_SAID,
    POLICY_SAID,
    YEARS_NOT_KNOWN,
)


def explain(why: str) -> str:
    """The sentence for a decision's reason, in the language of the moment. Raises KeyError for any other word."""
    return {
        TOP: _("This is the part's own folder."),
        KNOWN: _("People know this folder; it stays."),
        OTHER_WORD: _("People know this folder; the policy writes a word in its name differently."),
        ONLY_A_STEP: _("It only led to one other folder, which has its name too."),
        SAYS_A_YEAR: _("The name says only a year; what was in it lies in the folder above."),
        SAYS_A_MONTH: _("The name says only a month; what was in it lies in the folder above."),
        SAYS_NOTHING: _("The name says nothing; what was in it lies in the folder above."),
        SAYS_A_PERSON: _("The name says only whose it was; what was in it lies in the folder above."),
        TOO_DEEP: _("The way to it was long; what was in it lies in the folder above."),
        NOTHING_LEFT: _("All that was in it lies elsewhere now."),
        SAME_NAME: _("Another folder beside it has the same name and the same readers; they become one."),
        SAME_NAME_AFTER_LIFTING: _("It came to lie beside a folder with its name and readers; they become one."),
        TOO_MANY_FILES: _("It has too many files for one folder; they lie in a folder a year."),
        TOO_MANY_ABOVE: _("With its files the folder above would have too many; it stays."),
        SHARES_ACCESS: _("Lies with others that the same people can open."),
        OWN_ACCESS: _("Others can open it than the folder above."),
        PERSON_SAID: _("Somebody asked for this."),
        POLICY_SAID: _("The department's policy asks for this."),
        YEARS_NOT_KNOWN: _("The years of its files are not known, so it cannot be divided; it stays."),
    }[why]


def became(choice: str) -> str:
    """What an old folder becomes, by the stored choice, in a few words. Raises ValueError for any other word."""
    return {
        Choice.KEEP: _("a folder"),
        Choice.LIFT: _("no folder of its own"),
        Choice.MERGE: _("one folder together with others"),
        Choice.SPLIT: _("a folder for each year"),
        Choice.LIBRARY: _("a library of its own"),
        Choice.RESTRICT: _("a folder that only those can open who can today"),
        Choice.GATHER: _("a folder among others that the same people can open"),
    }[Choice(choice)]

"""The words for what was done to a name, and the sentence that explains each to a person.

The word is stored and compared; the sentence is made in the reader's language when it is shown.
"""

from filrydd.lang import _

NOT_COMPOSED = "not-composed"
ILLEGAL_CHARACTER = "illegal-character"
SPACE_AT_EDGE = "space-at-edge"
DOT_AT_END = "dot-at-end"
EMPTY = "empty"
RESERVED_NAME = "reserved-name"
RESERVED_START = "reserved-start"
RESERVED_TEXT = "reserved-text"
WEB_PAGE_FOLDER = "web-page-folder"
IDENTITY_NUMBER = "identity-number"
TOO_LONG = "too-long"
SAME_NAME = "same-name"
SHORTENED = "shortened"
LIFTED = "lifted"

RULES = (
    NOT_COMPOSED,
    ILLEGAL_CHARACTER,
    SPACE_AT_EDGE,
    DOT_AT_END,
    EMPTY,
    RESERVED_NAME,
    RESERVED_START,
    RESERVED_TEXT,
    WEB_PAGE_FOLDER,
    IDENTITY_NUMBER,
    TOO_LONG,
    SAME_NAME,
    SHORTENED,
    LIFTED,
)
PATH_TOO_LONG = "path-too-long"


def explain(rule: str) -> str:
    """The sentence for a rule or a problem of this room, in the language of the moment. Raises KeyError for any other word."""
    return {
        NOT_COMPOSED: _("Letters with accents are written as one character each."),
        ILLEGAL_CHARACTER: _("SharePoint does not allow a character in the name; another one stands for it."),
        SPACE_AT_EDGE: _("A name cannot begin or end with a space."),
        DOT_AT_END: _("A name cannot end with a dot."),
        EMPTY: _("Nothing was left of the name."),
        RESERVED_NAME: _("SharePoint or Windows keeps this name for itself."),
        RESERVED_START: _("SharePoint does not allow this beginning of a name."),
        RESERVED_TEXT: _("SharePoint does not allow _vti_ in a name."),
        WEB_PAGE_FOLDER: _("SharePoint takes this ending for the folder of a saved web page."),
        IDENTITY_NUMBER: _("Somebody's identity number was in the name; x stands for each digit."),
        TOO_LONG: _("A name can have at most 255 characters."),
        SAME_NAME: _("Another one in the same folder has this name; a number tells them apart."),
        SHORTENED: _("The name is shortened, or the path would be too long."),
        LIFTED: _("The folder is moved up, or the path would be too long."),
        PATH_TOO_LONG: _("The path is too long even at the top; names of files here are shortened."),
    }[rule]

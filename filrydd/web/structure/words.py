"""How the pages say what became of a folder, what a structure costs, and what a person changed."""

from filrydd.catalog.structures import Trees
from filrydd.lang import _, n_
from filrydd.lang.figures import number
from filrydd.layout import problems, reasons, rules, synced
from filrydd.model.structure import Edit, What


def choice(word: str) -> str:
    """What becomes of an old folder, in a few words; empty for none."""
    return reasons.became(word) if word else ""


def why(word: str) -> str:
    """Why, in a sentence; the word itself when nobody has a sentence for it."""
    try:
        return reasons.explain(word) if word else ""
    except KeyError:
        return word


def mended(words: str) -> str:
    """What was changed in a new folder's name."""
    return " ".join(rules.explain(word) for word in words.split())


def about(kind: str, detail: str) -> str:
    """What a problem is about, in the language of the moment."""
    return problems.about(kind, detail)


def problem(kind: str) -> tuple[str, str]:
    """What a problem is, and what to do about it."""
    return problems.explain(kind)


def long_when_synced() -> str:
    """What is the matter with paths that are long on a PC."""
    return synced.explain()


def level(word: str) -> str:
    """What somebody can do, by the word that the catalog has for it."""
    return {"": _("no access"), "read": _("can read"), "write": _("can read and change")}[word]


def acceptance(word: str) -> str:
    """How a change of access was accepted, by the word of the edit."""
    return {
        What.LEAVE_OUT.value: _("left out by name"),
        What.STANDS_FOR.value: _("another one in Entra takes the place"),
        What.OPEN.value: _("gets another folder's readers"),
    }.get(word, _("by nobody yet"))


def how(word: str) -> str:
    """How somebody's counterpart in Entra is known, by the word of `counterparts.Counterpart`."""
    return {
        "exact": _("the same one, by the identifier"),
        "decided": _("somebody said so by name, or the policy does"),
        "suggested": _("perhaps, by the address; nobody has said so yet"),
        "none": _("not found"),
    }[word]


def shortcoming(name: str) -> str:
    """What one of the counts of `layout.shape.Objective` counts."""
    return {
        "scopes": _("Places with permissions of their own"),
        "levels": _("Levels beyond those that are easy to find in"),
        "length": _("Characters of path"),
        "steps": _("Folders that hold only one folder"),
        "noise": _("Folders that say only a year or a person"),
        "full": _("Folders that are too full"),
        "known": _("Steps that people know and that are gone (hundredths)"),
        "clashes": _("Files that need a number in their name"),
        "points": _("All together, in points"),
    }.get(name, name)


def edit(said: Edit) -> str:
    """What a person said, in a sentence."""
    path, value = said.path or "/", said.value
    return {
        What.KEEP: _("{path} stays a folder of its own."),
        What.LIFT: _("What is in {path} lies in the folder above."),
        What.SPLIT: _("{path} gets a folder for each year."),
        What.LIBRARY: _("{path} becomes the library {value}.") if value else _("{path} becomes a library of its own."),
        What.RESTRICT: _("Only those who can open {path} today can open it."),
        What.RENAME: _("{path} is called {value}."),
        What.MOVE: _("{path} lies in what becomes of {value}."),
        What.MERGE: _("{path} is put together with {value}."),
        What.OPEN: _("{path} can be opened by those who can open {value}."),
        What.STANDS_FOR: _("{value} takes the place of {path}."),
        What.LEAVE_OUT: _("{path} gets no access."),
    }[said.what].format(path=path, value=value or "/")


def summary(trees: Trees, scopes: int, scopes_before: int | None) -> str:
    """What the two trees show, with numbers. `scopes_before`: of copying the tree as it is; None when nobody knows."""
    return " ".join(part for part in (_folders(trees), _levels(trees), _scopes(scopes, scopes_before)) if part)


def _folders(trees: Trees) -> str:
    old, new = (sum(tree.below(top) for top in tree.tops()) for tree in (trees.old, trees.new))
    text = n_("{old} folder becomes {new}.", "{old} folders become {new}.", old)
    return text.format(old=number(old), new=number(new))


def _levels(trees: Trees) -> str:
    before, after = trees.old.deepest(), trees.new.deepest()
    if before == after:
        text = n_("At most {after} level deep, as before.", "At most {after} levels deep, as before.", after)
    else:
        text = n_(
            "At most {after} level deep instead of {before}.", "At most {after} levels deep instead of {before}.", after
        )
    return text.format(after=number(after), before=number(before))


def _scopes(after: int, before: int | None) -> str:
    if before is None:
        if not after:
            return ""
        text = n_("{after} place has permissions of its own.", "{after} places have permissions of their own.", after)
        return text.format(after=number(after))
    text = n_(
        "{after} place has permissions of its own instead of {before}.",
        "{after} places have permissions of their own instead of {before}.",
        after,
    )
    return text.format(after=number(after), before=number(before))

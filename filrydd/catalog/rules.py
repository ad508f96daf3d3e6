"""Rules as the catalog keeps them: each wording that ever ruled, once, without the predicate it was made from."""

import hashlib
from dataclasses import astuple, replace
from datetime import date

from filrydd.catalog.connection import Catalog
from filrydd.model.rule import NO_RULE, Fate, Noark, Rule, Texts


def store(catalog: Catalog, rule: Rule, *, block: bool = False, number: int | None = None) -> int:
    """The number of a rule, stored once for each wording that it ever had. Its predicate is the policy's, not kept here.

    A new one gets the next number, or the given one.
    """
    already = known(catalog, rule, block=block)
    if already is not None:
        return already
    return catalog.run(
        "INSERT INTO rule (id, digest, name, fate, reason_nb, reason_en, basis, noark, decided_by, decided_on, confirmed_by,"
        " confirmed_on, junk, awaits_confirmation, block, instead) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            number,
            _digest(rule, block),
            rule.name,
            rule.fate,
            rule.reason.nb,
            rule.reason.en,
            rule.basis,
            rule.noark,
            rule.decided_by,
            rule.decided_on and rule.decided_on.isoformat(),
            rule.confirmed_by,
            rule.confirmed_on and rule.confirmed_on.isoformat(),
            rule.junk,
            rule.awaits_confirmation,
            block,
            rule.instead,
        ),
    )


def known(catalog: Catalog, rule: Rule, *, block: bool = False) -> int | None:
    """The number of a rule that is stored in exactly this wording; None when it is not."""
    number = catalog.value("SELECT id FROM rule WHERE digest = ?", (_digest(rule, block),))
    return None if number is None else int(number)


def _digest(rule: Rule, block: bool) -> str:
    plain = astuple(replace(rule, when=NO_RULE.when))
    plain = plain if rule.instead else plain[:-1]
    return hashlib.sha256(repr((plain, block)).encode()).hexdigest()


def stored(catalog: Catalog, number: int) -> Rule:
    """A stored rule, without the predicate it was made from."""
    row = catalog.row("SELECT * FROM rule WHERE id = ?", (number,))
    if row is None:
        raise KeyError(number)
    return replace(
        NO_RULE,
        name=row["name"],
        fate=Fate(row["fate"]),
        reason=Texts(row["reason_nb"], row["reason_en"]),
        basis=row["basis"],
        noark=Noark(row["noark"]),
        decided_by=row["decided_by"],
        decided_on=date.fromisoformat(row["decided_on"]) if row["decided_on"] else None,
        confirmed_by=row["confirmed_by"],
        confirmed_on=date.fromisoformat(row["confirmed_on"]) if row["confirmed_on"] else None,
        junk=bool(row["junk"]),
        awaits_confirmation=bool(row["awaits_confirmation"]),
        instead=row["instead"],
    )

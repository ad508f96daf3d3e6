"""From a condition's form to its predicate on a day: the words of a policy become data that the catalog renders."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from filrydd.model.finding import NOT_FOR_SHAREPOINT, Found
from filrydd.model.rule import (
    All,
    Before,
    CopyOf,
    Either,
    Has,
    HasExtension,
    Like,
    Named,
    Not,
    OpenTo,
    OwnedBy,
    OwnerIs,
    Predicate,
    SizeBetween,
    Under,
)
from filrydd.model.times import TICKS_A_SECOND, from_day
from filrydd.policy.form import AgesForm, ConditionForm
from filrydd.policy.periods import older
from filrydd.policy.values import NOT_FOR_SHAREPOINT_WORD

Classes = Mapping[str, Predicate]
_ONE_DAY = 86_400 * TICKS_A_SECOND


def predicate_of(condition: ConditionForm, classes: Classes, day: date) -> Predicate:
    """What a condition means on `day`: its keys all, in a list any. The classes it names are in `classes`."""
    found = [*_of_the_name(condition), *_of_the_file(condition, day), *_of_others(condition)]
    if condition.any:
        found.append(Either(tuple(predicate_of(inner, classes, day) for inner in condition.any)))
    if condition.all:
        found.append(All(tuple(predicate_of(inner, classes, day) for inner in condition.all)))
    if condition.not_ is not None:
        found.append(Not(predicate_of(condition.not_, classes, day)))
    if condition.class_:
        found.append(any_class(condition.class_, classes))
    return found[0] if len(found) == 1 else All(tuple(found))


def any_class(names: list[str], classes: Classes) -> Predicate:
    """What any of the named classes matches."""
    return classes[names[0]] if len(names) == 1 else Either(tuple(classes[name] for name in names))


def _of_the_name(condition: ConditionForm) -> list[Predicate]:
    found: list[Predicate] = []
    if condition.path:
        found.append(Under(tuple(condition.path)))
    if condition.name:
        found.append(Named(tuple(condition.name)))
    if condition.extension:
        found.append(HasExtension(tuple(condition.extension)))
    if condition.expression:
        found.append(Like(tuple(condition.expression)))
    if condition.path_expression:
        found.append(Like(tuple(condition.path_expression), "path"))
    return found


def _of_the_file(condition: ConditionForm, day: date) -> list[Predicate]:
    found: list[Predicate] = []
    if condition.larger_than is not None or condition.smaller_than is not None:
        least = None if condition.larger_than is None else condition.larger_than + 1
        most = None if condition.smaller_than is None else condition.smaller_than - 1
        found.append(SizeBetween(least, most))
    if condition.modified_before is not None:
        found.append(Before("modified", _first_moment(condition.modified_before, day)))
    if condition.created_before is not None:
        found.append(Before("created", _first_moment(condition.created_before, day)))
    if condition.modified_after is not None:
        found.append(Not(Before("modified", _first_moment(condition.modified_after, day) + _ONE_DAY)))
    if condition.created_after is not None:
        found.append(Not(Before("created", _first_moment(condition.created_after, day) + _ONE_DAY)))
    if condition.older_than is not None:
        found += _ages(condition.older_than, day)
    if condition.younger_than is not None:
        found += [Not(one) for one in _ages(condition.younger_than, day)]
    return found


def _of_others(condition: ConditionForm) -> list[Predicate]:
    """What is known only where somebody asked: owners, permissions, contents."""
    found: list[Predicate] = []
    if condition.owner:
        found.append(OwnedBy(tuple(condition.owner)))
    if condition.owner_is:
        found.append(OwnerIs(tuple(condition.owner_is)))
    if condition.open_to:
        found.append(OpenTo(tuple(condition.open_to)))
    if condition.writable_by:
        found.append(OpenTo(tuple(condition.writable_by), "write"))
    if condition.copy_of:
        found.append(CopyOf(tuple(condition.copy_of)))
    if condition.finding:
        found.append(_findings(condition.finding))
    return found


def _first_moment(written: date | Literal["today"], day: date) -> int:
    return from_day(written if isinstance(written, date) else day)


def _ages(ages: AgesForm, day: date) -> list[Predicate]:
    found: list[Predicate] = []
    if ages.modified is not None:
        found.append(older(ages.modified, "modified", day))
    if ages.created is not None:
        found.append(older(ages.created, "created", day))
    if ages.latest is not None:
        found.append(older(ages.latest, "latest", day))
    return found


def _findings(words: list[str]) -> Predicate:
    """The findings that words name, in the order of `Found`.

    The group `not for sharepoint` holds some that only a reading tells; asked together with the rest they count as far as
    somebody read, since otherwise the word would hold every file that nobody examined.
    """
    named = {Found(word) for word in words if word != NOT_FOR_SHAREPOINT_WORD}
    single = Has(tuple(kind for kind in Found if kind in named))
    if NOT_FOR_SHAREPOINT_WORD not in words:
        return single
    group = Has(tuple(kind for kind in Found if kind in NOT_FOR_SHAREPOINT), as_far_as_read=True)
    return Either((single, group)) if named else group

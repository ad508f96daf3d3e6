"""What the page shows of files and folders that were found, in words and with their links."""

from dataclasses import dataclass

from filrydd.lang import _, language
from filrydd.lang.words import role as role_word
from filrydd.lang.words import rule_name
from filrydd.layout.reasons import REASONS
from filrydd.layout.reasons import explain as explain_choice
from filrydd.stages import where
from filrydd.stages.search import FoundFile, FoundFolder, State
from filrydd.stages.where import telling
from filrydd.stages.where.web import address
from filrydd.web.addresses import part_address
from filrydd.web.wording import day_of, last_day


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file with its words and where its pages are; `why` and `history` are empty for who may not open them. `decided` says
    when it was deleted, by whose decision and by which law, or where it was handed over."""

    of: FoundFile
    area: str
    state: str
    fate: str
    reason: str
    rule: str
    link: str
    new: str
    why: str
    history: str
    decided: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownFolder:
    """A folder with its words. `places` are proposed ones. `link` leads to the new folder that holds all that moved, which are
    so many `moved` files; `arrived` are the new folders with how many in each, `unshown` are further ones; `others` say what
    becomes of files that did not move."""

    of: FoundFolder
    area: str
    places: tuple[tuple[str, int], ...]
    why: str
    link: str = ""
    moved: int = 0
    arrived: tuple[tuple[str, int], ...] = ()
    unshown: int = 0
    others: tuple[str, ...] = ()


def shown_file(found: FoundFile, area: str) -> ShownFile:
    """A file with its words."""
    of, rule = found.of, found.of.rule
    opens = bool(found.opens and found.part)
    place = of.place
    return ShownFile(
        of=found,
        area=area,
        state=_state(found.state),
        fate=rule.fate.value if rule is not None else "",
        reason=rule.reason.read_in(language()) if rule is not None else "",
        rule=rule_name(rule.name) if rule is not None else "",
        link=address(of.known.url),
        new=f"{place.site} / {place.library} / {place.path}" if place is not None else "",
        why=f"{part_address(area, found.part, 'why')}?file={of.id}"
        if opens and not of.gone and rule is not None
        else "",
        history=part_address(area, found.part, "file", str(of.id)) if opens else "",
        decided=_decided(found),
    )


def _decided(found: FoundFile) -> tuple[str, ...]:
    """What was decided of a file that is gone, or ended elsewhere; by name for those who may open the part's pages."""
    known = found.of.known
    said = []
    if known.aside_until is not None:
        said.append(_("The old file can be brought back until {day}.").format(day=last_day(known.aside_until)))
    if found.state in (State.DESTROYED, State.SET_ASIDE) and known.retired is not None:
        text = _("It was set aside on {day}.") if known.aside_until is not None else _("It was deleted on {day}.")
        said.append(text.format(day=day_of(known.retired)))
        if known.basis:
            said.append(_("Legal basis: {basis}").format(basis=known.basis))
        if known.signed_role:
            words = {"name": known.signed_by, "role": role_word(known.signed_role)}
            said.append((_("Signed by {name} ({role}).") if found.opens else _("Signed by: {role}.")).format(**words))
    if found.state is State.HELD and known.handed_to:
        said.append(_("It was handed over to {place}.").format(place=known.handed_to))
        if found.opens:
            said.append(_("The receipt: {receipt}").format(receipt=known.receipt))
    return tuple(said)


def shown_folder(found: FoundFolder, area: str) -> ShownFolder:
    """A folder with its words."""
    places = tuple((f"{place.site} / {place.library} / {place.path}", files) for place, files in found.of.places)
    why = explain_choice(found.of.why) if found.of.why in REASONS else ""
    below = found.below
    if below is None:
        return ShownFolder(found, area, places, why)
    arrived = tuple((address(url), files) for url, files in below.places)
    return ShownFolder(
        found,
        area,
        places,
        why,
        link=address(below.url),
        moved=below.counts[State.MOVED],
        arrived=arrived[: where.MOST_PLACES],
        unshown=max(0, len(arrived) - where.MOST_PLACES),
        others=tuple(telling.others(one) for one in where.others_of(below)),
    )


def _state(state: State) -> str:
    """What became of it."""
    return {
        State.MOVED: _("It is in SharePoint."),
        State.PLANNED: _("It is to move to SharePoint."),
        State.DESTROYED: _("It was deleted, as signed."),
        State.SET_ASIDE: _("It was set aside to be deleted, as signed."),
        State.TO_BE_DESTROYED: _("It is to be deleted."),
        State.HELD: _("It stays where it is for now."),
        State.VANISHED: _("It is no longer in the old area. Somebody has deleted, renamed or moved it."),
        State.UNJUDGED: _("Nobody has decided yet."),
    }.get(state, "")

"""From what is written under `structure` to the wishes for one area.

The area's word comes before the department's, and the department's before that of `common.yaml`: key by key in what has keys
of its own (words, weights, labels, versions, who stands for whom), and the whole list of libraries or columns.
"""

from collections.abc import Sequence
from dataclasses import replace

from filrydd.model.names import fold
from filrydd.model.structure import Column, Library, Wishes
from filrydd.policy.department import Destination
from filrydd.policy.structure_form import LibraryForm, SharedStructureForm, StructureForm


def wishes_of(common: SharedStructureForm, own: Sequence[StructureForm], destination: Destination) -> Wishes:
    """The wishes for the area that goes to `destination`; `own` are the department's and the area's, in this order."""
    wishes = Wishes()
    words: dict[str, tuple[str, str]] = {}
    for shared in (common, *own):
        words |= {fold(word): (word, better) for word, better in shared.words.items()}
        wishes = replace(wishes, weights=replace(wishes.weights, **shared.weights.model_dump(exclude_none=True)))
        if shared.columns is not None:
            wishes = replace(wishes, columns=tuple(Column(word) for word in shared.columns))
        wishes = replace(wishes, labels={**wishes.labels, **{str(code): name for code, name in shared.labels.items()}})
        if shared.versions.as_history is not None:
            wishes = replace(wishes, history=shared.versions.as_history)
        if shared.versions.kept is not None:
            wishes = replace(wishes, versions=shared.versions.kept)
    for form in own:
        if form.libraries is not None:
            wishes = replace(wishes, libraries=tuple(_library(one, destination) for one in form.libraries))
        if form.duplicates is not None:
            wishes = replace(wishes, one_copy=form.duplicates == "one copy")
        if form.synced_root is not None:
            wishes = replace(wishes, synced_root=form.synced_root)
        if form.largest_library is not None:
            wishes = replace(wishes, advised=form.largest_library)
        if form.access is not None:
            wishes = replace(wishes, stands_for={**wishes.stands_for, **form.access.stands_for})
    labels = {code: label for code, label in wishes.labels.items() if label}
    return replace(wishes, labels=labels, words={written: _end(better, words) for written, better in words.values()})


def _library(form: LibraryForm, destination: Destination) -> Library:
    """Of a channel neither site nor library is known before the tenant is asked: both are empty."""
    return Library(
        site="" if form.team else form.site or destination.site,
        name=form.library or "",
        folder=destination.folder if form.folder is None else form.folder,
        paths=tuple(form.paths),
        team=form.team or "",
        channel=form.channel or "",
    )


def _end(better: str, words: dict[str, tuple[str, str]]) -> str:
    """Where a word leads in the end: with `A: B` and `B: C`, A is C. Circles were refused; `B: B` ends the way."""
    while (here := fold(better)) in words and fold(words[here][1]) != here:
        better = words[here][1]
    return better if here not in words else words[here][1]

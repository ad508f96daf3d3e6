"""The names of a file's other streams, from the form in which Windows and its servers tell them."""

from collections.abc import Iterable

from filrydd.model.names import stored

_DATA = "$data"


def other_streams(told: Iterable[str]) -> tuple[str, ...]:
    """Of what is told of a file's streams (`::$DATA`, `:note:$DATA`) the names of those beside the main one (`note`), in
    stored form and in the order told. Streams of another type ([MS-FSCC] 2.1.5: `$INDEX_ALLOCATION` ...) hold no content
    of a file and are left out."""
    found = []
    for one in told:
        name, _, kind = one.removeprefix(":").rpartition(":")
        if name and kind.lower() == _DATA:
            found.append(stored(name))
    return tuple(found)

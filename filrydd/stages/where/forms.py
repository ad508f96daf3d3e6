"""Files in which web servers, spreadsheets and other programs read old addresses beside new ones.

csv     semicolons, as Norwegian spreadsheets expect it
json    one object, a line for each address
nginx   what `map $uri $moved { include FILE; }` takes (ngx_http_map_module): quoted, so that nothing in a name is a variable,
        an expression or the end of a line. nginx compares without regard to the case of a to z, and refuses a key that comes
        twice.
apache  what `RewriteMap moved txt:FILE` takes (mod_rewrite): a key and a value without blanks. Keys are asked for through
        `int:tolower` and `int:escape`, since the file itself is case-sensitive. Its lines have at most 1,023 characters.
"""

import csv
import io
import json
from collections.abc import Iterator
from typing import ClassVar, Protocol
from urllib.parse import quote

from filrydd.catalog.gathered import Line
from filrydd.stages.sheet.cells import needs_quoting

_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


class Form(Protocol):
    """How a list is written. `is_lines`: a name must not reach beyond its line."""

    is_lines: bool

    def taken_for(self, old: str, key: str) -> str:
        """What whoever reads the list goes by: the same for two old addresses that are one to them."""

    def fits(self, line: Line) -> bool:
        """Whether whoever reads the list takes so long a line."""

    def write(self, lines: Iterator[Line], count: int, longest: int) -> Iterator[str]:
        """The file's text; `count` lines with keys of `longest` bytes at most."""


class _Exact:
    is_lines = True

    def taken_for(self, old: str, key: str) -> str:
        return old

    def fits(self, line: Line) -> bool:
        return True


class Csv(_Exact):
    """A table of three columns."""

    def write(self, lines: Iterator[Line], count: int, longest: int) -> Iterator[str]:
        out = io.StringIO()
        table = csv.writer(out, delimiter=";", lineterminator="\r\n")
        out.write("\ufeff")
        table.writerow(("old", "new", "kind"))
        for line in lines:
            table.writerow((_cell(line.old), _cell(line.new), _kind(line)))
            if out.tell() > 1 << 16:
                yield out.getvalue()
                out.seek(0)
                out.truncate()
        yield out.getvalue()


class Json(_Exact):
    """One object."""

    is_lines = False

    def write(self, lines: Iterator[Line], count: int, longest: int) -> Iterator[str]:
        yield '{"moved": ['
        comma = "\n"
        for line in lines:
            one = {"old": line.old, "new": line.new, "kind": _kind(line)}
            yield comma + json.dumps(one, ensure_ascii=False)
            comma = ",\n"
        yield "\n]}\n"


class _Web:
    is_lines = True

    def taken_for(self, old: str, key: str) -> str:
        return _lower(key)


class Nginx(_Web):
    """Lines of a map."""

    # nginx reads a file in pieces of 4,096 bytes, and each word must be whole in one (ngx_conf_file.c).
    _LONGEST: ClassVar[int] = 4_000
    _KEYS_OF_A_BUCKET: ClassVar[int] = 8

    def fits(self, line: Line) -> bool:
        return max(len(_nginx(line.key).encode()) + 1, len(line.new)) <= self._LONGEST

    def write(self, lines: Iterator[Line], count: int, longest: int) -> Iterator[str]:
        # A key stands in its bucket with two pointers and its length (ngx_hash.c). With two lines for a folder a bucket has one
        # or two; so many have some of them, by chance. Room that no key takes costs nothing.
        bucket = min(32_768, 1 << (self._KEYS_OF_A_BUCKET * (longest + 32)).bit_length())
        size = max(2_048, 1 << (2 * count).bit_length())
        yield (
            "# In http:\n"
            f"#   map_hash_bucket_size {bucket};\n"
            f"#   map_hash_max_size {size};\n"
            "#   map $uri $moved { include THIS_FILE; }\n"
            "# In server:\n"
            "#   if ($moved) { return 301 $moved; }\n"
        )
        for line in lines:
            key = _nginx(line.key)
            yield f'"{key}" "{line.new}";\n'
            if line.is_folder:
                yield f'"{key}/" "{line.new}";\n'


class Apache(_Web):
    """Lines of a text map."""

    # `REWRITE_MAX_TXT_MAP_LINE` of mod_rewrite.c with the line's end; what is longer would go on as another line.
    _LONGEST: ClassVar[int] = 1_023

    def fits(self, line: Line) -> bool:
        return len(_apache(line.key)) + 1 + len(line.new) + 1 <= self._LONGEST

    def write(self, lines: Iterator[Line], count: int, longest: int) -> Iterator[str]:
        yield (
            "# RewriteEngine On\n"
            '# RewriteMap moved "txt:THIS_FILE"\n'
            "# RewriteMap lower int:tolower\n"
            "# RewriteMap escape int:escape\n"
            # A question mark that is not in the rule itself is refused since 2.4.60 (UnsafeAllow3F).
            "# RewriteCond ${moved:${escape:${lower:$1}}} ^([^?]+)[?](.+)$\n"
            "# RewriteRule ^(/.+?)/?$ %1?%2 [R=301,L,NE]\n"
            "# RewriteCond ${moved:${escape:${lower:$1}}} ^([^?]+)$\n"
            "# RewriteRule ^(/.+?)/?$ %1? [R=301,L,NE]\n"
            "# httxt2dbm makes a file of it that is quicker to look in.\n"
        )
        for line in lines:
            key = _apache(line.key)
            yield f"{key} {line.new}\n"
            if "%3b" in key:
                # Some versions of Apache leave a semicolon as it is.
                yield f"{key.replace('%3b', ';')} {line.new}\n"


FORMS: dict[str, Form] = {"csv": Csv(), "nginx": Nginx(), "apache": Apache(), "json": Json()}


def _kind(line: Line) -> str:
    return "folder" if line.is_folder else "file"


def _cell(text: str) -> str:
    return f"'{text}" if needs_quoting(text) else text


def _lower(key: str) -> str:
    """As both web servers do it: a to z only."""
    return key.translate(_ASCII_LOWER)


def _nginx(key: str) -> str:
    """A key for between quotes, in which a backslash takes the meaning from what follows it (ngx_conf_read_token)."""
    return key.replace("\\", "\\\\").replace('"', '\\"')


def _apache(key: str) -> str:
    """A key as `int:escape` gives it: everything but letters, digits and these encoded, in small letters (ap_os_escape_path)."""
    return quote(_lower(key), safe="$-_.+!*'(),:@&=/~").translate(_ASCII_LOWER)

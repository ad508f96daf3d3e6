"""What SharePoint is no place for, told from names and facts alone, a folder at a time.

A detail is a stored word, not a sentence: `in use`, `script`, `external references`, or the name of a folder.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from filrydd.findings.drops import drop_folder
from filrydd.model import names
from filrydd.model.finding import Found

__all__ = ["IN_USE", "REFERENCES", "SCRIPT", "Candidate", "drop_folder", "unsuitable"]

IN_USE = "in use"
"""A lock or journal lies beside it. One that a program left behind when it died says the same."""
SCRIPT = "script"
REFERENCES = "external references"
"""A kind of drawing that points to other files, which stop being found when it moves."""


class Candidate(NamedTuple):
    """A file of the folder: its name in stored form, size in bytes, FILE_ATTRIBUTE_* bits, times in ticks."""

    id: int
    name: str
    size: int
    attributes: int
    modified: int
    created: int


Answer = tuple[Found, str] | None


class _Beside:
    """What lies in the folder beside a file, by folded name."""

    def __init__(self, folder: str, files: Sequence[Candidate], folders: Sequence[str]) -> None:
        self.folder = names.split(folder)[1]
        self.files = {names.fold(file.name) for file in files}
        self.folders = {names.fold(name): name for name in folders}
        self.stems = {(name.rpartition(".")[0], name.rpartition(".")[2]) for name in self.files}

    def has(self, stem: str, *extensions: str) -> bool:
        return any((stem, extension) in self.stems for extension in extensions)


def unsuitable(folder: str, files: Sequence[Candidate], folders: Sequence[str]) -> Iterator[tuple[int, Found, str]]:
    """For each file that SharePoint is no place for its id, the finding and its detail; at most one a file.

    `folder` is the path of the folder, `folders` the names of those in it.
    """
    extensions, kinds = names.folded_extensions, _KINDS
    beside: _Beside | None = None
    page = _page_of(folder, files)
    for file in files:
        name = file.name
        judge = kinds.get(extensions[name.rpartition(".")[2]])
        if judge is not None and names.extension(name):
            beside = beside or _Beside(folder, files, folders)
            answer = judge(file, names.fold(name).rpartition(".")[0], beside)
            if answer is not None:
                yield file.id, *answer
                continue
        if page:
            yield file.id, Found.WEB_PAGE, page


def _always(found: Found, detail: str = "") -> Callable[[Candidate, str, _Beside], Answer]:
    return lambda file, stem, beside: (found, detail)


# Locks and journals that lie beside a database in use: Access, SQLite ("Temporary Files Used By SQLite").
_LOCKS = ("ldb", "laccdb")
_JOURNALS = ("-wal", "-shm", "-journal")
_CACHES = frozenset({"thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "iconcache.db"})


def _database(file: Candidate, stem: str, beside: _Beside) -> Answer:
    folded = names.fold(file.name)
    if folded in _CACHES:
        return None  # Windows's own; rules know them as junk
    locked = beside.has(stem, *_LOCKS) or any(folded + journal in beside.files for journal in _JOURNALS)
    return Found.DATABASE, IN_USE if locked else ""


def _lock(file: Candidate, stem: str, beside: _Beside) -> Answer:
    return Found.DATABASE, IN_USE


def _table(file: Candidate, stem: str, beside: _Beside) -> Answer:
    """A dBASE table; that of a map layer is one of several files which belong together, and no database of its own."""
    return None if beside.has(stem, "shp", "shx") else _database(file, stem, beside)


def _server_database(file: Candidate, stem: str, beside: _Beside) -> Answer:
    """SQL Server's; a disc image of Alcohol 120% has the same extension and an .mds beside it."""
    return (Found.IMAGE, "") if beside.has(stem, "mds") else (Found.DATABASE, "")


def _transaction_log(file: Candidate, stem: str, beside: _Beside) -> Answer:
    """SQL Server's; LDAP exports have the same extension."""
    data = any(extension in ("mdf", "ndf") for _stem, extension in beside.stems)
    return (Found.DATABASE, "") if data else None


def _image(file: Candidate, stem: str, beside: _Beside) -> Answer:
    """A disk image; ERDAS's aerial photographs have the same extension and come with files of their own."""
    raster = beside.has(stem, "ige", "rrd", "rde", "hdr", "imgw", "igw") or f"{stem}.img.aux.xml" in beside.files
    return None if raster else (Found.IMAGE, "")


def _disc(file: Candidate, stem: str, beside: _Beside) -> Answer:
    return (Found.IMAGE, "") if beside.has(stem, "cue") else None


def _command(file: Candidate, stem: str, beside: _Beside) -> Answer:
    """Not a name that ends with an address: `tilbud fra www.firma.com`."""
    return None if "www." in stem or "@" in stem or " " in stem else (Found.PROGRAM, "")


_REFERRING = ("dwg", "dgn", "rvt", "pln", "idw", "iam", "slddrw", "sldasm", "catproduct", "catdrawing")
_AMONG_OTHERS = ("dxf", "skp", "ifc", "rfa", "ipt", "sldprt", "catpart", "3dm", "nwf", "nwd")
_DRAWINGS = frozenset((*_REFERRING, *_AMONG_OTHERS))


def _drawing(file: Candidate, stem: str, beside: _Beside) -> Answer:
    return Found.DRAWING, IN_USE if beside.has(stem, "dwl", "dwl2") else REFERENCES


def _drawing_among_others(file: Candidate, stem: str, beside: _Beside) -> Answer:
    """A format of exchange, mostly whole in itself: it counts where other drawings lie that may refer to it."""
    own = names.fold(file.name).rpartition(".")[::2]
    others = any(one != own and one[1] in _DRAWINGS for one in beside.stems)
    return (Found.DRAWING, REFERENCES) if others else None


# What browsers call the folder of a saved page; Windows keeps the two together ("Connected Files"), in these languages.
_OF_A_PAGE = (
    "_files", "-files", ".files", "_file", "-filer", "_filer", ".filer", "-dateien", "_dateien", "_fichiers", "_archivos",
    "_bestanden", "_tiedostot", "_pliki", "_soubory", "_elemei", "_ficheiros", "_arquivos", "_dosyalar", "_datoteke",
    "_fitxers", "_failid", "_fails", "_bylos", "_fajlovi", "_fitxategiak",
)  # fmt: skip
_IN_A_PAGE = frozenset(
    {
        *(
            "",
            "htm",
            "html",
            "xhtml",
            "css",
            "js",
            "mjs",
            "json",
            "xml",
            "map",
            "txt",
            "download",
            "php",
            "asp",
            "aspx",
        ),
        *("gif", "png", "jpg", "jpeg", "svg", "ico", "webp", "bmp", "wmz", "emz", "wmf", "emf", "pcz", "swf"),
        *("mso", "thmx", "woff", "woff2", "ttf", "eot", "axd", "tmp"),
    }
)
_SIGNS_OF_A_PAGE = frozenset({"css", "js", "download"})


def _page(file: Candidate, stem: str, beside: _Beside) -> Answer:
    own = next((beside.folders[stem + end] for end in _OF_A_PAGE if stem + end in beside.folders), None)
    return None if own is None else (Found.WEB_PAGE, own)


def _page_of(folder: str, files: Sequence[Candidate]) -> str:
    """The folder's name when it holds the pieces of a saved page, else nothing.

    The name alone says little (`gamle_filer`), so every file must be such a piece, and one of them style, script or Office's
    own list.
    """
    name = names.split(folder)[1]
    if not files or not names.fold(name).endswith(_OF_A_PAGE):
        return ""
    pieces = {names.extension(file.name) for file in files}
    signed = not pieces.isdisjoint(_SIGNS_OF_A_PAGE) or any(names.fold(file.name) == "filelist.xml" for file in files)
    return name if signed and pieces <= _IN_A_PAGE else ""


_Judge = Callable[[Candidate, str, _Beside], Answer]


def _kinds() -> dict[str, _Judge]:
    def each(words: str, judge: _Judge) -> Iterable[tuple[str, _Judge]]:
        return ((word, judge) for word in words.split())

    return dict(
        (
            # Access, SQLite, Firebird, MySQL, FileMaker, FoxPro, LibreOffice Base, Exchange's engine.
            *each("mdb accdb mde accde accdr adp mda accda sqlite sqlite3 db db3 s3db fdb odb edb", _database),
            *each("myd myi ibd ndf fp5 fp7 fmp12 dbc ib", _always(Found.DATABASE)),
            *each("ldb laccdb", _lock),
            *each("dbf", _table),
            *each("mdf", _server_database),
            *each("ldf", _transaction_log),
            *each("pst ost nsf olm mbox mbx dbx pab", _always(Found.MAIL)),
            *each("one onetoc2 onetoc onepkg", _always(Found.NOTEBOOK)),
            *each("htm html xhtml", _page),
            *each("mht mhtml webarchive", _always(Found.WEB_PAGE)),
            *each("exe dll msi msp msix appx jar app scr pif cpl sys ocx drv so dylib deb rpm", _always(Found.PROGRAM)),
            *each("com", _command),
            *each("bat cmd ps1 psm1 vbs vbe wsf wsh hta kix reg sh", _always(Found.PROGRAM, SCRIPT)),
            *each("iso vhd vhdx vmdk vdi qcow2 wim esd gho ova dmg tib vbk vib nrg v2i", _always(Found.IMAGE)),
            *each("img", _image),
            *each("bin", _disc),
            *each(" ".join(_REFERRING), _drawing),
            *each(" ".join(_AMONG_OTHERS), _drawing_among_others),
        )
    )  # fmt: skip


_KINDS = _kinds()

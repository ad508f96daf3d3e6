"""Kinds of files by their folded extension, without a dot: which reader is tried, and which are never opened."""

WORD = frozenset({"docx", "docm", "dotx", "dotm"})
EXCEL = frozenset({"xlsx", "xlsm", "xltx", "xltm", "xlam"})
POWERPOINT = frozenset({"pptx", "pptm", "potx", "potm", "ppsx", "ppsm", "ppam"})
OPEN_DOCUMENT = frozenset({"odt", "ott", "ods", "ots", "odp", "otp", "odg", "fodt", "fods", "fodp"})
OLD_OFFICE = frozenset({"doc", "dot", "xls", "xlt", "xlw", "xla", "xlsb", "ppt", "pps", "pot"})
"""Their text is not read; whether they are protected is told."""
WEB = frozenset({"html", "htm", "xhtml", "aspx"})
MAIL = frozenset({"eml", "msg"})
SCRIPTS = frozenset(
    {"bat", "cmd", "ps1", "psm1", "vbs", "vba", "bas", "js", "py", "pl", "sh", "sql", "ini", "cfg", "conf"}
    | {"config", "kix", "inf", "reg", "wsf", "wsh", "hta", "kxt", "cls", "frm", "au3", "ahk", "rdp"}
)
PLAIN = SCRIPTS | {
    "txt",
    "text",
    "csv",
    "tsv",
    "tab",
    "log",
    "md",
    "json",
    "xml",
    "yaml",
    "yml",
    "prn",
    "asc",
    "ics",
    "vcf",
}
SHORTCUTS = frozenset({"lnk", "url"})
BACK_ENDS = frozenset({"mdb", "accdb", "mde", "accde"})
"""Databases of Access: only the places that they are linked to are told, the rest is not read."""

ONLY_LINKS = (
    BACK_ENDS
    | SHORTCUTS
    | frozenset({"accdr", "adp", "vsdx", "vsdm", "vstx", "vssx", "odc", "dqy", "iqy", "oqy", "udl", "dsn"})
)
"""Only the places that they point to are told."""

EXAMINED_EXTENSIONS = frozenset(
    WORD | EXCEL | POWERPOINT | OPEN_DOCUMENT | OLD_OFFICE | WEB | MAIL | PLAIN | ONLY_LINKS | {"pdf", "rtf", "zip"}
)
"""Extensions of files that are worth opening. Others, such as pst and ost, never are: `no reader`."""

TEXTLESS = frozenset(
    {
        "png",
        "jpg",
        "jpeg",
        "jpe",
        "jfif",
        "gif",
        "bmp",
        "tif",
        "tiff",
        "emf",
        "wmf",
        "svg",
        "ico",
        "wdp",
        "heic",
        "webp",
    }
    | {"mp3", "mp4", "m4a", "wav", "wma", "wmv", "avi", "mov", "ttf", "fntdata", "odttf"}
)
"""Pictures, sound, films and fonts: within another document they count as part of how it looks, not as something unread."""

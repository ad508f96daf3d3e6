"""What kind of thing a file is, by its extension and, for what machines leave behind, by its name.

The extensions are those that the applications of an office and its specialists write; a family is what a person would call
them. What is in no family is `other`.
"""

from filrydd.catalog.connection import Catalog

# Families of what a machine made for itself and forgot.
LOCK, THUMBNAILS, MAC, SCRATCH = "office lock", "thumbnails", "mac", "temporary"
JUNK = (LOCK, THUMBNAILS, MAC, SCRATCH)

VIDEO, ARCHIVE, PROGRAM = "video and audio", "archives", "programs"
OTHER = "other"

_EXTENSIONS = {
    "documents": "doc docx docm dot dotx dotm odt ott fodt rtf txt md tex wpd wps wri sam lwp pages pdf xps oxps epub djvu"
    " xml htm html mht mhtml one onepkg pub vsd vsdx vsdm vst indd idml",
    "spreadsheets": "xls xlsx xlsm xlsb xlt xltx xltm xlam ods ots csv tsv numbers wk1 wk3 wk4 123 wq1 qpw sxc slk dif",
    "presentations": "ppt pptx pptm pps ppsx ppsm pot potx potm odp otp key sxi",
    "mail": "msg eml emlx pst ost mbox oft nsf dbx vcf ics",
    "images": "jpg jpeg jpe jfif png gif bmp dib tif tiff webp heic heif avif svg svgz ico psd psb ai eps cdr raw cr2 cr3 nef"
    " nrw arw dng orf rw2 raf pcx tga wmf emf xcf",
    VIDEO: "mp4 m4v mov avi wmv mkv webm mpg mpeg mpe m2v m2ts mts ts vob flv 3gp asf divx mp3 wav wma m4a aac flac ogg"
    " oga opus aif aiff amr mid midi dss ds2",
    ARCHIVE: "zip zipx 7z rar tar gz tgz bz2 tbz tbz2 xz txz zst lz lzh lha arj ace cab bak bkf bkp bck gho ghs tib v2i mrimg"
    " wbcat vbk vib vhd vhdx vmdk vdi qcow2 ova wim swm esd",
    "databases": "mdb accdb accde mde ldb laccdb db db3 sqlite sqlite3 mdf ndf ldf dbf dbt fdb gdb frm myd myi ibd dmp sav"
    " por sas7bdat dta rdata rds parquet",
    "drawings and maps": "dwg dxf dwt dws dgn dwf dwfx rvt rfa rte ifc ifczip skp stl stp step igs iges sat x_t sldprt sldasm"
    " slddrw ipt iam idw 3dm 3ds obj shp shx sbn sbx prj qgs qgz mxd aprx lyr gpkg kml kmz gpx geojson gml sos sosi las laz"
    " ecw sid mbtiles",
    PROGRAM: "exe msi msp msu msix appx dll sys ocx drv com bat cmd ps1 vbs scr cpl jar war apk ipa dmg pkg deb rpm iso img"
    " nrg mdf2 bin lnk url reg inf ini cfg py pyc js css php java class c h cpp cs sln r",
    SCRATCH: "tmp temp ~tmp crdownload part partial download swp swo wbk asd xlk chk gid",
}
_FAMILY_OF = {extension: family for family, words in _EXTENSIONS.items() for extension in words.split()}

FAMILIES = (*_EXTENSIONS, LOCK, THUMBNAILS, MAC, OTHER)
"""Every word that a file's family can be."""
_NUMBERS = {family: number for number, family in enumerate(FAMILIES)}

# What Windows and macOS leave in folders; the extensions of these say nothing.
_THUMBNAILS = ("thumbs.db", "ehthumbs.db", "ehthumbs_vista.db")
_MAC = (".DS_Store", ".localized")


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names)


# How the number of a file's family is computed of `f` (file) and `m` (temp.family, joined by extension).
FAMILY = (
    f"CASE WHEN f.name GLOB '~$*' THEN {_NUMBERS[LOCK]} WHEN f.name GLOB '._*' THEN {_NUMBERS[MAC]}"
    f" WHEN f.extension = 'db' AND lower(f.name) IN ({_listed(_THUMBNAILS)}) THEN {_NUMBERS[THUMBNAILS]}"
    f" WHEN f.extension = '' AND f.name IN ({_listed(_MAC)}) THEN {_NUMBERS[MAC]}"
    f" ELSE COALESCE(m.family, {_NUMBERS[OTHER]}) END"
)
# Whose family can be another than their extension's; cheaper to ask than `FAMILY`.
NAMED = "(f.name GLOB '[~.]*' OR f.extension IN ('db', ''))"
JOINED = "LEFT JOIN temp.family m ON m.extension = f.extension"


def number_of(family: str) -> int:
    """The number by which SQL knows a family."""
    return _NUMBERS[family]


def family_of(name: str, extension: str) -> str:
    """The family of a file of that name and folded extension: what `FAMILY` computes, for one."""
    if name.startswith("~$"):
        return LOCK
    if name.startswith("._") or name in _MAC:
        return MAC
    if name.lower() in _THUMBNAILS:
        return THUMBNAILS
    return _FAMILY_OF.get(extension, OTHER)


def prepare(catalog: Catalog) -> None:
    """Make the TEMP table `family` (extension, family) that `JOINED` joins."""
    catalog.run("DROP TABLE IF EXISTS temp.family")
    catalog.run("CREATE TEMP TABLE family (extension TEXT PRIMARY KEY, family INTEGER NOT NULL) WITHOUT ROWID")
    catalog.run_many(
        "INSERT INTO temp.family VALUES (?, ?)", [(word, _NUMBERS[family]) for word, family in _FAMILY_OF.items()]
    )

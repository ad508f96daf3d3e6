"""1 % of the files of a generated area changed, as a scan and a classification would have seen it."""

import random

from filrydd.catalog.connection import Catalog

_SHARE = 0.01
_MOST_IN_A_FOLDER = 20


def change(catalog: Catalog, *, scattered: bool) -> tuple[int, int]:
    """Half of them get another name, which for a scan is another file; the rulings of the other half become other ones.

    They are taken from folders all over the area, up to twenty from each, or (`scattered`) one. Returns how many files in how
    many folders.
    """
    chance = random.Random(5)
    chosen: dict[int, int] = {}
    with catalog.writing():
        wanted = round(int(catalog.value("SELECT COUNT(*) FROM file WHERE gone IS NULL")) * _SHARE)
        folders = [
            row[0] for row in catalog.rows("SELECT DISTINCT folder FROM file WHERE gone IS NULL ORDER BY folder")
        ]
        chance.shuffle(folders)
        for folder in folders:
            most = min(wanted - len(chosen), 1 if scattered else _MOST_IN_A_FOLDER)
            rows = catalog.rows("SELECT id FROM file WHERE folder = ? AND gone IS NULL LIMIT ?", (folder, most))
            chosen.update((row[0], folder) for row in rows)
        scan = catalog.run("INSERT INTO scan (source, state, begun, ended) SELECT source, 'done', 3, 4 FROM area")
        run = catalog.run("INSERT INTO run (stage, begun, ended) VALUES ('classify', 5, 6)")
        rules = [row[0] for row in catalog.rows("SELECT id FROM rule ORDER BY id")]
        files = sorted(chosen)
        chance.shuffle(files)
        for place, file in enumerate(files):
            if place % 2:
                _rename(catalog, file, scan, run)
            else:
                _rule_otherwise(catalog, file, rules, run)
    return len(files), len(set(chosen.values()))


def _rename(catalog: Catalog, file: int, scan: int, run: int) -> None:
    new = catalog.run(
        "INSERT INTO file (folder, name, extension, size, modified, created, attributes, file_id, first_scan) SELECT folder,"
        " 'ny ' || name, extension, size, modified, created, attributes, file_id, ?2 FROM file WHERE id = ?1",
        (file, scan),
    )
    catalog.run(
        "INSERT INTO file_change (scan, file, what, old_size, old_modified, old_file)"
        " SELECT ?2, ?3, 'moved', size, modified, id FROM file WHERE id = ?1",
        (file, scan, new),
    )
    catalog.run("UPDATE file SET gone = ? WHERE id = ?", (scan, file))
    rule = catalog.value("SELECT rule FROM ruling WHERE file = ?", (file,))
    catalog.run("INSERT INTO ruling_change (run, file, old, new) VALUES (?, ?, ?, NULL)", (run, file, rule))
    catalog.run("DELETE FROM ruling WHERE file = ?", (file,))
    catalog.run("INSERT INTO ruling (file, rule) VALUES (?, ?)", (new, rule))


def _rule_otherwise(catalog: Catalog, file: int, rules: list[int], run: int) -> None:
    old = catalog.value("SELECT rule FROM ruling WHERE file = ?", (file,))
    new = rules[(rules.index(old) + 1) % len(rules)]
    catalog.run("UPDATE ruling SET rule = ? WHERE file = ?", (new, file))
    catalog.run("INSERT INTO ruling_change (run, file, old, new) VALUES (?, ?, ?, ?)", (run, file, old, new))

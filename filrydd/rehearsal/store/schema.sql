CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS site (
    id TEXT PRIMARY KEY,
    path TEXT NOT NULL,
    fold TEXT NOT NULL UNIQUE,
    asked INTEGER NOT NULL,  -- 1: made because somebody asked for it
    made INTEGER NOT NULL,
    display TEXT NOT NULL DEFAULT '',  -- empty: the end of its path
    description TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS drive (
    id TEXT PRIMARY KEY,
    site TEXT NOT NULL REFERENCES site (id),
    list TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    fold TEXT NOT NULL,
    segment TEXT NOT NULL,  -- the library's name in addresses
    root TEXT NOT NULL,
    made INTEGER NOT NULL,
    change INTEGER NOT NULL DEFAULT 0,  -- the number of the last change, which delta tokens hold
    template TEXT NOT NULL DEFAULT 'documentLibrary',  -- or genericList: a list without files
    description TEXT NOT NULL DEFAULT '',
    UNIQUE (site, fold)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS item (
    id TEXT PRIMARY KEY,
    drive TEXT NOT NULL REFERENCES drive (id),
    parent TEXT NOT NULL,  -- empty for a root
    name TEXT NOT NULL,
    fold TEXT NOT NULL,
    guid TEXT NOT NULL,
    folder INTEGER NOT NULL,
    size INTEGER NOT NULL,  -- of a folder: of all files in it
    children INTEGER NOT NULL,
    blob TEXT NOT NULL,  -- SHA-256
    quickxor TEXT NOT NULL,
    created INTEGER NOT NULL,  -- seconds since 1970
    modified INTEGER NOT NULL,
    etag INTEGER NOT NULL,
    ctag INTEGER NOT NULL,
    versions INTEGER NOT NULL,
    change INTEGER NOT NULL,
    number INTEGER NOT NULL,  -- the list item's id, unique in its library
    maker TEXT NOT NULL DEFAULT '',  -- who made it; empty: an app
    editor TEXT NOT NULL DEFAULT '',  -- who changed it last; empty: an app
    package TEXT NOT NULL DEFAULT '',  -- of a folder that is one thing to its program: oneNote
    label TEXT NOT NULL DEFAULT '',  -- the name of its retention label
    sensitivity TEXT NOT NULL DEFAULT '',  -- the name of its sensitivity label
    malware TEXT NOT NULL DEFAULT '',  -- what was found in it after it came
    holder TEXT NOT NULL DEFAULT '',  -- who has it checked out or open: nobody else changes it
    gone INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS item_name ON item (parent, fold) WHERE gone = 0;
-- Folders alone: what lies below is summed up by them.
CREATE INDEX IF NOT EXISTS item_folder ON item (parent) WHERE folder = 1 AND gone = 0;
CREATE UNIQUE INDEX IF NOT EXISTS item_change ON item (drive, change);
CREATE UNIQUE INDEX IF NOT EXISTS item_number ON item (drive, number);
-- What is there is what was made but for this: the pages count so, without reading a row.
CREATE INDEX IF NOT EXISTS item_gone ON item (drive, gone) WHERE gone = 1;

-- Where a small content lies; large ones are files by their hash.
CREATE TABLE IF NOT EXISTS packed (
    sha BLOB PRIMARY KEY,
    pack INTEGER NOT NULL,
    start INTEGER NOT NULL,
    size INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS version (
    item TEXT NOT NULL REFERENCES item (id),
    number INTEGER NOT NULL,
    size INTEGER NOT NULL,
    blob TEXT NOT NULL,
    modified INTEGER NOT NULL,
    editor TEXT NOT NULL DEFAULT '',
    quickxor TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (item, number)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS session (
    guid TEXT PRIMARY KEY,
    drive TEXT NOT NULL REFERENCES drive (id),
    parent TEXT NOT NULL,
    app TEXT NOT NULL,  -- the id of the app that opened it
    name TEXT NOT NULL,
    fold TEXT NOT NULL,
    conflict TEXT NOT NULL,
    created INTEGER,  -- fileSystemInfo, if given
    modified INTEGER,
    deferred INTEGER NOT NULL,
    closed INTEGER NOT NULL,  -- 1: tells ranges in the closed form
    opened REAL NOT NULL,
    touched REAL NOT NULL,
    total INTEGER NOT NULL DEFAULT 0,  -- 0: no fragment yet
    received INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS session_target ON session (parent, fold);

-- An item whose permissions are its own: inheritance is broken there.
CREATE TABLE IF NOT EXISTS scope (
    item TEXT PRIMARY KEY REFERENCES item (id),
    drive TEXT NOT NULL REFERENCES drive (id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS scope_drive ON scope (drive);

CREATE TABLE IF NOT EXISTS permission (
    item TEXT NOT NULL REFERENCES scope (item),
    login TEXT NOT NULL,  -- SharePoint's name of who it is
    kind TEXT NOT NULL,  -- user, group, siteGroup, application
    id TEXT NOT NULL,  -- the Entra object, or the site group's number
    name TEXT NOT NULL,
    role TEXT NOT NULL,  -- read, write, owner
    PRIMARY KEY (item, login)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS library_column (
    drive TEXT NOT NULL REFERENCES drive (id),
    name TEXT NOT NULL,
    id TEXT NOT NULL,
    display TEXT NOT NULL,
    kind TEXT NOT NULL,  -- text, note, number, boolean, choice, dateTime, hyperlinkOrPicture
    indexed INTEGER NOT NULL DEFAULT 0,
    definition TEXT NOT NULL DEFAULT '{}',  -- JSON: what else Graph tells of it
    PRIMARY KEY (drive, name)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS field (
    item TEXT NOT NULL REFERENCES item (id),
    name TEXT NOT NULL,
    value TEXT NOT NULL,  -- JSON
    PRIMARY KEY (item, name)
) WITHOUT ROWID;

-- What happens by itself later: labels that cascade, stamps, copies.
CREATE TABLE IF NOT EXISTS due (
    id INTEGER PRIMARY KEY,
    at REAL NOT NULL,  -- seconds since 1970 on the tenant's clock
    what TEXT NOT NULL,
    item TEXT NOT NULL,
    value TEXT NOT NULL  -- JSON
);
CREATE INDEX IF NOT EXISTS due_at ON due (at);

-- What the indexed columns say, in the order that SharePoint compares it: what makes a large list answer.
CREATE TABLE IF NOT EXISTS field_index (
    drive TEXT NOT NULL REFERENCES drive (id),
    name TEXT NOT NULL,
    key BLOB NOT NULL,  -- a number, or a folded text
    number INTEGER NOT NULL,  -- of the item
    PRIMARY KEY (drive, name, key, number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS field_index_item ON field_index (drive, name, number);

-- Copies that were asked for, and what of them is still to do.
CREATE TABLE IF NOT EXISTS copy (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL REFERENCES item (id),
    target TEXT NOT NULL REFERENCES drive (id),
    name TEXT NOT NULL,
    conflict TEXT NOT NULL,
    history INTEGER NOT NULL,  -- 1: with all versions
    status TEXT NOT NULL,  -- inProgress, completed, failed
    total INTEGER NOT NULL,
    done INTEGER NOT NULL DEFAULT 0,
    resource TEXT NOT NULL DEFAULT '',  -- the id of the copy
    code TEXT NOT NULL DEFAULT '',  -- why it failed
    message TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS copy_step (
    id INTEGER PRIMARY KEY,
    copy TEXT NOT NULL REFERENCES copy (id),
    source TEXT NOT NULL,
    parent TEXT NOT NULL  -- the folder that it goes to
);
CREATE INDEX IF NOT EXISTS copy_step_copy ON copy_step (copy, id);

-- Retention labels on items; the item has the label's name.
CREATE TABLE IF NOT EXISTS item_label (
    item TEXT PRIMARY KEY REFERENCES item (id),
    drive TEXT NOT NULL REFERENCES drive (id),
    kind TEXT NOT NULL,  -- retention, record, regulatory
    at INTEGER NOT NULL,
    by TEXT NOT NULL,  -- who put it there; empty: an app
    explicit INTEGER NOT NULL,  -- 0: it came from the folder
    locked INTEGER NOT NULL  -- 1: a record whose content nobody changes
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS item_label_kind ON item_label (drive, kind);

-- Files that are checked out, and what they were before: that is what comes back when the check-out is discarded.
CREATE TABLE IF NOT EXISTS checkout (
    item TEXT PRIMARY KEY REFERENCES item (id),
    version INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS item_holder ON item (drive) WHERE holder <> '';
CREATE INDEX IF NOT EXISTS item_malware ON item (blob) WHERE malware <> '';

-- How many versions a library keeps, where it says so itself.
CREATE TABLE IF NOT EXISTS version_limit (
    drive TEXT PRIMARY KEY REFERENCES drive (id),
    enabled INTEGER NOT NULL,
    major INTEGER NOT NULL,
    drafts INTEGER NOT NULL,
    mode INTEGER NOT NULL,  -- 0: by number; 1: by age as well; 2: SharePoint decides
    days INTEGER NOT NULL
) WITHOUT ROWID;

-- What an app is at a site, for Sites.Selected.
CREATE TABLE IF NOT EXISTS site_grant (
    site TEXT NOT NULL REFERENCES site (id),
    app TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,  -- read, write, manage, owner, fullcontrol; empty: taken away
    PRIMARY KEY (site, app)
) WITHOUT ROWID;

-- A library that files go to. Its root is the target with the empty path.
CREATE TABLE library (
  id INTEGER PRIMARY KEY,
  site TEXT NOT NULL,
  name TEXT NOT NULL,
  UNIQUE (site, name)
);
INSERT INTO library (site, name) SELECT site, library FROM proposal;
-- Who can read and write in a target and in all below it that has no scope of its own.
CREATE TABLE scope (
  id INTEGER PRIMARY KEY,
  digest TEXT NOT NULL UNIQUE
);
CREATE TABLE scope_grant (
  scope INTEGER NOT NULL,
  principal INTEGER NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('read', 'write')),
  entra_id TEXT NOT NULL DEFAULT '',  -- the object that is granted it; '': nobody has said which
  PRIMARY KEY (scope, principal)
) WITHOUT ROWID;
-- A target is a new folder. Its number belongs to its address for ever: another address is another target.
ALTER TABLE target RENAME TO former_target;
CREATE TABLE target (
  id INTEGER PRIMARY KEY,
  library INTEGER NOT NULL,
  parent INTEGER,                 -- NULL: the library's root itself
  name TEXT NOT NULL,
  path TEXT NOT NULL,             -- within the library
  scope INTEGER,                  -- NULL: as the folder above
  rules TEXT NOT NULL DEFAULT '',
  present INTEGER NOT NULL,       -- 0: an earlier proposal had it
  UNIQUE (library, path)
);
INSERT OR IGNORE INTO target (id, library, parent, name, path, rules, present)
  SELECT folder, 1, parent, name, path, rules, 0 FROM former_target WHERE EXISTS (SELECT 1 FROM library) ORDER BY folder;
DROP TABLE former_target;
-- What became of an old folder: the choice, the word for its reason, and where its own files lie (NULL: split by year).
CREATE TABLE decision (
  folder INTEGER PRIMARY KEY,
  choice TEXT NOT NULL,
  why TEXT NOT NULL,
  target INTEGER
);
-- What a person changed. It holds for the path, so it survives new scans and proposals until it is taken back.
CREATE TABLE edit (
  id INTEGER PRIMARY KEY,
  what TEXT NOT NULL,
  path TEXT NOT NULL,             -- of an old folder, or a security identifier
  value TEXT NOT NULL,
  name TEXT NOT NULL,
  note TEXT NOT NULL,
  at INTEGER NOT NULL,
  undone INTEGER,
  undone_by TEXT NOT NULL DEFAULT ''
);
CREATE INDEX edit_open ON edit (path) WHERE undone IS NULL;
-- of: the file whose item this one is a copy of, or whose earlier version it is.
ALTER TABLE placement ADD COLUMN of INTEGER;
ALTER TABLE placement ADD COLUMN role TEXT NOT NULL DEFAULT '' CHECK (role IN ('', 'copy', 'version'));
CREATE INDEX placement_of ON placement (of) WHERE of IS NOT NULL;
-- What was proposed before is proposed anew: where it went is kept, so that nothing is sent twice.
DELETE FROM proposal;
DELETE FROM problem;
ALTER TABLE signed_target ADD COLUMN access TEXT NOT NULL DEFAULT '';
DELETE FROM made_folder WHERE target = 0;
ALTER TABLE made_folder ADD COLUMN access TEXT NOT NULL DEFAULT '';  -- the scope's digest that it was given; '': none of its own
-- A folder's own bundle and its subfolders' nodes of the same part.
ALTER TABLE bundle ADD COLUMN node BLOB;
-- Each library that an upload has landed in.
CREATE TABLE landing (
  library INTEGER PRIMARY KEY,
  drive TEXT NOT NULL,
  root TEXT NOT NULL,
  path TEXT NOT NULL
);
INSERT INTO landing (library, drive, root, path) SELECT 1, drive, root, path FROM destination WHERE EXISTS (SELECT 1 FROM library);
-- A receipt is never changed, since the ledger commits to it. What became of it later stands beside it.
CREATE TABLE receipt_version (
  receipt INTEGER PRIMARY KEY,    -- of a file that became an earlier version of its item
  version TEXT NOT NULL           -- '?': not asked yet
);
CREATE TABLE filled (
  receipt INTEGER PRIMARY KEY,
  fields TEXT NOT NULL,           -- digest of what was written into the library's columns
  etag TEXT NOT NULL              -- of the item afterwards
);
DROP VIEW current_receipt;
CREATE VIEW current_receipt AS
  SELECT r.id, r.run, r.file, r.signoff, r.drive, r.item, r.parent, r.name, r.url, r.size, r.hash,
  COALESCE(f.etag, r.etag) AS etag, r.ctag, r.source_size, r.source_modified, r.source_hash, r.at,
  COALESCE(v.version, '') AS version, COALESCE(f.fields, '') AS fields
  FROM receipt r LEFT JOIN filled f ON f.receipt = r.id LEFT JOIN receipt_version v ON v.receipt = r.id
  WHERE NOT EXISTS (SELECT 1 FROM receipt later WHERE later.file = r.file AND later.id > r.id);
-- What somebody is called in the directory of the old servers, and whom that may be in Entra: never more than a suggestion.
ALTER TABLE principal ADD COLUMN mail TEXT NOT NULL DEFAULT '';  -- user principal name or mail address, as told
CREATE TABLE suggestion (
  principal INTEGER NOT NULL,
  entra_id TEXT NOT NULL,
  name TEXT NOT NULL,
  mail TEXT NOT NULL,
  PRIMARY KEY (principal, entra_id)
) WITHOUT ROWID;
-- Whose access the proposal changes in some folders of a part, the first of which is `folder`; read by pages.
CREATE TABLE access_shift (
  id INTEGER PRIMARY KEY,
  part INTEGER NOT NULL,
  folder INTEGER NOT NULL,
  folders INTEGER NOT NULL,
  files INTEGER NOT NULL,
  before TEXT NOT NULL,           -- '', read or write
  after TEXT NOT NULL,
  accepted TEXT NOT NULL,         -- the edit's word; '': nobody has accepted it
  people INTEGER NOT NULL,
  names TEXT NOT NULL             -- some of them, a line each
);
CREATE INDEX access_shift_part ON access_shift (part);
-- A folder that hardly anybody can read: the owner is asked whether more should.
CREATE TABLE question (
  id INTEGER PRIMARY KEY,
  part INTEGER NOT NULL,
  folder INTEGER NOT NULL,
  readers TEXT NOT NULL,          -- by name, a line each
  files INTEGER NOT NULL
);
-- A target in which so many files have a path that is too long for old programs on a PC that syncs the library.
CREATE TABLE long_path (
  target INTEGER PRIMARY KEY,
  files INTEGER NOT NULL
);

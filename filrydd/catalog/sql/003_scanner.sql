-- A folder whose listing has this digest holds the same entries as when it was stored (model/listed.py).
ALTER TABLE folder ADD COLUMN digest BLOB;
ALTER TABLE folder ADD COLUMN descriptor INTEGER;
ALTER TABLE file ADD COLUMN owner INTEGER;            -- principal; NULL: not asked
ALTER TABLE area ADD COLUMN descriptor INTEGER;       -- the share's own permissions, where the server tells them
ALTER TABLE area ADD COLUMN identity TEXT NOT NULL DEFAULT '';  -- equal: the same folder under two names
ALTER TABLE scan ADD COLUMN moved INTEGER;
ALTER TABLE scan ADD COLUMN via TEXT NOT NULL DEFAULT '';   -- the server behind a DFS name
ALTER TABLE unreadable ADD COLUMN found_by TEXT NOT NULL DEFAULT 'scan';  -- scan: by its walk; content: when it was read

-- What later scans found; a file that the first one saw has no row (file.first_scan tells).
CREATE TABLE file_history (
  scan INTEGER NOT NULL,
  file INTEGER NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('appeared', 'changed', 'vanished', 'moved')),
  old_size INTEGER, old_modified INTEGER,
  old_file INTEGER                -- moved: the row that it was before, which vanished
);
INSERT INTO file_history (scan, file, what, old_size, old_modified)
  SELECT c.scan, c.file, c.what, c.old_size, c.old_modified FROM file_change c JOIN file f ON f.id = c.file
  WHERE c.what <> 'appeared' OR c.scan > (SELECT MIN(id) FROM scan);
DROP TABLE file_change;
ALTER TABLE file_history RENAME TO file_change;
CREATE INDEX file_change_file ON file_change (file);

-- What a running scan has seen so far, as far as it differs; emptied when it is published.
DROP TABLE seen_trouble;
DROP TABLE seen_file;
DROP TABLE seen_folder;
DELETE FROM scan WHERE state = 'running';
CREATE TABLE seen_folder (
  id INTEGER PRIMARY KEY,         -- the walk's key
  parent INTEGER,
  name TEXT NOT NULL,
  known INTEGER,                  -- the same folder in the table folder
  state INTEGER NOT NULL DEFAULT 0,   -- 0: to be listed, 1: listed, 2: listed and its entries as they were, 3: not listable
  modified INTEGER NOT NULL,
  created INTEGER NOT NULL,
  attributes INTEGER NOT NULL,
  file_id INTEGER NOT NULL,
  digest BLOB,
  descriptor INTEGER
);
CREATE INDEX seen_folder_open ON seen_folder (id) WHERE state = 0;
CREATE TABLE seen_file (
  folder INTEGER NOT NULL,        -- seen_folder
  name TEXT NOT NULL,
  extension TEXT NOT NULL,
  size INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  created INTEGER NOT NULL,
  attributes INTEGER NOT NULL,
  file_id INTEGER NOT NULL,
  file INTEGER                    -- the row that it changes or brings back; NULL: a new one
);
CREATE TABLE seen_gone (file INTEGER PRIMARY KEY);
CREATE TABLE seen_trouble (
  folder INTEGER NOT NULL,        -- seen_folder
  name TEXT,
  kind TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL
);

-- Who owns, reads and writes.
CREATE TABLE principal (
  id INTEGER PRIMARY KEY,
  sid TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL DEFAULT '',
  kind TEXT NOT NULL DEFAULT '' CHECK (kind IN ('', 'user', 'group', 'computer', 'well-known')),
  state TEXT NOT NULL DEFAULT '' CHECK (state IN ('', 'active', 'disabled', 'vanished')),  -- '': nobody could be asked
  entra_id TEXT NOT NULL DEFAULT ''
);
CREATE TABLE member (
  owning INTEGER NOT NULL,        -- principal: the group
  member INTEGER NOT NULL,        -- principal, also through other groups
  PRIMARY KEY (owning, member)
) WITHOUT ROWID;
CREATE INDEX member_of ON member (member);
-- What each principal that a descriptor names may do, its groups, Deny and the share's permissions included.
CREATE TABLE access (
  descriptor INTEGER NOT NULL,
  principal INTEGER NOT NULL,
  reads INTEGER NOT NULL,
  writes INTEGER NOT NULL,
  PRIMARY KEY (descriptor, principal)
) WITHOUT ROWID;

-- What was read of files that may be copies of each other, and as what they were read.
CREATE TABLE content (
  file INTEGER PRIMARY KEY,
  size INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  ends BLOB NOT NULL,             -- digest of the first and last 64 KiB
  whole BLOB                      -- digest of everything; NULL: the ends told it apart
);
CREATE INDEX content_whole ON content (whole) WHERE whole IS NOT NULL;
-- Folders of which everything was read; those with the same digest are copies of each other.
CREATE TABLE folder_copy (
  folder INTEGER PRIMARY KEY,
  digest BLOB NOT NULL,
  files INTEGER NOT NULL,
  bytes INTEGER NOT NULL
);
CREATE INDEX folder_copy_digest ON folder_copy (digest);

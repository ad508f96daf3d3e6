-- scan
CREATE TABLE area (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  name TEXT NOT NULL,
  source TEXT NOT NULL            -- address without credentials
);
CREATE TABLE scan (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('running', 'done')),
  begun INTEGER NOT NULL,         -- ticks, as all times
  ended INTEGER,
  seconds REAL NOT NULL DEFAULT 0,
  folders INTEGER, files INTEGER, bytes INTEGER, unreadable INTEGER,
  appeared INTEGER, changed INTEGER, vanished INTEGER
);
-- A folder's subtree is the folders whose lo lies between its own lo and hi (preorder, rebuilt after each scan).
-- gone: the scan that no longer saw it; the row stays, since receipts, sign-offs and old addresses point to it.
CREATE TABLE folder (
  id INTEGER PRIMARY KEY,
  parent INTEGER,
  name TEXT NOT NULL,
  lo INTEGER NOT NULL DEFAULT 0,
  hi INTEGER NOT NULL DEFAULT 0,
  modified INTEGER NOT NULL,
  created INTEGER NOT NULL,
  attributes INTEGER NOT NULL,
  file_id INTEGER NOT NULL,
  gone INTEGER
);
CREATE UNIQUE INDEX folder_place ON folder (parent, name);
CREATE INDEX folder_order ON folder (lo) WHERE gone IS NULL;
CREATE TABLE file (
  id INTEGER PRIMARY KEY,
  folder INTEGER NOT NULL,
  name TEXT NOT NULL,
  extension TEXT NOT NULL,
  size INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  created INTEGER NOT NULL,
  attributes INTEGER NOT NULL,
  file_id INTEGER NOT NULL,
  first_scan INTEGER NOT NULL,
  gone INTEGER
);
CREATE UNIQUE INDEX file_place ON file (folder, name);
CREATE TABLE file_change (
  scan INTEGER NOT NULL,
  file INTEGER NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('appeared', 'changed', 'vanished')),
  old_size INTEGER, old_modified INTEGER
);
-- An unreadable is an entry, and its fate is hold by definition.
CREATE TABLE unreadable (
  id INTEGER PRIMARY KEY,
  folder INTEGER NOT NULL,        -- the folder it lies in, or that could not be listed
  name TEXT,                      -- NULL: the folder itself
  kind TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  fate TEXT NOT NULL DEFAULT 'hold' CHECK (fate = 'hold')
);
CREATE INDEX unreadable_place ON unreadable (folder, name);
-- What a running scan has seen so far; emptied when it is published.
CREATE TABLE seen_folder (
  id INTEGER PRIMARY KEY,
  parent INTEGER,
  name TEXT NOT NULL,
  known INTEGER,                  -- the same folder in the table folder
  listed INTEGER NOT NULL DEFAULT 0,
  modified INTEGER NOT NULL,
  created INTEGER NOT NULL,
  attributes INTEGER NOT NULL,
  file_id INTEGER NOT NULL
);
CREATE INDEX seen_folder_open ON seen_folder (id) WHERE listed = 0;
CREATE TABLE seen_file (
  folder INTEGER NOT NULL,        -- seen_folder
  name TEXT NOT NULL,
  size INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  created INTEGER NOT NULL,
  attributes INTEGER NOT NULL,
  file_id INTEGER NOT NULL
);
CREATE TABLE seen_trouble (
  folder INTEGER NOT NULL,        -- seen_folder
  name TEXT,
  kind TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL
);

-- what every stage leaves: its runs, and the figures that the status page shows
CREATE TABLE run (
  id INTEGER PRIMARY KEY,
  stage TEXT NOT NULL,
  begun INTEGER NOT NULL,
  ended INTEGER
);
CREATE TABLE figure (
  stage TEXT NOT NULL,
  name TEXT NOT NULL,
  value NOT NULL,
  PRIMARY KEY (stage, name)
) WITHOUT ROWID;

-- classify
CREATE TABLE rule (
  id INTEGER PRIMARY KEY,
  digest TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  fate TEXT NOT NULL CHECK (fate IN ('move', 'destroy', 'hold')),
  reason_nb TEXT NOT NULL,
  reason_en TEXT NOT NULL,
  basis TEXT NOT NULL,
  noark TEXT NOT NULL,
  decided_by TEXT NOT NULL,
  decided_on TEXT,
  confirmed_by TEXT NOT NULL,
  confirmed_on TEXT,
  junk INTEGER NOT NULL,
  awaits_confirmation INTEGER NOT NULL,
  block INTEGER NOT NULL          -- 1: a block made it hold
);
CREATE TABLE ruling (
  file INTEGER PRIMARY KEY,
  rule INTEGER NOT NULL REFERENCES rule (id)
);
CREATE INDEX ruling_rule ON ruling (rule);
CREATE TABLE ruling_change (
  run INTEGER NOT NULL,
  file INTEGER NOT NULL,
  old INTEGER,
  new INTEGER
);

-- propose
CREATE TABLE proposal (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  digest TEXT NOT NULL,
  run INTEGER NOT NULL,
  department TEXT NOT NULL,
  site TEXT NOT NULL,
  library TEXT NOT NULL,
  folder TEXT NOT NULL            -- the folder in the library under which the tree goes; '' for its root
);
CREATE TABLE part (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  folder INTEGER NOT NULL,
  owner TEXT NOT NULL, owner_email TEXT NOT NULL,
  contact TEXT NOT NULL, contact_email TEXT NOT NULL,
  digest TEXT NOT NULL,
  present INTEGER NOT NULL        -- 0: an earlier proposal had it
);
CREATE TABLE folder_part (folder INTEGER PRIMARY KEY, part INTEGER NOT NULL);
-- A target is the new folder that stands for an old one.
CREATE TABLE target (
  folder INTEGER PRIMARY KEY,
  parent INTEGER,
  name TEXT NOT NULL,
  path TEXT NOT NULL,             -- within the library
  rules TEXT NOT NULL
);
CREATE TABLE placement (
  file INTEGER PRIMARY KEY,
  target INTEGER NOT NULL,
  name TEXT,                      -- NULL: the old name
  rules TEXT NOT NULL DEFAULT ''
);
CREATE TABLE bundle (folder INTEGER PRIMARY KEY, digest BLOB NOT NULL);
CREATE TABLE problem (
  id INTEGER PRIMARY KEY,
  part INTEGER NOT NULL,
  folder INTEGER NOT NULL,
  file INTEGER,
  kind TEXT NOT NULL,
  detail TEXT NOT NULL
);

-- review
CREATE TABLE signoff (
  id INTEGER PRIMARY KEY,
  part TEXT NOT NULL,
  digest TEXT NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  how TEXT NOT NULL,              -- how identity was established
  note TEXT NOT NULL,
  at INTEGER NOT NULL,
  destroys INTEGER NOT NULL,      -- 1: also what goes beyond junk
  follow_until INTEGER,           -- new files follow until then
  files INTEGER NOT NULL
);
CREATE TABLE withdrawal (
  signoff INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  note TEXT NOT NULL,
  at INTEGER NOT NULL
);
CREATE TABLE signed (
  file INTEGER PRIMARY KEY,
  signoff INTEGER NOT NULL,
  fate TEXT NOT NULL,
  rule INTEGER NOT NULL,
  target INTEGER,
  name TEXT,
  size INTEGER NOT NULL,
  modified INTEGER NOT NULL
);
CREATE INDEX signed_signoff ON signed (signoff);
CREATE TABLE signed_target (
  signoff INTEGER NOT NULL,
  folder INTEGER NOT NULL,
  address TEXT NOT NULL,          -- site, library and path, each on a line
  PRIMARY KEY (signoff, folder)
) WITHOUT ROWID;
CREATE TABLE signed_bundle (
  signoff INTEGER NOT NULL,
  folder INTEGER NOT NULL,
  digest BLOB NOT NULL,
  content BLOB NOT NULL,          -- exactly what was signed (catalog/signatures.py)
  PRIMARY KEY (signoff, folder)
) WITHOUT ROWID;

-- upload
CREATE TABLE destination (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  tenant TEXT NOT NULL,           -- 'rehearsal' or 'graph'
  address TEXT NOT NULL,
  site TEXT NOT NULL,
  drive TEXT NOT NULL,
  root TEXT NOT NULL,
  path TEXT NOT NULL
);
CREATE TABLE made_folder (
  target INTEGER PRIMARY KEY,     -- 0: the proposal's folder in the library
  item TEXT NOT NULL,
  path TEXT NOT NULL
);
-- An intent stands here from before the act until its receipt is stored.
CREATE TABLE journal (
  file INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  target INTEGER NOT NULL,
  name TEXT NOT NULL,
  session TEXT NOT NULL DEFAULT '',  -- the uploadUrl, and the content that it was opened for
  session_size INTEGER NOT NULL DEFAULT 0,
  session_modified INTEGER NOT NULL DEFAULT 0,
  begun INTEGER NOT NULL
);
CREATE TABLE receipt (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  file INTEGER NOT NULL,
  signoff INTEGER NOT NULL,
  drive TEXT NOT NULL,
  item TEXT NOT NULL,
  parent TEXT NOT NULL,
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  size INTEGER NOT NULL,
  hash TEXT NOT NULL,
  etag TEXT NOT NULL,
  ctag TEXT NOT NULL,
  source_size INTEGER NOT NULL,
  source_modified INTEGER NOT NULL,
  source_hash TEXT NOT NULL,
  at INTEGER NOT NULL
);
CREATE INDEX receipt_file ON receipt (file);
CREATE INDEX receipt_item ON receipt (item);
CREATE VIEW current_receipt AS
  SELECT * FROM receipt r WHERE NOT EXISTS (SELECT 1 FROM receipt later WHERE later.file = r.file AND later.id > r.id);
CREATE TABLE failure (
  file INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  at INTEGER NOT NULL
);

-- verify
CREATE TABLE finding (
  id INTEGER PRIMARY KEY,
  stage TEXT NOT NULL,
  file INTEGER,
  item TEXT NOT NULL DEFAULT '',
  kind TEXT NOT NULL,
  detail TEXT NOT NULL DEFAULT '',
  found INTEGER NOT NULL,
  closed INTEGER
);
CREATE INDEX finding_file ON finding (file) WHERE closed IS NULL;
CREATE TABLE comparison (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  file INTEGER NOT NULL,
  receipt INTEGER NOT NULL,
  outcome TEXT NOT NULL,          -- equal, rewritten
  source_hash TEXT NOT NULL,
  etag TEXT NOT NULL,
  seal INTEGER,                   -- the seal that was in force
  at INTEGER NOT NULL
);
CREATE INDEX comparison_receipt ON comparison (receipt);

-- seal
CREATE TABLE seal (
  id INTEGER PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('saving', 'sealing', 'sealed', 'unsealing', 'open')),
  begun INTEGER NOT NULL,
  sealed INTEGER,                 -- when everything was read-only
  opened INTEGER
);
CREATE TABLE descriptor (id INTEGER PRIMARY KEY, content BLOB NOT NULL UNIQUE);
CREATE TABLE former_permission (
  seal INTEGER NOT NULL,
  path TEXT NOT NULL,
  kind TEXT NOT NULL,
  descriptor INTEGER NOT NULL,
  sealed INTEGER NOT NULL,        -- the descriptor that it becomes
  PRIMARY KEY (seal, path)
) WITHOUT ROWID;
CREATE TABLE backup (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  place TEXT NOT NULL,
  digest TEXT NOT NULL,
  ledger INTEGER NOT NULL         -- the last ledger row it holds
);

-- retire
CREATE TABLE retirement (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  file INTEGER NOT NULL UNIQUE,
  path TEXT NOT NULL,
  size INTEGER NOT NULL,
  hash TEXT NOT NULL,
  proof TEXT NOT NULL,            -- JSON
  begun INTEGER NOT NULL,
  done INTEGER                    -- NULL: intent
);

-- ledger
CREATE TABLE ledger (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  actor TEXT NOT NULL,
  body TEXT NOT NULL,             -- canonical JSON
  root TEXT NOT NULL,             -- over the rows that this run wrote
  previous TEXT NOT NULL,
  hash TEXT NOT NULL,
  signature TEXT NOT NULL
);
CREATE TABLE deposit (
  ledger INTEGER PRIMARY KEY,
  hash TEXT NOT NULL,
  name TEXT NOT NULL,
  at INTEGER NOT NULL
);

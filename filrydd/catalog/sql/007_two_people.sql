-- A sign-off names its signer by the identity that was established, and how many people it takes to destroy documents.
ALTER TABLE signoff ADD COLUMN who TEXT NOT NULL DEFAULT '';        -- issuer|tenant|object id, or how else
ALTER TABLE signoff ADD COLUMN as_manager INTEGER NOT NULL DEFAULT 0;  -- 1: who answers for the part
ALTER TABLE signoff ADD COLUMN signers INTEGER NOT NULL DEFAULT 1;
-- The second person's signature under a sign-off. It falls with it.
CREATE TABLE cosign (
  id INTEGER PRIMARY KEY,
  signoff INTEGER NOT NULL UNIQUE,
  digest TEXT NOT NULL,           -- what the second person saw
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  who TEXT NOT NULL,
  how TEXT NOT NULL,
  as_manager INTEGER NOT NULL,
  note TEXT NOT NULL,
  at INTEGER NOT NULL
);
-- What a sign-off covered when it was given: move, junk, documents.
CREATE TABLE signed_total (
  signoff INTEGER NOT NULL,
  kind TEXT NOT NULL,
  files INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (signoff, kind)
) WITHOUT ROWID;
-- A receipt looks for the entry of its sign-off.
CREATE INDEX ledger_kind ON ledger (kind);
-- What was last counted of the parts, so that a page need not count (catalog/standings.py).
CREATE TABLE standing (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  stamp TEXT NOT NULL,            -- what it was counted from
  counted INTEGER NOT NULL,
  since INTEGER,                  -- good for times after this one and not after the other: new files follow until then
  until INTEGER,
  as_proposed INTEGER NOT NULL    -- 1: the area is what the proposal's digests say
);
CREATE TABLE standing_count (
  part TEXT NOT NULL,
  kind TEXT NOT NULL,             -- move, junk, documents, hold
  state TEXT NOT NULL,
  files INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (part, kind, state)
) WITHOUT ROWID;
CREATE TABLE standing_list (
  part TEXT NOT NULL,
  list TEXT NOT NULL CHECK (list IN ('mended', 'unread', 'to look at')),
  count INTEGER NOT NULL,
  lines TEXT NOT NULL,            -- the first of them: JSON
  PRIMARY KEY (part, list)
) WITHOUT ROWID;

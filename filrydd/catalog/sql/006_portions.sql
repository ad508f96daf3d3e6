-- One preparation of the groups that people are asked about. The current one is what pages show; a new one is written beside it
-- and takes its place in one step.
CREATE TABLE review_edition (
  id INTEGER PRIMARY KEY,
  digest TEXT NOT NULL,           -- of the proposal that it was made for
  at INTEGER NOT NULL,
  current INTEGER NOT NULL
);
-- A group of files of one part that one answer is asked for. Portion 0: nothing is asked, since no answer can change its fate.
CREATE TABLE review_group (
  id INTEGER PRIMARY KEY,
  edition INTEGER NOT NULL,
  part INTEGER NOT NULL,
  key TEXT NOT NULL,              -- the same in every edition for the same files
  portion INTEGER NOT NULL,
  place INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('folder', 'chain', 'copies', 'rule')),
  folder INTEGER NOT NULL,        -- the folder that all of it lies in or under
  rule INTEGER NOT NULL,          -- the policy's own rule of most of its files
  rules TEXT NOT NULL,            -- all of them, numbers with blanks between
  fate TEXT NOT NULL CHECK (fate IN ('move', 'destroy', 'hold', 'mixed')),
  allowed TEXT NOT NULL,          -- fates that an answer may give, with blanks between
  files INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  oldest INTEGER NOT NULL,        -- ticks of the last change
  newest INTEGER NOT NULL,
  risk INTEGER NOT NULL,          -- 0: nothing risky
  risks TEXT NOT NULL,            -- words, with blanks between
  others TEXT NOT NULL,           -- who else uses it, a name a line
  other_count INTEGER NOT NULL,
  examples TEXT NOT NULL,         -- some of its files, numbers with blanks between
  coarse INTEGER NOT NULL,        -- 1: there was no room to tell it apart further
  content TEXT NOT NULL,          -- digest of what it holds (portions/sums.py)
  UNIQUE (edition, part, key)
);
-- Files of that folder under that rule of the policy belong to the group, but for those in review_member.
CREATE TABLE review_place (
  folder INTEGER NOT NULL,
  rule INTEGER NOT NULL,
  grp INTEGER NOT NULL,
  PRIMARY KEY (folder, rule, grp)
) WITHOUT ROWID;
CREATE INDEX review_place_group ON review_place (grp);
CREATE TABLE review_member (
  file INTEGER NOT NULL,
  grp INTEGER NOT NULL,
  PRIMARY KEY (file, grp)
) WITHOUT ROWID;
CREATE INDEX review_member_group ON review_member (grp);
-- Single files that ask to be looked at.
CREATE TABLE review_look (
  edition INTEGER NOT NULL,
  part INTEGER NOT NULL,
  portion INTEGER NOT NULL,
  file INTEGER NOT NULL,
  grp INTEGER NOT NULL,
  PRIMARY KEY (edition, part, portion, file)
) WITHOUT ROWID;
-- What people said about a group. Rows are never changed but for being taken back; the latest that is not is in force.
CREATE TABLE group_answer (
  id INTEGER PRIMARY KEY,
  part TEXT NOT NULL,             -- a part's name, as in signoff
  key TEXT NOT NULL,
  content TEXT NOT NULL,          -- of the group as it was answered
  answer TEXT NOT NULL CHECK (answer IN ('as suggested', 'move', 'destroy', 'hold', 'elsewhere', 'passed on')),
  detail TEXT NOT NULL,           -- where it belongs
  to_name TEXT NOT NULL,          -- who must decide
  to_id TEXT NOT NULL,
  note TEXT NOT NULL,
  name TEXT NOT NULL,
  who TEXT NOT NULL,
  how TEXT NOT NULL,
  at INTEGER NOT NULL,
  undone INTEGER,
  undone_by TEXT NOT NULL DEFAULT ''
);
CREATE INDEX group_answer_open ON group_answer (part, key) WHERE undone IS NULL;
CREATE TABLE looked (
  id INTEGER PRIMARY KEY,
  part TEXT NOT NULL,
  file INTEGER NOT NULL,
  portion INTEGER NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('fine', 'wrong')),
  name TEXT NOT NULL,
  who TEXT NOT NULL,
  how TEXT NOT NULL,
  at INTEGER NOT NULL,
  size INTEGER NOT NULL,          -- of the file that was looked at
  modified INTEGER NOT NULL
);
CREATE INDEX looked_file ON looked (file);
-- Which answer about a group the answers about its files (table answer) were last made from; NULL: none.
CREATE TABLE taken_answer (
  part TEXT NOT NULL,
  key TEXT NOT NULL,
  answer INTEGER,
  PRIMARY KEY (part, key)
) WITHOUT ROWID;
-- An answer about a file that came from one about its group, as long as it has that one's name and time.
CREATE TABLE taken_in (file INTEGER PRIMARY KEY, answer INTEGER NOT NULL);

-- Links given new addresses in documents that lie in the tenant. A row stands here from before its version is sent.
CREATE TABLE mending (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,           -- the run that ended it; until then the one that began it
  file INTEGER NOT NULL,
  receipt INTEGER NOT NULL,       -- of the content whose links these are: another content has its own
  drive TEXT NOT NULL,
  item TEXT NOT NULL,
  before TEXT NOT NULL,           -- the item's eTag, which the new version follows
  session TEXT NOT NULL DEFAULT '',  -- the uploadUrl, until it has arrived
  begun INTEGER NOT NULL,
  etag TEXT NOT NULL DEFAULT '',  -- of the item afterwards, as the next two
  ctag TEXT NOT NULL DEFAULT '',
  size INTEGER NOT NULL DEFAULT 0,
  hash TEXT NOT NULL DEFAULT '',
  done INTEGER
);
CREATE INDEX mending_item ON mending (item);
CREATE INDEX mending_open ON mending (id) WHERE done IS NULL;
CREATE TABLE mended_link (
  mending INTEGER NOT NULL,
  old TEXT NOT NULL,              -- the target as it stood in the document
  new TEXT NOT NULL,
  PRIMARY KEY (mending, old)
) WITHOUT ROWID;

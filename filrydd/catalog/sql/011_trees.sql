-- A part's old and new tree side by side, worked out when it is proposed, so that a page need not go through its files
-- (catalog/kept_trees.py).
CREATE TABLE part_tree (
  part TEXT PRIMARY KEY,
  run INTEGER NOT NULL,           -- the proposal that it is of
  digest TEXT NOT NULL,
  folders INTEGER NOT NULL,
  targets INTEGER NOT NULL,
  content BLOB NOT NULL           -- both trees and the pairs as numbers of 64 bits, little-endian, by zlib
);

-- Folders that were there before us: what others have in them is theirs.
ALTER TABLE made_folder ADD COLUMN found INTEGER NOT NULL DEFAULT 0;
UPDATE made_folder SET found = 1 WHERE target IN (SELECT id FROM target WHERE parent IS NULL);
ALTER TABLE former_folder ADD COLUMN found INTEGER NOT NULL DEFAULT 0;
CREATE INDEX made_folder_item ON made_folder (item);
CREATE INDEX former_folder_item ON former_folder (item)

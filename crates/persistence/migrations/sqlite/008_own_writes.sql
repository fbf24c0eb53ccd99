-- When a record was changed by others than a sync, where a sync wrote it since: the time that it shows is then the sync's.
ALTER TABLE links ADD COLUMN written TEXT NOT NULL DEFAULT '{}';

DROP TABLE undo_tokens;

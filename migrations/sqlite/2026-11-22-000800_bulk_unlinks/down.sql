DROP TABLE bulk_unlink_lines;
DROP TABLE bulk_unlinks;

DROP TABLE operator_sessions;
DROP TABLE operator_recovery_codes;
DROP TABLE operators;

DROP TABLE approvals;
DROP TABLE operator_deeds;

DROP TABLE operator_browsers;

//! Reads a file of profile ids: which line names which profile (`docs/security.md`, T51).

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::platform::table_file::{TableFile, TableLimits, TableProblem, TableRow};

/// Names of the column, in small letters.
const COLUMN: [&str; 4] = ["uid", "profile_uid", "идентификатор", "идентификатор профиля"];

/// Longest id.
const LONGEST: usize = 64;

/// Why a file is no list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListProblem {
    /// It is no table within bounds.
    Table(TableProblem),
    /// The first line names no column of ids.
    NoColumn {
        /// Line.
        line: u64,
    },
    /// Nothing below the heading.
    Empty,
}

/// What a line says.
#[derive(Clone, PartialEq, Eq)]
pub enum Said {
    /// An id.
    Uid(Box<str>),
    /// The id of an earlier line.
    Repeats(u64),
    /// None.
    Nothing,
}

/// A line. `Debug` shows its number only.
#[derive(Clone, PartialEq, Eq)]
pub struct ReadLine {
    /// Line of the file, from 1.
    pub line: u64,
    /// What it says.
    pub said: Said,
}

impl ReadLine {
    /// The id that is to be looked up.
    pub fn uid(&self) -> Option<&str> {
        match &self.said {
            Said::Uid(uid) => Some(uid),
            Said::Repeats(_) | Said::Nothing => None,
        }
    }
}

impl std::fmt::Debug for ReadLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ReadLine({})", self.line)
    }
}

/// The lines below the heading. A line without an id is a line all the same: the preview names it.
///
/// # Errors
/// What makes the whole file no list, with its line.
pub fn read_list(bytes: &[u8]) -> Result<Vec<ReadLine>, ListProblem> {
    let file = TableFile::new(bytes, None, TableLimits::LIST).map_err(ListProblem::Table)?;
    let mut rows = file.rows();
    let heading = rows.next().ok_or(ListProblem::Empty)?.map_err(ListProblem::Table)?;
    let column = column(&heading).ok_or(ListProblem::NoColumn { line: heading.line })?;
    let mut first: HashMap<Box<str>, u64> = HashMap::new();
    let mut lines = Vec::new();
    for row in rows {
        let row = row.map_err(ListProblem::Table)?;
        let said = match row.cells.get(column).filter(|cell| is_uid(cell)) {
            None => Said::Nothing,
            Some(cell) => match first.entry(cell.as_str().into()) {
                Entry::Occupied(before) => Said::Repeats(*before.get()),
                Entry::Vacant(place) => {
                    let uid = place.key().clone();
                    place.insert(row.line);
                    Said::Uid(uid)
                }
            },
        };
        lines.push(ReadLine { line: row.line, said });
    }
    if lines.is_empty() { Err(ListProblem::Empty) } else { Ok(lines) }
}

fn column(heading: &TableRow) -> Option<usize> {
    heading.cells.iter().position(|cell| COLUMN.contains(&cell.to_lowercase().as_str()))
}

/// An id has letters, digits, dashes and the like. Names, addresses and SNILS have not: a wrong column is not
/// looked for among the profiles.
fn is_uid(cell: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=LONGEST).contains(&cell.len()) && cell.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use encoding_rs::WINDOWS_1251;
    use proptest::prelude::*;

    use super::*;

    fn read(bytes: &[u8]) -> Result<Vec<(u64, String)>, ListProblem> {
        let lines = read_list(bytes)?;
        let shown = |line: ReadLine| match line.said {
            Said::Uid(uid) => (line.line, uid.into_string()),
            Said::Repeats(first) => (line.line, format!("={first}")),
            Said::Nothing => (line.line, "?".into()),
        };
        Ok(lines.into_iter().map(shown).collect())
    }

    fn lines(expected: &[(u64, &str)]) -> Vec<(u64, String)> {
        expected.iter().map(|(line, said)| (*line, (*said).to_owned())).collect()
    }

    #[test]
    fn t51_the_column_is_found_by_its_name_and_every_line_keeps_its_number() {
        let text = "ФИО;Идентификатор;класс\r\nИванов;u-1;9А\r\n\r\n\"Петров\nПётр\";u-2;9А\r\nСидоров;u-1;9А\r\nОрлов;;9А\r\nНосов\r\n";
        let expected = lines(&[(2, "u-1"), (4, "u-2"), (6, "=2"), (7, "?"), (8, "?")]);
        let (cyrillic, ..) = WINDOWS_1251.encode(text);
        let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        for bytes in [text.as_bytes(), &marked, &cyrillic] {
            assert_eq!(read(bytes).unwrap(), expected);
        }
        for (text, expected) in [
            ("uid\nu-1", lines(&[(2, "u-1")])),
            ("UID,name\nu-1,x", lines(&[(2, "u-1")])),
            ("name\tprofile_uid\nx\tu-1", lines(&[(2, "u-1")])),
            ("uid\n112-233-445 95\nИванов\na@b.example\n", lines(&[(2, "?"), (3, "?"), (4, "?")])),
            (&format!("uid\n{}\n{}\n", "a".repeat(64), "a".repeat(65)), {
                vec![(2, "a".repeat(64)), (3, "?".into())]
            }),
        ] {
            assert_eq!(read(text.as_bytes()).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn t51_what_is_no_list_says_why_and_where() {
        use ListProblem::*;
        for (bytes, problem) in [
            (&b""[..], Empty),
            (b"\n\n", Empty),
            (b"uid", Empty),
            (b"uid\n\n;;\n", Empty),
            (b"u-1\nu-2\n", NoColumn { line: 1 }),
            (b"\n\nname;login\nx;y\n", NoColumn { line: 3 }),
            (b"uid\n\nu-1\0\n", Table(TableProblem::Nul { line: 3 })),
            (b"PK\x03\x04\x14\0\x06\0", Table(TableProblem::NotText)),
        ] {
            assert_eq!(read(bytes), Err(problem), "{bytes:?}");
        }
        assert_eq!(read(&vec![b'1'; 10_000_001]), Err(Table(TableProblem::TooLarge)));
        let most = format!("uid\n{}", "u-1\n".repeat(200_000));
        assert_eq!(read(most.as_bytes()).unwrap().len(), 200_000);
        let more = Table(TableProblem::TooManyRows { line: 200_002 });
        assert_eq!(read(format!("{most}u-2\n").as_bytes()), Err(more));
    }

    proptest! {
        #[test]
        fn t82_whatever_comes_is_a_list_or_a_problem(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let with_heading = [b"uid;", &bytes[..]].concat();
            for bytes in [&bytes, &with_heading] {
                for line in read_list(bytes).unwrap_or_default() {
                    if let Said::Uid(uid) = &line.said {
                        prop_assert!(is_uid(uid));
                    }
                    if let Said::Repeats(first) = line.said {
                        prop_assert!(first < line.line);
                    }
                }
            }
        }
    }
}

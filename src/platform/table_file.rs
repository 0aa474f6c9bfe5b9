//! Tables that people upload: CSV as spreadsheet programs write it, in whatever of our encodings, read one
//! row at a time within bounds (`docs/security.md`, T51).
//!
//! The file is held as it came (its size is bounded before anything reads it); rows are made one by one.
//! A problem names the line of the file on which its row begins, as an editor counts them.

use std::borrow::Cow;
use std::fmt;

use csv::{ReaderBuilder, StringRecord};
use encoding_rs::WINDOWS_1251;

/// Bounds of a table.
#[derive(Clone, Copy, Debug)]
pub struct TableLimits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Rows, the heading included.
    pub rows: usize,
    /// Cells of a row.
    pub columns: usize,
    /// Bytes of a cell.
    pub cell: usize,
}

impl TableLimits {
    /// For lists of people: 10 MB, 200,000 rows with a heading.
    pub const LIST: Self = Self { bytes: 10_000_000, rows: 200_001, columns: 64, cell: 4096 };
}

/// How a file's bytes are letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without its mark.
    Utf8,
    /// The Cyrillic one of Windows.
    Windows1251,
}

/// What is wrong with a table, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableProblem {
    /// More bytes than the bound.
    TooLarge,
    /// Not text in the encoding that was named.
    NotText,
    /// More rows than the bound; this line begins the first beyond it.
    TooManyRows {
        /// Line.
        line: u64,
    },
    /// More cells in a row than the bound.
    TooManyColumns {
        /// Line.
        line: u64,
    },
    /// A cell longer than the bound.
    CellTooLong {
        /// Line.
        line: u64,
    },
    /// A character that no cell of a list has: NUL.
    Nul {
        /// Line.
        line: u64,
    },
}

/// A row and where it begins. `Debug` shows the line only.
#[derive(Clone, PartialEq, Eq)]
pub struct TableRow {
    /// Line of the file, from 1.
    pub line: u64,
    /// Cells without the spaces around them.
    pub cells: Vec<String>,
}

impl fmt::Debug for TableRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TableRow({})", self.line)
    }
}

/// A file that is text and within its size.
pub struct TableFile<'a> {
    text: Cow<'a, str>,
    delimiter: u8,
    limits: TableLimits,
}

impl fmt::Debug for TableFile<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableFile").field("bytes", &self.text.len()).finish_non_exhaustive()
    }
}

impl<'a> TableFile<'a> {
    /// Takes a file. Without a declared encoding, what is UTF-8 is UTF-8, and what is not, windows-1251.
    ///
    /// # Errors
    /// It is too large, or no text.
    pub fn new(
        bytes: &'a [u8],
        declared: Option<Encoding>,
        limits: TableLimits,
    ) -> Result<Self, TableProblem> {
        if bytes.len() > limits.bytes {
            return Err(TableProblem::TooLarge);
        }
        let text = decode(bytes, declared)?;
        Ok(Self { delimiter: delimiter(&text), text, limits })
    }

    /// The rows one by one; rows without a character are left out. After a problem there are no more.
    pub fn rows(&self) -> impl Iterator<Item = Result<TableRow, TableProblem>> + '_ {
        let mut reader = ReaderBuilder::new()
            .delimiter(self.delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(self.text.as_bytes());
        let (mut record, mut count, mut over) = (StringRecord::new(), 0, false);
        std::iter::from_fn(move || {
            loop {
                // Text in memory, of any number of columns: reading it cannot fail.
                if over || !reader.read_record(&mut record).unwrap_or(false) {
                    return None;
                }
                let line = self.line_of(&record);
                let row = self.row(&record, line, count);
                over = row.is_err();
                count += 1;
                match row {
                    Ok(row) if row.cells.iter().all(String::is_empty) => {}
                    row => return Some(row),
                }
            }
        })
    }

    fn row(&self, record: &StringRecord, line: u64, before: usize) -> Result<TableRow, TableProblem> {
        if before >= self.limits.rows {
            return Err(TableProblem::TooManyRows { line });
        }
        if record.len() > self.limits.columns {
            return Err(TableProblem::TooManyColumns { line });
        }
        if record.iter().any(|cell| cell.len() > self.limits.cell) {
            return Err(TableProblem::CellTooLong { line });
        }
        if record.iter().any(|cell| cell.contains('\0')) {
            return Err(TableProblem::Nul { line });
        }
        Ok(TableRow { line, cells: record.iter().map(|cell| cell.trim().to_owned()).collect() })
    }

    /// The reader counts empty lines before a row as the row's own.
    fn line_of(&self, record: &StringRecord) -> u64 {
        let Some(position) = record.position() else { return 0 };
        let from = usize::try_from(position.byte()).unwrap_or(usize::MAX);
        let ahead = self.text.as_bytes().get(from..).unwrap_or_default();
        let skipped = ahead.iter().take_while(|byte| matches!(byte, b'\n' | b'\r'));
        position.line() + skipped.filter(|byte| **byte == b'\n').count() as u64
    }
}

fn decode(bytes: &[u8], declared: Option<Encoding>) -> Result<Cow<'_, str>, TableProblem> {
    let marked = bytes.strip_prefix(b"\xef\xbb\xbf");
    let (bytes, declared) = match marked {
        Some(rest) => (rest, Some(Encoding::Utf8)),
        None => (bytes, declared),
    };
    let text = match (std::str::from_utf8(bytes), declared) {
        (Ok(text), None | Some(Encoding::Utf8)) => Cow::Borrowed(text),
        (Err(_), Some(Encoding::Utf8)) => return Err(TableProblem::NotText),
        (Err(_), None) | (_, Some(Encoding::Windows1251)) => {
            WINDOWS_1251.decode_without_bom_handling(bytes).0
        }
    };
    // A picture or an archive is no text in any encoding; 0x98 is no letter of windows-1251.
    let is_text = !text.chars().any(|c| matches!(c, '\u{1}'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{98}'));
    if is_text { Ok(text) } else { Err(TableProblem::NotText) }
}

/// What stands between the cells of the first line: `;`, or `,` or a tab if there are more of them.
fn delimiter(text: &str) -> u8 {
    let first = text.trim_start_matches(['\n', '\r']).lines().next().unwrap_or_default();
    let outside = first.split('"').step_by(2);
    let mut counts = [(b';', 0), (b',', 0), (b'\t', 0)];
    for byte in outside.flat_map(str::bytes) {
        if let Some((_, count)) = counts.iter_mut().find(|(known, _)| *known == byte) {
            *count += 1;
        }
    }
    // Of equals the first: spreadsheets of this country write `;`.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b';', |(byte, _)| byte)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SMALL: TableLimits = TableLimits { bytes: 1000, rows: 5, columns: 3, cell: 20 };

    fn read(bytes: &[u8], declared: Option<Encoding>) -> Result<Vec<(u64, Vec<String>)>, TableProblem> {
        let file = TableFile::new(bytes, declared, SMALL)?;
        file.rows().map(|row| row.map(|row| (row.line, row.cells))).collect()
    }

    fn rows(expected: &[(u64, &[&str])]) -> Vec<(u64, Vec<String>)> {
        let owned = |cells: &[&str]| cells.iter().map(|&cell| cell.to_owned()).collect();
        expected.iter().map(|(line, cells)| (*line, owned(cells))).collect()
    }

    #[test]
    fn t51_one_list_in_every_encoding_is_one_list() {
        let text = "id;имя\r\n17;Пётр\r\n";
        let expected = rows(&[(1, &["id", "имя"]), (2, &["17", "Пётр"])]);
        let (cyrillic, ..) = WINDOWS_1251.encode(text);
        let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        for bytes in [text.as_bytes(), &marked, &cyrillic] {
            assert_eq!(read(bytes, None).unwrap(), expected);
        }
        assert_eq!(read(&cyrillic, Some(Encoding::Windows1251)).unwrap(), expected);
        assert_eq!(read(text.as_bytes(), Some(Encoding::Utf8)).unwrap(), expected);
        // The mark wins over a wrong declaration; a declaration over a guess.
        assert_eq!(read(&marked, Some(Encoding::Windows1251)).unwrap(), expected);
        assert_eq!(read(&cyrillic, Some(Encoding::Utf8)), Err(TableProblem::NotText));
        for picture in
            [&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], b"PK\x03\x04\x14\0\x06\0", b"\xff\xfei\0d\0\x01"]
        {
            assert_eq!(read(picture, None), Err(TableProblem::NotText), "{picture:?}");
        }
    }

    #[test]
    fn t51_lines_are_counted_as_an_editor_counts_them() {
        let text = "\n\nid,what\r\n\r\n1,\"two\nlines, \"\"quoted\"\"\"\n\n\n2,after\n3";
        let expected = rows(&[
            (3, &["id", "what"]),
            (5, &["1", "two\nlines, \"quoted\""]),
            (9, &["2", "after"]),
            (10, &["3"]),
        ]);
        assert_eq!(read(text.as_bytes(), None).unwrap(), expected);
    }

    #[test]
    fn t51_the_delimiter_is_that_of_the_first_line() {
        for (text, cells) in [
            ("a;b", &["a", "b"][..]),
            ("a,b", &["a", "b"]),
            ("a\tb", &["a", "b"]),
            ("\"a,b,c\";d", &["a,b,c", "d"]),
            ("a;b,c", &["a", "b,c"]),
            ("alone", &["alone"]),
        ] {
            assert_eq!(read(text.as_bytes(), None).unwrap(), rows(&[(1, cells)]), "{text}");
        }
    }

    #[test]
    fn t51_bounds_are_kept_and_named_with_their_line() {
        let long = format!("ok\n{}\n", "я".repeat(11));
        for (text, problem) in [
            ("1\n2\n3\n4\n5\n6\n", TableProblem::TooManyRows { line: 6 }),
            ("ok\n1;2;3;4\n", TableProblem::TooManyColumns { line: 2 }),
            (&long, TableProblem::CellTooLong { line: 2 }),
            ("ok\n\nN\0\n", TableProblem::Nul { line: 3 }),
            ("ok\n\"never closed\nand on\nand on and on\n", TableProblem::CellTooLong { line: 2 }),
        ] {
            assert_eq!(read(text.as_bytes(), None), Err(problem), "{text:?}");
        }
        let large = vec![b'1'; 1001];
        assert_eq!(read(&large, None), Err(TableProblem::TooLarge));
        let cell = vec![b'1'; 10 * 1024 * 1024];
        assert_eq!(
            TableFile::new(&cell, None, TableLimits::LIST).map(drop).unwrap_err(),
            TableProblem::TooLarge
        );
        let list = "17\n".repeat(200_001);
        let file = TableFile::new(list.as_bytes(), None, TableLimits::LIST).unwrap();
        assert_eq!(file.rows().filter(Result::is_ok).count(), 200_001);
        let more = format!("{list}18\n");
        let file = TableFile::new(more.as_bytes(), None, TableLimits::LIST).unwrap();
        assert_eq!(file.rows().last(), Some(Err(TableProblem::TooManyRows { line: 200_002 })));
    }

    proptest! {
        #[test]
        fn t82_whatever_comes_is_rows_within_bounds_or_a_problem(
            bytes in prop::collection::vec(any::<u8>(), 0..1100),
            declared in prop::option::of(prop_oneof![Just(Encoding::Utf8), Just(Encoding::Windows1251)]),
        ) {
            if let Ok(rows) = read(&bytes, declared) {
                prop_assert!(rows.len() <= SMALL.rows);
                let lines = bytes.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
                let mut last = 0;
                for (line, cells) in rows {
                    prop_assert!(line > last && line <= lines);
                    prop_assert!(cells.len() <= SMALL.columns);
                    prop_assert!(cells.iter().all(|cell| cell.len() <= SMALL.cell && !cell.contains('\0')));
                    last = line;
                }
            }
        }

        #[test]
        fn t82_what_a_spreadsheet_writes_is_read_back(
            cells in prop::collection::vec(prop::collection::vec("[а-яёa-z0-9;,\" ]{1,8}", 1..4), 1..5),
        ) {
            let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
            let line = |row: &Vec<String>| row.iter().map(quoted).collect::<Vec<_>>().join(";");
            let text = cells.iter().map(line).collect::<Vec<_>>().join("\r\n");
            let expected: Vec<Vec<String>> = cells
                .iter()
                .map(|row| row.iter().map(|cell| cell.trim().to_owned()).collect::<Vec<_>>())
                .filter(|row| !row.iter().all(String::is_empty))
                .collect();
            let found = read(text.as_bytes(), None).unwrap();
            let found: Vec<_> = found.into_iter().map(|(_, cells)| cells).collect();
            prop_assert_eq!(found, expected);
        }
    }
}

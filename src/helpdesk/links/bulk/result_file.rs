//! What came of a list, as a file for a spreadsheet: line of the handed-in file, public id of the profile, result in
//! words. No names; written while it is read.

use std::io::{self, Write as _};

use super::decide_list::find_permitted_list;
use super::finding::Finding;
use super::list::{ListId, ListLine};
use crate::access::OperatorId;
use crate::audit::{self, Actor, BulkEvent, RequestMeta};
use crate::helpdesk::links::link_desk::LinkDesk;
use crate::platform::spreadsheet_cell::neutral;
use crate::store::{Store, StoreError, bulk_unlink_lines};

/// Lines read at once: what bounds the memory.
const PAGE: i64 = 1000;

/// What tells a spreadsheet that the file is UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Names of the columns.
const COLUMNS: [&str; 3] = ["Строка", "Идентификатор профиля", "Результат"];

/// A file in the making: asked for its lines piece by piece.
#[derive(Debug)]
pub struct ResultFile {
    store: Store,
    list: ListId,
    is_over: bool,
    begun: bool,
    after: u64,
}

impl LinkDesk {
    /// The file of a list of the operator's area.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_results(
        &self,
        operator: OperatorId,
        number: String,
        meta: RequestMeta,
    ) -> Result<Option<ResultFile>, StoreError> {
        let store = self.linking.store.clone();
        let now = self.linking.clock.now();
        let found = self.linking.store.write(move |db| {
            let Some((_, list)) = find_permitted_list(db, operator, &number)? else { return Ok(None) };
            let event = BulkEvent::Exported { list: number.clone() };
            audit::record(db, now, event, Actor::Operator(operator), None, &meta)?;
            Ok(Some((list.id, list.state_at(now).is_over())))
        });
        let file =
            found.await?.map(|(list, is_over)| ResultFile { store, list, is_over, begun: false, after: 0 });
        Ok(file)
    }
}

impl ResultFile {
    /// The next lines; none after the last.
    ///
    /// # Errors
    /// The database cannot be read, or a line cannot be made.
    pub async fn next_lines(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        let (list, after) = (self.list, self.after);
        let rows = self.store.read(move |db| bulk_unlink_lines::list_after(db, list, after, PAGE)).await?;
        let mut out = Vec::new();
        let made = self.write(&mut out, &rows);
        made.map_err(|error| StoreError::Failed(format!("a line cannot be written: {error}")))?;
        self.begun = true;
        if let Some((last, _)) = rows.last() {
            self.after = last.line;
        }
        Ok(Some(out).filter(|out| !out.is_empty()))
    }

    fn write(&self, out: &mut Vec<u8>, rows: &[(ListLine, Option<String>)]) -> io::Result<()> {
        if !self.begun {
            out.write_all(MARK)?;
        }
        let mut writer =
            csv::WriterBuilder::new().delimiter(b';').terminator(csv::Terminator::CRLF).from_writer(out);
        if !self.begun {
            writer.write_record(COLUMNS).map_err(io::Error::other)?;
        }
        for (line, uid) in rows {
            let uid = uid.as_deref().unwrap_or_default();
            let cells = [line.line.to_string(), uid.to_owned(), result_words(line, self.is_over)];
            writer
                .write_record(cells.iter().map(|cell| neutral(cell).into_owned()))
                .map_err(io::Error::other)?;
        }
        writer.flush()
    }
}

/// A line's result, in words.
fn result_words(line: &ListLine, is_over: bool) -> String {
    match (line.finding, line.first_line) {
        (Finding::Ready | Finding::Closed, _) if is_over => "не выполнено".into(),
        (Finding::Repeated, Some(first)) => format!("повтор строки {first}"),
        (finding, _) => finding.words().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_has_its_words() {
        let line = |finding, first_line| ListLine { line: 5, finding, profile: None, link: None, first_line };
        for (line, is_over, words) in [
            (line(Finding::Unlinked, None), true, "отвязан"),
            (line(Finding::Ready, None), false, "будет отвязан"),
            (line(Finding::Ready, None), true, "не выполнено"),
            (line(Finding::Closed, None), true, "не выполнено"),
            (line(Finding::Repeated, Some(2)), true, "повтор строки 2"),
            (line(Finding::NotFound, None), false, "не найден в вашей зоне"),
        ] {
            assert_eq!(result_words(&line, is_over), words);
        }
    }
}

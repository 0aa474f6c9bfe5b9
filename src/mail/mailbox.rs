//! The folder of the `directory` transport: `<uid>.eml` as a mail server would get it, and `<uid>.json`
//! with what the demo shows. All calls block.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::transport::OutgoingLetter;
use crate::platform::clock::Timestamp;

/// A letter in the folder.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredLetter {
    /// Its name, for [`read`].
    pub name: String,
    /// When it was written.
    pub date: Timestamp,
    /// Recipient.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Text.
    pub text: String,
}

impl std::fmt::Debug for StoredLetter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StoredLetter({})", self.name)
    }
}

/// Writes a letter; each file appears whole or not at all, and a repeat replaces it.
///
/// # Errors
/// The file system's.
pub fn write(dir: &Path, letter: &OutgoingLetter) -> io::Result<()> {
    let name = name_of(&letter.uid).ok_or(io::ErrorKind::InvalidInput)?;
    create_private_dir(dir)?;
    let stored = StoredLetter {
        name: name.clone(),
        date: letter.date,
        to: letter.to.clone(),
        subject: letter.subject.clone(),
        text: letter.text.clone(),
    };
    write_whole(dir, &format!("{name}.eml"), letter.message.as_bytes(), File::sync_all)?;
    // The letter is the other file. A copy that a power cut spoils is left out of the list.
    write_whole(dir, &format!("{name}.json"), &serde_json::to_vec(&stored)?, |_| Ok(()))
}

/// Whether the folder takes files; of one that is not there yet, whether it could be made.
///
/// # Errors
/// The file system's.
pub fn check(dir: &Path) -> io::Result<()> {
    let there = dir.ancestors().find(|ancestor| ancestor.exists()).ok_or(io::ErrorKind::NotFound)?;
    let probe = there.join(".privyazka-doctor");
    File::create(&probe)?;
    fs::remove_file(&probe)
}

/// The letters in the folder, newest first; a folder that is not there is empty.
///
/// # Errors
/// The file system's.
pub fn list(dir: &Path) -> io::Result<Vec<StoredLetter>> {
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut letters = Vec::new();
    for entry in entries {
        let file = entry?.file_name();
        if let Some(name) = file.to_str().and_then(|file| file.strip_suffix(".json"))
            && let Some(letter) = read(dir, name)?
        {
            letters.push(letter);
        }
    }
    letters.sort_by(|a, b| (b.date, &b.name).cmp(&(a.date, &a.name)));
    Ok(letters)
}

/// One letter by its name; `None` when there is none, or the name is none of ours.
///
/// # Errors
/// The file system's.
pub fn read(dir: &Path, name: &str) -> io::Result<Option<StoredLetter>> {
    let Some(name) = name_of(name) else { return Ok(None) };
    match fs::read(dir.join(format!("{name}.json"))) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        content => Ok(serde_json::from_slice(&content?).ok()),
    }
}

/// Only a UUID in its usual form names a letter, so no name leaves the folder.
fn name_of(text: &str) -> Option<String> {
    Uuid::try_parse(text).ok().map(|uid| uid.to_string()).filter(|name| name == text)
}

fn write_whole(
    dir: &Path,
    file: &str,
    content: &[u8],
    sync: impl FnOnce(&File) -> io::Result<()>,
) -> io::Result<()> {
    let unfinished = dir.join(format!("{file}.part"));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut target = options.open(&unfinished)?;
    target.write_all(content)?;
    sync(&target)?;
    fs::rename(&unfinished, dir.join(file))
}

fn create_private_dir(dir: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(uid: &str, second: i64) -> OutgoingLetter {
        OutgoingLetter {
            uid: uid.into(),
            date: Timestamp::UNIX_EPOCH + chrono::Duration::seconds(second),
            from: "noreply@example.ru".into(),
            to: "anna@example.ru".into(),
            subject: format!("Письмо {second}"),
            text: "Здравствуйте.".into(),
            message: "Subject: x\r\n\r\ny".into(),
        }
    }

    #[test]
    fn letters_are_listed_newest_first_and_read_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let dir = &dir.path().join("mail");
        assert!(list(dir).unwrap().is_empty());
        let (old, new) = ("00000000-0000-4000-8000-000000000009", "00000000-0000-4000-8000-000000000001");
        for letter in [letter(old, 1), letter(new, 2), letter(old, 1)] {
            write(dir, &letter).unwrap();
        }
        let subjects: Vec<_> = list(dir).unwrap().into_iter().map(|letter| letter.subject).collect();
        assert_eq!(subjects, ["Письмо 2", "Письмо 1"]);
        assert_eq!(read(dir, new).unwrap().unwrap().text, "Здравствуйте.");
        assert_eq!(fs::read(dir.join(format!("{old}.eml"))).unwrap(), b"Subject: x\r\n\r\ny");
        assert_eq!(fs::read_dir(dir).unwrap().count(), 4, "an unfinished file was left");
    }

    #[test]
    fn a_name_never_leaves_the_folder() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("mail");
        let uid = "00000000-0000-4000-8000-000000000001";
        write(&dir, &letter(uid, 1)).unwrap();
        fs::write(root.path().join("secret.json"), fs::read(dir.join(format!("{uid}.json"))).unwrap())
            .unwrap();
        for name in ["../secret", "..", "", "/etc/passwd", "secret", "00000000000040008000000000000001"] {
            assert!(read(&dir, name).unwrap().is_none(), "{name}");
        }
        assert!(write(&dir, &letter("../x", 1)).is_err());
    }
}

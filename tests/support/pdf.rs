//! Printed pages, read by poppler's tools.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A printed document.
pub struct Pdf {
    file: PathBuf,
}

impl Pdf {
    /// Keeps what a browser printed at `file`.
    pub fn of(file: &Path, bytes: &[u8]) -> Self {
        std::fs::write(file, bytes).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        Self { file: file.to_owned() }
    }

    /// How many sheets it takes.
    pub fn pages(&self) -> usize {
        let text = self.run("pdfinfo", &[], &[]);
        let text = String::from_utf8_lossy(&text);
        let pages = text.lines().find_map(|line| line.strip_prefix("Pages:"));
        pages.and_then(|pages| pages.trim().parse().ok()).unwrap_or_else(|| panic!("no pages: {text}"))
    }

    /// The words of each sheet.
    pub fn texts(&self) -> Vec<String> {
        let text = String::from_utf8(self.run("pdftotext", &["-layout"], &["-"])).expect("UTF-8");
        text.split('\u{c}').map(str::to_owned).filter(|sheet| !sheet.trim().is_empty()).collect()
    }

    /// Which part of the first sheet is white.
    pub fn whiteness(&self) -> f64 {
        let grey = self.run("pdftoppm", &["-gray", "-r", "30", "-f", "1", "-l", "1"], &[]);
        // P5, width, height, greatest value, then a byte a point.
        let mut words = 0;
        let head = grey.iter().position(|byte| {
            words += usize::from(byte.is_ascii_whitespace());
            words == 4
        });
        let points = &grey[head.expect("a head") + 1..];
        let white = points.iter().filter(|point| **point > 240).count();
        white as f64 / points.len() as f64
    }

    fn run(&self, program: &str, options: &[&str], after: &[&str]) -> Vec<u8> {
        let output = Command::new(program)
            .args(options)
            .arg(&self.file)
            .args(after)
            .output()
            .unwrap_or_else(|error| panic!("{program}: {error}; `make test` installs poppler-utils"));
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }
}

//! The picture from which an authenticator app reads its secret, as a path of an inline SVG: no style, no
//! script, nothing fetched.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};

/// Light modules around the picture, which readers need.
const MARGIN: i32 = 4;

/// A picture.
pub struct QrPicture {
    /// Modules a side, margins included.
    pub size: i32,
    /// The dark modules, a rectangle for each run in a row.
    pub path: String,
}

/// Draws `text`; `None` if it is too long.
pub fn draw(text: &str) -> Option<QrPicture> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let run = (x..code.size()).take_while(|x| code.get_module(*x, y)).count();
            let run = i32::try_from(run).ok()?;
            if run > 0 {
                write!(path, "M{} {}h{run}v1h-{run}z", x + MARGIN, y + MARGIN).ok()?;
            }
            x += run.max(1);
        }
    }
    Some(QrPicture { size: code.size() + 2 * MARGIN, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_covers_the_dark_modules_and_no_other() {
        let text = "otpauth://totp/journal%2Eexample:helpdesk?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        let picture = draw(text).unwrap();
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).unwrap();
        assert_eq!(picture.size, code.size() + 8);
        let mut dark = vec![vec![false; picture.size as usize]; picture.size as usize];
        for run in picture.path.split('M').skip(1) {
            let (place, rest) = run.split_once('h').unwrap();
            let (x, y) = place.split_once(' ').unwrap();
            let length: usize = rest.split('v').next().unwrap().parse().unwrap();
            let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
            for module in &mut dark[y][x..x + length] {
                assert!(!std::mem::replace(module, true), "twice");
            }
        }
        for (y, row) in dark.iter().enumerate() {
            for (x, dark) in row.iter().enumerate() {
                assert_eq!(*dark, code.get_module(x as i32 - 4, y as i32 - 4), "{x} {y}");
            }
        }
        assert!(draw(&"x".repeat(4000)).is_none());
    }
}

//! Personal data as pages show it: enough to recognise one's own, too little to learn another's.

/// `s***@journal.example`.
pub fn email(address: &str) -> String {
    match address.split_once('@') {
        Some((name, host)) => {
            let first: String = name.chars().take(1).collect();
            format!("{first}***@{host}")
        }
        None => "***".into(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn masks_keep_the_first_letter_and_the_host() {
        assert_eq!(super::email("smirnova@journal.example"), "s***@journal.example");
        assert_eq!(super::email("@x"), "***@x");
        assert_eq!(super::email("nonsense"), "***");
    }
}

//! How often a test repeats itself: a reduced count in `make test`, the full one in `make soak`.

/// `full` under `PRIVYAZKA_SOAK=1`, else `reduced`.
pub fn rounds(reduced: usize, full: usize) -> usize {
    if std::env::var_os("PRIVYAZKA_SOAK").is_some_and(|value| value == "1") { full } else { reduced }
}

//! The `esia-stand` command: the training stand alone.

fn main() {}

//! The `privyazka` command.

fn main() {}

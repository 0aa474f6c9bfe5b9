//! Renders every sample of every view and checks what holds for all pages.
//!
//! `PRIVYAZKA_PAGES=dir cargo test --test pages writes` writes the pages there, for looking at them.

mod written;

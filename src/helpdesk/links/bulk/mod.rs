//! Unlinking by a list: pupils who left, from a file of profile ids (`docs/helpdesk.md`).
//!
//! A list is taken in and looked through ([`take_list`]), shown ([`look_at_list`]), asked for and approved by a
//! second operator ([`decide_list`]), and carried out line by line in the background ([`carry_out`]): each line is
//! the unlink of one profile, with its own transaction, event and letter. What came of it is a file
//! ([`result_file`]). New way for a line to end: a variant of [`finding::Finding`], in both migrations too.

pub mod carry_out;
pub mod decide_list;
pub mod finding;
pub mod list;
pub mod look_at_list;
pub mod read_list;
pub mod result_file;
pub mod take_list;

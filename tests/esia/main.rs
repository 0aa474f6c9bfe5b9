//! The ESIA client against fixed vectors and against a server that answers whatever a test wants.

mod answers;
mod claims;
mod forged_tokens;
mod harness;
mod person;
mod requests;

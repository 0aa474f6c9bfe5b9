//! «Сообщить в поддержку»: from a problem page to a case with a number.

pub mod handler;
pub mod samples;
pub mod view;

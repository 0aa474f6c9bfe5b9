//! The letters about what an operator hands out: that it was, never what.

use askama::Template;

use super::letter::Issued;
use super::render::{Context, Rendered, one_line, together};
use crate::platform::clock::Timestamp;

#[derive(Template)]
#[template(path = "emails/code/subject.txt")]
struct CodeSubject;

#[derive(Template)]
#[template(path = "emails/code/body.txt")]
struct CodeText<'a> {
    c: &'a Context,
    letter: &'a Issued,
}

#[derive(Template)]
#[template(path = "emails/code/body.html")]
struct CodeHtml<'a> {
    c: &'a Context,
    letter: &'a Issued,
}

#[derive(Template)]
#[template(path = "emails/one_time_password/subject.txt")]
struct PasswordSubject;

#[derive(Template)]
#[template(path = "emails/one_time_password/body.txt")]
struct PasswordText<'a> {
    c: &'a Context,
    letter: &'a Issued,
}

#[derive(Template)]
#[template(path = "emails/one_time_password/body.html")]
struct PasswordHtml<'a> {
    c: &'a Context,
    letter: &'a Issued,
}

/// «Код привязки».
pub(super) fn code(
    letter: &Issued,
    context: impl FnOnce(&str, Timestamp) -> Context,
) -> Result<Rendered, askama::Error> {
    let letter = &Issued { organisation: one_line(&letter.organisation) };
    let c = &context(&CodeSubject.render()?, Timestamp::UNIX_EPOCH);
    together(c, CodeText { c, letter }.render()?, CodeHtml { c, letter }.render()?)
}

/// «Одноразовый пароль».
pub(super) fn one_time_password(
    letter: &Issued,
    context: impl FnOnce(&str, Timestamp) -> Context,
) -> Result<Rendered, askama::Error> {
    let letter = &Issued { organisation: one_line(&letter.organisation) };
    let c = &context(&PasswordSubject.render()?, Timestamp::UNIX_EPOCH);
    together(c, PasswordText { c, letter }.render()?, PasswordHtml { c, letter }.render()?)
}

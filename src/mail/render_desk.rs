//! The letters about what operators did to a link, and about a dispute.

use askama::Template;

use super::letter::{CaseAnswer, LinkNotice, LinkReopened, UnlinkedOp};
use super::render::{Context, Rendered, one_line, together};
use crate::platform::clock::Timestamp;

pub(super) fn unlinked(
    letter: &UnlinkedOp,
    context: impl FnOnce(&str, Timestamp) -> Context,
) -> Result<Rendered, askama::Error> {
    let letter = &UnlinkedOp { organisation: one_line(&letter.organisation), ..letter.clone() };
    let c = &context(&UnlinkedOpSubject.render()?, letter.at);
    together(c, UnlinkedOpText { c, letter }.render()?, UnlinkedOpHtml { c, letter }.render()?)
}

pub(super) fn frozen(
    letter: &LinkNotice,
    context: impl FnOnce(&str, Timestamp) -> Context,
) -> Result<Rendered, askama::Error> {
    let letter = &LinkNotice { organisation: one_line(&letter.organisation), ..letter.clone() };
    let c = &context(&FrozenSubject.render()?, letter.at);
    together(c, FrozenText { c, letter }.render()?, FrozenHtml { c, letter }.render()?)
}

pub(super) fn unfrozen(
    letter: &LinkReopened,
    context: impl FnOnce(&str, Timestamp) -> Context,
) -> Result<Rendered, askama::Error> {
    let letter = &LinkReopened { organisation: one_line(&letter.organisation), ..letter.clone() };
    let c = &context(&UnfrozenSubject.render()?, letter.at);
    together(c, UnfrozenText { c, letter }.render()?, UnfrozenHtml { c, letter }.render()?)
}

pub(super) fn restored(
    letter: &LinkReopened,
    context: impl FnOnce(&str, Timestamp) -> Context,
) -> Result<Rendered, askama::Error> {
    let letter = &LinkReopened { organisation: one_line(&letter.organisation), ..letter.clone() };
    let c = &context(&RestoredSubject.render()?, letter.at);
    together(c, RestoredText { c, letter }.render()?, RestoredHtml { c, letter }.render()?)
}

pub(super) fn disputed(
    letter: &LinkNotice,
    context: impl FnOnce(&str, Timestamp) -> Context,
) -> Result<Rendered, askama::Error> {
    let letter = &LinkNotice { organisation: one_line(&letter.organisation), ..letter.clone() };
    let c = &context(&DisputedSubject.render()?, letter.at);
    together(c, DisputedText { c, letter }.render()?, DisputedHtml { c, letter }.render()?)
}

pub(super) fn case_answer(
    letter: &CaseAnswer,
    context: impl FnOnce(&str, Timestamp) -> Context,
) -> Result<Rendered, askama::Error> {
    let subject = format!("{} {}", CaseAnswerSubject.render()?.trim_end(), one_line(&letter.number));
    let c = &context(&subject, Timestamp::UNIX_EPOCH);
    let lines: &[String] = &letter.text.lines().map(one_line).collect::<Vec<_>>();
    together(c, CaseAnswerText { c, lines }.render()?, CaseAnswerHtml { c, lines }.render()?)
}

#[derive(Template)]
#[template(path = "emails/unlinked_op/subject.txt")]
struct UnlinkedOpSubject;

#[derive(Template)]
#[template(path = "emails/unlinked_op/body.txt")]
struct UnlinkedOpText<'a> {
    c: &'a Context,
    letter: &'a UnlinkedOp,
}

#[derive(Template)]
#[template(path = "emails/unlinked_op/body.html")]
struct UnlinkedOpHtml<'a> {
    c: &'a Context,
    letter: &'a UnlinkedOp,
}

#[derive(Template)]
#[template(path = "emails/link_frozen/subject.txt")]
struct FrozenSubject;

#[derive(Template)]
#[template(path = "emails/link_frozen/body.txt")]
struct FrozenText<'a> {
    c: &'a Context,
    letter: &'a LinkNotice,
}

#[derive(Template)]
#[template(path = "emails/link_frozen/body.html")]
struct FrozenHtml<'a> {
    c: &'a Context,
    letter: &'a LinkNotice,
}

#[derive(Template)]
#[template(path = "emails/link_unfrozen/subject.txt")]
struct UnfrozenSubject;

#[derive(Template)]
#[template(path = "emails/link_unfrozen/body.txt")]
struct UnfrozenText<'a> {
    c: &'a Context,
    letter: &'a LinkReopened,
}

#[derive(Template)]
#[template(path = "emails/link_unfrozen/body.html")]
struct UnfrozenHtml<'a> {
    c: &'a Context,
    letter: &'a LinkReopened,
}

#[derive(Template)]
#[template(path = "emails/link_restored/subject.txt")]
struct RestoredSubject;

#[derive(Template)]
#[template(path = "emails/link_restored/body.txt")]
struct RestoredText<'a> {
    c: &'a Context,
    letter: &'a LinkReopened,
}

#[derive(Template)]
#[template(path = "emails/link_restored/body.html")]
struct RestoredHtml<'a> {
    c: &'a Context,
    letter: &'a LinkReopened,
}

#[derive(Template)]
#[template(path = "emails/link_disputed/subject.txt")]
struct DisputedSubject;

#[derive(Template)]
#[template(path = "emails/link_disputed/body.txt")]
struct DisputedText<'a> {
    c: &'a Context,
    letter: &'a LinkNotice,
}

#[derive(Template)]
#[template(path = "emails/link_disputed/body.html")]
struct DisputedHtml<'a> {
    c: &'a Context,
    letter: &'a LinkNotice,
}

#[derive(Template)]
#[template(path = "emails/case_answer/subject.txt")]
struct CaseAnswerSubject;

#[derive(Template)]
#[template(path = "emails/case_answer/body.txt")]
struct CaseAnswerText<'a> {
    c: &'a Context,
    lines: &'a [String],
}

#[derive(Template)]
#[template(path = "emails/case_answer/body.html")]
struct CaseAnswerHtml<'a> {
    c: &'a Context,
    lines: &'a [String],
}

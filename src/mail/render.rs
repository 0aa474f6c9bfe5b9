//! Turns a letter into subject, text and HTML.

use askama::Template;

use super::letter::{Attempt, AuditAnchor, Letter, Linked, NewSignInPlace, PasswordRecovery, UnlinkedSelf};
use super::render_desk;
use super::render_issued;
use crate::audit::chain::Anchor;
use crate::config::region::RegionSettings;
use crate::platform::clock::Timestamp;
use crate::russian::{self, Plural};

/// A letter as people will read it.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// Subject, one line.
    pub subject: String,
    /// Text alternative.
    pub text: String,
    /// HTML alternative.
    pub html: String,
}

/// What every letter's templates may use.
pub(super) struct Context {
    pub(super) subject: String,
    pub(super) name: String,
    pub(super) date: String,
    pub(super) time: String,
    pub(super) region: String,
    pub(super) phone: String,
    pub(super) hours: String,
}

/// Renders `letter` for the person addressed as `name` («Анна Викторовна»; may be empty).
///
/// # Errors
/// A template failed, which the letters' tests would have shown.
pub fn render(letter: &Letter, name: &str, region: &RegionSettings) -> Result<Rendered, askama::Error> {
    let context = |subject: &str, at: Timestamp| Context {
        subject: one_line(subject),
        name: one_line(name),
        date: date_text(at, region),
        time: time_text(at, region),
        region: region.name.clone(),
        phone: region.support_phone.clone(),
        hours: region.support_hours.clone(),
    };
    match letter {
        Letter::Linked(letter) => {
            let letter = &Linked { organisation: one_line(&letter.organisation), ..letter.clone() };
            let c = &context(&LinkedSubject.render()?, letter.at);
            together(c, LinkedText { c, letter }.render()?, LinkedHtml { c, letter }.render()?)
        }
        Letter::UnlinkedSelf(letter) => {
            let letter = &UnlinkedSelf { organisation: one_line(&letter.organisation), ..letter.clone() };
            let c = &context(&UnlinkedSelfSubject.render()?, letter.at);
            together(c, UnlinkedSelfText { c, letter }.render()?, UnlinkedSelfHtml { c, letter }.render()?)
        }
        Letter::PasswordRecovery(letter) => {
            let letter = &PasswordRecovery { organisation: one_line(&letter.organisation), ..letter.clone() };
            let minutes = &minutes_text(letter.minutes);
            let c = &context(&PasswordRecoverySubject.render()?, Timestamp::UNIX_EPOCH);
            together(
                c,
                PasswordRecoveryText { c, letter, minutes }.render()?,
                PasswordRecoveryHtml { c, letter, minutes }.render()?,
            )
        }
        Letter::NewSignInPlace(letter) => {
            let letter = &NewSignInPlace {
                organisation: one_line(&letter.organisation),
                place: one_line(&letter.place),
                ..letter.clone()
            };
            let c = &context(&NewSignInPlaceSubject.render()?, letter.at);
            together(
                c,
                NewSignInPlaceText { c, letter }.render()?,
                NewSignInPlaceHtml { c, letter }.render()?,
            )
        }
        Letter::Attempt(Attempt { at }) => {
            let c = &context(&AttemptSubject.render()?, *at);
            together(c, AttemptText { c }.render()?, AttemptHtml { c }.render()?)
        }
        Letter::AuditAnchor(AuditAnchor { anchor, at }) => {
            let c = &context(&AuditAnchorSubject.render()?, *at);
            together(c, AuditAnchorText { c, anchor }.render()?, AuditAnchorHtml { c, anchor }.render()?)
        }
        Letter::UnlinkedOp(letter) => render_desk::unlinked(letter, context),
        Letter::LinkFrozen(letter) => render_desk::frozen(letter, context),
        Letter::LinkUnfrozen(letter) => render_desk::unfrozen(letter, context),
        Letter::LinkRestored(letter) => render_desk::restored(letter, context),
        Letter::LinkDisputed(letter) => render_desk::disputed(letter, context),
        Letter::Code(letter) => render_issued::code(letter, context),
        Letter::OneTimePassword(letter) => render_issued::one_time_password(letter, context),
        Letter::CaseAnswer(letter) => render_desk::case_answer(letter, context),
    }
}

pub(super) fn together(context: &Context, text: String, html: String) -> Result<Rendered, askama::Error> {
    Ok(Rendered { subject: context.subject.clone(), text, html })
}

/// Text from outside as one line: a line break or another control character becomes a space (T53).
pub(super) fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// «1 марта 2026 года», by the region's clock.
fn date_text(at: Timestamp, region: &RegionSettings) -> String {
    russian::moment_date(at, region.utc_offset_minutes)
}

/// «14:05 по челябинскому времени».
fn time_text(at: Timestamp, region: &RegionSettings) -> String {
    format!("{} {}", russian::moment_time(at, region.utc_offset_minutes), region.time_name)
}

/// «1 минуту», «2 минуты», «60 минут»: how long something works.
fn minutes_text(n: i64) -> String {
    format!("{n} {}", Plural::MINUTE_ACCUSATIVE.form(n.unsigned_abs()))
}

#[derive(Template)]
#[template(path = "emails/linked/subject.txt")]
struct LinkedSubject;

#[derive(Template)]
#[template(path = "emails/linked/body.txt")]
struct LinkedText<'a> {
    c: &'a Context,
    letter: &'a Linked,
}

#[derive(Template)]
#[template(path = "emails/linked/body.html")]
struct LinkedHtml<'a> {
    c: &'a Context,
    letter: &'a Linked,
}

#[derive(Template)]
#[template(path = "emails/unlinked_self/subject.txt")]
struct UnlinkedSelfSubject;

#[derive(Template)]
#[template(path = "emails/unlinked_self/body.txt")]
struct UnlinkedSelfText<'a> {
    c: &'a Context,
    letter: &'a UnlinkedSelf,
}

#[derive(Template)]
#[template(path = "emails/unlinked_self/body.html")]
struct UnlinkedSelfHtml<'a> {
    c: &'a Context,
    letter: &'a UnlinkedSelf,
}

#[derive(Template)]
#[template(path = "emails/password_recovery/subject.txt")]
struct PasswordRecoverySubject;

#[derive(Template)]
#[template(path = "emails/password_recovery/body.txt")]
struct PasswordRecoveryText<'a> {
    c: &'a Context,
    letter: &'a PasswordRecovery,
    minutes: &'a str,
}

#[derive(Template)]
#[template(path = "emails/password_recovery/body.html")]
struct PasswordRecoveryHtml<'a> {
    c: &'a Context,
    letter: &'a PasswordRecovery,
    minutes: &'a str,
}

#[derive(Template)]
#[template(path = "emails/new_sign_in_place/subject.txt")]
struct NewSignInPlaceSubject;

#[derive(Template)]
#[template(path = "emails/new_sign_in_place/body.txt")]
struct NewSignInPlaceText<'a> {
    c: &'a Context,
    letter: &'a NewSignInPlace,
}

#[derive(Template)]
#[template(path = "emails/new_sign_in_place/body.html")]
struct NewSignInPlaceHtml<'a> {
    c: &'a Context,
    letter: &'a NewSignInPlace,
}

#[derive(Template)]
#[template(path = "emails/attempt/subject.txt")]
struct AttemptSubject;

#[derive(Template)]
#[template(path = "emails/attempt/body.txt")]
struct AttemptText<'a> {
    c: &'a Context,
}

#[derive(Template)]
#[template(path = "emails/attempt/body.html")]
struct AttemptHtml<'a> {
    c: &'a Context,
}

#[derive(Template)]
#[template(path = "emails/audit_anchor/subject.txt")]
struct AuditAnchorSubject;

#[derive(Template)]
#[template(path = "emails/audit_anchor/body.txt")]
struct AuditAnchorText<'a> {
    c: &'a Context,
    anchor: &'a Anchor,
}

#[derive(Template)]
#[template(path = "emails/audit_anchor/body.html")]
struct AuditAnchorHtml<'a> {
    c: &'a Context,
    anchor: &'a Anchor,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_by_the_clock_of_the_region() {
        let region = RegionSettings {
            time_name: "по челябинскому времени".into(), ..Default::default()
        };
        let at = Timestamp::UNIX_EPOCH + chrono::Duration::seconds(1_772_393_700);
        assert_eq!(at.to_rfc3339(), "2026-03-01T19:35:00+00:00");
        assert_eq!(date_text(at, &region), "2 марта 2026 года");
        assert_eq!(time_text(at, &region), "00:35 по челябинскому времени");
    }

    #[test]
    fn minutes_agree_with_their_number() {
        let texts = [1, 2, 5, 11, 21, 22, 60, 112].map(minutes_text);
        let expected = [
            "1 минуту",
            "2 минуты",
            "5 минут",
            "11 минут",
            "21 минуту",
            "22 минуты",
            "60 минут",
            "112 минут",
        ];
        assert_eq!(texts, expected);
    }
}

//! Samples of the views of the demo.

use super::view::*;
use crate::web::page::Page;
use crate::web::sample::{self, Rendered, Sampled};

/// Every sample of this area.
pub fn all() -> Vec<Rendered> {
    [sample::render::<MailListPage>(), sample::render::<MailLetterPage>()].into_iter().flatten().collect()
}

fn demo() -> Page {
    Page { demo: true, ..sample::entrance() }
}

impl Sampled for MailListPage {
    const PAGE: &'static str = "demo/mail_list";

    fn samples() -> Vec<(&'static str, Self)> {
        let letter = || LetterRow {
            address: "/demo/mail/1".into(),
            subject: "Учётная запись Госуслуг привязана".into(),
            to: "smirnova@school12.example".into(),
            at: "1 марта 2026 года в 14:05 (UTC+5)".into(),
        };
        vec![
            ("empty", Self { page: demo(), letters: Vec::new() }),
            ("two", Self { page: demo(), letters: vec![letter(), letter()] }),
        ]
    }

    fn filled(text: &str) -> Self {
        let letter =
            LetterRow { address: text.into(), subject: text.into(), to: text.into(), at: text.into() };
        Self { page: sample::filled(text), letters: vec![letter] }
    }
}

impl Sampled for MailLetterPage {
    const PAGE: &'static str = "demo/mail_letter";

    fn samples() -> Vec<(&'static str, Self)> {
        let letter = Self {
            page: demo(),
            subject: "Восстановление пароля".into(),
            from: "noreply@journal.example".into(),
            to: "smirnova@school12.example".into(),
            at: "1 марта 2026 года в 14:05 (UTC+5)".into(),
            text: "Здравствуйте, Анна Викторовна.\n\nЧтобы задать новый пароль, перейдите по ссылке:\n\
                   http://localhost:8080/login/recover/abc\n"
                .into(),
            links: vec!["/login/recover/abc".into()],
        };
        vec![("recovery", letter)]
    }

    fn filled(text: &str) -> Self {
        let t = || text.to_owned();
        Self {
            page: sample::filled(text),
            subject: t(),
            from: t(),
            to: t(),
            at: t(),
            text: t(),
            links: vec![format!("/{text}")],
        }
    }
}

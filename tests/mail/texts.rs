//! Every letter as people read it.

use std::collections::BTreeSet;

use privyazka::config::region::RegionSettings;
use privyazka::mail::Letter;
use privyazka::mail::render::{Rendered, render};

fn rendered(letter: &Letter, name: &str) -> Rendered {
    render(letter, name, &RegionSettings::default()).unwrap()
}

#[test]
fn every_letter_reads_as_accepted() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| {
        for letter in Letter::samples() {
            let Rendered { subject, text, html } = rendered(&letter, "Анна Викторовна");
            let page = format!("Subject: {subject}\n\n{text}\n\n{html}");
            insta::assert_snapshot!(format!("letter_{}", letter.kind()), page);
        }
    });
}

#[test]
fn every_letter_ends_with_the_warning_and_keeps_the_rules_of_the_language() {
    let kinds: BTreeSet<_> = Letter::samples().iter().map(Letter::kind).collect();
    assert_eq!(kinds.len(), 14, "a sample of each");
    for letter in Letter::samples() {
        let Rendered { subject, text, html } = rendered(&letter, "Анна Викторовна");
        assert!(!subject.contains('\n') && !subject.is_empty());
        for body in [&text, &html] {
            assert!(body.contains("Здравствуйте, Анна Викторовна."), "{}", letter.kind());
            assert!(
                body.contains("Мы никогда не просим прислать пароль или код из СМС."),
                "{}",
                letter.kind()
            );
            for word in ["аккаунт", "пожалуйста", "учетн", " Вы ", " Вас", " Ваш"]
            {
                assert!(!body.contains(word), "{word} in {}", letter.kind());
            }
        }
        assert!(!text.contains('!'));
        assert!(html.contains("<html lang=\"ru\">") && !html.contains("<img") && !html.contains("<script"));
        assert!(rendered(&letter, "").text.starts_with("Здравствуйте.\n"));
    }
}

#[test]
fn t53_markup_in_a_name_stays_text() {
    for letter in Letter::samples() {
        let html = rendered(&letter, "<a href=//evil>Анна</a>").html;
        assert!(!html.contains("<a href=//evil>") && html.contains("&#60;a href=//evil&#62;"), "{html}");
    }
}

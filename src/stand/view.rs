//! Pages for people. Each says that this is a training stand: the layout does.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::persona::{DEMO_PERSONAS, Persona, STAND_PASSWORD};
use super::refusal::Refusal;

/// `/`.
#[derive(Template)]
#[template(path = "stand/start.html")]
pub(super) struct StartPage {
    pub person: Option<String>,
    pub systems: Vec<String>,
    pub form_token: String,
}

/// `/login`.
#[derive(Template)]
#[template(path = "stand/login.html")]
pub(super) struct LoginPage {
    pub client_name: Option<String>,
    pub request: String,
    pub form_token: String,
    pub login: String,
    pub error: Option<LoginError>,
}

/// What is wrong with a sent sign-in form.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum LoginError {
    NoLogin,
    NoPassword,
    Wrong,
    Stale,
}

impl LoginError {
    fn text(self) -> &'static str {
        match self {
            Self::NoLogin => "Введите телефон, почту или СНИЛС",
            Self::NoPassword => "Введите пароль",
            Self::Wrong => "Логин или пароль не подошли. Проверьте раскладку клавиатуры",
            Self::Stale => "Страница была открыта слишком долго. Введите пароль и отправьте ещё раз",
        }
    }

    /// The field that the summary leads to.
    fn field(self) -> &'static str {
        match self {
            Self::NoLogin | Self::Wrong => "login",
            Self::NoPassword | Self::Stale => "password",
        }
    }
}

/// `/password`.
#[derive(Template)]
#[template(path = "stand/password.html")]
pub(super) struct PasswordPage {
    pub request: String,
}

/// `/consent`.
#[derive(Template)]
#[template(path = "stand/consent.html")]
pub(super) struct ConsentPage {
    pub client_name: String,
    pub person: String,
    pub data: Vec<&'static str>,
    pub request: String,
    pub form_token: String,
}

/// After a logout that leads nowhere else.
#[derive(Template)]
#[template(path = "stand/signed_out.html")]
pub(super) struct SignedOutPage;

/// What happened and what to do next.
#[derive(Template)]
#[template(path = "stand/problem.html")]
pub(super) struct ProblemPage {
    heading: &'static str,
    text: &'static str,
    code: Option<String>,
    status: StatusCode,
}

impl ProblemPage {
    /// A request whose way back cannot be trusted ends here.
    pub fn refused(refusal: &Refusal) -> Self {
        Self {
            heading: "Система прислала неверный запрос",
            text: "Вернитесь в систему, из которой пришли, и начните снова. Если не поможет, сообщите код её администратору.",
            code: Some(refusal.description()),
            status: StatusCode::BAD_REQUEST,
        }
    }

    /// The request was answered, forgotten, or belongs to another browser.
    pub fn request_over() -> Self {
        Self {
            heading: "Этот вход уже завершён",
            text: "Вернитесь в систему, из которой пришли, и начните снова.",
            code: None,
            status: StatusCode::OK,
        }
    }

    /// The form came from a page of another session.
    pub fn stale_form() -> Self {
        Self {
            heading: "Форма устарела",
            text: "Страница была открыта слишком долго. Вернитесь в систему, из которой пришли, и начните снова.",
            code: None,
            status: StatusCode::OK,
        }
    }

    pub fn not_found() -> Self {
        Self {
            heading: "Страница не найдена",
            text: "Проверьте адрес или вернитесь на главную.",
            code: None,
            status: StatusCode::NOT_FOUND,
        }
    }

    pub fn respond(self) -> HttpResponse {
        html(self.status, &self)
    }
}

macro_rules! respond_ok {
    ($($page:ty),*) => {$(
        impl $page {
            /// The page, status 200.
            pub fn respond(self) -> HttpResponse {
                html(StatusCode::OK, &self)
            }
        }
    )*};
}

respond_ok!(StartPage, LoginPage, PasswordPage, ConsentPage, SignedOutPage);

/// A page of another file, status 200.
pub(super) fn html_ok(page: &impl Template) -> HttpResponse {
    html(StatusCode::OK, page)
}

fn html(status: StatusCode, page: &impl Template) -> HttpResponse {
    match page.render() {
        Ok(text) => HttpResponse::build(status).content_type("text/html; charset=utf-8").body(text),
        Err(error) => {
            tracing::error!(%error, "a page cannot be rendered");
            HttpResponse::InternalServerError().finish()
        }
    }
}

impl StartPage {
    fn personas(&self) -> &'static [Persona] {
        DEMO_PERSONAS
    }

    fn password(&self) -> &'static str {
        STAND_PASSWORD
    }
}

impl PasswordPage {
    fn password(&self) -> &'static str {
        STAND_PASSWORD
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples() -> Vec<(&'static str, String)> {
        let login = |client_name: Option<&str>, error| LoginPage {
            client_name: client_name.map(str::to_owned),
            request: "r1".to_owned(),
            form_token: "t1".to_owned(),
            login: "<b>\"'&".to_owned(),
            error,
        };
        let start = |person: Option<&str>, systems: &[&str]| StartPage {
            person: person.map(str::to_owned),
            systems: systems.iter().map(|name| (*name).to_owned()).collect(),
            form_token: "t1".to_owned(),
        };
        let consent = ConsentPage {
            client_name: "Сетевой город <Образование>".to_owned(),
            person: "Смирнова Анна Викторовна".to_owned(),
            data: vec!["СНИЛС", "дата рождения"],
            request: "r1".to_owned(),
            form_token: "t1".to_owned(),
        };
        let mut pages = vec![
            ("start", start(None, &[]).render().unwrap()),
            ("start, signed in", start(Some("Белова"), &["Журнал"]).render().unwrap()),
            ("login alone", login(None, None).render().unwrap()),
            ("login", login(Some("Журнал"), None).render().unwrap()),
            ("consent", consent.render().unwrap()),
            ("password", PasswordPage { request: String::new() }.render().unwrap()),
            ("password, back", PasswordPage { request: "r1".to_owned() }.render().unwrap()),
            ("signed out", SignedOutPage.render().unwrap()),
            ("refused", ProblemPage::refused(&Refusal::RedirectAddress).render().unwrap()),
            ("over", ProblemPage::request_over().render().unwrap()),
            ("stale", ProblemPage::stale_form().render().unwrap()),
            ("not found", ProblemPage::not_found().render().unwrap()),
        ];
        for error in [LoginError::NoLogin, LoginError::NoPassword, LoginError::Wrong, LoginError::Stale] {
            pages.push(("login, error", login(Some("Журнал"), Some(error)).render().unwrap()));
        }
        pages
    }

    #[test]
    fn t63_every_page_says_that_it_is_a_training_stand() {
        for (name, page) in samples() {
            assert!(page.contains("Учебный стенд. Это не Госуслуги. Не вводите настоящие данные."), "{name}");
            let title = page.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).unwrap();
            assert!(title.contains("Учебный стенд"), "{name}: {title}");
        }
    }

    #[test]
    fn every_page_has_a_language_one_heading_and_nothing_inline() {
        for (name, page) in samples() {
            assert!(page.contains("<html lang=\"ru\">"), "{name}");
            assert_eq!(page.matches("<h1").count(), 1, "{name}");
            for banned in ["style=", "<style", "onclick", "onload", "javascript:", "<b>\"'&"] {
                assert!(!page.contains(banned), "{name} holds {banned}");
            }
            assert_eq!(page.matches("<script").count(), page.matches("<script src=").count(), "{name}");
        }
    }

    #[test]
    fn an_error_leads_to_its_field_and_heads_the_title() {
        for (_, page) in samples().into_iter().filter(|(name, _)| *name == "login, error") {
            assert!(page.contains("<title>Ошибка: "));
            let target = page.split("href=\"#").nth(1).and_then(|rest| rest.split('"').next());
            assert!(matches!(target, Some("main")), "the skip link comes first");
            let target = page.split("href=\"#").nth(2).and_then(|rest| rest.split('"').next()).unwrap();
            assert!(page.contains(&format!("id=\"{target}\"")));
            assert!(page.contains("aria-invalid=\"true\""));
        }
    }
}

//! The control address, on a listener of its own that only this machine reaches: a panel for who leads a
//! training, and the same form for tests. Whom the stand takes for signed in, at which level, which fault.

use actix_web::http::header;
use actix_web::web::{self, Bytes, ServiceConfig};
use actix_web::{Error, HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use super::fault::{Fault, Place};
use super::persona::{AccountLevel, DEMO_PERSONAS, Persona};
use super::session::see_other;
use super::sign_in::read_form;
use super::view::{ProblemPage, html_ok};
use super::{Stand, assets};

/// The panel after a form was taken, which it then says.
const APPLIED: &str = "/?applied";

/// Registers the addresses of the control listener.
pub(super) fn configure(app: &mut ServiceConfig) {
    app.route("/", web::get().to(panel))
        .route("/", web::post().to(set))
        .route("/counts", web::get().to(counts))
        .route("/static/stand/{hash}/{name}", web::get().to(assets::file))
        .route("/favicon.ico", web::get().to(assets::favicon))
        .default_service(web::to(|| async { ProblemPage::not_found().respond() }));
}

/// `/` of the control listener.
#[derive(Template)]
#[template(path = "stand/panel.html")]
struct PanelPage {
    stand: String,
    persona: Option<&'static Persona>,
    level: Option<AccountLevel>,
    fault: String,
    faults: Vec<(&'static str, Vec<String>)>,
    counts: (u64, u64, u64),
    applied: bool,
}

impl PanelPage {
    fn personas(&self) -> &'static [Persona] {
        DEMO_PERSONAS
    }

    fn levels(&self) -> [AccountLevel; 3] {
        AccountLevel::ALL
    }

    fn is_persona(&self, one: &Persona) -> bool {
        self.persona.is_some_and(|chosen| chosen.oid == one.oid)
    }

    fn is_level(&self, one: &AccountLevel) -> bool {
        self.level == Some(*one)
    }

    fn is_fault(&self, name: &str) -> bool {
        self.fault == name
    }
}

async fn panel(request: HttpRequest, stand: web::Data<Stand>) -> HttpResponse {
    if !is_of_this_machine(&request) {
        return HttpResponse::Forbidden().finish();
    }
    let catalog = Fault::catalog();
    let of_place = |place: Place, title| {
        let names = catalog.iter().filter(|entry| entry.place == place).map(|entry| entry.name.clone());
        (title, names.collect())
    };
    html_ok(&PanelPage {
        stand: stand.url.to_string(),
        persona: stand.switches.automatic(),
        level: stand.switches.level(),
        fault: stand.switches.fault().map(|fault| fault.to_string()).unwrap_or_default(),
        faults: vec![
            of_place(Place::Callback, "Возвращение в систему"),
            of_place(Place::Token, "Ответ с токенами"),
            of_place(Place::Tokens, "Сами токены"),
            of_place(Place::Person, "Данные человека"),
        ],
        counts: stand.switches.counts(),
        applied: request.query_string() == "applied",
    })
}

/// Takes the whole form: what it does not name is switched off. Nothing is changed by a form with a
/// mistake.
async fn set(request: HttpRequest, stand: web::Data<Stand>, body: Result<Bytes, Error>) -> HttpResponse {
    if !is_of_this_machine(&request) {
        return HttpResponse::Forbidden().finish();
    }
    let form = read_form(body);
    if !form.get("reset").is_empty() {
        stand.switches.set_fault(None);
        stand.switches.set_level(None);
        stand.switches.set_automatic(None);
        stand.state.forget_everything();
        return see_other(APPLIED);
    }
    let persona = match form.get("persona") {
        "" => Some(None),
        oid => oid.parse().ok().and_then(Persona::find_by_oid).map(Some),
    };
    let level = match form.get("level") {
        "" => Some(None),
        wire => AccountLevel::ALL.into_iter().find(|level| level.wire() == wire).map(Some),
    };
    let fault = match form.get("fault") {
        "" => Some(None),
        name => Fault::named(name).ok().map(Some),
    };
    let (Some(persona), Some(level), Some(fault)) = (persona, level, fault) else {
        return HttpResponse::BadRequest()
            .content_type("text/plain")
            .body("unknown persona, level or fault\n");
    };
    stand.switches.set_automatic(persona);
    stand.switches.set_level(level);
    stand.switches.set_fault(fault);
    see_other(APPLIED)
}

/// `GET /counts`: what a test of a relying party wants to know.
async fn counts(request: HttpRequest, stand: web::Data<Stand>) -> HttpResponse {
    if !is_of_this_machine(&request) {
        return HttpResponse::Forbidden().finish();
    }
    let (token, person, followed) = stand.switches.counts();
    let body = json!({ "token_requests": token, "person_requests": person, "followed_redirects": followed });
    HttpResponse::Ok().content_type("application/json").body(body.to_string())
}

/// A page of another site can make the browser send a form here, and a name of its own lead here: neither
/// may turn anything.
fn is_of_this_machine(request: &HttpRequest) -> bool {
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let is_own = matches!(name, "127.0.0.1" | "localhost" | "[::1]");
    is_own && text(header::ORIGIN).is_none_or(|origin| origin == format!("http://{host}"))
}

//! Every route of the service on one page.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data, get, post, resource};
use actix_web::{App, Error};

use super::helpdesk::issue::{code as desk_code, password as desk_password, slips};
use super::helpdesk::{
    account::handler as desk_account, audit, bulk_unlink, cases, home as desk_home, links,
    login as desk_login, operators, people, prove::handler as desk_prove,
};
use super::middleware::limits::{self, MAX_FORM};
use super::middleware::{catch_panic, refusals, request_id, same_origin, security_headers};
use super::settings::{confirm, home, link, prove, sessions, unlink};
use super::sign_in::{choose_profile, esia, leave, link_door, login, new_password, organisations, recover};
use super::undo::handler as undo;
use super::{callback, demo, error_page, health, outcome, static_files, support, system};
use crate::app::Services;

/// The public listener.
pub fn public(
    services: Services,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    let app = App::new()
        .app_data(services.site.clone())
        .app_data(Data::new(services.sessions.clone()))
        .app_data(Data::new(services.password_sign_in.clone()))
        .app_data(Data::new(services.code_sign_in.clone()))
        .app_data(Data::new(services.recovery.clone()))
        .app_data(Data::new(services.esia_sign_in.clone()))
        .app_data(Data::new(services.federation.clone()))
        .app_data(Data::new(services.linking.clone()))
        .app_data(Data::new(services.people_desk.clone()))
        .app_data(Data::new(services.audit_history.clone()))
        .app_data(Data::new(services.link_desk.clone()))
        .app_data(Data::new(services.disputes.clone()))
        .app_data(Data::new(services.trips.clone()))
        .app_data(Data::new(services.operator_sessions.clone()))
        .app_data(Data::new(services.operator_sign_in.clone()))
        .app_data(Data::new(services.operator_management.clone()))
        .app_data(Data::new(services.cases.clone()))
        .app_data(Data::new(services.case_ceiling.clone()))
        .app_data(Data::new(services.uploads.clone()))
        .app_data(Data::new(services.codes.clone()))
        .app_data(Data::new(services.passwords.clone()))
        .app_data(Data::from(services.settings.clone()))
        .app_data(web::FormConfig::default().limit(MAX_FORM))
        .app_data(web::PayloadConfig::new(MAX_FORM))
        .wrap(from_fn(refusals::note))
        .wrap(from_fn(same_origin::check))
        .wrap(from_fn(limits::check))
        .wrap(from_fn(error_page::render))
        .wrap(from_fn(security_headers::add))
        .wrap(from_fn(catch_panic::answer))
        .wrap(from_fn(request_id::assign))
        .configure(entrance)
        .configure(manage)
        .configure(helpdesk)
        .configure(common)
        .default_service(web::to(system::handler::not_found));
    match &services.demo {
        Some(extras) => {
            let extras = Data::new(extras.clone());
            app.configure(move |routes| demo_routes(routes, extras))
        }
        None => app,
    }
}

/// Signing in and out, trips to ESIA.
fn entrance(routes: &mut web::ServiceConfig) {
    routes
        .service(resource("/login").route(get().to(login::show)).route(post().to(login::sign_in)))
        .service(resource("/login/authority").route(get().to(login::show)).route(post().to(login::sign_in)))
        .service(resource("/login/esia").route(get().to(esia::begin)))
        .service(
            resource("/login/profile")
                .route(get().to(choose_profile::show))
                .route(post().to(choose_profile::choose)),
        )
        .service(resource("/login/link").route(get().to(link_door::show)).route(post().to(link_door::enter)))
        .service(
            resource("/login/new-password")
                .route(get().to(new_password::show))
                .route(post().to(new_password::replace)),
        )
        .service(resource("/login/recover").route(get().to(recover::show)).route(post().to(recover::ask)))
        .service(
            resource("/login/recover/{token}")
                .route(get().to(recover::show_new))
                .route(post().to(recover::set_new)),
        )
        .service(resource("/orgs").route(get().to(organisations::search)))
        .service(resource("/options").route(get().to(organisations::options)))
        .service(resource("/esia/go/{ticket}").route(get().to(callback::go)))
        .service(resource("/esia/callback").route(get().to(callback::back)))
        .service(
            resource("/support")
                .route(get().to(support::handler::show))
                .route(post().to(support::handler::report)),
        )
        .service(resource("/support/sent").route(get().to(support::handler::sent)))
        .service(resource("/outcome/{code}").route(get().to(outcome::handler::show)))
        .service(resource("/undo/{token}").route(get().to(undo::show)).route(post().to(undo::confirm)))
        .service(resource("/logout").route(post().to(leave::sign_out)))
        .service(resource("/goodbye").route(get().to(leave::goodbye)));
}

/// Pages of somebody signed in.
fn manage(routes: &mut web::ServiceConfig) {
    routes
        .service(resource("/").route(get().to(home::home)))
        .service(resource("/settings").route(get().to(home::show)))
        .service(resource("/settings/link").route(get().to(link::before)))
        .service(
            resource("/settings/link/confirm")
                .route(get().to(confirm::show))
                .route(post().to(confirm::confirm)),
        )
        .service(resource("/settings/link/done").route(get().to(link::done)))
        .service(resource("/settings/unlink").route(get().to(unlink::show)).route(post().to(unlink::unlink)))
        .service(
            resource("/settings/sessions").route(get().to(sessions::show)).route(post().to(sessions::end)),
        )
        .service(resource("/settings/prove").route(get().to(prove::show)).route(post().to(prove::prove)));
}

/// Pages of operators. Each but those of the sign-in has its row in `helpdesk/rights.rs`.
fn helpdesk(routes: &mut web::ServiceConfig) {
    use super::helpdesk::steps::{code, esia, new_factor, new_password};
    routes
        .service(
            resource("/helpdesk/login")
                .route(get().to(desk_login::show))
                .route(post().to(desk_login::sign_in)),
        )
        .service(resource("/helpdesk/login/esia").route(get().to(esia::show)).route(post().to(esia::confirm)))
        .service(resource("/helpdesk/login/code").route(get().to(code::show)).route(post().to(code::give)))
        .service(
            resource("/helpdesk/login/password")
                .route(get().to(new_password::show))
                .route(post().to(new_password::set)),
        )
        .service(
            resource("/helpdesk/login/factor")
                .route(get().to(new_factor::show))
                .route(post().to(new_factor::set)),
        )
        .service(resource("/helpdesk/account").route(get().to(desk_account::show)))
        .service(
            resource("/helpdesk/account/password")
                .route(get().to(desk_account::show_password))
                .route(post().to(desk_account::set_password)),
        )
        .service(
            resource("/helpdesk/account/factor")
                .route(get().to(desk_account::show_factor))
                .route(post().to(desk_account::set_factor)),
        )
        .service(resource("/helpdesk/operators").route(get().to(operators::list::show)))
        .service(
            resource("/helpdesk/operators/new")
                .route(get().to(operators::handler::show_new))
                .route(post().to(operators::handler::add)),
        )
        .service(resource("/helpdesk/operators/{id}").route(get().to(operators::handler::show)))
        .service(resource("/helpdesk/operators/{id}/change").route(post().to(operators::handler::change)))
        .service(resource("/helpdesk/operators/{id}/disable").route(post().to(operators::handler::disable)))
        .service(resource("/helpdesk/operators/{id}/enable").route(post().to(operators::handler::enable)))
        .service(resource("/helpdesk/operators/{id}/reset").route(post().to(operators::handler::reset)))
        .service(
            resource("/helpdesk/prove").route(get().to(desk_prove::show)).route(post().to(desk_prove::prove)),
        )
        .service(resource("/helpdesk/logout").route(post().to(desk_login::sign_out)))
        .service(resource("/helpdesk/cases").route(get().to(cases::handler::list)))
        .service(
            resource("/helpdesk/cases/{number}")
                .route(get().to(cases::handler::show))
                .route(post().to(cases::handler::act)),
        )
        .service(
            resource("/helpdesk/bulk-unlink")
                .route(get().to(bulk_unlink::upload::show))
                .route(post().to(bulk_unlink::upload::take)),
        )
        .service(
            resource("/helpdesk/bulk-unlink/{number}")
                .route(get().to(bulk_unlink::list::show))
                .route(post().to(bulk_unlink::list::act)),
        )
        .service(
            resource("/helpdesk/bulk-unlink/{number}/results").route(get().to(bulk_unlink::list::results)),
        )
        .service(resource("/helpdesk/codes").route(get().to(slips::show)).route(post().to(slips::step)))
        .service(
            resource("/helpdesk/profiles/{id}/code")
                .route(get().to(desk_code::show))
                .route(post().to(desk_code::issue)),
        )
        .service(
            resource("/helpdesk/profiles/{id}/password")
                .route(get().to(desk_password::show))
                .route(post().to(desk_password::issue)),
        )
        .service(resource("/helpdesk").route(get().to(desk_home::show)))
        .service(
            resource("/helpdesk/profiles")
                .route(get().to(people::search::show))
                .route(post().to(people::search::ask)),
        )
        .service(resource("/helpdesk/profiles/{id}").route(get().to(people::card::show)))
        .service(resource("/helpdesk/profiles/{id}/sessions").route(post().to(people::card::end_sessions)))
        .service(resource("/helpdesk/audit").route(get().to(audit::show)))
        .service(resource("/helpdesk/audit/export").route(post().to(audit::export)))
        .service(
            resource("/helpdesk/profiles/{id}/unlink")
                .route(get().to(links::reason::show))
                .route(post().to(links::check::check)),
        )
        .service(resource("/helpdesk/profiles/{id}/unlink/confirm").route(post().to(links::confirm::confirm)))
        .service(
            resource("/helpdesk/profiles/{id}/restore")
                .route(get().to(links::one_step::show))
                .route(post().to(links::one_step::act)),
        )
        .service(
            resource("/helpdesk/profiles/{id}/freeze")
                .route(get().to(links::one_step::show))
                .route(post().to(links::one_step::act)),
        )
        .service(
            resource("/helpdesk/profiles/{id}/unfreeze")
                .route(get().to(links::one_step::show))
                .route(post().to(links::one_step::act)),
        )
        .service(resource("/helpdesk/approvals").route(get().to(links::approvals::show)))
        .service(resource("/helpdesk/approvals/{id}").route(post().to(links::approvals::decide)));
}

/// Pages for anybody.
fn common(routes: &mut web::ServiceConfig) {
    routes
        .service(resource("/help").route(get().to(system::handler::help)))
        .service(resource("/help/gosuslugi").route(get().to(system::handler::help_gosuslugi)))
        .service(resource("/documents/personal-data").route(get().to(system::handler::personal_data)))
        .service(
            resource("/display")
                .route(get().to(system::handler::display))
                .route(post().to(system::handler::set_display)),
        )
        .service(resource("/static/{hash}/{name:.*}").route(get().to(static_files::serve)));
}

/// Pages of the demo only.
fn demo_routes(routes: &mut web::ServiceConfig, extras: Data<crate::app::DemoExtras>) {
    routes
        .app_data(extras)
        .service(resource("/demo/mail").route(get().to(demo::handler::list)))
        .service(resource("/demo/mail/{name}").route(get().to(demo::handler::letter)));
}

/// The admin listener.
pub fn admin(
    services: Services,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    App::new()
        .app_data(Data::new(services.store.clone()))
        .service(resource("/healthz").route(get().to(health::alive)))
        .service(resource("/readyz").route(get().to(health::ready)))
        .service(resource("/metrics").route(get().to(health::metrics)))
}

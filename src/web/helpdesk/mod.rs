//! «Пульт поддержки»: the pages of operators.
//!
//! Every route has its row in [`rights`], every handler takes its operator from
//! [`OnDuty`](crate::web::extract::OnDuty). A new part of the helpdesk is a [`Section`].

pub mod account;
pub mod audit;
pub mod bulk_unlink;
pub mod cases;
pub mod desk;
pub mod home;
pub mod issue;
pub mod links;
pub mod login;
pub mod operators;
pub mod people;
pub mod place;
pub mod prove;
pub mod qr;
pub mod rights;
pub mod samples;
pub mod section;
pub mod steps;
pub mod view;

pub use desk::Desk;
pub use place::Place;
pub use section::Section;

//! What handlers ask of a request: who visits, who is signed in, a form with a valid token.

pub mod csrf_form;
pub mod on_duty;
pub mod request_facts;
pub mod signed_in;
pub mod signing_in;
pub mod upload_form;
pub mod visitor;

pub use csrf_form::CsrfForm;
pub use on_duty::{OnDuty, OperatorForm};
pub use signed_in::{Linker, PasswordChooser, SignedIn};
pub use signing_in::{SigningIn, SigningInForm, came_through_esia};
pub use upload_form::{MAX_UPLOAD, UploadForm, UploadPlaces, UploadedFile};
pub use visitor::Visitor;

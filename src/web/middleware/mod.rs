//! What every request passes through, outermost first: [`request_id`], [`catch_panic`],
//! [`security_headers`], the error pages ([`super::error_page::render`]), [`limits`], [`same_origin`], [`refusals`].

pub mod catch_panic;
pub mod limits;
pub mod refusals;
pub mod request_id;
pub mod same_origin;
pub mod security_headers;

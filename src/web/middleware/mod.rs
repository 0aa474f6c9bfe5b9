//! What every request passes through, outermost first: [`request_id`], [`security_headers`],
//! [`same_origin`].

pub mod request_id;
pub mod same_origin;
pub mod security_headers;

//! What every request passes through, outermost first: [`request_id`], [`security_headers`],
//! [`render`](super::error_page::render), [`same_origin`].

pub mod request_id;
pub mod same_origin;
pub mod security_headers;

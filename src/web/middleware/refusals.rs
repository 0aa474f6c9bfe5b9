//! Records what the helpdesk refused an operator (`docs/security.md`, T38–T40): a page or a form answered as
//! one of a missing thing, whether the thing is another area's, nowhere, or not for the role; or a form that is
//! not of what is there now. In one place, so that no page can forget it and all answer after the same work.

use actix_web::HttpMessage as _;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::Next;
use actix_web::web::Data;

use crate::access::{OperatorId, OperatorSessions};
use crate::audit::RequestMeta;
use crate::web::helpdesk::place;

/// Whose request it is; the extractor of operators leaves it with the request.
#[derive(Clone, Debug)]
pub struct AtWork {
    /// The operator.
    pub operator: OperatorId,
    /// For the audit.
    pub meta: RequestMeta,
}

/// Wraps the handling of every route.
pub async fn note(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let response = next.call(request).await?;
    if matches!(response.status(), StatusCode::NOT_FOUND | StatusCode::CONFLICT) {
        let request = response.request();
        let at_work = request.extensions().get::<AtWork>().cloned();
        let sessions = request.app_data::<Data<OperatorSessions>>();
        if let (Some(AtWork { operator, meta }), Some(sessions)) = (at_work, sessions) {
            let pattern = request.match_pattern().unwrap_or_default();
            let named = place::named_in(&pattern, request.path());
            let route = format!("{} {pattern}", request.method());
            if let Err(error) = sessions.note_refusal(operator, route, named, meta).await {
                tracing::error!(%error, "a refusal could not be recorded");
            }
        }
    }
    Ok(response)
}

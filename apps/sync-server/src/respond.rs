//! Answers that more than one route gives.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use sync_core::JobId;

/// Whether the client wants an answer before the work is done (RFC 7240).
pub(crate) fn wants_async(request: &HttpRequest) -> bool {
    let preferences = request
        .headers()
        .get_all("prefer")
        .filter_map(|value| value.to_str().ok());
    preferences.flat_map(|value| value.split(',')).any(|preference| {
        preference
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .eq_ignore_ascii_case("respond-async")
    })
}

/// The work has begun, and this job shows how far it is.
pub(crate) fn accepted(job: JobId, body: &impl Serialize) -> HttpResponse {
    HttpResponse::Accepted()
        .insert_header((header::LOCATION, format!("/api/jobs/{job}")))
        .insert_header(("Preference-Applied", "respond-async"))
        .json(body)
}

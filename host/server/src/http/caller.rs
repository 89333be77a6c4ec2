//! Who is asking: the bearer token of a request becomes a principal before anything of the request is looked at.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use motcua_registry::{Act, Principal, Refusal};

use super::App;
use super::problem::Problem;
use super::refused::of_deed;

/// Who is asking, established by a token (RFC 6750).
#[derive(Debug)]
pub struct Caller(pub Principal);

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let bearer = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| {
                let (scheme, token) = value.split_once(' ')?;
                scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
            });
        let Some(bearer) = bearer else {
            return Err(of_deed(Refusal::UnknownToken.into()));
        };
        app.registry
            .authenticate(bearer, app.now())
            .await
            .map(Self)
            .map_err(of_deed)
    }
}

impl Caller {
    /// That the caller may do something; a refusal is kept in the chain.
    ///
    /// # Errors
    /// They may not.
    pub async fn may(&self, app: &App, act: Act, code: Option<&str>) -> Result<(), Problem> {
        app.registry
            .permit(&self.0, act, code, app.now())
            .await
            .map_err(of_deed)
    }
}

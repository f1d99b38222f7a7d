//! Requests to the dashboard: their origin is checked here, who they come from by its sessions.

use std::sync::Arc;

use housekey::catalogue::Dialect;
use housekey_web::{Dashboard, SignedIn, Visit};
use hyper::body::Incoming;
use hyper::http::request::Parts as Head;
use hyper::{Method, Request, Response};

use super::body::response::ResponseBody;
use super::gate::Gate;
use super::state::{ClientConnection, GatewayState};
use super::target::Target;
use crate::access::{AccessError, Peer};
use crate::dashboard::grant;
use crate::http::error_response::GatewayError;

impl GatewayState {
    /// Answers a request to the dashboard.
    ///
    /// # Errors
    /// Why it is refused before the dashboard sees it.
    pub(super) async fn visit(
        &self,
        dashboard: &Dashboard,
        head: Head,
        body: Incoming,
        connection: &ClientConnection,
    ) -> Result<Response<ResponseBody>, GatewayError> {
        let peer = connection.peer;
        Target::read(&head)?;
        let denied = |refusal| GatewayError::Denied(refusal, Dialect::Local);
        let from_elsewhere = origin(&self.gate, peer, &head).map_err(denied)?;
        let gate = self.gate.clone();
        let visit = Visit {
            tls: self.tls.is_some() && matches!(peer, Peer::Address(_)),
            from_elsewhere,
            check_key: Arc::new(move |key| {
                let gate = gate.clone();
                Box::pin(async move {
                    let caller = gate.access.holder(peer, &key).await;
                    let caller = caller.map_err(|refusal| refusal.text())?;
                    let key = gate.access.key_of(&caller);
                    key.map(|key| grant(&caller, key)).ok_or_else(|| AccessError::WrongKey.text())
                })
            }),
        };
        let request = Request::from_parts(head, axum::body::Body::new(body));
        let mut response = dashboard.serve(request, visit).await;
        if response.extensions_mut().remove::<SignedIn>().is_some() {
            connection.slot.mark_authenticated();
        }
        Ok(response.map(ResponseBody::routed))
    }
}

/// Checks where a visit comes from. `true` for a link that was followed from another page: such a visit brings
/// no cookie, and changes nothing.
fn origin(gate: &Gate, peer: Peer, head: &Head) -> Result<bool, AccessError> {
    let header = |name: &str| head.headers.get(name).map(|value| value.as_bytes());
    let follows_link = head.method == Method::GET
        && header("origin").is_none()
        && header("sec-fetch-mode") == Some(b"navigate")
        && header("sec-fetch-dest") == Some(b"document")
        && matches!(header("sec-fetch-site"), Some(b"cross-site" | b"same-site"));
    if follows_link {
        return gate.guard_link(peer, head).map(|()| true);
    }
    match gate.guard(peer, head)? {
        None => Ok(false),
        // Another page may use the API, if the settings say so, but never the dashboard.
        Some(_) => Err(AccessError::Origin),
    }
}

//! Errors of the gateway for requests to a Homey.

use housekey::retry::NoAnswer;
use hyper::StatusCode;

use crate::gateway::upstream::homey::UpstreamHomey;
use crate::http::error_response::GatewayError;

/// The request got no permit in time.
pub(in crate::gateway) fn busy(upstream: &UpstreamHomey) -> GatewayError {
    let (name, at_once) = (&upstream.served.name, upstream.served.in_flight);
    let description = format!(
        "the Homey {name} gets {at_once} requests at once, and this one had no turn within {} s",
        upstream.settings.wait.as_secs_f32()
    );
    GatewayError::try_again("busy", description)
}

pub(in crate::gateway) fn broken() -> GatewayError {
    GatewayError::malformed("the body of the request broke off or is none")
}

pub(in crate::gateway) fn slow_caller() -> GatewayError {
    GatewayError::closing(
        StatusCode::REQUEST_TIMEOUT,
        "slow_request",
        "the rest of the request did not come",
    )
}

pub(in crate::gateway) fn silent(upstream: &UpstreamHomey) -> GatewayError {
    let (name, limit) = (&upstream.served.name, upstream.settings.answer.as_secs_f32());
    let description = format!(
        "the Homey {name} did not answer within {limit} s; it may have carried the request out"
    );
    GatewayError::new(StatusCode::GATEWAY_TIMEOUT, "homey_silent", description)
}

pub(in crate::gateway) fn not_http(upstream: &UpstreamHomey) -> GatewayError {
    let description = format!(
        "the Homey {} switches to another protocol than HTTP, which was not requested",
        upstream.served.name
    );
    GatewayError::new(StatusCode::BAD_GATEWAY, "answer_unreadable", description)
}

/// That trying again is of no use: it answers, but not in HTTP.
pub(in crate::gateway) fn unreadable(upstream: &UpstreamHomey, why: &str) -> GatewayError {
    let description = format!(
        "the Homey {} answered with what is no valid HTTP ({why}): it may have carried the request out; check \
         whether its address leads to a Homey, and whether it is meant to be http or https",
        upstream.served.name
    );
    GatewayError::new(StatusCode::BAD_GATEWAY, "answer_unreadable", description)
}

/// The Homey has not answered, and the request is not sent again.
pub(in crate::gateway) fn no_answer(
    upstream: &UpstreamHomey,
    cause: NoAnswer,
    why: &str,
) -> GatewayError {
    match cause {
        NoAnswer::Unreachable => upstream.unreachable(why),
        NoAnswer::Lost => may_be_done(upstream, why),
        NoAnswer::NotHttp => unreadable(upstream, why),
    }
}

fn may_be_done(upstream: &UpstreamHomey, why: &str) -> GatewayError {
    let name = &upstream.served.name;
    let description = format!(
        "the connection to the Homey {name} broke before it answered ({why}): check whether it has \
         carried the request out before you send it again"
    );
    GatewayError::new(StatusCode::BAD_GATEWAY, "answer_lost", description)
}

pub(in crate::gateway) fn too_large_to_repeat(upstream: &UpstreamHomey) -> GatewayError {
    let (name, kept) = (&upstream.served.name, upstream.settings.kept_body);
    let description = format!(
        "the token of the Homey {name} was renewed while more than {kept} bytes had been sent: nothing \
         was done, send it again"
    );
    GatewayError::try_again("token_renewed", description)
}

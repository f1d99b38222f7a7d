//! Requests: which part of the world answers one, and its answer.

use housekey::catalogue::RouteMatch;
use serde_json::Value;
use serde_json::value::RawValue;

use super::{State, World};
use crate::cloud::{CloudRequest, Step};
use crate::echo::{disguise, quoted_error};
use crate::fault::{Canned, Failure, Fault};
use crate::quirk::Quirk;
use crate::reply::Reply;
use crate::request::Request;
use crate::routing::{self, Host};

/// The part that answers a request, and the name under which the request counts.
pub(crate) struct Destination {
    who: Answerer,
    pub(crate) name: Option<&'static str>,
}

enum Answerer {
    Cloud(Step),
    Hub(usize, Option<RouteMatch>),
    /// An answer that needs no state.
    Fixed(Reply),
}

impl World {
    /// Finds who answers a request; `None` for the control side.
    pub(crate) fn destination(&self, request: &Request) -> Option<Destination> {
        let state = self.state();
        let homeys = &state.cloud.account.homeys;
        let ids: Vec<&str> = homeys.iter().map(|homey| homey.id.as_str()).collect();
        let owner = |token: &str| state.hubs.iter().position(|hub| hub.owns_token(token));
        let (who, name) = match routing::host_of(request, &ids, owner) {
            Host::Control => return None,
            Host::Cloud(site) => match Step::of(site, request) {
                Some(step) => {
                    let name = step.name();
                    (Answerer::Cloud(step), Some(name))
                }
                None => (Answerer::Fixed(no_route(request)), None),
            },
            Host::NoSuchHomey => {
                let why = "The relay knows no Homey of this id.";
                (Answerer::Fixed(Reply::error(404, "not_found", why)), None)
            }
            Host::Homey(_) if state.quirks.contains(&Quirk::NotAHomey) => {
                let page = "<!DOCTYPE html><title>Welcome</title><h1>It works!</h1>";
                (Answerer::Fixed(Reply::html(200, page)), None)
            }
            Host::Homey(place) if let Some(failure) = Failure::of(&state.quirks) => {
                let name = state.hubs[place].route(request).map(|(operation, ..)| operation.id);
                (Answerer::Fixed(Canned::of(failure).into()), name)
            }
            Host::Homey(place) => {
                let route = state.hubs[place].route(request);
                let name = route.as_ref().map(|(operation, ..)| operation.id);
                (Answerer::Hub(place, route), name)
            }
        };
        Some(Destination { who, name })
    }

    /// Counts a request under each of its names and takes the first fault for one of them. An empty name is
    /// not counted, but faults for all requests match it.
    pub(crate) fn record(&self, names: &[&'static str]) -> Option<Fault> {
        let take = |name: &&str| Fault::take(&mut self.state().faults, name);
        let fault = names.iter().find_map(take);
        for name in names.iter().filter(|name| !name.is_empty()) {
            self.seen.send_modify(|seen| seen.count(name, 1));
        }
        fault
    }

    /// Carries out a request.
    pub(crate) fn answer(&self, destination: Destination, request: &Request) -> Reply {
        let now = self.now();
        match destination.who {
            Answerer::Fixed(reply) => reply,
            Answerer::Cloud(step) => {
                let State { cloud, quirks, .. } = &mut *self.state();
                cloud.answer(&step, &CloudRequest { request, now, quirks })
            }
            Answerer::Hub(place, route) => self.at_hub(place, |hub, now, cloud| {
                let verify = |token: &str| cloud.delegated_user(token, now.moved);
                hub.answer(request, route, now.moved, &verify)
            }),
        }
    }

    /// An answer as the quirks of careless servers make it.
    pub(crate) fn disguise(&self, reply: Reply, request: &Request) -> Reply {
        disguise(reply, request.header("authorization"), &self.state().quirks)
    }

    /// The same for an error over a live connection with that token.
    pub(crate) fn quoted_error(&self, error: &Value, token: &str) -> Option<Box<RawValue>> {
        quoted_error(error, token, &self.state().quirks)
    }
}

fn no_route(request: &Request) -> Reply {
    Reply::error(404, "not_found", &format!("Cannot {} {}", request.method, request.path))
}

//! The pages of one Homey, for a visitor who is signed in.

use std::sync::Arc;

use axum::response::Response;
use housekey::mirror::{Home, Mirror};
use housekey::model::{Device, Zone};
use http::StatusCode;
use http::request::Parts;
use maud::Markup;

use super::failure::{not_found, theme};
use super::place::Place;
use super::site::Site;
use super::{reply, request};
use crate::page;
use crate::page::frame::{Frame, NavEntry};
use crate::rights::May;
use crate::session::Session;
use crate::view::activity::Line;
use crate::view::device::DeviceView;
use crate::view::flows;
use crate::view::freshness::Freshness;
use crate::view::when::Now;

/// A request to a Homey from a signed-in visitor.
pub(super) struct Here<'a> {
    pub(super) dashboard: &'a Site,
    pub(super) head: &'a Parts,
    pub(super) session: Session,
    pub(super) place: Arc<Place>,
    pub(super) may: May,
    pub(super) root: String,
}

/// A page of a Homey that is followed live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shown {
    Home,
    Device(String),
    Flows,
    Activity,
}

impl Here<'_> {
    pub(super) fn frame<'f>(
        &'f self,
        section: NavEntry,
        freshness: &'f Freshness,
        live: Option<String>,
    ) -> Frame<'f> {
        let places = self.dashboard.places.iter().map(|place| &place.homey);
        let homeys = places.filter(|homey| self.session.grant.is_for(&homey.name));
        Frame {
            root: self.root.clone(),
            theme: theme(self.head),
            csrf: &self.session.csrf,
            homey: (&self.place.homey.name, &self.place.homey.title),
            homeys: homeys.map(|homey| (&*homey.name, &*homey.title)).collect(),
            section,
            sees_flows: self.may.sees.flows,
            sees_agent: self.session.grant.sees_agent(),
            freshness,
            who: &self.session.grant.who,
            live,
        }
    }

    /// The way to the pages of the Homey.
    pub(super) fn at(&self) -> String {
        format!("{}homeys/{}/", self.root, page::frame::encoded(&self.place.homey.name))
    }

    pub(super) fn now(&self) -> Now {
        self.place.now()
    }

    pub(super) async fn page(&self, shown: Shown) -> Response {
        let mirror = match self.place.mirror().await {
            Ok(mirror) => mirror,
            Err(why) => return self.unreachable(&shown, &why),
        };
        if shown == Shown::Flows && self.may.sees.flows {
            self.place.read_folders().await;
        }
        let home = mirror.home();
        let freshness = self.freshness(&mirror);
        let Some((title, main)) = self.main(&shown, &home) else {
            return not_found(self.head, &self.root);
        };
        let live = format!("live?{}&after={}-{}", shown.query(), self.dashboard.epoch, home.seq());
        let page = self.frame(shown.section(), &freshness, Some(live)).page(&title, &main);
        reply::page(&self.head.headers, page)
    }

    /// A page without a home: it comes back when there is one.
    fn unreachable(&self, shown: &Shown, why: &str) -> Response {
        let freshness = Freshness::unreachable(why);
        let title = format!("{} cannot be reached", self.place.homey.title);
        let main = page::frame::empty(crate::view::icon::Icon::Warning, &title, why);
        let live = format!("live?{}&after=0-0", shown.query());
        let page = self.frame(shown.section(), &freshness, Some(live)).page("Not reached", &main);
        reply::failed_page(StatusCode::OK, &self.head.headers, page)
    }

    pub(super) fn freshness(&self, mirror: &Mirror) -> Freshness {
        Freshness::of(&mirror.status().borrow(), &self.place.homey.name, &self.now())
    }

    /// Title and content of a page; `None` where there is no such thing.
    fn main(&self, shown: &Shown, home: &Home) -> Option<(String, Markup)> {
        Some(match shown {
            Shown::Home => {
                let view = self.place.view(home, self.may.sees);
                ("Home".to_owned(), page::home::home(&view, self.may))
            }
            Shown::Device(id) => {
                let view = device_view(&self.place, self.may, home, id)?;
                let at = self.at();
                let target = page::control::Target {
                    at: &at,
                    device: &view.id,
                    name: &view.name,
                    csrf: &self.session.csrf,
                };
                let main = page::device::device(&view, &target, self.may.control);
                (view.name.clone(), main)
            }
            Shown::Flows if self.may.sees.flows => {
                let folders = flows::folders(home, &self.place.folders());
                ("Flows".to_owned(), page::flows::flows(&folders, self.may))
            }
            Shown::Flows => return None,
            Shown::Activity => {
                let (lines, missed, since) = visible_lines(&self.place, self.may);
                let main = page::activity::activity(&lines, missed, since, &self.now());
                ("Activity".to_owned(), main)
            }
        })
    }
}

/// A device as the visitor may see it.
pub(super) fn device_view(place: &Place, may: May, home: &Home, id: &str) -> Option<DeviceView> {
    let device: Device = home.get(id).filter(|_| may.sees.devices)?;
    let zone = device.zone.text().filter(|_| may.sees.zones);
    let zone = zone.and_then(|id| home.get::<Zone>(id)).map(|zone| zone.name().to_owned());
    Some(DeviceView::of(&device, zone, &place.now()))
}

/// The lines of activity that the visitor may see.
pub(super) fn visible_lines(place: &Place, may: May) -> (Vec<Line>, bool, Option<jiff::Timestamp>) {
    let log = place.log();
    let May { sees, sees_variables, .. } = may;
    let lines = log.lines.into_iter().filter(|(is_variable, line)| {
        match (line.device.is_some(), is_variable) {
            (true, _) => sees.devices,
            (_, true) => sees_variables,
            // People, moods, flows and zones.
            _ => sees.people && sees.moods && sees.flows && sees.zones,
        }
    });
    (lines.map(|(_, line)| line).collect(), log.missed, log.since)
}

impl Shown {
    fn query(&self) -> String {
        match self {
            Self::Home => "page=home".to_owned(),
            Self::Device(id) => format!("page=device&device={}", page::frame::encoded(id)),
            Self::Flows => "page=flows".to_owned(),
            Self::Activity => "page=activity".to_owned(),
        }
    }

    pub(super) fn of_query(head: &Parts) -> Option<Self> {
        Some(match &*request::query(head, "page")? {
            "home" => Self::Home,
            "device" => Self::Device(request::query(head, "device")?),
            "flows" => Self::Flows,
            "activity" => Self::Activity,
            _ => return None,
        })
    }

    fn section(&self) -> NavEntry {
        match self {
            Self::Home | Self::Device(_) => NavEntry::Home,
            Self::Flows => NavEntry::Flows,
            Self::Activity => NavEntry::Activity,
        }
    }
}

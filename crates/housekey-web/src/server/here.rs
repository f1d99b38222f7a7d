//! The pages of one Homey, for a visitor who is signed in.

use std::sync::Arc;

use axum::response::Response;
use housekey::mirror::{Home, Mirror};
use housekey::model::{Device, Zone};
use http::StatusCode;
use http::request::Parts;
use maud::Markup;

use super::failure::{not_found, theme};
use super::past::{self, Records, Visitor};
use super::place::Place;
use super::shown::Shown;
use super::site::Site;
use super::{reply, request};
use crate::page;
use crate::page::frame::{Frame, NavEntry};
use crate::rights::May;
use crate::session::Session;
use crate::view::activity::Line;
use crate::view::device::DeviceView;
use crate::view::energy::EnergyNow;
use crate::view::flows::{self, FlowRow};
use crate::view::freshness::Freshness;
use crate::view::history::{self, Range};
use crate::view::icon::Icon;
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

impl Here<'_> {
    /// For what is read of the past.
    fn visitor(&self) -> Visitor<'_> {
        Visitor { place: &self.place, head: self.head, may: self.may }
    }

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
            sees_devices: self.may.sees.devices,
            sees_history: self.may.sees_history,
            sees_flows: self.may.sees.flows,
            sees_agent: self.session.grant.sees_agent(),
            waiting: self.dashboard.count_waiting(&self.session.grant),
            freshness,
            who: &self.session.grant.who,
            live,
        }
    }

    /// The way to the pages of the Homey.
    pub(super) fn at(&self) -> String {
        format!("{}homeys/{}/", self.root, page::frame::encoded(&self.place.homey.name))
    }

    /// Whether the form that was sent stood on the home page.
    pub(super) fn came_from_home(&self) -> bool {
        let from = self.head.headers.get(http::header::REFERER).and_then(|from| from.to_str().ok());
        let name = page::frame::encoded(&self.place.homey.name);
        from.is_some_and(|from| from.ends_with(&format!("/homeys/{name}/")))
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
        let Some((title, main)) = self.main(&shown, &home).await else {
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
        let main = page::frame::empty(Icon::Warning, &title, why);
        let live = format!("live?{}&after=0-0", shown.query());
        let page = self.frame(shown.section(), &freshness, Some(live)).page("Not reached", &main);
        reply::failed_page(StatusCode::OK, &self.head.headers, page)
    }

    pub(super) fn freshness(&self, mirror: &Mirror) -> Freshness {
        Freshness::of(&mirror.status().borrow(), &self.place.homey.name, &self.now())
    }

    /// Title and content of a page; `None` where there is no such thing.
    async fn main(&self, shown: &Shown, home: &Home) -> Option<(String, Markup)> {
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
                let past = match self.may.sees_history {
                    true => past::of_device(&self.visitor(), home, id).await,
                    false => None,
                };
                let main = page::device::device(&view, &target, self.may.control, past.as_ref());
                (view.name.clone(), main)
            }
            Shown::Flows if self.may.sees.flows => {
                let folders = flows::folders(home, &self.place.folders());
                ("Flows".to_owned(), page::flows::flows(&folders, self.may))
            }
            Shown::Flows => return None,
            Shown::Flow { advanced, id } => return self.flow(*advanced, id, home).await,
            Shown::Energy if self.may.sees.devices => {
                let past = past::energy(&self.visitor(), home).await;
                ("Energy".to_owned(), page::energy::energy(&EnergyNow::of(home), &past))
            }
            Shown::History if self.may.sees_history => {
                ("History".to_owned(), self.history(home).await)
            }
            Shown::Energy | Shown::History => return None,
            Shown::Activity => {
                let (lines, missed, since) = visible_lines(&self.place, self.may);
                let main = page::activity::activity(&lines, missed, since, &self.now());
                ("Activity".to_owned(), main)
            }
        })
    }
}

impl Here<'_> {
    async fn flow(&self, advanced: bool, id: &str, home: &Home) -> Option<(String, Markup)> {
        flow_row(home, advanced, id).filter(|_| self.may.sees_outlines())?;
        let setup = match self.place.flow_setup().await {
            Ok(setup) => setup,
            Err(why) => {
                let main = page::frame::empty(Icon::Flow, "The flow cannot be shown for now", &why);
                return Some(("Flow".to_owned(), main));
            }
        };
        let mut view = setup.flow(id, advanced)?;
        if let Some(row) = flow_row(home, advanced, id) {
            view.enabled = row.enabled;
        }
        Some((view.name.clone(), page::flow::flow(&view, &self.at(), self.may)))
    }

    /// The drawing of an advanced flow.
    pub(super) async fn picture(&self, id: &str) -> Response {
        let setup = match self.may.sees_outlines() {
            true => self.place.flow_setup().await.ok(),
            false => None,
        };
        match setup.and_then(|setup| setup.picture(id)) {
            Some(picture) => reply::picture(&self.head.headers, picture),
            None => not_found(self.head, &self.root),
        }
    }

    async fn history(&self, home: &Home) -> Markup {
        let records = match Records::of(&self.visitor()).await {
            Ok(Some(records)) => records,
            Ok(None) => return page::history::without(None),
            Err(why) => return page::history::without(Some(&why)),
        };
        let (chosen, range) = self.chosen();
        let drawn = records.charts(&self.visitor(), home, &chosen, range).await;
        page::history::history(&records.series, &chosen, range, &drawn)
    }

    /// The values of the charts, for spreadsheets.
    pub(super) async fn csv(&self) -> Response {
        let records = match self.may.sees_history {
            true => Records::of(&self.visitor()).await.ok().flatten(),
            false => None,
        };
        let (Some(records), Ok(mirror)) = (records, self.place.mirror().await) else {
            return not_found(self.head, &self.root);
        };
        let (chosen, range) = self.chosen();
        let drawn = records.charts(&self.visitor(), &mirror.home(), &chosen, range).await;
        reply::download(&self.head.headers, history::csv(&drawn))
    }

    /// The series and the range that the address names.
    fn chosen(&self) -> (Vec<i64>, Range) {
        let mut chosen: Vec<i64> = Vec::new();
        for id in request::queries(self.head, "series").filter_map(|id| id.parse().ok()) {
            if !chosen.contains(&id) && chosen.len() < past::MAX_CHOSEN {
                chosen.push(id);
            }
        }
        (chosen, Range::of(request::query(self.head, "range").as_deref()))
    }
}

/// A flow, as the mirror has it.
pub(super) fn flow_row(home: &Home, advanced: bool, id: &str) -> Option<FlowRow> {
    let folders = flows::folders(home, &[]);
    let mut rows = folders.into_iter().flat_map(|folder| folder.flows);
    rows.find(|row| row.advanced == advanced && row.id == id)
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

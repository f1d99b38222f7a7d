//! Running flows: what starts them, the conditions by group, the actions and their delays.

use housekey::catalogue::Dialect;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::card::{CardKind, CardSource};
use super::card_run::triggers;
use super::flow_state::{Later, Pending, Tokens};
use super::{Change, Home, local_time};

/// Judges a trigger card by its id and arguments: its tokens, if it fires.
type Fires<'a> = dyn Fn(&Home, &str, &Map<String, Value>) -> Option<Tokens> + 'a;

/// The limit of flow starts in one go, since flows can start each other in a circle.
const MOST_STARTS: u32 = 200;

/// After a jump of the clock, timed flows are caught up for at most this long.
const CATCH_UP: SignedDuration = SignedDuration::from_hours(36);

impl Home {
    /// Starts the flows that the changes since the last call trigger, and those that these trigger.
    pub(crate) fn react(&mut self) {
        self.starts_left = MOST_STARTS;
        while let Some(change) = self.changes.get(self.reacted).cloned() {
            self.reacted += 1;
            match change {
                Change::Capability { device, capability, value } => {
                    let owner = format!("homey:device:{device}:");
                    self.fire(&|home, card, args| {
                        if !card.starts_with(&owner) {
                            return None;
                        }
                        let card = home.card(CardKind::Trigger, card)?;
                        let CardSource::Capability { device: of, capability: its, line } =
                            &card.source
                        else {
                            return None;
                        };
                        let fits =
                            *of == device && *its == capability && triggers(line, &value, args);
                        let tokens =
                            card.tokens.iter().filter_map(|token| token.get("id")?.as_str());
                        fits.then(|| tokens.map(|id| (id.to_owned(), value.clone())).collect())
                    });
                    self.zone_reacts(&device, &capability);
                }
                Change::Variable { id, value } => self.fire(&|_, card, args| {
                    let fits = card == "homey:manager:logic:variable_changed"
                        && args
                            .get("variable")
                            .and_then(|chosen| chosen.get("id"))
                            .is_some_and(|one| *one == id);
                    fits.then(|| Tokens::from_iter([("variable".to_owned(), value.clone())]))
                }),
                Change::Presence { user, present } => self.fire(&|home, card, args| {
                    let at_home = home.users.values().filter(|user| user.present).count();
                    let fits = match card.strip_prefix("homey:manager:presence:")? {
                        "user_enter" => present,
                        "first_user_enter" => present && at_home == 1,
                        "user_leave" => !present,
                        "last_user_left" => !present && at_home == 0,
                        _ => false,
                    };
                    let name = home.users.get(&user).map_or("", |user| user.name.as_str());
                    (fits && is_chosen_or_any(args, "user", &user))
                        .then(|| Tokens::from_iter([("user".to_owned(), name.into())]))
                }),
                Change::Mood { id } => self.fire(&|_, card, args| {
                    (card == "homey:manager:moods:mood_set" && is_chosen_or_any(args, "mood", &id))
                        .then(Tokens::new)
                }),
                Change::Item { .. } => {}
            }
        }
    }

    /// Starts the flows that wait for the zone of a device to become active, or no longer to be it.
    fn zone_reacts(&mut self, device: &str, capability: &str) {
        let Some(device) = self.devices.get(device) else { return };
        let known = device.capability(capability).filter(|one| one.definition.activates_zone);
        let Some(active) = known.map(|one| one.value == true) else { return };
        let zone = device.zone.clone();
        let name = match (active, self.activity(&zone).origins.len()) {
            (true, 1) => "homey:manager:zones:zone_active",
            (false, 0) => "homey:manager:zones:zone_inactive",
            _ => return,
        };
        self.fire(&|_, card, args| {
            (card == name && is_chosen_or_any(args, "zone", &zone)).then(Tokens::new)
        });
    }

    /// Starts every enabled flow, of both kinds, whose trigger card fires; `fires` returns the tokens of the
    /// trigger.
    fn fire(&mut self, fires: &Fires<'_>) {
        let none = Map::new();
        let on = |flow: &&Map<String, Value>| flow.get("enabled").is_some_and(|on| *on == true);
        let mut standard = Vec::new();
        for flow in self.flows.values().filter(on) {
            let Some(trigger) = flow.get("trigger") else { continue };
            let args = trigger.get("args").and_then(Value::as_object).unwrap_or(&none);
            if let Some(tokens) = fires(self, &card_id(self.dialect, trigger), args) {
                standard.push((flow.clone(), tokens));
            }
        }
        let mut advanced = Vec::new();
        for (id, flow) in self.advanced_flows.iter().filter(|(_, flow)| on(flow)) {
            for (node, card) in flow.get("cards").and_then(Value::as_object).unwrap_or(&none) {
                if card.get("type").is_none_or(|kind| kind != "trigger") {
                    continue;
                }
                let args = card.get("args").and_then(Value::as_object).unwrap_or(&none);
                if let Some(tokens) = fires(self, &card_id(self.dialect, card), args) {
                    advanced.push((id.clone(), node.clone(), tokens));
                }
            }
        }
        for (flow, tokens) in standard {
            if let Some(count) =
                flow.get("id").and_then(Value::as_str).and_then(|id| self.flows.get_mut(id))
            {
                let counted = count.get("triggerCount").and_then(Value::as_u64).unwrap_or_default();
                count.insert("triggerCount".to_owned(), (counted + 1).into());
            }
            self.run(&flow, &tokens);
        }
        for (flow, node, tokens) in advanced {
            self.run_advanced(&flow, &node, &tokens);
        }
    }

    /// Starts a flow of either kind by hand or by another flow; `false` if there is none with that id, or it has
    /// no card to start at.
    pub(crate) fn start(&mut self, id: &str) -> bool {
        if let Some(flow) = self.flows.get(id).cloned() {
            self.run(&flow, &Tokens::new());
            return true;
        }
        let starts = self.starts(id);
        for node in &starts {
            self.run_advanced(id, node, &Tokens::new());
        }
        !starts.is_empty()
    }

    /// Runs a flow whose trigger has fired: within a group all conditions must hold, and one group
    /// is enough; the actions of `then` or of `else` follow.
    pub(crate) fn run(&mut self, flow: &Map<String, Value>, tokens: &Tokens) {
        if self.starts_left == 0 {
            return;
        }
        self.starts_left -= 1;
        let list = |key: &str| flow.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
        let conditions = list("conditions");
        let group =
            |card: &Value| card.get("group").and_then(Value::as_str).unwrap_or("group1").to_owned();
        let holds = |name: &str| {
            conditions
                .iter()
                .filter(|card| group(card) == name)
                .all(|card| self.condition(card, tokens))
        };
        let mut groups: Vec<String> = conditions.iter().map(group).collect();
        groups.dedup();
        let hold = groups.is_empty() || groups.iter().any(|name| holds(name));
        let branch = if hold { "then" } else { "else" };
        for card in list("actions") {
            let own = card.get("group").and_then(Value::as_str).unwrap_or("then");
            if own != branch {
                continue;
            }
            match wait(card.get("delay")) {
                Some(delay) => self.put_off(delay, Later::Action { card, tokens: tokens.clone() }),
                None => drop(self.action(&card, tokens)),
            }
        }
    }

    /// Whether a condition card of a flow holds; one that fails does not.
    pub(super) fn condition(&self, card: &Value, tokens: &Tokens) -> bool {
        let none = Map::new();
        let args = card.get("args").and_then(Value::as_object).unwrap_or(&none);
        let dropped = card.get("droptoken").and_then(Value::as_str);
        let Some(known) = self.card(CardKind::Condition, &card_id(self.dialect, card)) else {
            return false;
        };
        let inverted = card.get("inverted").is_some_and(|inverted| *inverted == true);
        self.holds(&known, args, dropped, tokens).is_ok_and(|holds| holds != inverted)
    }

    /// Runs an action card of a flow.
    pub(super) fn action(&mut self, card: &Value, tokens: &Tokens) -> Result<(), String> {
        let none = Map::new();
        let args = card.get("args").and_then(Value::as_object).unwrap_or(&none);
        let id = card_id(self.dialect, card);
        let known =
            self.card(CardKind::Action, &id).ok_or_else(|| format!("{id} does not exist"))?;
        self.act(&known, args, tokens)
    }

    pub(super) fn put_off(&mut self, delay: SignedDuration, what: Later) {
        let due = self.now.saturating_add(delay).unwrap_or(Timestamp::MAX);
        self.pending.push(Pending { due, what });
    }

    /// Runs delayed actions and timed flows that are due up to `until`, in order.
    pub(super) fn pass(&mut self, until: Timestamp) {
        self.starts_left = MOST_STARTS;
        let earliest = until.saturating_sub(CATCH_UP).unwrap_or(until);
        let mut cursor = self.now.max(earliest);
        while self.starts_left > 0 {
            let timed = self.next_timed(cursor).filter(|at| *at <= until);
            let put_off = self.pending.iter().map(|one| one.due).min().filter(|at| *at <= until);
            let Some(at) = timed.into_iter().chain(put_off).min() else { return };
            self.settle(at.max(self.now));
            if let Some(index) = self.pending.iter().position(|one| one.due == at) {
                let one = self.pending.swap_remove(index);
                self.starts_left -= 1;
                self.do_later(one.what);
            } else {
                cursor = at;
                let clock = at.to_zoned(local_time::zone()).strftime("%H:%M").to_string();
                self.fire(&|_, card, args| {
                    let fits = card == "homey:manager:cron:time_exactly"
                        && args.get("time").is_some_and(|time| *time == clock.as_str());
                    fits.then(Tokens::new)
                });
            }
        }
    }

    fn do_later(&mut self, what: Later) {
        match what {
            Later::Action { card, tokens } => drop(self.action(&card, &tokens)),
            Later::Nodes { run, from, output, tokens } => self.follow(run, &from, output, &tokens),
        }
    }

    /// When a flow next starts by the clock.
    fn next_timed(&self, after: Timestamp) -> Option<Timestamp> {
        let standard = self.flows.values().filter_map(|flow| Some((flow, flow.get("trigger")?)));
        let advanced = self.advanced_flows.values().flat_map(|flow| {
            let cards = flow.get("cards").and_then(Value::as_object).into_iter();
            cards.flat_map(Map::values).map(move |card| (flow, card))
        });
        standard
            .chain(advanced)
            .filter(|(flow, _)| flow.get("enabled").is_some_and(|on| *on == true))
            .filter(|(_, card)| card_id(self.dialect, card) == "homey:manager:cron:time_exactly")
            .filter_map(|(_, card)| {
                local_time::time_of_day(card.get("args")?.get("time")?.as_str()?)
            })
            .filter_map(|time| local_time::next(time, after, |_| true))
            .min()
    }
}

/// Whether an argument has no choice, or that item.
fn is_chosen_or_any(args: &Map<String, Value>, name: &str, id: &str) -> bool {
    args.get(name).and_then(|chosen| chosen.get("id")).is_none_or(|one| *one == id)
}

/// The full id of a card as a flow holds it: older Homeys keep the owner apart.
pub(crate) fn card_id(dialect: Dialect, card: &Value) -> String {
    let id = card.get("id").and_then(Value::as_str).unwrap_or_default();
    match card.get("uri").and_then(Value::as_str) {
        Some(uri) if dialect == Dialect::V2 => format!("{uri}:{id}"),
        _ => id.to_owned(),
    }
}

/// `{"number": "5", "multiplier": 60}`: the number is a text, the multiplier makes seconds of it.
pub(super) fn wait(delay: Option<&Value>) -> Option<SignedDuration> {
    let delay = delay?;
    let number = delay.get("number")?;
    let number = number.as_f64().or_else(|| number.as_str()?.trim().parse().ok())?;
    let seconds = number * delay.get("multiplier").and_then(Value::as_f64).unwrap_or(1.0);
    (seconds > 0.0 && seconds < 1.0e9)
        .then(|| SignedDuration::from_millis((seconds * 1000.0) as i64))
}

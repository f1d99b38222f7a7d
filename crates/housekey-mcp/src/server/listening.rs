//! Notices of resources that changed.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use housekey::mirror::{ChangeStream, ItemKind};
use rmcp::model::SubscriptionFilter;
use rmcp::service::SubscriptionContext;
use tokio::time::{MissedTickBehavior, interval};

use super::state::Server;
use crate::homes::HomeState;
use crate::resources::{self, Address};

/// The most resources of a subscription.
const MOST: usize = 100;

/// Between two notices of the same resource.
const PAUSE: Duration = Duration::from_secs(1);

/// An item, by its kind and id.
type ItemId = (ItemKind, Arc<str>);

impl Server {
    /// What of a subscription is served: devices, zones and overviews of the homes here.
    pub(super) fn accepted(&self, requested: &SubscriptionFilter) -> SubscriptionFilter {
        let is_served = |uri: &&String| match Address::parse(uri) {
            Some(Address::OfHome { homey, tool, .. }) => {
                tool != "homey_flow_get" && self.homes.iter().any(|home| home.source.name == homey)
            }
            _ => false,
        };
        let uris = requested.resource_subscriptions.iter().flatten();
        let mut accepted = SubscriptionFilter::new();
        accepted.resource_subscriptions =
            Some(uris.filter(is_served).take(MOST).cloned().collect());
        accepted
    }

    /// Sends notices until the client ends the subscription, at most one for a resource and second.
    pub(super) async fn notify(&self, context: SubscriptionContext) {
        let uris: BTreeSet<String> =
            context.sink().accepted().resource_subscriptions.iter().flatten().cloned().collect();
        let mut all = Vec::new();
        for (place, home) in self.homes.iter().enumerate() {
            if let Ok(mirror) = home.mirror().await {
                let next = move |mut changes: ChangeStream| async move {
                    changes.next().await.map(|change| ((place, change), changes))
                };
                all.push(stream::unfold(mirror.changes(), next).boxed());
            }
        }
        let mut changes = stream::select_all(all);
        let mut ticks = interval(PAUSE);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // By home; without an item where changes were missed and anything may have changed.
        let mut changed: BTreeSet<(usize, Option<ItemId>)> = BTreeSet::new();
        loop {
            tokio::select! {
                () = context.cancelled() => return,
                Some((place, change)) = changes.next() => {
                    changed.insert((place, change.ok().map(|one| (one.kind, one.id.clone()))));
                }
                _ = ticks.tick() => {
                    let mut hits = BTreeSet::new();
                    for (place, item) in std::mem::take(&mut changed) {
                        match (self.homes.get(place), item) {
                            (Some(home), Some((kind, id))) => hits.extend(hit(home, kind, &id).await),
                            _ => hits.clone_from(&uris),
                        }
                    }
                    for uri in hits.intersection(&uris) {
                        if context.sink().notify_resource_updated(uri).await.is_err() {
                            return;
                        }
                    }
                }
            }
        }
    }
}

/// The resources that a change is about.
async fn hit(home: &HomeState, kind: ItemKind, id: &str) -> Vec<String> {
    let name = &home.source.name;
    let mut uris = vec![resources::overview(name)];
    let Ok(view) = home.view().await else { return uris };
    let zone = match kind {
        ItemKind::Device => {
            uris.push(resources::address(name, "device", id));
            let device = view.devices.iter().find(|device| device.id == id);
            device.and_then(|device| device.zone.text().map(str::to_owned))
        }
        ItemKind::Zone => Some(id.to_owned()),
        _ => None,
    };
    let zones = zone.map(|zone| view.zones.path(&zone)).unwrap_or_default();
    uris.extend(zones.iter().map(|zone| resources::address(name, "zone", &zone.id)));
    uris
}

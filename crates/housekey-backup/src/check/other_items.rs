//! Zones, folders, devices and flows that are in something that is not there; apps that nothing uses.

use std::collections::HashSet;

use super::checker::Checker;
use super::fault::Fault;
use crate::Part;
use crate::graph::ItemRef;

pub(super) fn check(checker: &mut Checker<'_>) {
    let home = checker.home;
    for part in Part::ALL {
        let Some((key, container)) = part.container().filter(|(_, of)| home.has(*of)) else {
            continue;
        };
        for (id, item) in home.items(part) {
            let Some(outer) = item[key].as_str() else { continue };
            if home.item(container, outer).is_none() {
                let missing = checker.missing(&ItemRef::new(container, outer), None);
                let message =
                    format!("the {} is in {}, which is not there", part.item(), missing.words());
                checker.item(Fault::MissingParent, ItemRef::new(part, id), Some(missing), message);
            }
        }
    }
    let edges = checker.graph.edges().iter();
    let used: HashSet<ItemRef> = edges.filter_map(|edge| edge.to.item()).collect();
    for (id, app) in home.items(Part::Apps) {
        let item = ItemRef::new(Part::Apps, id);
        let has_scripts =
            id == "com.athom.homeyscript" && home.items(Part::Scripts).next().is_some();
        if app["enabled"] != false && !used.contains(&item) && !has_scripts {
            let message = "no flow uses the app, and it has no devices".to_owned();
            checker.item(Fault::UnusedApp, item, None, message);
        }
    }
}

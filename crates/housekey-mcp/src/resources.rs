//! The addresses of resources, and the guides.

/// What an address names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Address {
    /// A page of this server.
    Guide(&'static Guide),
    /// Something of a home: the name of the Homey, the tool that reads it, and its arguments.
    OfHome { homey: String, tool: &'static str, arguments: Vec<(&'static str, String)> },
}

/// A guide for assistants.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Guide {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) text: &'static str,
}

/// What the addresses of guides begin with.
const GUIDE: &str = "housekey://guide/";

/// What those of homes begin with.
const HOME: &str = "homey://";

/// The longest address.
const LONGEST: usize = 300;

pub(crate) const GUIDES: &[Guide] = &[
    Guide {
        name: "flows",
        title: "How flows are written",
        text: "A standard flow has `name`, `trigger`, `conditions` and `actions`; an advanced flow has `name` and \
               `cards`, an object of nodes by id. A card is {\"id\": its whole id, \"args\": {…}}; conditions and \
               actions have `group`: group1 to group3, then or else; conditions may have `inverted`.\n\
               Find cards with homey_flowcards, describe one with `card`, and list the choices of an autocomplete \
               argument with `argument`: store the whole object.\n\
               homey_flow_save checks a flow and gives a plan; the same tool with that plan alone writes it. A new \
               flow is disabled, in the folder Assistant; homey_flow_enable enables it.\n\
               Never try a flow out by starting it: its actions run.",
    },
    Guide {
        name: "tokens",
        title: "How flows hand values on",
        text: "A card gives tokens to the cards behind it: homey_flowcards with `card` lists them as `gives`. In a \
               text argument a token stands in double brackets: [[token]] of the trigger of a standard flow, \
               [[trigger::node::token]] or [[action::node::token]] in an advanced flow, \
               [[homey:device:ID|capability]] for a value of a device, [[homey:manager:logic|ID]] for a variable.\n\
               A card that takes a token itself has `droptoken`: owner, a bar, and the token. A token has a type: \
               a number does not fit where a boolean is wanted.",
    },
    Guide {
        name: "history",
        title: "What is known of the past",
        text: "homey_history gives values by step, at most 60 points for each device: means weighted by time, for a \
               meter `inc`, for power `integral` in kWh, for on and off `states`. Where nothing is recorded the \
               Insights of the Homey answer: mean, min, max and last, coarser the older they are.\n\
               homey_events gives changes in order of time. A Homey does not report that a flow ran: the flows \
               named behind a change could have made it, no more. A person, an app or the device could have, too.",
    },
];

impl Address {
    /// # Errors
    /// It is the address of nothing here.
    pub(crate) fn parse(uri: &str) -> Option<Self> {
        if uri.len() > LONGEST {
            return None;
        }
        if let Some(name) = uri.strip_prefix(GUIDE) {
            return GUIDES.iter().find(|guide| guide.name == name).map(Self::Guide);
        }
        let (homey, path) = uri.strip_prefix(HOME)?.split_once('/')?;
        let of = |tool, arguments| Some(Self::OfHome { homey: homey.to_owned(), tool, arguments });
        if path == "overview" {
            return of("homey_home_overview", Vec::new());
        }
        let (kind, id) = path.split_once('/')?;
        let is_id = |id: &str| {
            !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:".contains(c))
        };
        match (kind, id.strip_suffix(".json")) {
            ("flow", Some(id)) if is_id(id) => {
                of("homey_flow_get", vec![("flow", id.to_owned()), ("format", "json".to_owned())])
            }
            ("flow", None) if is_id(id) => of("homey_flow_get", vec![("flow", id.to_owned())]),
            ("device", None) if is_id(id) => {
                of("homey_device_get", vec![("device", id.to_owned())])
            }
            ("zone", None) if is_id(id) => {
                of("homey_devices_search", vec![("zone", id.to_owned())])
            }
            _ => None,
        }
    }
}

/// The address of an item of a home.
pub(crate) fn address(homey: &str, kind: &str, id: &str) -> String {
    format!("{HOME}{homey}/{kind}/{id}")
}

/// The address of the overview of a home.
pub(crate) fn overview(homey: &str) -> String {
    format!("{HOME}{homey}/overview")
}

/// The address of a guide.
pub(crate) fn guide(name: &str) -> String {
    format!("{GUIDE}{name}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_are_read() {
        let of = |uri: &str| match Address::parse(uri) {
            Some(Address::Guide(guide)) => guide.name.to_owned(),
            Some(Address::OfHome { homey, tool, arguments }) => {
                format!("{homey} {tool} {arguments:?}")
            }
            None => "nothing".to_owned(),
        };
        for (uri, want) in [
            ("housekey://guide/flows", "flows"),
            ("homey://home/overview", "home homey_home_overview []"),
            ("homey://home/device/e98f", "home homey_device_get [(\"device\", \"e98f\")]"),
            (
                "homey://home/flow/f1.json",
                "home homey_flow_get [(\"flow\", \"f1\"), (\"format\", \"json\")]",
            ),
            ("homey://home/zone/../../x", "nothing"),
            ("homey://home/device/", "nothing"),
            ("homey://home", "nothing"),
            ("file:///etc/passwd", "nothing"),
        ] {
            assert_eq!(of(uri), want, "{uri}");
        }
    }

    #[test]
    fn guides_are_short() {
        for guide in GUIDES {
            assert!(crate::lines::tokens(guide.text) <= 300, "{}", guide.name);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_an_address_or_none(text in "(homey://|housekey://guide/)?\\PC{0,40}") {
            let _ = Address::parse(&text);
        }
    }
}

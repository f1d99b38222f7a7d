//! The start of a live connection in Engine.IO: the frames of the gateway for a client without a key, and
//! those of a Homey whose client has been greeted already. No socket, no clock.

use housekey::realtime::packet::Packet;

/// A version of Engine.IO.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EngineVersion {
    /// The client pings, and the server joins the root. Homeys speak this.
    Three,
    /// The server pings, and the client joins the root.
    Four,
}

impl EngineVersion {
    /// As it stands in a query.
    pub(super) fn number(self) -> &'static str {
        match self {
            Self::Three => "3",
            Self::Four => "4",
        }
    }
}

/// Heartbeat in milliseconds: the interval of pings, and how long a reply may take.
pub(super) type Heartbeat = (u64, u64);

/// The first frames of a server.
pub(super) fn open_frames(
    version: EngineVersion,
    sid: &str,
    (interval, timeout): Heartbeat,
) -> Vec<String> {
    let heartbeat = format!(r#""pingInterval":{interval},"pingTimeout":{timeout}"#);
    match version {
        EngineVersion::Three => {
            vec![format!(r#"0{{"sid":"{sid}","upgrades":[],{heartbeat}}}"#), "40".to_owned()]
        }
        EngineVersion::Four => {
            vec![format!(r#"0{{"sid":"{sid}","upgrades":[],{heartbeat},"maxPayload":1000000}}"#)]
        }
    }
}

/// The reply of a server to a frame that concerns the connection alone.
pub(super) fn connection_reply(version: EngineVersion, sid: &str, frame: &str) -> Option<String> {
    match (Packet::decode(frame), version) {
        (Ok(Packet::Ping(data)), EngineVersion::Three) => Some(format!("3{data}")),
        (Ok(Packet::Connect { namespace: "/" }), EngineVersion::Four) => {
            Some(format!(r#"40{{"sid":"{sid}"}}"#))
        }
        _ => None,
    }
}

/// The greeting of a Homey.
#[derive(Debug)]
pub(super) struct HomeyGreeting {
    version: EngineVersion,
    heartbeat: Option<Heartbeat>,
}

/// The next step after a frame.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum GreetingStep {
    /// More has to come.
    Wait,
    /// Say this to the Homey.
    Send(&'static str),
    /// The root is joined; these are its times.
    Done(Heartbeat),
    /// It does not speak that version.
    Wrong,
}

impl HomeyGreeting {
    pub(super) fn new(version: EngineVersion) -> Self {
        Self { version, heartbeat: None }
    }

    pub(super) fn on_frame(&mut self, frame: &str) -> GreetingStep {
        match (Packet::decode(frame), self.heartbeat) {
            (Ok(Packet::Open(open)), None) => {
                self.heartbeat = Some((open.ping_interval, open.ping_timeout));
                match self.version {
                    EngineVersion::Three => GreetingStep::Wait,
                    EngineVersion::Four => GreetingStep::Send("40"),
                }
            }
            (Ok(Packet::Connect { namespace: "/" }), Some(heartbeat)) => {
                // Real Homeys take the newer version, and speak the older one all the same.
                let older = frame == "40";
                match older == (self.version == EngineVersion::Three) {
                    true => GreetingStep::Done(heartbeat),
                    false => GreetingStep::Wrong,
                }
            }
            (Ok(Packet::Ping(_)), Some(_)) => GreetingStep::Wait,
            _ => GreetingStep::Wrong,
        }
    }
}

/// Whether both sides stay connected if the client was given another heartbeat than the Homey has.
pub(super) fn is_compatible(
    version: EngineVersion,
    advertised: Heartbeat,
    real: Heartbeat,
) -> bool {
    let (pings, waits) = match version {
        EngineVersion::Three => (advertised, real),
        EngineVersion::Four => (real, advertised),
    };
    pings.0 < waits.0.saturating_add(waits.1)
}

#[cfg(test)]
mod tests {
    use super::EngineVersion::{Four, Three};
    use super::*;

    #[test]
    fn a_client_is_greeted_by_a_server_of_its_version() {
        let open = r#"0{"sid":"s","upgrades":[],"pingInterval":5000,"pingTimeout":8000}"#;
        assert_eq!(open_frames(Three, "s", (5000, 8000)), [open, "40"]);
        let frames = open_frames(Four, "s", (5000, 8000));
        assert!(matches!(&*frames, [open] if open.starts_with(r#"0{"sid":"s","#)), "{frames:?}");
        for (version, frame, want) in [
            (Three, "2", Some("3")),
            (Three, "2probe", Some("3probe")),
            (Three, "40", None),
            (Four, "40", Some(r#"40{"sid":"s"}"#)),
            (Four, r#"40{"token":"x"}"#, Some(r#"40{"sid":"s"}"#)),
            (Four, "40/api,", None),
            (Four, "3", None),
            (Three, r#"420["handshakeClient",{}]"#, None),
            (Three, "no frame", None),
        ] {
            assert_eq!(
                connection_reply(version, "s", frame).as_deref(),
                want,
                "{version:?} {frame}"
            );
        }
    }

    #[test]
    fn the_greeting_of_a_homey_is_read_in_order() {
        let open = r#"0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000}"#;
        let done = GreetingStep::Done((25_000, 20_000));
        for (version, frames, want) in [
            (Three, vec![open, "40"], vec![GreetingStep::Wait, done]),
            (
                Four,
                vec![open, r#"40{"sid":"y"}"#],
                vec![GreetingStep::Send("40"), GreetingStep::Done((25_000, 20_000))],
            ),
            (
                Four,
                vec![open, "2", "40"],
                vec![GreetingStep::Send("40"), GreetingStep::Wait, GreetingStep::Wrong],
            ),
            (Three, vec!["40"], vec![GreetingStep::Wrong]),
            (Three, vec![open, open], vec![GreetingStep::Wait, GreetingStep::Wrong]),
            (Three, vec![open, "44\"no\""], vec![GreetingStep::Wait, GreetingStep::Wrong]),
            (Three, vec!["0{}"], vec![GreetingStep::Wrong]),
        ] {
            let mut greeting = HomeyGreeting::new(version);
            let advertised: Vec<_> = frames.iter().map(|frame| greeting.on_frame(frame)).collect();
            assert_eq!(advertised, want, "{version:?} {frames:?}");
        }
    }

    #[test]
    fn heartbeats_are_compatible_if_each_side_answers_in_time() {
        for (version, advertised, real, want) in [
            (Three, (5000, 8000), (5000, 8000), true),
            (Three, (5000, 8000), (25_000, 20_000), true),
            (Three, (5000, 8000), (300, 800), false),
            (Four, (5000, 8000), (300, 800), true),
            (Four, (5000, 8000), (25_000, 20_000), false),
        ] {
            assert_eq!(
                is_compatible(version, advertised, real),
                want,
                "{version:?} {advertised:?} {real:?}"
            );
        }
    }
}

//! The scenes of the demo, printed for a terminal of 80 columns.

use housekey::auth::store::Access;
use housekey::client::RawCall;
use housekey::http::Http;
use housekey::model::{Device, Items, Variable};
use housekey::{Homey, Secret};
use housekey_emulator::{ConnectionInfo, Emulator, Expire};
use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::commands::devices::list;
use crate::commands::login::progress::milliseconds;
use crate::context::Target;
use crate::decode;
use crate::duration;
use crate::error::{Failure, Outcome};
use crate::items::Collection;
use crate::output::Output;
use crate::output::ink::Ink;
use crate::output::steps::{Mark, Steps};

/// How many of the devices are shown.
const DEVICES_SHOWN: usize = 6;

/// The logic variable that the legacy script kept the token in.
const VARIABLE: &str = "accesstoken";

/// The scenes and where they are printed.
pub(super) struct Story<'a> {
    pub(super) out: &'a Output,
    pub(super) show_token: bool,
}

impl Story<'_> {
    pub(super) fn opening(&self, facts: &ConnectionInfo) -> Outcome {
        self.out.text(&format!(
            "A virtual Homey \"{}\" and its account cloud run in this program, at\n\
             {}. No account is needed, nothing is left behind.\n",
            facts.homeys.first().map_or("", |homey| homey.name.as_str()),
            facts.url
        ))?;
        self.heading("Sign in: six steps from a password to a token")
    }

    pub(super) async fn token(&self, target: &Target) -> Outcome {
        let token = target.homey.bearer().await?;
        self.heading("The bearer token, which every call needs")?;
        let access = target.homey.session().map(|session| session.access());
        let life = access.as_ref().and_then(Access::session).map(|session| {
            let life = session.expires_at.duration_since(session.issued_at);
            format!(
                "   lives  {}; housekey renews it long before\n",
                duration::show(to_minute(life))
            )
        });
        let (shown, length) = (self.shown(&token), token.expose().len());
        self.out.text(&format!(
            "   token  {shown}\n   form   user:session:secret, {length} characters\n{}",
            life.unwrap_or_default()
        ))
    }

    /// What the legacy script did: a flow of the Homey finds the token in a variable.
    pub(super) async fn variable(&self, target: &Target) -> Outcome {
        self.heading("Where the legacy script kept it: the logic variable `accesstoken`")?;
        let token = target.homey.bearer().await?;
        let variable = json!({ "name": VARIABLE, "type": "string", "value": token.expose() });
        let started = Instant::now();
        target.homey.logic().create_variable(variable).value().await?;
        self.done("variable made, token written", started);
        Ok(())
    }

    pub(super) async fn devices(&self, target: &Target) -> Outcome {
        self.heading("The home: `housekey devices list`")?;
        let devices = Collection::<Device>::read(target, self.out).await?;
        let table = self.out.render_indented(list::table(&devices, DEVICES_SHOWN), "   ");
        let more = devices.len().saturating_sub(DEVICES_SHOWN);
        self.out.text(&format!("{table}   ... and {more} more\n"))
    }

    pub(super) async fn lamp(&self, target: &Target) -> Outcome {
        let devices = Collection::<Device>::read(target, self.out).await?;
        let lamp = devices
            .iter()
            .find(|device| device.class() == Some("light") && device.capability("onoff").is_some());
        let lamp = lamp.ok_or_else(|| Failure::failed("the virtual home has no lamp"))?;
        let full = devices.full_name(lamp);
        self.heading(&format!("A lamp: `housekey devices toggle '{full}'`"))?;
        let is_on = |value: &Value| value.as_bool().unwrap_or(false);
        let on = lamp.capability("onoff").is_some_and(|capability| is_on(capability.value()));
        let devices = target.homey.devices();
        let started = Instant::now();
        devices.set_capability_value(&lamp.id, "onoff", !on).await?;
        let now_on = is_on(&devices.get_capability_value(&lamp.id, "onoff").await?);
        let word = |on: bool| if on { "on" } else { "off" };
        self.done(&format!("{full} was {}, is {}", word(on), word(now_on)), started);
        Ok(())
    }

    /// The token ends, as it does every day, and is renewed.
    pub(super) async fn renewal(
        &self,
        target: &Target,
        emulator: &Emulator,
        http: Http,
    ) -> Outcome {
        self.heading("A day later the Homey refuses the token")?;
        let old = target.homey.bearer().await?;
        emulator.expire(Expire::Session);
        let by_itself = Homey::at(target.homey.address().await?.clone(), old.clone(), http).await?;
        let call = RawCall {
            method: Method::GET,
            path_and_query: "/api/manager/zones/zone".to_owned(),
            body: None,
        };
        let refused = by_itself.raw(&call).await?;
        let status = refused.status.to_string();
        Steps::Narrated.done(Mark::Cross, "a call with the old token alone is refused", &status);
        let started = Instant::now();
        target.homey.zones().get_zones().value().await?;
        self.done("the same call with housekey: renewed, sent again, answered", started);
        let new = target.homey.bearer().await?;
        let started = Instant::now();
        write_again(target, &new).await?;
        self.done("the variable `accesstoken` holds the new token", started);
        self.out.text(&format!("   old    {}\n   new    {}\n", self.shown(&old), self.shown(&new)))
    }

    pub(super) fn ending(&self) -> Outcome {
        self.heading("Next")?;
        self.out.text(
            "   housekey login --email YOU --client-id ID   your own Homey\n\
             \x20  housekey login --api-key --address URL      the same with an API key\n\
             \x20  housekey emulate                            the virtual Homey, for tests\n\
             \x20  housekey demo --keep                        this story, and it stays on\n",
        )
    }

    pub(super) fn heading(&self, text: &str) -> Outcome {
        let bold = Ink::Bold;
        self.out.text(&format!("\n{bold}{text}{bold:#}\n"))
    }

    fn done(&self, text: &str, started: Instant) {
        Steps::Narrated.done(Mark::Tick, text, &milliseconds(started.elapsed()));
    }

    /// A token as it is shown: the beginning, which names user and session, without its secret part, unless
    /// `--show-token`.
    fn shown(&self, token: &Secret) -> String {
        if self.show_token {
            return token.expose().to_owned();
        }
        let parts: Vec<&str> = token.expose().split(':').collect();
        let begin = |part: &str| format!("{}…", part.chars().take(4).collect::<String>());
        match parts.split_last() {
            Some((_, named)) if !named.is_empty() => {
                named.iter().map(|part| begin(part) + ":").collect::<String>() + "***"
            }
            _ => "***".to_owned(),
        }
    }
}

/// To the nearest minute: a session of a day was opened some milliseconds ago.
fn to_minute(life: SignedDuration) -> SignedDuration {
    SignedDuration::from_mins((life.as_secs() + 30) / 60)
}

/// Gives the variable another value.
async fn write_again(target: &Target, token: &Secret) -> Outcome {
    let variables = target.homey.logic().get_variables().value().await?;
    let variables = decode::read::<Items<Variable>>(&variables, "variables")?;
    let Some(variable) =
        variables.0.into_iter().find(|variable| variable.name.text() == Some(VARIABLE))
    else {
        return Err(Failure::failed("the variable is gone"));
    };
    let value = json!({ "name": VARIABLE, "value": token.expose() });
    target.homey.logic().update_variable(&variable.id, value).value().await?;
    Ok(())
}

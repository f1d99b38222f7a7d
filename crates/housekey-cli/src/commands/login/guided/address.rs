//! At which address the Homey is: found in the network, or typed.

use housekey::client::LocalSignIn;
use housekey::config::HomeyAddress;
use housekey::discovery::{Announced, is_loopback};
use housekey::error::{ConfigError, Error};
use housekey::http::{Http, authority};
use url::{Host, Url};

use super::dialogue::{TRIES, try_again, up_to};
use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::output::steps::Mark;
use crate::prompt;

const TAKES_IT: &str = "Enter takes it, or type another";

const OTHER: &str = "Another address";

/// Prompts for the address until a Homey answers there.
pub(super) async fn homey(found: Vec<Announced>, context: &Context) -> Outcome<LocalSignIn> {
    let http = context.http()?;
    let set = context.env.homey_address(&crate::env::HOMEY_ADDRESS)?;
    let mut suggested = match (set, found.as_slice()) {
        (Some(address), _) => Suggestion::Default(address.to_string(), TAKES_IT.to_owned()),
        (None, [only]) => match only.addresses.first() {
            Some(address) => {
                let help = format!("Found \"{}\" in this network. {TAKES_IT}", only.name);
                Suggestion::Default(address.to_string(), help)
            }
            None => Suggestion::None,
        },
        (None, []) => Suggestion::None,
        (None, _) => Suggestion::Several,
    };
    let mut announced: Vec<String> =
        found.iter().flat_map(|one| one.addresses.iter().map(Url::to_string)).collect();
    for tries_left in (0..TRIES).rev() {
        let typed = prompted(&suggested, &found)?;
        context.waiting.name(format!("the Homey at {typed}"));
        let failure = match reached(&typed, announced.contains(&typed), &http).await {
            Ok(homey) => {
                let firmware = homey.version().map(|version| format!(", firmware {version}"));
                let found = format!("Homey: found{}", firmware.unwrap_or_default());
                context.out.steps().done(Mark::Tick, &found, "");
                return Ok(homey);
            }
            Err(failure) => failure,
        };
        suggested = match &failure {
            NotReached::Unencrypted(plain) => {
                // Once that is known, the address may be used as it is.
                announced.clear();
                Suggestion::Default(plain.to_string(), "Enter uses it all the same".to_owned())
            }
            NotReached::Other(_) => Suggestion::None,
        };
        try_again(failure.into(), tries_left)?;
    }
    Err(Failure::failed("no Homey was found"))
}

/// What the prompt offers.
enum Suggestion {
    None,
    /// An address, and a line of help.
    Default(String, String),
    /// A list of what was found.
    Several,
}

/// Why there is no Homey to sign in to.
enum NotReached {
    /// One may be reached at this address, which is not encrypted.
    Unencrypted(Box<Url>),
    Other(Failure),
}

impl From<NotReached> for Failure {
    fn from(failure: NotReached) -> Self {
        match failure {
            NotReached::Other(failure) => failure,
            NotReached::Unencrypted(plain) => {
                let at = authority(&plain);
                Failure::failed(format!("no Homey answers over an encrypted connection at {at}"))
                    .hint("with http:// others in its network can read the key")
            }
        }
    }
}

/// Prompts for an address once.
fn prompted(suggested: &Suggestion, found: &[Announced]) -> Outcome<String> {
    let question = "Address of the Homey:";
    match suggested {
        Suggestion::None => {
            prompt::text_or(question, None, "as in 192.168.1.20; the Homey app shows it")
        }
        Suggestion::Default(address, help) => prompt::text_or(question, Some(address), help),
        Suggestion::Several => {
            let all = found.iter().filter_map(|one| Some((&one.name, one.addresses.first()?)));
            let all: Vec<_> = all.collect();
            let width = all.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
            let mut options: Vec<_> = (1..)
                .zip(&all)
                .map(|(number, (name, address))| format!("{number}  {name:width$}   {address}"))
                .collect();
            options.push(format!("{}  {OTHER}", options.len() + 1));
            let question = "Which one, of those in this network?";
            match all.get(prompt::position(question, &options, up_to("   "))?) {
                Some((_, address)) => Ok(address.to_string()),
                None => prompted(&Suggestion::None, found),
            }
        }
    }
}

/// The Homey at that address. Plain HTTP is used for what was typed so, not for what was only announced.
async fn reached(typed: &str, announced: bool, http: &Http) -> Result<LocalSignIn, NotReached> {
    let address: HomeyAddress = typed.parse().map_err(|why| {
        NotReached::Other(Failure::usage(format!("{typed} is no address: {why}")))
    })?;
    if let (true, HomeyAddress::Whole(plain)) = (announced, &address)
        && !is_loopback(plain)
    {
        return match encrypted(plain, http).await {
            Some(homey) => Ok(homey),
            None => Err(NotReached::Unencrypted(Box::new(plain.clone()))),
        };
    }
    let address = match address.complete(http, |_, _| Ok::<_, Error>(false)).await {
        Ok(address) => address,
        Err(Error::Config(ConfigError::NotEncrypted { http: plain, .. })) => {
            return match encrypted(&plain, http).await {
                Some(homey) => Ok(homey),
                None => Err(NotReached::Unencrypted(plain)),
            };
        }
        Err(error) => return Err(NotReached::Other(error.into())),
    };
    LocalSignIn::at(address, http.clone()).await.map_err(|error| NotReached::Other(error.into()))
}

/// The Homey at the encrypted address that belongs to a plain one, if it answers there.
async fn encrypted(plain: &Url, http: &Http) -> Option<LocalSignIn> {
    LocalSignIn::at(encrypted_address(plain)?, http.clone()).await.ok()
}

/// The address with the vendor's certificate that belongs to a plain one in the home: that of a hub, or of a
/// self-hosted server.
fn encrypted_address(plain: &Url) -> Option<Url> {
    let Some(Host::Ipv4(address)) = plain.host() else { return None };
    let port = match plain.port() {
        None => "",
        Some(4859) => ":4860",
        Some(_) => return None,
    };
    let name = address.to_string().replace('.', "-");
    let url = format!("https://{name}.homey.homeylocal.com{port}").parse();
    url.ok().filter(|_| !is_loopback(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encrypted_address_is_known_for_hubs_and_self_hosted_servers() {
        for (plain, want) in [
            ("http://192.0.2.7", Some("https://192-0-2-7.homey.homeylocal.com/")),
            ("http://192.0.2.7:4859", Some("https://192-0-2-7.homey.homeylocal.com:4860/")),
            ("http://192.0.2.7:8080", None),
            ("http://127.0.0.1:4859", None),
            ("http://homey.local", None),
        ] {
            let address = encrypted_address(&plain.parse().unwrap());
            assert_eq!(address.as_ref().map(Url::as_str), want, "{plain}");
        }
    }
}

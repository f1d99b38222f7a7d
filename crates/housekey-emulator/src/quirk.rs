//! Ways in which the real sites differ from the plain case, or may: a client has to survive each.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// One such way. Set with [`Builder::quirk`](crate::Builder::quirk) before the start, with
/// [`Emulator::quirk`](crate::Emulator::quirk) or over `/_emulator/quirk` later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Quirk {
    /// The user consented earlier: the consent page is skipped and redirects with a code at once
    /// (reported by two independent projects).
    ConsentGiven,
    /// The hidden input of the consent page is written with its attributes in another order, in
    /// another case and with single quotes.
    ConsentReordered,
    /// The consent page has no CSRF value, nor does it set the cookie.
    ConsentWithoutCsrf,
    /// The redirect with the code has another query value before it.
    CodeNotFirst,
    /// The token endpoint does not take client credentials by HTTP Basic: 400 `invalid_client`.
    BasicRefused,
    /// The token endpoint answers 200 with a web page.
    TokenNotJson,
    /// The redirect address must be the registered one to the letter; otherwise the port of an address
    /// of the machine itself does not matter (RFC 8252, 7.3; which of the two the real site does is
    /// unknown).
    RedirectExact,
    /// `GET /oauth2/authorise` with the user token of step 1 as `Authorization: Bearer` redirects with a
    /// code at once (in the code of a client of 2026; whether the real site does so is unknown).
    UserTokenAsBearer,
    /// `expires_in` of a token answer is a text, `"3660"`, as in the vendor's documentation.
    ExpiresInText,
    /// `expires_in` of a token answer is a text without a number.
    ExpiresInNonsense,
    /// A session of an OAuth client has the scopes that the vendor gives to third parties, whatever the
    /// role of the user: no system, no writing of flows, no moods. Holds for sessions from then on.
    ThirdPartyScopes,
    /// The user record names an encrypted address at home, where plain HTTP answers.
    SecureAddress,
    /// The first Homey is not in the account.
    HomeyNotInAccount,
    /// A plain web server answers at the address of a Homey.
    NotAHomey,
    /// Error answers quote the `Authorization` header of the request as it came; errors over a live
    /// connection quote the token of its handshake.
    EchoAuthorization,
    /// The same, with every character as a JSON escape (`\u0041`).
    EchoAuthorizationJson,
    /// The same, with every byte percent-escaped (`%41`).
    EchoAuthorizationPercent,
    /// Every answer over HTTP carries the `Authorization` header of the request in a header of its own,
    /// `X-Request-Authorization`.
    EchoAuthorizationHead,
    /// Error answers are compressed with gzip, whether or not the request allows it.
    ErrorsGzip,
    /// The Homeys are not connected to the relay, which answers 417 for them. A bare address is relay and
    /// home in one, so every call of a Homey is answered so there.
    HomeyOffline,
    /// The Homeys are still starting, or are self-hosted servers that have not been activated: the ping
    /// and every other call answer 503.
    NotActivated,
    /// A `PUT` of a flow or an advanced flow replaces it: what the body does not give is as in a new one.
    /// By default it stays (independent projects report either).
    PutReplaces,
    /// A `POST` takes the `id` of the body where it is a free UUID. By default the Homey chooses the id
    /// (inferred).
    WishedIds,
    /// A mood that holds a device that is not there cannot be changed. By default it can (which of the two a
    /// real Homey does is unknown).
    MoodsRefuseMissingDevices,
}

/// Those that are on.
pub(crate) type Quirks = BTreeSet<Quirk>;

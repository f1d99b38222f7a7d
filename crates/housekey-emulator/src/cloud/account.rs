//! The account of the virtual cloud, its OAuth client and its Homeys, all made from the seed.

use super::totp::Totp;
use crate::model::Model;
use crate::options::Options;
use crate::state::ids::Seed;

/// The account that owns the Homeys.
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) firstname: &'static str,
    pub(crate) lastname: &'static str,
    pub(crate) email: &'static str,
    /// Holds characters that have to be escaped in a form.
    pub(crate) password: String,
    /// `None` while two-factor sign-in is off.
    pub(crate) totp: Option<Totp>,
    pub(crate) client: Client,
    /// A token that the person made on the vendor's developer tools site.
    pub(crate) personal_access_token: String,
    /// The kind that the site shows today: it publishes apps, and opens no Homey.
    pub(crate) app_token: String,
    pub(crate) homeys: Vec<HomeyRecord>,
    pub(crate) phone: Phone,
}

/// The phone with the vendor's app.
pub(crate) struct Phone {
    pub(crate) id: String,
    pub(crate) token: String,
}

/// A registered OAuth client.
pub(crate) struct Client {
    pub(crate) id: String,
    /// Holds characters that would be changed if they were percent-encoded before HTTP Basic.
    pub(crate) secret: String,
    pub(crate) name: &'static str,
    pub(crate) redirect_uri: &'static str,
}

/// What the cloud knows about one Homey.
pub(crate) struct HomeyRecord {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) model: Model,
}

impl Account {
    pub(crate) fn new(options: &Options) -> Self {
        let seed = Seed::new(options.seed(), "account");
        let id = |label: &str| seed.secret(label)[..24].to_owned();
        let homeys = (0..options.homeys).map(|number| HomeyRecord {
            id: id(&format!("homey/{number}")),
            name: homey_name(number),
            model: options.model,
        });
        Self {
            id: id("user"),
            firstname: "Robin",
            lastname: "Vale",
            email: "robin.vale@example.org",
            password: format!("lamp & key+{}%", &seed.secret("password")[..6]),
            totp: options.otp.then(|| Totp::new(&seed.secret("totp").as_bytes()[..20])),
            client: Client {
                id: id("client"),
                secret: format!("{}/{}+", id("client/1"), &id("client/2")[..14]),
                name: "Token script",
                redirect_uri: "http://localhost",
            },
            personal_access_token: seed.secret("personal access token"),
            app_token: format!("pat-apps-{}", seed.secret("app token")),
            homeys: homeys.collect(),
            phone: Phone { id: id("phone"), token: seed.secret("phone") },
        }
    }

    /// First and last name.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.firstname, self.lastname)
    }
}

fn homey_name(number: usize) -> String {
    match ["Canal House", "Beach Cabin", "Workshop"].get(number) {
        Some(name) => (*name).to_owned(),
        None => format!("Home {}", number + 1),
    }
}

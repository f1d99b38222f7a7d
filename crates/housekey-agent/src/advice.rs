//! Advice of the library in the words of this program: its commands and settings.

use housekey::error::Advice;

/// The advice as one sentence without a full stop.
pub fn words(advice: &Advice) -> String {
    match advice {
        Advice::SignIn => "run `housekey login`".to_owned(),
        Advice::SignInOrNewKey => {
            "run `housekey login`, or make a new API key on the Homey".to_owned()
        }
        Advice::StoreCredentials => {
            "run `housekey login --remember` with what is right now".to_owned()
        }
        Advice::LaterOrSignIn => {
            "try again later; if it stays so, run `housekey login` again".to_owned()
        }
        Advice::LearnAddress { any: true } => {
            "run `housekey login` again, so that its new address is learned".to_owned()
        }
        Advice::LearnAddress { any: false } => {
            "no address of it is known: run `housekey login` again".to_owned()
        }
        Advice::Reconnect { name, plain_http: true, tried } => {
            let look = format!(
                "look whether it is switched on and online, or allow plain HTTP with \
                 `housekey homeys add '{name}' --plain-http` (while signing in: \
                 `housekey login --plain-http`)"
            );
            [&[look], tried.as_slice()].concat().join("; ")
        }
        Advice::TrustAuthority => {
            "if it is an authority of your own, name its certificate in SSL_CERT_FILE or with \
             `ca_file` in config.toml; else something between here and there shows its own"
                .to_owned()
        }
        Advice::CheckAuthorities => {
            "check SSL_CERT_FILE, SSL_CERT_DIR and `ca_file` in config.toml: PEM files".to_owned()
        }
        Advice::CheckProxy { host } => {
            format!("check HTTPS_PROXY, HTTP_PROXY and ALL_PROXY, or name {host} in NO_PROXY")
        }
        Advice::MoveAway { path } => {
            format!("move {} away and run `housekey login`; nothing was changed", path.display())
        }
        Advice::GiveIdentity => {
            "name the file of its age identity in HOUSEKEY_AGE_KEY_FILE, and its passphrase in \
             HOUSEKEY_AGE_PASSPHRASE if it has one; nothing was changed"
                .to_owned()
        }
        Advice::UnlockKeyring => {
            "unlock the keyring of your desktop; where there is none, sign in with \
             `housekey login --store file` or `--store age`"
                .to_owned()
        }
        other => other.to_string(),
    }
}

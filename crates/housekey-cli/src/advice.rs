//! Hints: the advice of the library in the words of this program.

use housekey::error::Advice;

/// The hint below an error.
pub(crate) fn hint(advice: &Advice) -> String {
    let hint = match advice {
        Advice::CheckPassword => "check both, then run `housekey login` again",
        Advice::GiveCode { check_both: false } => "run it again with `--otp CODE`",
        Advice::GiveCode { check_both: true } => {
            "check both; where the account has two-factor authentication, run it again with `--otp CODE`"
        }
        Advice::NextCode => "wait for the next code, then run it again with `--otp CODE`",
        Advice::OtherToken => {
            "use an API key of the Homey (`housekey login --api-key`, Homeys of 2023 and later), or for \
             any Homey an OAuth client of your own (`housekey login --client-id ID`)"
        }
        Advice::OtherTokenThan { variable } => {
            return format!("{}; and unset {variable}", hint(&Advice::OtherToken));
        }
        Advice::CheckClient => {
            "check `--client-id`, its secret and `--redirect-uri` against those the client was registered with"
        }
        Advice::EncryptedCloud => {
            "begin HOUSEKEY_ACCOUNTS_URL and HOUSEKEY_API_URL with https://; http:// is for an emulator on this machine"
        }
        Advice::NewAuthorizationCode => {
            "run `housekey login` again: a code lives 30 seconds and works once"
        }
        Advice::CheckToken => {
            "check the token, or make a new one; `housekey login` has other ways in"
        }
        Advice::RepeatBrowser => "run it again, or with `--no-browser`",
        Advice::FreePort { in_use: true } => {
            "end the program that listens there, which would get the code, or use `--no-browser`"
        }
        Advice::FreePort { in_use: false } => "free the port, or use `--no-browser`",
        Advice::OtherName => "give another with `--name`, or run `housekey logout` for that one",
        Advice::ChooseHomey => {
            "choose another with `housekey homeys use NAME`, or run `housekey login`"
        }
        Advice::NameHomey { known } => {
            return format!("name one with `--homey`: {}", known.join(", "));
        }
        other => return housekey_agent::advice::words(other),
    };
    hint.to_owned()
}

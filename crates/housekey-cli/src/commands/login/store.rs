//! `housekey login --store`: how the tokens are protected from now on.

use std::path::{Path, PathBuf};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use housekey::auth::store::Protection;

use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::settings;

// The flags about it. As a doc comment this would become what `login` says of itself.
#[derive(Debug, clap::Args)]
pub(super) struct StoreArgs {
    /// How the tokens are protected: in a file that only you may read, in the keyring of the desktop,
    /// or in an encrypted file; remembered for the next login
    #[arg(long, value_name = "STORE", value_parser = protection())]
    store: Option<Protection>,
    /// The file of the age identity that opens encrypted files; made if it is missing; remembered
    #[arg(long, value_name = "FILE", requires = "store")]
    age_key: Option<PathBuf>,
}

fn protection() -> impl TypedValueParser<Value = Protection> {
    let names = Protection::ALL.map(Protection::as_str);
    PossibleValuesParser::new(names).try_map(|name| name.parse::<Protection>())
}

impl StoreArgs {
    /// The context to sign in with: its store protects as was chosen.
    ///
    /// # Errors
    /// Usage, where nobody has said what opens the encrypted files.
    pub(super) fn applied(&self, context: &Context) -> Outcome<Context> {
        let mut store_config = context.store_config.clone();
        if let Some(file) = &self.age_key {
            // The next command may be run elsewhere.
            let file = std::path::absolute(file).unwrap_or_else(|_| file.clone());
            (store_config.age_key.file, store_config.age_key_is_named) = (file, true);
        }
        store_config.protection = self.store.unwrap_or(store_config.protection);
        if store_config.protection == Protection::Age {
            let file = store_config.age_key.file.clone();
            if !store_config.age_key_is_named && !file.exists() {
                return Err(Failure::usage("it is not said what opens the encrypted file").hint(
                    "name the file of an age identity with `--age-key`, which is made if it is \
                     missing, or set HOUSEKEY_AGE_PASSPHRASE",
                ));
            }
            if store_config.age_key.make()? {
                context.out.note(&made(&file, store_config.age_key.passphrase.is_some()));
            }
        }
        let store = match self.store {
            Some(_) => store_config.reprotecting_store(),
            None => store_config.store(),
        };
        Ok(context.with_store(store_config, store))
    }

    /// Remembers the choice for the commands to come. Settings that cannot be written, as those of a
    /// service may not, are no reason to fail: what is stored is stored.
    pub(super) fn remember(&self, context: &Context) {
        let protection = self.store.map(|protection| ("store", protection.to_string()));
        let key = self.age_key.is_some().then_some(&context.store_config.age_key.file);
        let key = key.map(|file| ("age_key_file", file.display().to_string()));
        for (name, value) in protection.into_iter().chain(key) {
            if let Err(failure) = settings::set(&context.settings, name, Some(&value)) {
                context.out.note(&format!("Not remembered for the next time: {failure}"));
            }
        }
    }
}

fn made(file: &Path, encrypted: bool) -> String {
    let file = file.display();
    match encrypted {
        true => format!("Made the age identity {file}, which the passphrase opens. Keep both."),
        false => format!("Made the age identity {file}. Keep it secret: it opens your tokens."),
    }
}

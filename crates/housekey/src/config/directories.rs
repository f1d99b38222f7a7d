//! The directories of settings and tokens.

use std::path::PathBuf;

use super::environment::{
    Environment, EnvironmentVariable, HOME, HOUSEKEY_CONFIG, HOUSEKEY_STATE, XDG_CONFIG_HOME,
    XDG_STATE_HOME,
};
use crate::error::ConfigError;

/// Where the files of a user are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directories {
    /// `config.toml`, and `agent.toml` of the agent.
    pub config: PathBuf,
    /// What programs store; an agent locks it. The tokens are in `credentials` below.
    pub state: PathBuf,
}

impl Directories {
    /// As the variables say, else as XDG says.
    ///
    /// # Errors
    /// [`ConfigError::NoHome`].
    pub fn new(env: &Environment) -> Result<Self, ConfigError> {
        let directory = |ours: &EnvironmentVariable, xdg: &EnvironmentVariable, default: &str| {
            if let Some(directory) = env.path(ours) {
                return Ok(directory);
            }
            let home = || env.path(&HOME).or_else(std::env::home_dir);
            let base = env.path(xdg).filter(|path| path.is_absolute());
            let base = base.or_else(|| Some(home()?.join(default)));
            base.map(|base| base.join("housekey")).ok_or(ConfigError::NoHome)
        };
        Ok(Self {
            config: directory(&HOUSEKEY_CONFIG, &XDG_CONFIG_HOME, ".config")?,
            state: directory(&HOUSEKEY_STATE, &XDG_STATE_HOME, ".local/state")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_variables_come_before_those_of_xdg_and_both_before_home() {
        let found = |set: &'static [(&'static str, &'static str)]| {
            let value = |name: &str| set.iter().find(|(set, _)| *set == name);
            let env = Environment::new(move |name| value(name).map(|(_, value)| value.into()));
            let found = Directories::new(&env).unwrap();
            [found.config, found.state].map(|path| path.display().to_string())
        };
        const AT_HOME: (&str, &str) = ("HOME", "/home/robin");
        let cases: [(&'static [_], _); 4] = [
            (&[AT_HOME], ["/home/robin/.config/housekey", "/home/robin/.local/state/housekey"]),
            (&[AT_HOME, ("XDG_STATE_HOME", "/s")], ["/home/robin/.config/housekey", "/s/housekey"]),
            (
                &[AT_HOME, ("XDG_CONFIG_HOME", "relative"), ("HOUSEKEY_STATE", "here")],
                ["/home/robin/.config/housekey", "here"],
            ),
            (&[("HOUSEKEY_CONFIG", "/c"), ("HOUSEKEY_STATE", "/s")], ["/c", "/s"]),
        ];
        for (set, want) in cases {
            assert_eq!(found(set), want, "{set:?}");
        }
    }
}

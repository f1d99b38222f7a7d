//! What kind of hub a Homey is: its model, the dialect it speaks, and the shape of its user record.

use housekey::catalogue::Dialect;
use serde::{Deserialize, Serialize};

/// The models that the emulator can play.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Model {
    /// A Homey Pro of 2019 with firmware of today.
    #[serde(rename = "pro-2019")]
    Pro2019,
    /// A Homey with firmware of 2018, in whose user record most newer fields are missing.
    #[serde(rename = "homey-2018")]
    Homey2018,
    /// A Homey Pro of 2023.
    #[serde(rename = "pro-2023")]
    Pro2023,
    /// The model `homey6q` (its name is inferred).
    ProMini,
    /// A self-hosted server: ports 4859 and 4860, tier `shs`. Its address at home leads nowhere on this
    /// machine, as behind the network of a container; the relay leads to this listener.
    SelfHosted,
    /// A Homey that lives in the cloud.
    Cloud,
}

impl Model {
    /// The usual one of a dialect.
    pub(crate) const fn of(dialect: Dialect) -> Self {
        match dialect {
            Dialect::V2 => Self::Pro2019,
            Dialect::Local => Self::Pro2023,
            Dialect::Cloud => Self::Cloud,
        }
    }

    /// The dialect it speaks.
    pub const fn dialect(self) -> Dialect {
        match self {
            Self::Pro2019 | Self::Homey2018 => Dialect::V2,
            Self::Pro2023 | Self::ProMini | Self::SelfHosted => Dialect::Local,
            Self::Cloud => Dialect::Cloud,
        }
    }

    /// Id and name.
    pub(crate) const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Pro2019 => ("homey3d", "Homey Pro (Early 2019)"),
            Self::Homey2018 => ("homey1s", "Homey (Early 2018)"),
            Self::Pro2023 => ("homey5q", "Homey Pro (Early 2023)"),
            Self::ProMini => ("homey6q", "Homey Pro mini"),
            Self::SelfHosted => ("homeyshs", "Homey Self-Hosted Server"),
            Self::Cloud => ("homey-cloud", "Homey Cloud"),
        }
    }

    /// The firmware.
    pub(crate) const fn version(self) -> &'static str {
        match self {
            Self::Homey2018 => "2.0.5",
            Self::Pro2019 => "13.2.4",
            _ => "13.4.0",
        }
    }

    /// Inferred but for `shs`, which was seen.
    pub(crate) const fn tier(self) -> &'static str {
        match self {
            Self::SelfHosted => "shs",
            Self::Cloud => "premium",
            _ => "pro",
        }
    }
}

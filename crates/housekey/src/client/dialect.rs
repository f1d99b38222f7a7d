//! Which dialect a Homey speaks, asked for when it first matters.

use serde_json::Value;

use super::Homey;
use crate::args;
use crate::catalogue::{self, Dialect};
use crate::error::Error;
use crate::request::{self, ArgumentError};

/// The operation whose answer tells.
const TELLING: &str = "system.getInfo";

impl Homey {
    /// What it speaks. A Homey from the store is known by its record; another is asked once, when a
    /// call first needs to know.
    ///
    /// # Errors
    /// What the question failed with; the next call asks again.
    pub async fn dialect(&self) -> Result<Dialect, Error> {
        self.dialect.get_or_try_init(|| self.learn_dialect()).await.copied()
    }

    /// What it speaks, if that is known by now.
    pub fn known_dialect(&self) -> Option<Dialect> {
        self.dialect.get().copied()
    }

    /// V2 hubs of 2019 tell no platform version in their system information; newer ones do. A token
    /// without the right to read it leaves the newest dialect, which is what API keys exist for.
    async fn learn_dialect(&self) -> Result<Dialect, Error> {
        let operation = catalogue::find(TELLING).ok_or_else(|| ArgumentError::unknown(TELLING))?;
        let request = request::build(operation, Dialect::V2, &args! {})?;
        let answer = self.send_request(&request).await?;
        let dialect = match answer.status {
            403 | 404 => Dialect::Local,
            200..300 => told(&super::call::json(answer)?.decode("the system information")?),
            _ => return Err(super::exchange::refusal(TELLING, &[], &answer).into()),
        };
        self.pace.fit(dialect);
        Ok(dialect)
    }
}

fn told(system: &Value) -> Dialect {
    match (system["homeyPlatform"].as_str(), &system["homeyPlatformVersion"]) {
        (Some("cloud"), _) => Dialect::Cloud,
        (_, Value::Null) if system["homeyVersion"].is_string() => Dialect::V2,
        _ => Dialect::Local,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn system_information_tells_the_dialect() {
        let rows = [
            (json!({ "homeyVersion": "8.1.6" }), Dialect::V2),
            (json!({ "homeyVersion": "8.1.6", "homeyPlatformVersion": null }), Dialect::V2),
            (json!({ "homeyVersion": "13.4.0", "homeyPlatformVersion": 2 }), Dialect::Local),
            (
                json!({ "homeyPlatform": "local", "homeyVersion": "13.4.0",
                    "homeyPlatformVersion": 2 }),
                Dialect::Local,
            ),
            (json!({ "homeyPlatform": "cloud", "homeyVersion": "1.0.0" }), Dialect::Cloud),
            (json!({}), Dialect::Local),
            (Value::Null, Dialect::Local),
        ];
        for (system, want) in rows {
            assert_eq!(told(&system), want, "{system}");
        }
    }
}

//! A light: one message for switch, brightness and colour, in both directions.

use serde_json::{Map, Value, json};

use super::entity::Entity;
use crate::view::{View, is_settable};

const PARTS: [&str; 6] =
    ["onoff", "dim", "light_hue", "light_saturation", "light_temperature", "light_mode"];

/// The range of a white light where the Homey does not say it: 0 is the coldest, 1 the warmest.
const COLDEST_MIRED: f64 = 153.0;
const RANGE_MIRED: f64 = 347.0;
const KELVIN: std::ops::RangeInclusive<u32> = 2000..=6535;

/// What a light has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct LightParts {
    pub(crate) onoff: bool,
    pub(crate) dim: bool,
    pub(crate) colour: bool,
    pub(crate) temperature: bool,
    pub(crate) mode: bool,
    /// Whether the mode can be written.
    pub(crate) sets_mode: bool,
    /// Whether writing the brightness switches it on.
    pub(crate) on_dim: bool,
    /// Whether Home Assistant counts in mired.
    pub(crate) mired: bool,
}

impl LightParts {
    /// The parts of a device that is a light.
    pub(crate) fn of(view: &View<'_>) -> Option<Self> {
        let settable = |id: &str| view.capability(id).is_some_and(is_settable);
        let colour = settable("light_hue") && settable("light_saturation");
        let temperature = settable("light_temperature");
        let (onoff, dim) = (settable("onoff"), settable("dim"));
        let is_light = view.class() == "light" || colour || temperature;
        let on_dim = onoff
            && view.capability("onoff").is_some_and(|capability| {
                let option =
                    |key: &str| capability.other.get("options").and_then(|all| all.get(key));
                let own = capability.other.get("setOnDim").or_else(|| option("setOnDim"));
                own != Some(&Value::Bool(false))
            });
        (is_light && (onoff || dim)).then_some(Self {
            onoff,
            dim,
            colour,
            temperature,
            mode: view.has("light_mode"),
            sets_mode: settable("light_mode"),
            on_dim,
            mired: view.is_old(),
        })
    }

    /// The message of its state.
    pub(crate) fn state(&self, value: &dyn Fn(&str) -> Value) -> Option<String> {
        let dim = value("dim").as_f64();
        let on = match self.onoff {
            true => value("onoff").as_bool()?,
            false => dim? > 0.0,
        };
        let mut state = Map::new();
        state.insert("state".to_owned(), json!(if on { "ON" } else { "OFF" }));
        // Home Assistant drops a brightness of 0.
        if let Some(brightness) =
            dim.map(percent).filter(|percent| self.dim && (on || *percent > 0))
        {
            state.insert("brightness".to_owned(), json!(brightness.max(1)));
        }
        let white = match (self.colour, self.temperature) {
            (true, true) => value("light_mode") != json!("color"),
            (_, temperature) => temperature,
        };
        if white && let Some(warmth) = value("light_temperature").as_f64() {
            let mired = COLDEST_MIRED + warmth.clamp(0.0, 1.0) * RANGE_MIRED;
            let shown = if self.mired { mired } else { 1e6 / mired };
            state.insert("color_mode".to_owned(), json!("color_temp"));
            state.insert("color_temp".to_owned(), json!(shown.round() as u32));
        } else if self.colour {
            let share = |id: &str| value(id).as_f64().unwrap_or_default().clamp(0.0, 1.0);
            let round = |number: f64| (number * 10.0).round() / 10.0;
            let (hue, saturation) = (share("light_hue"), share("light_saturation"));
            state.insert("color_mode".to_owned(), json!("hs"));
            let colour = json!({ "h": round(hue * 360.0), "s": round(saturation * 100.0) });
            state.insert("color".to_owned(), colour);
        } else {
            let mode = if self.dim { "brightness" } else { "onoff" };
            state.insert("color_mode".to_owned(), json!(mode));
        }
        Some(Value::Object(state).to_string())
    }
}

/// A command to a light.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct LightCommand {
    on: Option<bool>,
    /// From 0 to 1, as the following.
    brightness: Option<f64>,
    colour: Option<(f64, f64)>,
    temperature: Option<f64>,
    /// In milliseconds.
    transition: Option<u64>,
}

/// A capability of a light that is written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LightWrite {
    pub(crate) capability: &'static str,
    pub(crate) value: Value,
    /// In milliseconds.
    pub(crate) duration: Option<u64>,
}

impl LightCommand {
    /// Reads a message.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn read(text: &str, parts: LightParts) -> Result<Self, String> {
        let message: Map<String, Value> =
            serde_json::from_str(text).map_err(|_| "it is no JSON object".to_owned())?;
        let number = |value: &Value, name: &str, most: f64| {
            let number = value.as_f64().filter(|number| (0.0..=most).contains(number));
            number
                .map(|number| number / most)
                .ok_or(format!("`{name}` takes 0 to {most}, not {value}"))
        };
        let mut command = Self::default();
        for (key, value) in &message {
            match key.as_str() {
                "state" => {
                    command.on = match value.as_str() {
                        Some("ON") => Some(true),
                        Some("OFF") => Some(false),
                        _ => return Err(format!("`state` takes ON or OFF, not {value}")),
                    }
                }
                "brightness" => command.brightness = Some(number(value, key, 100.0)?),
                "color" => {
                    let part =
                        |part, most| number(value.get(part).unwrap_or(&Value::Null), part, most);
                    command.colour = Some((part("h", 360.0)?, part("s", 100.0)?));
                }
                "color_temp" => {
                    let shown = value.as_f64().filter(|shown| *shown > 0.0);
                    let shown = shown.ok_or(format!("`color_temp` takes a number, not {value}"))?;
                    let mired = if parts.mired { shown } else { 1e6 / shown };
                    command.temperature =
                        Some(((mired - COLDEST_MIRED) / RANGE_MIRED).clamp(0.0, 1.0));
                }
                "transition" => {
                    let seconds =
                        value.as_f64().filter(|seconds| (0.0..=86_400.0).contains(seconds));
                    let seconds =
                        seconds.ok_or(format!("`transition` takes seconds, not {value}"))?;
                    command.transition = Some((seconds * 1000.0) as u64);
                }
                // Effects and flashes are not announced.
                _ => {}
            }
        }
        Ok(command)
    }

    /// The capabilities to write, in their order; those that have the value already are left out.
    pub(crate) fn writes(
        &self,
        parts: LightParts,
        value: &dyn Fn(&str) -> Value,
    ) -> Vec<LightWrite> {
        let mut writes = Vec::new();
        let mut write = |capability: &'static str, wanted: Value, duration: Option<u64>| {
            if !same(&value(capability), &wanted) {
                writes.push(LightWrite { capability, value: wanted, duration });
            }
        };
        if self.on == Some(false) {
            match parts.onoff {
                true => write("onoff", json!(false), None),
                false => write("dim", json!(0), self.transition),
            }
            return writes;
        }
        if let Some((hue, saturation)) = self.colour.filter(|_| parts.colour) {
            if parts.sets_mode {
                write("light_mode", json!("color"), None);
            }
            write("light_hue", rounded(hue), self.transition);
            write("light_saturation", rounded(saturation), self.transition);
        } else if let Some(warmth) = self.temperature.filter(|_| parts.temperature) {
            if parts.sets_mode {
                write("light_mode", json!("temperature"), None);
            }
            write("light_temperature", rounded(warmth), self.transition);
        }
        let is_on = value("onoff") == json!(true);
        match self.brightness {
            Some(brightness) if parts.dim => {
                // The same brightness switches a light on that is off.
                let same = same(&value("dim"), &rounded(brightness));
                if parts.onoff && !is_on && (!parts.on_dim || same) {
                    write("dim", rounded(brightness), self.transition);
                    write("onoff", json!(true), None);
                } else {
                    write("dim", rounded(brightness), self.transition);
                }
            }
            _ if self.on == Some(true) && parts.onoff => write("onoff", json!(true), None),
            _ if self.on == Some(true) && value("dim").as_f64().is_none_or(|dim| dim <= 0.0) => {
                write("dim", json!(1), self.transition);
            }
            _ => {}
        }
        writes
    }
}

/// Whether two values are the same, numbers to a thousandth.
fn same(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => (one - other).abs() < 0.001,
        _ => one == other,
    }
}

fn rounded(share: f64) -> Value {
    json!((share * 1000.0).round() / 1000.0)
}

fn percent(share: f64) -> u32 {
    (share.clamp(0.0, 1.0) * 100.0).round() as u32
}

/// The component of a light.
pub(super) fn light(view: &View<'_>) -> Option<Entity> {
    let parts = LightParts::of(view)?;
    let mut modes = Vec::new();
    modes.extend(parts.temperature.then_some("color_temp"));
    modes.extend(parts.colour.then_some("hs"));
    if modes.is_empty() {
        modes.push(if parts.dim { "brightness" } else { "onoff" });
    }
    let light = Entity::composite(view, "light", &PARTS)
        .with("schema", "json")
        .with_topics(view, "", "light")
        .with("brightness", parts.dim)
        .with("supported_color_modes", modes);
    let light = if parts.dim { light.with("brightness_scale", 100) } else { light };
    Some(match (view.is_old(), parts.temperature) {
        (true, true) => {
            light.with("color_mode", true).with("min_mireds", 153).with("max_mireds", 500)
        }
        (true, false) => light.with("color_mode", true),
        (false, true) => light
            .with("color_temp_kelvin", true)
            .with("min_kelvin", *KELVIN.start())
            .with("max_kelvin", *KELVIN.end()),
        (false, false) => light,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAMP: LightParts = LightParts {
        onoff: true,
        dim: true,
        colour: true,
        temperature: true,
        mode: true,
        sets_mode: true,
        on_dim: true,
        mired: false,
    };

    fn lamp(on: bool, dim: f64, mode: &'static str) -> impl Fn(&str) -> Value {
        move |id| match id {
            "onoff" => json!(on),
            "dim" => json!(dim),
            "light_hue" => json!(0.5),
            "light_saturation" => json!(0.8),
            "light_temperature" => json!(0.25),
            _ => json!(mode),
        }
    }

    #[test]
    fn states() {
        let white = LightParts { colour: false, mode: false, ..LAMP };
        let plain = LightParts { temperature: false, ..white };
        for (parts, on, dim, mode, want) in [
            (
                LAMP,
                true,
                0.63,
                "color",
                r#"{"state":"ON","brightness":63,"color_mode":"hs","color":{"h":180.0,"s":80.0}}"#,
            ),
            (
                LAMP,
                true,
                0.63,
                "temperature",
                r#"{"state":"ON","brightness":63,"color_mode":"color_temp","color_temp":4171}"#,
            ),
            (
                LightParts { mired: true, ..white },
                true,
                1.0,
                "",
                r#"{"state":"ON","brightness":100,"color_mode":"color_temp","color_temp":240}"#,
            ),
            (plain, true, 0.001, "", r#"{"state":"ON","brightness":1,"color_mode":"brightness"}"#),
            (plain, false, 0.0, "", r#"{"state":"OFF","color_mode":"brightness"}"#),
            (
                LightParts { onoff: false, ..plain },
                false,
                0.0,
                "",
                r#"{"state":"OFF","color_mode":"brightness"}"#,
            ),
            (
                LightParts { dim: false, ..plain },
                true,
                0.5,
                "",
                r#"{"state":"ON","color_mode":"onoff"}"#,
            ),
        ] {
            assert_eq!(parts.state(&lamp(on, dim, mode)).unwrap(), want);
        }
    }

    #[test]
    fn commands_become_writes_in_order() {
        let dark = || lamp(false, 0.5, "color");
        let lit = || lamp(true, 0.5, "color");
        type Row<'a> = (&'a str, &'a dyn Fn(&str) -> Value, &'a str);
        let rows: [Row<'_>; 10] = [
            (r#"{"state":"ON"}"#, &lit(), ""),
            (r#"{"state":"ON"}"#, &dark(), "onoff=true"),
            (r#"{"state":"OFF"}"#, &lit(), "onoff=false"),
            (r#"{"state":"OFF"}"#, &dark(), ""),
            (r#"{"state":"ON","brightness":20}"#, &dark(), "dim=0.2"),
            (r#"{"state":"ON","brightness":50}"#, &dark(), "onoff=true"),
            (r#"{"state":"ON","brightness":20,"transition":2}"#, &lit(), "dim=0.2 in 2000"),
            (
                r#"{"state":"ON","color":{"h":90,"s":50}}"#,
                &lit(),
                "light_hue=0.25 light_saturation=0.5",
            ),
            (
                r#"{"state":"ON","color_temp":6535}"#,
                &lit(),
                "light_mode=\"temperature\" light_temperature=0.0",
            ),
            (r#"{"effect":"colorloop"}"#, &lit(), ""),
        ];
        for (text, value, want) in rows {
            let writes = LightCommand::read(text, LAMP).unwrap().writes(LAMP, value);
            let one = |LightWrite { capability, value, duration }: &LightWrite| match duration {
                Some(ms) => format!("{capability}={value} in {ms}"),
                None => format!("{capability}={value}"),
            };
            let got: Vec<_> = writes.iter().map(one).collect();
            assert_eq!(got.join(" "), want, "{text}");
        }
    }

    #[test]
    fn wrong_commands_are_refused() {
        for text in [
            "ON",
            "[]",
            r#"{"state":"on"}"#,
            r#"{"brightness":101}"#,
            r#"{"brightness":"50"}"#,
            r#"{"color":{"h":361,"s":1}}"#,
            r#"{"color":{"x":0.1,"y":0.2}}"#,
            r#"{"color_temp":0}"#,
            r#"{"transition":-1}"#,
        ] {
            assert!(LightCommand::read(text, LAMP).is_err(), "{text}");
        }
    }
}

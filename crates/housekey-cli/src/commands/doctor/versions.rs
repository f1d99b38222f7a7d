//! The check of the versions: housekey, and the firmware and the dialect of each Homey.

use housekey::catalogue::Dialect;
use serde_json::json;

use super::check::{Finding, Findings};
use super::subject::{Examined, Subject, Subjects};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The newest firmware whose answers were compared with the models of this version.
const fn newest_known(dialect: Dialect) -> (u64, u64) {
    match dialect {
        Dialect::V2 => (13, 2),
        Dialect::Local | Dialect::Cloud => (13, 4),
    }
}

pub(super) async fn check(subjects: &Subjects) -> Findings {
    let mut findings = Findings::from(Finding::ok(format!("housekey {VERSION}")));
    findings.join(subjects.each(homey).await);
    findings.fact("housekey", VERSION);
    findings
}

async fn homey(subject: &Subject) -> Examined {
    let title = &subject.title;
    let system = match subject.homey.system().get_info().await {
        Ok(system) => system,
        Err(error) => return (vec![Finding::of_request(title, &error)], json!(null)),
    };
    let dialect = match subject.homey.dialect().await {
        Ok(dialect) => dialect,
        Err(error) => return (vec![Finding::of_request(title, &error)], json!(null)),
    };
    let (version, model) = (system.homey_version.text(), system.homey_model_name.text());
    let about = json!({ "firmware": version, "model": model, "dialect": dialect });
    let model = model.unwrap_or("an unknown model");
    let Some(version) = version else {
        let finding = Finding::warning(format!("{title}: {model} reports no firmware version"));
        return (vec![finding], about);
    };
    (vec![verdict(&format!("{title}: {model}"), version, dialect)], about)
}

fn verdict(name: &str, version: &str, dialect: Dialect) -> Finding {
    let text = format!("{name}, firmware {version}, dialect {dialect}");
    let (major, minor) = newest_known(dialect);
    match number(version) {
        Some((newer, _)) if newer > major => Finding::warning(format!(
            "{text}: newer than {major}.{minor}, the newest known"
        ))
        .next("`housekey doctor --report report.json` writes down what differs, without personal data"),
        Some(newer) if newer > (major, minor) => {
            Finding::ok(format!("{text}, newer than the known {major}.{minor}"))
        }
        Some(_) => Finding::ok(text),
        None => Finding::warning(format!("{text}: no version number that is known")),
    }
}

/// The first two parts of a version.
fn number(version: &str) -> Option<(u64, u64)> {
    let mut parts = version.split(['.', '-']);
    Some((parts.next()?.parse().ok()?, parts.next().unwrap_or("0").parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::super::check::Verdict;
    use super::*;

    #[test]
    fn a_new_major_version_of_the_firmware_is_a_warning() {
        for (version, dialect, want) in [
            ("13.4.0", Dialect::Local, Verdict::Ok),
            ("13.9.0-rc.1", Dialect::Local, Verdict::Ok),
            ("14.0.0", Dialect::Local, Verdict::Warning),
            ("8.1.6", Dialect::V2, Verdict::Ok),
            ("14", Dialect::V2, Verdict::Warning),
            ("next", Dialect::Cloud, Verdict::Warning),
        ] {
            assert_eq!(verdict("Home", version, dialect).verdict, want, "{version}");
        }
    }
}

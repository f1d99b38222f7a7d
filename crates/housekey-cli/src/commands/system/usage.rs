//! How much of the memory or the storage is taken, and by whom.

use serde_json::Value;

use crate::output::HumanText as _;
use crate::output::table::Table;
use crate::output::unknown;

/// Total, free, and who takes most first: as another client reads it. What has another shape is
/// shown as it is.
pub(super) fn text(answer: &Value) -> String {
    let (Some(total), Some(free)) = (answer["total"].as_f64(), answer["free"].as_f64()) else {
        return unknown::shown(answer);
    };
    let mut table = Table::new(["what", "size"]);
    table.row(["total".to_owned(), mebibytes(total)]);
    table.row(["free".to_owned(), mebibytes(free)]);
    let types = answer["types"].as_object().into_iter().flatten();
    let mut shares: Vec<(&str, f64)> = types
        .filter_map(|(id, share)| {
            Some((share["name"].as_str().unwrap_or(id), share["size"].as_f64()?))
        })
        .collect();
    shares.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    for (name, size) in shares {
        table.row([name.to_owned(), mebibytes(size)]);
    }
    table.text()
}

fn mebibytes(bytes: f64) -> String {
    format!("{} MiB", (bytes / f64::from(1 << 20)).round())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn who_takes_most_stands_first() {
        let memory = json!({
            "total": 2_147_483_648_u64,
            "free": 1_048_576,
            "types": {
                "homey:app:a": {"name": "Lamps", "size": 5_300_000},
                "homey:app:b": {"size": 90_000_000},
                "homey:app:c": {"name": "Odd"},
            },
        });
        insta::assert_snapshot!(text(&memory), @"
        WHAT         SIZE
        total        2048 MiB
        free         1 MiB
        homey:app:b  86 MiB
        Lamps        5 MiB
        ");
        insta::assert_snapshot!(text(&json!({"used": 5})), @"
        WHAT  VALUE
        used  5
        ");
    }
}

//! Lengths of time.

/// A length of time: `90 s` is `1 min 30 s`.
pub fn length(seconds: f64) -> String {
    if seconds.fract() != 0.0 || !(0.0..1e9).contains(&seconds) {
        return format!("{seconds} s");
    }
    let mut rest = seconds as u64;
    let mut parts = Vec::new();
    for (unit, size) in [("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)] {
        if rest / size > 0 {
            parts.push(format!("{} {unit}", rest / size));
        }
        rest %= size;
    }
    if parts.is_empty() { "0 s".to_owned() } else { parts.join(" ") }
}

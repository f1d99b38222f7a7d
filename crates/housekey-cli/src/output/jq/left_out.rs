//! What jq has and `--jq` does not have, with the reason.

/// The families of names that do not exist here, each with what begins with it, and why.
const LEFT_OUT: &[(&str, &str)] = &[
    ("env", "the environment may hold secrets"),
    ("$ENV", "the environment may hold secrets"),
    ("halt", "the exit code is that of the command"),
    ("stderr", "only `debug` prints on stderr"),
    ("input", "there is one value only, which is `.`"),
    ("get_search_list", "there are no modules"),
    ("modulemeta", "there are no modules"),
    ("$__prog_args", "there are no arguments beside the filter"),
];

/// Why there is nothing of that name, if that is on purpose.
pub(super) fn reason(name: &str) -> Option<&'static str> {
    let mut families = LEFT_OUT.iter();
    families.find(|(family, _)| name.starts_with(family)).map(|(_, reason)| *reason)
}

//! The names of the files that are in every tree.

/// The file that says what the others are.
pub const MANIFEST: &str = "housekey.toml";

/// The file with what identifies the items.
pub const REFS: &str = "refs.json";

/// The file with the secrets that were taken out of the others, encrypted with age.
pub const SECRETS: &str = "secrets.age";

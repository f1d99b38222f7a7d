//! Ids, secrets and chance, all made from the seed, so that the same seed gives the same home.

use sha2::Digest as _;
use uuid::Uuid;

/// Where everything that looks random comes from.
#[derive(Debug, Clone)]
pub(crate) struct Seed {
    /// The number the caller gave, mixed with the id of the Homey, so that two Homeys of one
    /// emulator differ in every id.
    root: [u8; 32],
    /// What the numbers of [`Seed::noise`] start from.
    noise: u64,
}

impl Seed {
    pub(crate) fn new(number: u64, cloud_id: &str) -> Self {
        let root: [u8; 32] = sha2::Sha256::new()
            .chain_update(number.to_le_bytes())
            .chain_update(cloud_id)
            .finalize()
            .into();
        let noise = root.iter().take(8).fold(0, |sum, byte| (sum << 8) | u64::from(*byte));
        Self { root, noise }
    }

    fn digest(&self, label: &str) -> [u8; 32] {
        sha2::Sha256::new().chain_update(self.root).chain_update(label).finalize().into()
    }

    /// The id of the thing with that label, shaped as a random (version 4) UUID.
    pub(crate) fn uuid(&self, label: &str) -> String {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&self.digest(label)[..16]);
        uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
    }

    /// Forty hexadecimal digits: the secret part of a token.
    pub(crate) fn secret(&self, label: &str) -> String {
        self.digest(label)[..20].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// A number from 0 to under 1 that belongs to a thing and a slot of time.
    pub(crate) fn noise(&self, thing: u64, slot: i64) -> f64 {
        let mixed = mix(self.noise ^ mix(thing ^ mix(slot.cast_unsigned())));
        (mixed >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// The number that stands for a label in [`Seed::noise`].
pub(crate) fn thing(label: &str) -> u64 {
    Uuid::parse_str(label).map_or_else(
        |_| label.bytes().fold(0xcbf2_9ce4_8422_2325, |sum, byte| mix(sum ^ u64::from(byte))),
        |id| id.as_u64_pair().0 ^ id.as_u64_pair().1,
    )
}

/// Spreads the bits of a number (the finaliser of the splitmix64 generator).
const fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_one_home() {
        let (one, same, other) = (Seed::new(1, "a"), Seed::new(1, "a"), Seed::new(1, "b"));
        assert_eq!(one.uuid("device/1"), same.uuid("device/1"));
        assert_ne!(one.uuid("device/1"), other.uuid("device/1"));
        assert_eq!(Uuid::parse_str(&one.uuid("x")).unwrap().get_version_num(), 4);
        assert_eq!(one.secret("x").len(), 40);
        let mean = (0..1000).map(|slot| one.noise(7, slot)).sum::<f64>() / 1000.0;
        assert!((0.45..0.55).contains(&mean), "{mean}");
    }
}

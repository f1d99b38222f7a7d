//! Images with real bytes: small PNG pictures that change with time.
//!
//! The writer stores its pixels uncompressed, which every reader takes and needs no compressor.

use jiff::Timestamp;

use super::Home;
use super::ids::{Seed, thing};
use super::pattern::Moment;

/// One image of the Homey.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    pub(crate) id: String,
    pub(crate) owner_uri: String,
    /// The name of the device it belongs to.
    pub(crate) title: String,
    /// `camera` or `media`.
    pub(crate) kind: &'static str,
    pub(crate) updated: Timestamp,
}

const WIDTH: u32 = 96;
const HEIGHT: u32 = 64;
/// A new picture every quarter of an hour.
const FRESH_S: i64 = 900;

impl Home {
    /// The doorbells' views and the speakers' covers.
    pub(crate) fn pictures(&self) -> Vec<Picture> {
        let slot = self.now.as_second().div_euclid(FRESH_S) * FRESH_S;
        let updated = Timestamp::from_second(slot).unwrap_or(self.now);
        let pictured =
            self.devices.values().filter_map(|device| Some((device, device.picture_kind()?)));
        pictured
            .map(|(device, kind)| Picture {
                id: self.seed.uuid(&format!("image/{}", device.id)),
                owner_uri: format!("homey:device:{}", device.id),
                title: device.name.clone(),
                kind,
                updated,
            })
            .collect()
    }

    /// The bytes of an image as it looks now.
    pub(crate) fn picture_bytes(&self, picture: &Picture) -> Vec<u8> {
        let light = Moment::at(picture.updated).sun();
        png(&self.seed, thing(&picture.id), picture.updated.as_second() / FRESH_S, light)
    }
}

/// Hills before a sky whose light follows the day.
fn png(seed: &Seed, image: u64, slot: i64, light: f64) -> Vec<u8> {
    let mut rows = Vec::with_capacity(((WIDTH * 3 + 1) * HEIGHT) as usize);
    for y in 0..HEIGHT {
        // Each row begins with its filter: none.
        rows.push(0);
        for x in 0..WIDTH {
            let hill = 0.5 + 0.2 * (f64::from(x) / 14.0 + seed.noise(image, slot) * 6.0).sin();
            let height = 1.0 - f64::from(y) / f64::from(HEIGHT);
            let bright = 0.15 + 0.85 * light;
            let (red, green, blue) =
                if height < hill { (70.0, 120.0, 60.0) } else { (110.0, 160.0, 220.0) };
            rows.extend([red, green, blue].map(|part: f64| (part * bright) as u8));
        }
    }
    let mut header = Vec::new();
    header.extend(WIDTH.to_be_bytes());
    header.extend(HEIGHT.to_be_bytes());
    // Eight bits, red-green-blue, and the only compression, filter and interlace there are.
    header.extend([8, 2, 0, 0, 0]);
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(b"IHDR", header), (b"IDAT", stored(&rows)), (b"IEND", Vec::new())] {
        bytes.extend(u32::try_from(data.len()).unwrap_or_default().to_be_bytes());
        let start = bytes.len();
        bytes.extend(kind);
        bytes.extend(&data);
        let sum = crc(bytes.get(start..).unwrap_or_default());
        bytes.extend(sum.to_be_bytes());
    }
    bytes
}

/// A zlib stream of stored blocks.
fn stored(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let mut blocks = data.chunks(0xffff).peekable();
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.push(u8::from(blocks.peek().is_none()));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
    let (mut low, mut high) = (1_u32, 0_u32);
    for byte in data {
        low = (low + u32::from(*byte)) % 65_521;
        high = (high + low) % 65_521;
    }
    out.extend((high << 16 | low).to_be_bytes());
    out
}

fn crc(data: &[u8]) -> u32 {
    !data.iter().fold(!0_u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_sums_are_those_of_the_standards() {
        assert_eq!(crc(b"123456789"), 0xcbf4_3926);
        assert_eq!(stored(b"Wikipedia")[2 + 5 + 9..], 0x11e6_0398_u32.to_be_bytes());
    }
}

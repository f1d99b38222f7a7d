//! The images of a Homey, each under the name of its device.

use housekey::model::{Device, Image, Items};

use crate::context::{Context, Target};
use crate::decode;
use crate::error::Outcome;
use crate::items::Collection;
use crate::lookup::{self, Named};

/// All images of a Homey, and what their owners are called.
pub(super) struct Images {
    pub(super) items: Vec<Image>,
    devices: Collection<Device>,
}

impl Images {
    pub(super) async fn read(target: &Target, context: &Context) -> Outcome<Self> {
        let items = async { Ok(target.homey.images().get_images().await?.0) };
        let (items, devices) = tokio::try_join!(items, Collection::read(target, &context.out))?;
        Ok(Self { items, devices })
    }

    /// Those of an answer.
    pub(super) async fn of(answer: &[u8], target: &Target, context: &Context) -> Outcome<Self> {
        let Items(items) = decode::read_bytes(answer, "images")?;
        Ok(Self { items, devices: Collection::read(target, &context.out).await? })
    }

    /// An image has no name of its own: it goes by that of its device, or by its owner's URI.
    pub(super) fn named<'a>(&'a self, image: &'a Image) -> Named<'a> {
        let owner = image.owner_uri.text().unwrap_or_default();
        let device = owner.strip_prefix("homey:device:").and_then(|id| self.devices.with_id(id));
        match device {
            Some(device) => Named { id: &image.id, ..self.devices.named(device) },
            None if owner.is_empty() => Named { id: &image.id, name: &image.id, zone: None },
            None => Named { id: &image.id, name: owner, zone: None },
        }
    }

    pub(super) fn find(&self, wanted: &str) -> Outcome<&Image> {
        lookup::find("image", &self.items, wanted, |image| self.named(image))
    }
}

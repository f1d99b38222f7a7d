//! `housekey images`: the pictures of cameras and players.

mod get;
mod list;

use clap::Subcommand;
use housekey::model::Image;

use super::devices::Devices;
use crate::context::{Context, Opened};
use crate::error::Outcome;
use crate::naming::{self, Named};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    Get(get::Args),
}

pub(crate) async fn run(command: Command, context: &Context) -> Outcome {
    match command {
        Command::List(args) => list::run(args, context).await,
        Command::Get(args) => get::run(args, context).await,
    }
}

/// All images of a Homey, and what their owners are called.
struct Images {
    items: Vec<Image>,
    devices: Devices,
}

impl Images {
    async fn of(opened: &Opened) -> Outcome<Self> {
        let items = async { Ok(opened.homey.images().get_images().await?) };
        let (items, devices) = tokio::try_join!(items, Devices::of(opened))?;
        Ok(Self { items, devices })
    }

    /// An image has no name of its own: it goes by that of its device, or by its owner's URI.
    fn named<'a>(&'a self, image: &'a Image) -> Named<'a> {
        let owner = image.owner_uri.text().unwrap_or_default();
        let device = owner
            .strip_prefix("homey:device:")
            .and_then(|id| self.devices.items.iter().find(|device| device.id == id));
        match device {
            Some(device) => Named { id: &image.id, ..self.devices.named(device) },
            None if owner.is_empty() => Named { id: &image.id, name: &image.id, zone: None },
            None => Named { id: &image.id, name: owner, zone: None },
        }
    }

    fn find(&self, wanted: &str) -> Outcome<&Image> {
        naming::find("image", &self.items, wanted, |image| self.named(image))
    }
}

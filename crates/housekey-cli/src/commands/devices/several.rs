//! Which devices a command sets: one by its name, or several by names, zone or class.

use housekey::model::Device;

use crate::context::{Context, Target};
use crate::error::{Failure, Outcome};
use crate::items::Collection;
use crate::listing::place::DeviceFilter;
use crate::listing::place::InZone;
use crate::prompt::Sure;

// A doc comment would become the help of the commands.
#[derive(Debug, clap::Args)]
pub(super) struct Several {
    /// Every device in this zone or a zone of it that can be set so
    #[arg(long, value_name = "ZONE", conflicts_with = "all")]
    zone: Option<String>,
    /// Every device of this class that can be set so
    #[arg(long, value_name = "CLASS", conflicts_with = "all")]
    class: Option<String>,
    /// Every device of the home that can be set so
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    sure: Sure,
}

impl Several {
    /// Whether devices are chosen by more than their names.
    pub(super) fn is_given(&self) -> bool {
        self.zone.is_some() || self.class.is_some() || self.all
    }

    /// The devices that are meant: those of the names, or all that are chosen and have the capability.
    ///
    /// # Errors
    /// Usage for a name or choice that fits no device, and where names and a choice are mixed.
    pub(super) fn of<'d>(
        &self,
        names: &[String],
        capability: &str,
        devices: &'d Collection<Device>,
    ) -> Outcome<Vec<&'d Device>> {
        if !self.is_given() {
            return devices.find_all(names);
        }
        let filter = DeviceFilter {
            in_zone: InZone { zone: self.zone.clone() },
            class: self.class.clone(),
            capability: Vec::new(),
        };
        let can_be_set = |device: &&Device| {
            device.capability(capability).is_some_and(|one| one.setable.is_true())
        };
        let found: Vec<&Device> = filter.of(devices)?.into_iter().filter(can_be_set).collect();
        match found.is_empty() {
            true => {
                Err(Failure::usage(format!("`{capability}` can be set on none of these devices"))
                    .hint(format!(
                        "`housekey devices list --capability {capability}` lists those that have it"
                    )))
            }
            false => Ok(found),
        }
    }

    /// Confirms a change that is not of one named device; what changes is listed first.
    pub(super) fn confirm(
        &self,
        changes: &[String],
        target: &Target,
        context: &Context,
    ) -> Outcome {
        if changes.len() == 1 && !self.is_given() {
            return Ok(());
        }
        if !self.sure.is_given() && !target.dry_run.is_given() {
            for change in changes {
                context.out.note(change);
            }
        }
        let devices = if changes.len() == 1 { "device" } else { "devices" };
        target.confirm(
            &self.sure,
            &format!("Set {} {devices} of \"{}\"?", changes.len(), target.title),
        )
    }
}

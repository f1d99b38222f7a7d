//! Which types of the model are items, and where they are listed.

use housekey::Homey;
use housekey::client::Call;
use housekey::model::{Alarm, ApiKey, App, Device, FlowFolder, Items, Mood, User, Variable, Zone};

use super::{Item, Parents};

/// Type: what to call one, its placeholder, what names it, what it is part of and where that id stands, and
/// the call that lists all of them.
macro_rules! items {
    ($($type:ty: $kind:literal $placeholder:literal $named_by:literal, $parents:ident $($field:ident)?,
        $manager:ident $list:ident;)*) => {$(
        impl Item for $type {
            const KIND: &'static str = $kind;
            const PLACEHOLDER: &'static str = $placeholder;
            const NAMED_BY: &'static str = $named_by;
            const PARENTS: Parents = Parents::$parents;

            fn list(homey: &Homey) -> Call<'_, Items<Self>> {
                homey.$manager().$list()
            }

            fn id(&self) -> &str {
                &self.id
            }

            fn name(&self) -> &str {
                self.name()
            }

            $(fn parent(&self) -> Option<&str> {
                self.$field.text()
            })?
        }
    )*};
}

items! {
    Device: "device" "DEVICE" "Name, Zone/Name or id", Zones zone, devices get_devices;
    Mood: "mood" "MOOD" "Name, Zone/Name or id", Zones zone, moods get_moods;
    Zone: "zone" "ZONE" "Name, Parent/Name or id", Same parent, zones get_zones;
    FlowFolder: "folder" "FOLDER" "Name, Parent/Name or id", Same parent, flow get_flow_folders;
    Variable: "variable" "VARIABLE" "Name or id", None, logic get_variables;
    Alarm: "alarm" "ALARM" "Name or id", None, alarms get_alarms;
    User: "user" "USER" "Name or id", None, users get_users;
    ApiKey: "API key" "KEY" "Name or id", None, users get_personal_access_tokens;
}

impl Item for App {
    const KIND: &'static str = "app";
    const PLACEHOLDER: &'static str = "APP";
    const NAMED_BY: &'static str = "Id or name";
    const PARENTS: Parents = Parents::None;

    fn list(homey: &Homey) -> Call<'_, Items<Self>> {
        homey.apps().get_apps()
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        self.name().unwrap_or(&self.id)
    }
}

//! Which types of the model are items, and where they are listed.

use housekey::Homey;
use housekey::client::Call;
use housekey::model::{Alarm, ApiKey, App, Device, FlowFolder, Items, Mood, User, Variable, Zone};

use super::{Item, Parents};

impl Item for Device {
    const KIND: &'static str = "device";
    const PLACEHOLDER: &'static str = "DEVICE";
    const NAMED_BY: &'static str = "Name, Zone/Name or id";
    const PARENTS: Parents = Parents::Zones;

    fn list(homey: &Homey) -> Call<'_, Items<Self>> {
        homey.devices().get_devices()
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        self.name()
    }

    fn parent(&self) -> Option<&str> {
        self.zone.text()
    }
}

impl Item for Mood {
    const KIND: &'static str = "mood";
    const PLACEHOLDER: &'static str = "MOOD";
    const NAMED_BY: &'static str = "Name, Zone/Name or id";
    const PARENTS: Parents = Parents::Zones;

    fn list(homey: &Homey) -> Call<'_, Items<Self>> {
        homey.moods().get_moods()
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        self.name()
    }

    fn parent(&self) -> Option<&str> {
        self.zone.text()
    }
}

impl Item for Zone {
    const KIND: &'static str = "zone";
    const PLACEHOLDER: &'static str = "ZONE";
    const NAMED_BY: &'static str = "Name, Parent/Name or id";
    const PARENTS: Parents = Parents::Same;

    fn list(homey: &Homey) -> Call<'_, Items<Self>> {
        homey.zones().get_zones()
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        self.name()
    }

    fn parent(&self) -> Option<&str> {
        self.parent.text()
    }
}

impl Item for FlowFolder {
    const KIND: &'static str = "folder";
    const PLACEHOLDER: &'static str = "FOLDER";
    const NAMED_BY: &'static str = "Name, Parent/Name or id";
    const PARENTS: Parents = Parents::Same;

    fn list(homey: &Homey) -> Call<'_, Items<Self>> {
        homey.flow().get_flow_folders()
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        self.name()
    }

    fn parent(&self) -> Option<&str> {
        self.parent.text()
    }
}

/// An item that is part of nothing.
macro_rules! flat {
    ($($type:ty: $kind:literal $placeholder:literal $manager:ident $list:ident;)*) => {$(
        impl Item for $type {
            const KIND: &'static str = $kind;
            const PLACEHOLDER: &'static str = $placeholder;
            const NAMED_BY: &'static str = "Name or id";
            const PARENTS: Parents = Parents::None;

            fn list(homey: &Homey) -> Call<'_, Items<Self>> {
                homey.$manager().$list()
            }

            fn id(&self) -> &str {
                &self.id
            }

            fn name(&self) -> &str {
                self.name()
            }
        }
    )*};
}

flat! {
    Variable: "variable" "VARIABLE" logic get_variables;
    Alarm: "alarm" "ALARM" alarms get_alarms;
    User: "user" "USER" users get_users;
    ApiKey: "API key" "KEY" users get_personal_access_tokens;
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

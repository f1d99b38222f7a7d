//! Which types of the model are items, and where they are listed.

use housekey::model::{Alarm, ApiKey, App, Device, FlowFolder, Mood, User, Variable, Zone};

use super::{Item, Parents};

impl Item for Device {
    const KIND: &'static str = "device";
    const PLACEHOLDER: &'static str = "DEVICE";
    const NAMED_BY: &'static str = "Name, Zone/Name or id";
    const LIST: &'static str = "devices.getDevices";
    const PARENTS: Parents = Parents::ZONES;

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
    const LIST: &'static str = "moods.getMoods";
    const PARENTS: Parents = Parents::ZONES;

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
    const LIST: &'static str = "zones.getZones";
    const PARENTS: Parents = Parents::Same;

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
    const LIST: &'static str = "flow.getFlowFolders";
    const PARENTS: Parents = Parents::Same;

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
    ($($type:ty: $kind:literal $placeholder:literal $list:literal;)*) => {$(
        impl Item for $type {
            const KIND: &'static str = $kind;
            const PLACEHOLDER: &'static str = $placeholder;
            const NAMED_BY: &'static str = "Name or id";
            const LIST: &'static str = $list;
            const PARENTS: Parents = Parents::None;

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
    Variable: "variable" "VARIABLE" "logic.getVariables";
    Alarm: "alarm" "ALARM" "alarms.getAlarms";
    User: "user" "USER" "users.getUsers";
    ApiKey: "API key" "KEY" "users.getPersonalAccessTokens";
}

impl Item for App {
    const KIND: &'static str = "app";
    const PLACEHOLDER: &'static str = "APP";
    const NAMED_BY: &'static str = "Id or name";
    const LIST: &'static str = "apps.getApps";
    const PARENTS: Parents = Parents::None;

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        self.name().unwrap_or(&self.id)
    }
}

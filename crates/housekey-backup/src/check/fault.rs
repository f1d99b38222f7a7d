//! What a check of the flows looks for, each fault with its code.
//!
//! Codes never change their meaning: they are written into ignore lists. Errors are 1xx, warnings 2xx, notes 3xx.

use crate::Part;
use crate::card::CardKind;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Something does not work.
    Error,
    /// Something probably does not do what is wanted.
    Warning,
    /// Something worth knowing.
    Info,
}

impl Severity {
    /// `error`, `warning` or `info`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// What has to be known of a home for a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    Part(Part),
    Cards(CardKind),
    Tokens,
}

macro_rules! faults {
    ($($(#[doc = $doc:literal])* $name:ident $code:literal $severity:ident $title:literal $fix:literal [$($need:expr),*];)*) => {
        /// A fault that flows may have.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Fault {
            $($(#[doc = $doc])* $name,)*
        }

        impl Fault {
            /// All faults, by code.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its code: `HK101`.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }

            /// How bad it is.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity),* }
            }

            /// What it is called.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title),* }
            }

            /// What to do about it.
            pub const fn fix(self) -> &'static str {
                match self { $(Self::$name => $fix),* }
            }

            /// What has to be known for it to be looked for.
            pub(super) fn needs(self) -> &'static [Need] {
                match self { $(Self::$name => &[$($need),*]),* }
            }
        }
    };
}

use Need::{Cards, Part as Of, Tokens};

faults! {
    /// A card, token or mood names a device that is not there.
    MissingDevice "HK101" Error "missing device"
        "Choose another device in the card, or remove the card." [Of(Part::Devices)];
    /// The list of cards lacks it.
    MissingCard "HK102" Error "missing card"
        "Choose another card: its owner does not offer this one any more."
        [Cards(CardKind::Trigger), Cards(CardKind::Condition), Cards(CardKind::Action)];
    /// The app of a card or token is not installed.
    MissingApp "HK103" Error "missing app"
        "Install the app, or remove the card." [Of(Part::Apps)];
    /// The app of a card or token does not run, so that its cards do not work.
    StoppedApp "HK104" Error "app does not run"
        "Enable or restart the app." [Of(Part::Apps)];
    /// A card or token names a variable that is not there.
    MissingVariable "HK105" Error "missing variable"
        "Choose another variable, or create it and choose it again." [Of(Part::Variables)];
    /// A card names a mood that is not there.
    MissingMood "HK106" Error "missing mood" "Choose another mood." [Of(Part::Moods)];
    /// A card names a zone that is not there.
    MissingZone "HK107" Error "missing zone" "Choose another zone." [Of(Part::Zones)];
    /// A card names a user who is not there.
    MissingUser "HK108" Error "missing user" "Choose another user." [Of(Part::Users)];
    /// A card names a flow that is not there.
    MissingFlow "HK109" Error "missing flow"
        "Choose another flow." [Of(Part::Flows), Of(Part::AdvancedFlows)];
    /// A card names a script that is not there.
    MissingScript "HK110" Error "missing script" "Choose another script." [Of(Part::Scripts)];
    /// A card names an alarm that is not there.
    MissingAlarm "HK111" Error "missing alarm" "Choose another alarm." [Of(Part::Alarms)];
    /// A token that nothing gives.
    MissingToken "HK112" Error "missing token"
        "Remove the token, or choose it again." [Tokens];
    /// A token with a colon between owner and id. It is stored, and never has a value.
    ColonInToken "HK113" Error "colon in a token"
        "Write `|` between owner and token." [];
    /// An argument that its card does not take.
    WrongArgument "HK114" Error "wrong argument"
        "Fill the card in again."
        [Cards(CardKind::Trigger), Cards(CardKind::Condition), Cards(CardKind::Action)];
    /// A condition or action without a group. It is stored, and the vendor's editor fails on it.
    MissingGroup "HK115" Error "missing group"
        "Set `group` of the card: `group1` to `group3` of a condition, `then` or `else` of an action." [];
    /// A device that a flow uses is unavailable now.
    UnavailableDevice "HK201" Warning "device is unavailable"
        "See what is wrong with the device." [Of(Part::Devices)];
    /// A flow starts one that is disabled, and nothing enables that.
    StartsDisabled "HK202" Warning "starts a disabled flow"
        "Enable the other flow, or remove the card." [Of(Part::Flows), Of(Part::AdvancedFlows)];
    /// A card of an advanced flow that no start leads to.
    DeadBranch "HK203" Warning "card is never reached"
        "Draw a line to the card, or remove it." [];
    /// A node waits for all of its inputs, and has one at most.
    LonelyAll "HK204" Warning "`all` with one input"
        "Draw the other lines to it, or remove it." [];
    /// An input without the name of an output. It is stored, and never fires.
    BareInput "HK205" Warning "input without an output"
        "Draw the line again." [];
    /// A line to a card that is not there.
    DanglingOutput "HK206" Warning "line leads nowhere" "Draw the line again." [];
    /// Flows that start each other in a circle.
    Circle "HK207" Warning "flows start each other"
        "Break the circle, or make sure that a condition stops it."
        [Of(Part::Flows), Of(Part::AdvancedFlows)];
    /// Something that looks like a password or a key.
    Secret "HK208" Warning "secret in an argument"
        "Move it into the settings of an app; everyone who may read flows reads it." [];
    /// A zone, folder, device or flow that is in something that is not there.
    MissingParent "HK209" Warning "in a zone or folder that is missing"
        "Move it into another one." [];
    /// A flow that is only started by hand or by others, and never was.
    NeverStarted "HK301" Info "never started"
        "Start it once, or delete it." [Of(Part::Flows), Of(Part::AdvancedFlows)];
    /// A variable that no flow uses.
    UnusedVariable "HK302" Info "variable is not used"
        "Delete it, unless an app or a script uses it."
        [Of(Part::Variables), Of(Part::Flows), Of(Part::AdvancedFlows)];
    /// A variable that flows set, and none reads.
    OnlyWritten "HK303" Info "variable is never read"
        "Delete it, unless an app or a script reads it."
        [Of(Part::Variables), Of(Part::Flows), Of(Part::AdvancedFlows)];
    /// A variable that flows read, and none sets.
    OnlyRead "HK304" Info "variable is never set"
        "Nothing, where its value is set by hand, by an app or by a script."
        [Of(Part::Variables), Of(Part::Flows), Of(Part::AdvancedFlows)];
    /// Two flows with one trigger set a capability to different values.
    Contradiction "HK305" Info "flows contradict each other"
        "Join the flows, or make sure that their conditions exclude each other." [];
    /// Flows that do the same.
    Duplicate "HK306" Info "duplicate flow" "Delete one of them." [];
    /// A delay of more than ten minutes. It is lost when the Homey restarts.
    LongDelay "HK307" Info "long delay"
        "Use an alarm or a variable and a time, if it matters." [];
    /// A flow without a trigger or without an action.
    Draft "HK308" Info "incomplete flow" "Complete it, or delete it." [];
    /// A card that is not offered any more.
    DeprecatedCard "HK309" Info "deprecated card"
        "Choose the card that replaces it."
        [Cards(CardKind::Trigger), Cards(CardKind::Condition), Cards(CardKind::Action)];
    /// An app without devices that no flow uses.
    UnusedApp "HK310" Info "app is not used"
        "Uninstall it, unless it works in the background."
        [Of(Part::Apps), Of(Part::Devices), Of(Part::Flows), Of(Part::AdvancedFlows)];
}

impl Fault {
    /// The fault of that code.
    pub fn by_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|fault| fault.code().eq_ignore_ascii_case(code))
    }

    /// The fault of a reference to an item of that part that is not there.
    pub(super) fn missing(part: Part) -> Option<Self> {
        Some(match part {
            Part::Devices => Self::MissingDevice,
            Part::Apps => Self::MissingApp,
            Part::Variables => Self::MissingVariable,
            Part::Moods => Self::MissingMood,
            Part::Zones => Self::MissingZone,
            Part::Users => Self::MissingUser,
            Part::Flows | Part::AdvancedFlows => Self::MissingFlow,
            Part::Scripts => Self::MissingScript,
            Part::Alarms => Self::MissingAlarm,
            Part::Options | Part::Folders | Part::Dashboards => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_in_order_and_say_how_bad_it_is() {
        let codes: Vec<_> = Fault::ALL.iter().map(|fault| fault.code()).collect();
        let mut sorted = codes.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(codes, sorted);
        for fault in Fault::ALL {
            let hundred = match fault.severity() {
                Severity::Error => "HK1",
                Severity::Warning => "HK2",
                Severity::Info => "HK3",
            };
            assert!(fault.code().starts_with(hundred), "{}", fault.code());
            assert_eq!(Fault::by_code(&fault.code().to_lowercase()), Some(*fault));
        }
    }
}

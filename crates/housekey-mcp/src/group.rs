//! The groups of tools that a client may use.

use std::fmt;

/// A group of tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Reads the home.
    Read,
    /// Sets devices and variables, starts flows, sets moods.
    Control,
    /// Changes flows and the set-up of the home.
    Edit,
    /// Restarts apps, runs scripts, calls any operation.
    Admin,
}

impl Group {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Read, Self::Control, Self::Edit, Self::Admin];

    /// `read`, `control`, `edit` or `admin`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Control => "control",
            Self::Edit => "edit",
            Self::Admin => "admin",
        }
    }

    /// The group of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.as_str() == name)
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A set of groups; [`Group::Read`] is always one of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Groups {
    control: bool,
    edit: bool,
    admin: bool,
}

impl Groups {
    /// These and [`Group::Read`].
    pub fn of(groups: impl IntoIterator<Item = Group>) -> Self {
        groups.into_iter().fold(Self::default(), |groups, group| match group {
            Group::Read => groups,
            Group::Control => Self { control: true, ..groups },
            Group::Edit => Self { edit: true, ..groups },
            Group::Admin => Self { admin: true, ..groups },
        })
    }

    /// Whether a group is among them.
    pub fn has(self, group: Group) -> bool {
        match group {
            Group::Read => true,
            Group::Control => self.control,
            Group::Edit => self.edit,
            Group::Admin => self.admin,
        }
    }

    /// The groups, the most harmless first.
    pub fn iter(self) -> impl Iterator<Item = Group> {
        Group::ALL.into_iter().filter(move |group| self.has(*group))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_is_always_among_them() {
        for (given, want) in [
            (&[][..], "read"),
            (&[Group::Edit][..], "read edit"),
            (&[Group::Admin, Group::Control, Group::Read][..], "read control admin"),
        ] {
            let names: Vec<_> =
                Groups::of(given.iter().copied()).iter().map(Group::as_str).collect();
            assert_eq!(names.join(" "), want);
        }
        assert_eq!(Group::ALL.map(|group| Group::parse(group.as_str())), Group::ALL.map(Some));
        assert_eq!(Group::parse("all"), None);
    }
}

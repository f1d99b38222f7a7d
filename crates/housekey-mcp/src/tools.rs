//! The tools, as data.

mod admin;
mod control;
mod edit;
mod read;
mod tool;

pub(crate) use self::read::{OVERVIEW_PARTS, STEPS};
pub(crate) use self::tool::{
    Argument, CHANGE_ACTIONS, CHANGE_KINDS, Effect, Kind, LARGEST_OBJECT, LONGEST_ARGUMENT, Tool,
};
use crate::group::Groups;

/// The tools of these groups, in the same order each time: the caches of clients depend on it.
pub(crate) fn of(groups: Groups) -> impl Iterator<Item = &'static Tool> {
    let all = read::TOOLS.iter().chain(control::TOOLS).chain(edit::TOOLS).chain(admin::TOOLS);
    all.filter(move |tool| groups.has(tool.group))
}

/// The tool of that name, if it is in one of the groups.
pub(crate) fn find(groups: Groups, name: &str) -> Option<&'static Tool> {
    of(groups).find(|tool| tool.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::group::Group;

    fn all() -> impl Iterator<Item = &'static Tool> {
        of(Groups::of(Group::ALL))
    }

    #[test]
    fn names_are_unique_and_valid() {
        let names: BTreeSet<_> = all().map(|tool| tool.name).collect();
        assert_eq!(names.len(), all().count());
        for tool in all() {
            assert!(tool.name.starts_with("homey_") && tool.name.len() <= 128, "{}", tool.name);
            let arguments: BTreeSet<_> = tool.arguments.iter().map(|one| one.name).collect();
            assert_eq!(arguments.len(), tool.arguments.len(), "{}", tool.name);
        }
    }

    #[test]
    fn a_group_shows_its_own_tools() {
        let names = |groups: &[Group]| -> Vec<_> {
            of(Groups::of(groups.iter().copied())).map(|tool| tool.name).collect()
        };
        assert!(!names(&[]).contains(&"homey_device_set"));
        assert!(names(&[Group::Control]).contains(&"homey_device_set"));
        assert!(names(&[Group::Control]).starts_with(&names(&[])));
        assert!(find(Groups::default(), "homey_device_set").is_none());
        for tool in all().filter(|tool| tool.group == Group::Read) {
            assert_eq!(tool.effect, Effect::Reads, "{}", tool.name);
        }
    }
}

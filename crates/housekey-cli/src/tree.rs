//! Puts items in the order of a tree: each one below what it lies in.

use std::collections::{BTreeMap, BTreeSet};

/// An item as a part of the tree.
pub(crate) struct Leaf<'a> {
    /// Its id.
    pub(crate) id: &'a str,
    /// The id of what it lies in.
    pub(crate) parent: Option<&'a str>,
    /// Its place among its siblings; those without one come last, by name.
    pub(crate) place: Option<f64>,
    /// Its name.
    pub(crate) name: &'a str,
}

/// Every item once, below its parent, with its depth. Those whose parent is missing, or that are
/// parents of themselves in a circle, stand at the top.
pub(crate) fn ordered<'a, T>(
    items: &'a [T],
    leaf: impl Fn(&'a T) -> Leaf<'a>,
) -> Vec<(usize, &'a T)> {
    let mut leaves: Vec<(Leaf<'a>, &'a T)> = items.iter().map(|item| (leaf(item), item)).collect();
    leaves.sort_by(|(one, _), (other, _)| {
        let place = |leaf: &Leaf<'_>| leaf.place.unwrap_or(f64::MAX);
        let name = |leaf: &Leaf<'_>| leaf.name.to_lowercase();
        place(one).total_cmp(&place(other)).then_with(|| name(one).cmp(&name(other)))
    });
    let known: BTreeSet<&str> = leaves.iter().map(|(leaf, _)| leaf.id).collect();
    let mut below: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let (mut tops, mut inner) = (Vec::new(), Vec::new());
    for (index, (leaf, _)) in leaves.iter().enumerate() {
        match leaf.parent.filter(|id| known.contains(id)) {
            Some(parent) => {
                below.entry(parent).or_default().push(index);
                inner.push(index);
            }
            None => tops.push(index),
        }
    }
    let mut ordered = Vec::with_capacity(items.len());
    let mut seen = vec![false; items.len()];
    // What lies in a circle is reached from no top, and begins at the first of its own.
    for start in tops.into_iter().chain(inner) {
        let mut waiting = vec![(0, start)];
        while let Some((depth, index)) = waiting.pop() {
            let Some((leaf, item)) = leaves.get(index).filter(|_| !seen[index]) else { continue };
            seen[index] = true;
            ordered.push((depth, *item));
            let children = below.get(leaf.id).into_iter().flatten().rev();
            waiting.extend(children.map(|child| (depth + 1, *child)));
        }
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_stands_once_below_its_parent() {
        // Id, parent, place.
        let items = [
            ("kitchen", Some("ground"), None),
            ("home", None, None),
            ("ground", Some("home"), None),
            ("bathroom", Some("ground"), None),
            ("attic", Some("home"), Some(1.0)),
            ("orphan", Some("gone"), None),
            ("x", Some("y"), None),
            ("y", Some("x"), None),
            ("self", Some("self"), None),
        ];
        let leaf = |&(id, parent, place): &(&'static str, Option<&'static str>, Option<f64>)| {
            Leaf { id, parent, place, name: id }
        };
        let found: Vec<_> =
            ordered(&items, leaf).into_iter().map(|(depth, item)| (depth, item.0)).collect();
        let want = [
            (0, "home"),
            (1, "attic"),
            (1, "ground"),
            (2, "bathroom"),
            (2, "kitchen"),
            (0, "orphan"),
            (0, "self"),
            (0, "x"),
            (1, "y"),
        ];
        assert_eq!(found, want);
    }
}

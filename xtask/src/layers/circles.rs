//! Files of one crate that import each other in a circle.
//!
//! An import leads to the file that defines the name, wherever it is handed on. A child may import from its
//! parent, or the parent from its child, but not both.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::breach::Breach;
use crate::sources::imports::Import;
use crate::sources::{Crate, Module};

/// How far a name is followed that one file hands on from another.
const MAX_HOPS: usize = 8;

/// The shortest circle through each file that is part of one, each circle once.
pub(super) fn breaches(of: &Crate) -> Vec<Breach> {
    let index = Index::of(of);
    let arrows: Vec<_> = of.modules.iter().map(|module| index.arrows(module)).collect();
    let mut found = BTreeSet::new();
    (0..of.modules.len())
        .filter_map(|start| shortest_circle(&arrows, start))
        .filter(|circle| found.insert(circle.iter().copied().collect::<BTreeSet<_>>()))
        .map(|circle| breach(of, &arrows, &circle))
        .collect()
}

/// `a.rs:3: a circle of files: a.rs -> b.rs -> a.rs`
fn breach(of: &Crate, arrows: &[BTreeMap<usize, usize>], circle: &[usize]) -> Breach {
    let all_round = circle.iter().chain(circle.first());
    let files: Vec<_> = all_round.map(|file| of.modules[*file].file.as_str()).collect();
    let line = arrows[circle[0]].get(&circle[1 % circle.len()]).copied().unwrap_or_default();
    let text = format!("a circle of files: {}", files.join(" -> "));
    Breach { file: files[0].to_owned(), line, text }
}

/// The files on the shortest way from `start` back to it.
fn shortest_circle(arrows: &[BTreeMap<usize, usize>], start: usize) -> Option<Vec<usize>> {
    let mut came_from = BTreeMap::new();
    let mut waiting = VecDeque::from([start]);
    while let Some(here) = waiting.pop_front() {
        for next in arrows[here].keys() {
            if *next == start {
                let mut way = vec![here];
                while let Some(before) = way.last().and_then(|file| came_from.get(file)) {
                    way.push(*before);
                }
                way.reverse();
                return Some(way);
            }
            if !came_from.contains_key(next) {
                came_from.insert(*next, here);
                waiting.push_back(*next);
            }
        }
    }
    None
}

/// The files of a crate by their module, and what each calls its imports.
struct Index<'a> {
    root: String,
    files: BTreeMap<&'a [String], usize>,
    names: BTreeMap<(&'a [String], &'a str), &'a Import>,
}

impl<'a> Index<'a> {
    fn of(one: &'a Crate) -> Self {
        let imports = one.modules.iter().flat_map(|module| &module.imports);
        let named = |import: &'a Import| {
            Some(((import.module.as_slice(), import.alias.as_deref()?), import))
        };
        Self {
            root: one.name.replace('-', "_"),
            files: (one.modules.iter().enumerate())
                .map(|(place, module)| (module.path.as_slice(), place))
                .collect(),
            names: imports.filter_map(named).collect(),
        }
    }

    /// The other files that a file needs, each with the first line that imports from it.
    fn arrows(&self, module: &Module) -> BTreeMap<usize, usize> {
        let own = self.files.get(module.path.as_slice());
        let mut arrows = BTreeMap::new();
        for import in module.imports.iter().filter(|import| !import.is_reexport) {
            if let Some(file) = self.defining(import).filter(|file| Some(file) != own) {
                arrows.entry(file).or_insert(import.line);
            }
        }
        arrows
    }

    /// The file of this crate that defines what is imported.
    fn defining(&self, import: &Import) -> Option<usize> {
        let mut path = self.full_path(import)?;
        for _ in 0..MAX_HOPS {
            let (module, rest) = self.split(&path)?;
            let handed_on = rest.split_first().and_then(|(name, rest)| {
                let import = self.names.get(&(module, name.as_str()))?;
                Some([self.full_path(import)?.as_slice(), rest].concat())
            });
            match handed_on {
                Some(further) if further != path => path = further,
                _ => return self.files.get(module).copied(),
            }
        }
        None
    }

    /// A path from the root of the crate; nothing for a name of another crate.
    fn full_path(&self, import: &Import) -> Option<Vec<String>> {
        let (first, rest) = import.path.split_first()?;
        if *first == self.root {
            return Some(rest.to_vec());
        }
        let child = [import.module.as_slice(), std::slice::from_ref(first)].concat();
        let is_child = self.files.contains_key(child.as_slice());
        is_child.then(|| [child.as_slice(), rest].concat())
    }

    /// The module of a path that has a file, and the names behind it.
    fn split<'p>(&self, path: &'p [String]) -> Option<(&'a [String], &'p [String])> {
        (0..=path.len()).rev().find_map(|length| {
            let (module, rest) = path.split_at(length);
            Some((*self.files.get_key_value(module)?.0, rest))
        })
    }
}

//! Where the nodes of a network are: in layers from left to right, with lines that run between the nodes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rust_sugiyama::configure::Config;

use super::network::Network;

/// The size of a node.
pub(super) const NODE: (f64, f64) = (216.0, 46.0);

/// Between two nodes of a layer, and between two layers.
const GAPS: (f64, f64) = (72.0, 18.0);

/// What a line takes between the nodes of a layer.
const LINE_HEIGHT: f64 = 4.0;

/// How wide a picture becomes before its parts are put below each other.
const WIDTH: f64 = 1500.0;

/// Larger networks are placed without ordering their layers twice, which takes long.
const MOST_NODES: usize = 600;

/// The centres of the nodes, and the points that each link runs through.
pub(super) struct Placement {
    pub(super) nodes: Vec<(f64, f64)>,
    pub(super) bends: HashMap<usize, Vec<(f64, f64)>>,
    pub(super) size: (f64, f64),
}

/// Places all nodes of a network; its parts that are not connected are packed into rows.
pub(super) fn place(network: &Network) -> Placement {
    let mut parts = parts(network);
    parts.sort_by_key(|nodes| std::cmp::Reverse(nodes.len()));
    let (lonely, joined): (Vec<_>, Vec<_>) = parts.into_iter().partition(|nodes| nodes.len() == 1);
    let mut placed = Placement {
        nodes: vec![(0.0, 0.0); network.nodes.len()],
        bends: HashMap::new(),
        size: (0.0, 0.0),
    };
    let (mut x, mut y, mut row) = (0.0, 0.0, 0.0_f64);
    let mut put = |placed: &mut Placement, part: PartPlacement| {
        let (width, height) = part.size;
        if x > 0.0 && x + width > WIDTH {
            (x, y) = (0.0, y + row + 2.0 * GAPS.1);
            row = 0.0;
        }
        let moved = |(here, there): (f64, f64)| (here + x, there + y);
        part.nodes.into_iter().for_each(|(node, at)| placed.nodes[node] = moved(at));
        let bends = part.bends.into_iter();
        placed
            .bends
            .extend(bends.map(|(link, points)| (link, points.into_iter().map(moved).collect())));
        placed.size = (placed.size.0.max(x + width), placed.size.1.max(y + height));
        x += width + GAPS.0;
        row = row.max(height);
    };
    for nodes in joined {
        let part = place_part(network, &nodes);
        put(&mut placed, part);
    }
    for node in lonely.into_iter().flatten() {
        let at = (NODE.0 / 2.0, NODE.1 / 2.0);
        put(&mut placed, PartPlacement { nodes: vec![(node, at)], bends: Vec::new(), size: NODE });
    }
    placed
}

/// A part of the network, from its own upper left corner.
struct PartPlacement {
    nodes: Vec<(usize, (f64, f64))>,
    bends: Vec<(usize, Vec<(f64, f64)>)>,
    size: (f64, f64),
}

/// The nodes that are connected, however far.
fn parts(network: &Network) -> Vec<Vec<usize>> {
    let mut next = vec![Vec::new(); network.nodes.len()];
    for link in &network.links {
        next[link.from].push(link.to);
        next[link.to].push(link.from);
    }
    let mut seen = BTreeSet::new();
    let mut parts = Vec::new();
    for start in 0..network.nodes.len() {
        let mut part = Vec::new();
        let mut waiting = vec![start];
        while let Some(node) = waiting.pop() {
            if seen.insert(node) {
                part.push(node);
                waiting.extend(&next[node]);
            }
        }
        if !part.is_empty() {
            parts.push(part);
        }
    }
    parts
}

/// Places nodes that are connected. A first layout gives the layers; in a second one each line that passes a layer
/// has a place of its own there.
fn place_part(network: &Network, nodes: &[usize]) -> PartPlacement {
    let members: BTreeSet<usize> = nodes.iter().copied().collect();
    let links = network.links.iter().enumerate();
    let links: Vec<(usize, usize, usize)> = links
        .filter(|(_, link)| members.contains(&link.from) && link.from != link.to)
        .map(|(place, link)| (place, link.from, link.to))
        .collect();
    let mut pairs = BTreeMap::new();
    for (_, from, to) in &links {
        let reverse = (*to, *from);
        if !pairs.contains_key(&reverse) {
            pairs.insert((*from, *to), ());
        }
    }
    let edges: Vec<(u32, u32)> =
        pairs.keys().map(|(from, to)| (*from as u32, *to as u32)).collect();
    let sizes: Vec<(u32, (f64, f64))> =
        nodes.iter().map(|node| (*node as u32, turned(NODE))).collect();
    let first = layout(&sizes, &edges);
    let layer = layers(&first);
    if nodes.len() > MOST_NODES {
        return finish(network, &links, &first, &BTreeMap::new());
    }
    let mut sizes = sizes;
    let mut edges_through = Vec::new();
    let mut chains = BTreeMap::<(u32, u32), Vec<u32>>::new();
    let mut next = network.nodes.len() as u32;
    for &(from, to) in &edges {
        let (Some(&start), Some(&end)) = (layer.get(&from), layer.get(&to)) else { continue };
        let between = start.abs_diff(end).saturating_sub(1);
        // A line of a circle runs backwards, and so do its places.
        let chain: Vec<u32> = (0..between as u32).map(|step| next + step).collect();
        next += between as u32;
        sizes.extend(chain.iter().map(|place| (*place, turned((NODE.0, LINE_HEIGHT)))));
        let whole: Vec<u32> =
            std::iter::once(from).chain(chain.iter().copied()).chain([to]).collect();
        let steps = whole.windows(2).map(|pair| match start < end {
            true => (pair[0], pair[1]),
            false => (pair[1], pair[0]),
        });
        edges_through.extend(steps);
        chains.insert((from, to), chain);
    }
    let second = layout(&sizes, &edges_through);
    finish(network, &links, &second, &chains)
}

type Points = HashMap<u32, (f64, f64)>;

/// A layout from top to bottom is turned so that it goes from left to right.
fn layout(sizes: &[(u32, (f64, f64))], edges: &[(u32, u32)]) -> Points {
    let config =
        Config { vertex_spacing: GAPS.1, transpose: sizes.len() < 200, ..Config::default() };
    // The layout numbers the nodes by their order, whatever they are called.
    let place: HashMap<u32, u32> =
        sizes.iter().zip(0..).map(|((node, _), place)| (*node, place)).collect();
    let ordered: Vec<_> = sizes.iter().zip(0..).map(|((_, size), place)| (place, *size)).collect();
    let edges: Vec<_> = edges.iter().map(|(from, to)| (place[from], place[to])).collect();
    let layouts = rust_sugiyama::from_vertices_and_edges(&ordered, &edges, &config);
    let points = layouts.into_iter().flat_map(|(points, _, _)| points);
    let points: Points = points.map(|(at, (x, y))| (sizes[at].0, (y, x))).collect();
    // Layers of nodes of one width are that far apart, whatever else is in them.
    let layer = layers(&points);
    points
        .into_iter()
        .map(|(node, (_, y))| (node, (layer[&node] as f64 * (NODE.0 + GAPS.0), y)))
        .collect()
}

/// The layer of each node.
fn layers(points: &Points) -> HashMap<u32, usize> {
    let key = |x: f64| x.round() as i64;
    let all: BTreeSet<i64> = points.values().map(|(x, _)| key(*x)).collect();
    let number: BTreeMap<i64, usize> = all.into_iter().zip(0..).collect();
    points.iter().map(|(node, (x, _))| (*node, number[&key(*x)])).collect()
}

fn turned((width, height): (f64, f64)) -> (f64, f64) {
    (height, width)
}

/// The layout with its corner at the origin, and the points of each link.
fn finish(
    network: &Network,
    links: &[(usize, usize, usize)],
    points: &Points,
    chains: &BTreeMap<(u32, u32), Vec<u32>>,
) -> PartPlacement {
    let least = |of: fn(&(f64, f64)) -> f64| points.values().map(of).fold(f64::INFINITY, f64::min);
    let most =
        |of: fn(&(f64, f64)) -> f64| points.values().map(of).fold(f64::NEG_INFINITY, f64::max);
    let corner = (least(|at| at.0) - NODE.0 / 2.0, least(|at| at.1) - NODE.1 / 2.0);
    let size =
        (most(|at| at.0) - corner.0 + NODE.0 / 2.0, most(|at| at.1) - corner.1 + NODE.1 / 2.0);
    let at = |node: &u32| {
        let (x, y) = points.get(node).copied().unwrap_or(corner);
        (x - corner.0, y - corner.1)
    };
    let count = network.nodes.len() as u32;
    let nodes = points.keys().filter(|node| **node < count);
    let nodes = nodes.map(|node| (*node as usize, at(node))).collect();
    let bends = links.iter().map(|&(link, from, to)| {
        let (from, to) = (from as u32, to as u32);
        let forwards = chains.get(&(from, to)).map(|chain| chain.iter().map(at).collect());
        let backwards =
            || chains.get(&(to, from)).map(|chain| chain.iter().rev().map(at).collect());
        (link, forwards.or_else(backwards).unwrap_or_default())
    });
    PartPlacement { bends: bends.collect(), nodes, size }
}

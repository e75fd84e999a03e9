//! One node: a box with a bar for each runner, and a slot for each device.

use super::super::packing::Held;
use super::super::problem::{DemandId, NodeGroup, Problem};
use super::super::quantity::percent;
use super::super::report::size;
use super::super::resources::{Dimension, Resources};
use crate::svg::Element;

/// Width of a node.
pub(super) const WIDTH: u64 = 82;
/// Height of the box that the bars fill.
const BOX: u64 = 104;
/// Height of the line that says how full the node is.
const CAPTION: u64 = 16;
/// Size of a device's slot, and slots in a line.
const SLOT: (u64, u64) = (9, 8);
/// Slots of one kind that are drawn.
const MOST_SLOTS: u64 = 24;
/// Equal runners that get a bar each; more share one.
const MOST_BARS: u64 = 12;

/// Colours that stay apart for most kinds of colour blindness and show on light and dark.
const COLOURS: [&str; 12] = [
    "#4477aa", "#ee7733", "#228833", "#aa3377", "#ccaa22", "#33bbee", "#bb5566", "#7766cc", "#66aa88",
    "#997744", "#dd77aa", "#778899",
];

/// The colour of a pool.
pub(super) fn colour(demand: DemandId) -> &'static str {
    COLOURS[demand.index() % COLOURS.len()]
}

/// How the nodes of a group are drawn.
pub(super) struct Sketch<'a> {
    problem: &'a Problem,
    group: &'a NodeGroup,
}

/// A bar: whose, how many runners, and what part of the node in thousandths.
struct Bar {
    demand: DemandId,
    count: u64,
    share: u128,
    title: String,
}

impl<'a> Sketch<'a> {
    pub fn new(problem: &'a Problem, group: &'a NodeGroup) -> Self {
        Self { problem, group }
    }

    /// Height of a node with its caption and slots.
    pub fn height(&self) -> u64 {
        let lines: u64 = self.devices().map(|(_, count)| count.min(MOST_SLOTS).div_ceil(SLOT.1)).sum();
        BOX + CAPTION + lines * (SLOT.0 + 1)
    }

    fn devices(&self) -> impl Iterator<Item = (Dimension, u64)> {
        let devices = self.group.allocatable.devices.iter().filter(|(_, count)| **count > 0);
        devices.map(|(name, count)| (Dimension::Device(name.clone()), *count))
    }

    /// Draws a node with its upper left corner at a point.
    pub fn draw(&self, x: u64, y: u64, holds: &[Held]) -> Element {
        let mut node =
            Element::new("g").child(Element::rect(x, y, WIDTH, BOX).with("class", "node").with("rx", 4));
        let bars: Vec<Bar> = holds.iter().flat_map(|held| self.bars(held)).collect();
        // Shares are of each runner's own dominant resource: together they may pass the whole.
        let whole = bars.iter().map(|bar| bar.share).sum::<u128>().max(1000);
        let inside = u128::from(BOX - 4);
        let mut before = 0u128;
        for bar in bars {
            let at = |share: u128| u64::try_from(share.saturating_mul(inside) / whole).unwrap_or(BOX);
            let (top, bottom) = (at(before), at(before + bar.share));
            before += bar.share;
            let height = (bottom - top).max(1);
            let from = (y + BOX - 2).saturating_sub(top + height);
            let rect = Element::rect(x + 2, from, WIDTH - 4, height)
                .with("class", "bar")
                .with("fill", colour(bar.demand));
            node.push(rect.title(bar.title));
            if bar.count > 1 && height >= 14 {
                let text = Element::label(x + WIDTH / 2, from + height / 2 + 4, format!("× {}", bar.count));
                node.push(text.with("text-anchor", "middle").with("class", "on"));
            }
        }
        node.push(Element::label(x + 2, y + BOX + 12, self.caption(holds)).with("class", "small"));
        self.slots(&mut node, x, y + BOX + CAPTION, holds);
        node
    }

    fn bars(&self, held: &Held) -> Vec<Bar> {
        let Some((name, one)) = self.shape(held) else { return Vec::new() };
        let title = format!("{name}: {}", size(&one));
        let bar = |count: u64| Bar {
            demand: held.demand,
            count,
            share: self.dominant(&one).saturating_mul(u128::from(count)),
            title: if count > 1 { format!("{count} × {title}") } else { title.clone() },
        };
        if held.count <= MOST_BARS {
            (0..held.count).map(|_| bar(1)).collect()
        } else {
            vec![bar(held.count)]
        }
    }

    /// Name and size of one of what is held.
    fn shape(&self, held: &Held) -> Option<(String, Resources)> {
        let demand = self.problem.demand(held.demand)?;
        Some(match held.pod.and_then(|pod| demand.pods.get(pod)) {
            Some(pod) => (format!("{} ({})", demand.pool, pod.name), pod.resources.clone()),
            None => (demand.pool.clone(), demand.runner()),
        })
    }

    /// The largest part of the node that it takes in any dimension, in thousandths.
    fn dominant(&self, one: &Resources) -> u128 {
        let has = &self.group.allocatable;
        let part = |dim: Dimension| {
            let whole = has.get(&dim);
            let limited = whole != Resources::UNLIMITED;
            u128::from(one.get(&dim)).saturating_mul(1000).checked_div(u128::from(whole)).filter(|_| limited)
        };
        one.dimensions().filter_map(part).max().unwrap_or(0)
    }

    fn held(&self, holds: &[Held], dimension: &Dimension) -> u128 {
        let amount = |held: &Held| {
            let one = self.shape(held).map_or(0, |(_, one)| one.get(dimension));
            u128::from(one).saturating_mul(u128::from(held.count))
        };
        holds.iter().map(amount).fold(0, u128::saturating_add)
    }

    fn caption(&self, holds: &[Held]) -> String {
        let share = |dim: Dimension| {
            let whole = self.group.allocatable.get(&dim);
            percent(self.held(holds, &dim), u128::from(whole))
        };
        if holds.is_empty() {
            return "empty".to_owned();
        }
        format!("{}, {}", share(Dimension::Cpu), share(Dimension::Memory))
    }

    fn slots(&self, node: &mut Element, x: u64, mut y: u64, holds: &[Held]) {
        for (dimension, count) in self.devices() {
            let takers = holds.iter().flat_map(|held| {
                let one = self.shape(held).map_or(0, |(_, one)| one.get(&dimension));
                let many = one.saturating_mul(held.count).min(MOST_SLOTS);
                std::iter::repeat_n(held.demand, usize::try_from(many).unwrap_or(0))
            });
            let mut takers = takers.fuse();
            for at in 0..count.min(MOST_SLOTS) {
                let (left, top) = (x + 2 + at % SLOT.1 * (SLOT.0 + 1), y + at / SLOT.1 * (SLOT.0 + 1));
                let slot = Element::rect(left, top, SLOT.0 - 1, SLOT.0 - 1).with("rx", 2);
                node.push(match takers.next() {
                    Some(demand) => slot
                        .with("class", "bar")
                        .with("fill", colour(demand))
                        .title(format!("{dimension}: {}", self.problem.pool_name(demand))),
                    None => slot.with("class", "slot").title(format!("{dimension}: free")),
                });
            }
            y += count.min(MOST_SLOTS).div_ceil(SLOT.1) * (SLOT.0 + 1);
        }
    }
}

//! A proof as a picture: each node a box, each runner a coloured bar, each device a slot.

mod node;

use super::problem::{DemandId, GroupId, Problem};
use super::prove::{Part, Proof};
use super::report::size;
use super::settle::Outcome;
use crate::svg::Element;

/// Nodes of a group that are drawn; the others are counted.
const MOST_NODES: u64 = 60;
/// Pools that the legend lists; the others are counted.
const MOST_POOLS: usize = 60;
/// Letters that go on a line.
const MOST_LETTERS: usize = 132;
/// Width of the picture.
const WIDTH: u64 = 960;
/// Space around everything.
const MARGIN: u64 = 24;
/// Space between nodes.
const GAP: u64 = 10;
/// Room for a pool in the legend.
const LEGEND: (u64, u64) = (228, 22);

/// Colours for light and dark. The bars keep theirs: middle tones that show on both.
const STYLE: &str = "\
text{font:13px system-ui,sans-serif;fill:#1f2328}.small{font-size:11px;fill:#59636e}\
.on{font-size:11px;font-weight:600;fill:#000}.head{font-size:15px;font-weight:600}.bad{fill:#c5221f}.warn{fill:#9a6700}.paper{fill:#fff}\
.node{fill:#f6f8fa;stroke:#d1d9e0}.slot{fill:none;stroke:#818b98}.bar{stroke:#fff;stroke-width:1}\
.refused{fill:#c5221f;fill-opacity:.15;stroke:#c5221f;stroke-width:2;stroke-dasharray:5 3}\
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.small{fill:#9198a1}.bad{fill:#ff7b72}\
.warn{fill:#d29922}.paper{fill:#0d1117}.node{fill:#151b23;stroke:#3d444d}.slot{stroke:#656c76}\
.bar{stroke:#0d1117}.on{fill:#000}.refused{fill:#ff7b72;fill-opacity:.2;stroke:#ff7b72}}";

/// Draws a proof as SVG. Equal input gives equal bytes.
pub fn picture(problem: &Problem, proof: &Proof) -> String {
    let mut canvas = Canvas { problem, y: MARGIN, content: Element::new("g") };
    for part in &proof.parts {
        canvas.part(part);
    }
    canvas.legend();
    let height = canvas.y + MARGIN;
    let root = Element::new("svg")
        .with("xmlns", "http://www.w3.org/2000/svg")
        .with("viewBox", format!("0 0 {WIDTH} {height}"))
        .with("width", WIDTH)
        .with("height", height)
        .with("role", "img")
        .title(if proof.fits() { "The fleet fits" } else { "The fleet is not shown to fit" })
        .child(Element::new("style").text(STYLE))
        .child(Element::rect(0, 0, WIDTH, height).with("class", "paper"))
        .child(canvas.content);
    root.to_string()
}

/// The picture so far, and where it goes on.
struct Canvas<'a> {
    problem: &'a Problem,
    y: u64,
    content: Element,
}

impl Canvas<'_> {
    /// Writes a text, on as many lines as it needs.
    fn line(&mut self, class: &str, text: impl AsRef<str>) {
        let mut line = String::new();
        let mut lines = Vec::new();
        for word in text.as_ref().split(' ') {
            if !line.is_empty() && line.chars().count() + word.chars().count() > MOST_LETTERS {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
        for line in lines {
            self.y += 18;
            self.content.push(Element::label(MARGIN, self.y, line).with("class", class));
        }
    }

    fn part(&mut self, part: &Part) {
        for group in &part.component.groups {
            self.group(part, *group);
        }
        match &part.outcome {
            Outcome::Fits => {}
            Outcome::Refused(refusal) => {
                self.refused(part, refusal.demand);
                self.line("bad", refusal.describe(self.problem));
                self.line("bad", refusal.reason.describe(self.problem));
            }
            Outcome::Undecided(undecided) => {
                self.refused(part, undecided.demand);
                let (placed, asked) = (undecided.placed, undecided.asked);
                self.line("warn", format!("undecided: {placed} of {asked} runners were placed"));
            }
        }
        for warning in &part.warnings {
            let names: Vec<String> = warning.dimensions.iter().map(ToString::to_string).collect();
            self.line("warn", format!("overcommitted, as the policy allows: {}", names.join(", ")));
        }
        self.y += 22;
    }

    /// A box for each pool with runners that have no place.
    fn refused(&mut self, part: &Part, first: DemandId) {
        self.y += GAP;
        let mut x = MARGIN;
        let mut list = part.unplaced.clone();
        list.sort_by_key(|(demand, _)| (*demand != first, *demand));
        for (demand, missing) in list.iter().take(4) {
            let (width, height) = LEGEND;
            self.content.push(Element::rect(x, self.y, width - GAP, height + 6).with("class", "refused"));
            let swatch = Element::rect(x + 8, self.y + 8, 12, 12).with("fill", node::colour(*demand));
            self.content.push(swatch);
            let text = format!("no place: {missing} of {}", short(self.problem.pool_name(*demand), 20));
            self.content.push(Element::label(x + 26, self.y + 19, text).with("class", "bad"));
            x += width;
        }
        self.y += LEGEND.1 + 12;
    }

    fn group(&mut self, part: &Part, id: GroupId) {
        let Some(group) = self.problem.group(id) else { return };
        let nodes = if group.count == 1 { "node" } else { "nodes" };
        self.y += 16;
        self.content.push(Element::label(MARGIN, self.y, short(&group.name, 60)).with("class", "head"));
        self.line("small", format!("{} {nodes}, each {}", group.count, size(&group.allocatable)));
        self.y += GAP;
        let sketch = node::Sketch::new(self.problem, group);
        let runs = part.packing.groups.iter().find(|packed| packed.group == id).map_or(&[][..], |p| &p.runs);
        let used = runs.iter().flat_map(|run| std::iter::repeat_n(run.holds.as_slice(), run.nodes as usize));
        let all =
            used.chain(std::iter::repeat(&[][..])).take(u64::from(group.count).min(MOST_NODES) as usize);
        let (width, height) = (node::WIDTH + GAP, sketch.height() + GAP);
        let columns = ((WIDTH - 2 * MARGIN + GAP) / width).max(1);
        let mut drawn = 0;
        for holds in all {
            let (x, y) = (MARGIN + drawn % columns * width, self.y + drawn / columns * height);
            self.content.push(sketch.draw(x, y, holds));
            drawn += 1;
        }
        self.y += drawn.div_ceil(columns) * height;
        if u64::from(group.count) > drawn {
            self.line("small", format!("and {} more nodes", u64::from(group.count) - drawn));
        }
        self.y += GAP;
    }

    fn legend(&mut self) {
        let demands = self.problem.demands();
        let columns = ((WIDTH - 2 * MARGIN) / LEGEND.0).max(1);
        let mut drawn = 0;
        for (at, demand) in demands.iter().take(MOST_POOLS).enumerate() {
            let (x, y) = (MARGIN + drawn % columns * LEGEND.0, self.y + drawn / columns * LEGEND.1);
            self.content.push(Element::rect(x, y, 12, 12).with("fill", node::colour(DemandId(at))));
            let text = format!("{} × {}", short(&demand.pool, 24), demand.max);
            let title = format!("{}: {}", demand.pool, size(&demand.runner()));
            self.content.push(Element::new("g").title(title).child(Element::label(x + 18, y + 11, text)));
            drawn += 1;
        }
        self.y += drawn.div_ceil(columns) * LEGEND.1;
        if demands.len() > MOST_POOLS {
            self.line("small", format!("and {} more pools", demands.len() - MOST_POOLS));
        }
        self.line(
            "small",
            "Bar: a runner, as high as the largest part that it takes of the node in any dimension. \
             Square: a device. Below a node: how much of its cpu and memory is asked for.",
        );
    }
}

/// Cuts a text that would run into its neighbour.
fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(most.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

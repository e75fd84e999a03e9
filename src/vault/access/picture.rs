//! The matrix as a picture: a row for each role and secret, a column for each thing that can be done.

use super::AccessMatrix;
use super::deed::{Deed, Grade};
use crate::svg::Element;

const MARGIN: u64 = 24;
const ROW: u64 = 26;
const COLUMN: u64 = 74;
/// Room for the names of roles.
const NAMES: u64 = 230;

/// Colours for light and dark.
const STYLE: &str = "\
text{font:13px system-ui,sans-serif;fill:#1f2328}.small{font-size:11px;fill:#59636e}.head{font-size:15px;font-weight:600}\
.paper{fill:#fff}.no{fill:#f6f8fa;stroke:#d1d9e0}.reads{fill:#54aeff;stroke:#fff}.changes{fill:#f0883e;stroke:#fff}\
.less{fill-opacity:.45}.on{font-size:11px;fill:#000}\
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.small{fill:#9198a1}.paper{fill:#0d1117}\
.no{fill:#151b23;stroke:#3d444d}.reads,.changes{stroke:#0d1117}.on{fill:#000}}";

/// Draws it as SVG. Equal input gives equal bytes.
pub fn picture(matrix: &AccessMatrix) -> String {
    let width = 2 * MARGIN + NAMES + COLUMN * Deed::ALL.len() as u64;
    let (mut y, mut content) = (MARGIN, Element::new("g"));
    for server in &matrix.servers {
        y += 16;
        let title = format!("{} ({}), {}", server.server, server.flavour, server.url);
        content.push(Element::label(MARGIN, y, title).with("class", "head"));
        y += 14;
        for secret in &server.secrets {
            y += 22;
            content.push(Element::label(MARGIN, y, format!("{}  {}", secret.name, secret.path)));
            for (at, deed) in (0u64..).zip(Deed::ALL) {
                let x = MARGIN + NAMES + at * COLUMN;
                content.push(Element::label(x, y, deed.as_str()).with("class", "small"));
            }
            y += 6;
            for role in &server.roles {
                let Some(access) =
                    role.secrets.iter().find(|access| access.path == secret.path && !access.is_none())
                else {
                    continue;
                };
                content.push(Element::label(MARGIN + 12, y + 17, &role.role).with("class", "small"));
                for (at, deed) in (0u64..).zip(Deed::ALL) {
                    let x = MARGIN + NAMES + at * COLUMN;
                    let Some(cell) = access.deeds.iter().find(|cell| cell.deed == deed) else { continue };
                    content.push(square(x, y, deed, cell.grade, &role.role, &cell.rules));
                }
                y += ROW;
            }
        }
        y += 18;
    }
    y += 14;
    let legend = "Blue: can look. Orange: can change. Pale: only some of a family, or only under conditions.";
    content.push(Element::label(MARGIN, y, legend).with("class", "small"));
    let height = y + MARGIN;
    Element::new("svg")
        .with("xmlns", "http://www.w3.org/2000/svg")
        .with("viewBox", format!("0 0 {width} {height}"))
        .with("width", width)
        .with("height", height)
        .with("role", "img")
        .title("Who can do what with which secret")
        .child(Element::new("style").text(STYLE))
        .child(Element::rect(0, 0, width, height).with("class", "paper"))
        .child(content)
        .to_string()
}

fn square(x: u64, y: u64, deed: Deed, grade: Grade, role: &str, rules: &[String]) -> Element {
    let colour = if deed.changes() { "changes" } else { "reads" };
    let class = match grade {
        Grade::No => "no".to_owned(),
        Grade::Yes => colour.to_owned(),
        Grade::Partly | Grade::Conditional => format!("{colour} less"),
    };
    let title = match rules {
        [] => format!("{role}: {deed}: {}, by no rule", grade.as_str()),
        rules => format!("{role}: {deed}: {}, by {}", grade.as_str(), rules.join(" and ")),
    };
    let mut group = Element::new("g")
        .title(title)
        .child(Element::rect(x, y, COLUMN - 6, ROW - 4).with("rx", 4).with("class", class));
    if grade != Grade::No {
        group.push(Element::label(x + 8, y + 15, super::table::mark(grade)).with("class", "on"));
    }
    group
}

//! SVG elements, written so that names from a fleet file cannot break out of them.

use std::fmt::{self, Write};

/// An element.
#[derive(Clone, Debug)]
pub(crate) struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    children: Vec<Child>,
}

#[derive(Clone, Debug)]
enum Child {
    Element(Element),
    Text(String),
}

impl Element {
    /// An element without attributes.
    pub fn new(name: &'static str) -> Self {
        Self { name, attributes: Vec::new(), children: Vec::new() }
    }

    /// A rectangle, in pixels.
    pub fn rect(x: u64, y: u64, width: u64, height: u64) -> Self {
        Self::new("rect").with("x", x).with("y", y).with("width", width).with("height", height)
    }

    /// A line of text that starts at the given point of its base line.
    pub fn label(x: u64, y: u64, text: impl Into<String>) -> Self {
        Self::new("text").with("x", x).with("y", y).text(text)
    }

    /// Adds an attribute.
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.attributes.push((name, value.to_string()));
        self
    }

    /// Adds text.
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.children.push(Child::Text(text.into()));
        self
    }

    /// Adds an element.
    pub fn child(mut self, child: Element) -> Self {
        self.push(child);
        self
    }

    /// Adds an element in place.
    pub fn push(&mut self, child: Element) {
        self.children.push(Child::Element(child));
    }

    /// Adds what a browser shows when the pointer rests on the element.
    pub fn title(self, text: impl Into<String>) -> Self {
        self.child(Self::new("title").text(text))
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
        write!(f, "{:depth$}<{}", "", self.name)?;
        for (name, value) in &self.attributes {
            write!(f, " {name}=\"")?;
            escape(f, value)?;
            f.write_char('"')?;
        }
        if self.children.is_empty() {
            return f.write_str("/>\n");
        }
        f.write_char('>')?;
        // White space inside an element with text would be shown.
        let nested = !self.children.iter().any(|child| matches!(child, Child::Text(_)));
        if nested {
            f.write_char('\n')?;
        }
        for child in &self.children {
            match child {
                Child::Element(element) => element.write(f, depth + 1)?,
                Child::Text(text) => escape(f, text)?,
            }
        }
        if nested {
            write!(f, "{:depth$}", "")?;
        }
        writeln!(f, "</{}>", self.name)
    }
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, 0)
    }
}

/// Writes text for use between tags or in quotes. What XML cannot hold becomes U+FFFD.
fn escape(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    for c in text.chars() {
        match c {
            '<' => f.write_str("&lt;")?,
            '>' => f.write_str("&gt;")?,
            '&' => f.write_str("&amp;")?,
            '"' => f.write_str("&quot;")?,
            '\'' => f.write_str("&apos;")?,
            '\n' | '\t' => f.write_char(' ')?,
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => f.write_char('\u{fffd}')?,
            c => f.write_char(c)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_out() {
        let text = Element::label(1, 2, "a<b>&\"'\u{1}").with("class", "x\"y").to_string();
        assert_eq!(
            text,
            "<text x=\"1\" y=\"2\" class=\"x&quot;y\">a&lt;b&gt;&amp;&quot;&apos;\u{fffd}</text>\n"
        );
    }
}

//! Markdown on a terminal: as much of it as the manual uses.

/// Lays a page out: paragraphs wrapped, headings and code set off.
pub fn layout(markdown: &str, width: usize, coloured: bool) -> String {
    let mut out = Layout { text: String::new(), width, coloured };
    let mut block = String::new();
    let mut in_code = false;
    for line in markdown.lines() {
        let fence = line.starts_with("```");
        let starts = fence || line.is_empty() || line.starts_with('#') || line.starts_with("- ");
        if !in_code && starts {
            out.block(&std::mem::take(&mut block));
        }
        if fence {
            in_code = !in_code;
        } else if in_code {
            out.code(line);
        } else if line.is_empty() {
            out.line("");
        } else if let Some(title) = line.strip_prefix('#') {
            out.heading(title.trim_start_matches(['#', ' ']));
        } else {
            if !block.is_empty() {
                block.push(' ');
            }
            block.push_str(line.trim());
        }
    }
    out.block(&block);
    out.text
}

struct Layout {
    text: String,
    width: usize,
    coloured: bool,
}

impl Layout {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn heading(&mut self, title: &str) {
        let line = if self.coloured { format!("\u{1b}[1m{title}\u{1b}[0m") } else { title.to_owned() };
        self.line(&line);
    }

    fn code(&mut self, line: &str) {
        let indent = if line.is_empty() { "" } else { "    " };
        self.line(&format!("{indent}{line}"));
    }

    /// A paragraph, or an item of a list.
    fn block(&mut self, block: &str) {
        if block.is_empty() {
            return;
        }
        let indent = if block.starts_with("- ") { "  " } else { "" };
        let mut line = String::new();
        let mut used = 0;
        for word in words(block) {
            let length = word.chars().count();
            if used > indent.len() && used + 1 + length > self.width {
                self.styled(&line);
                line = indent.to_owned();
                used = indent.len();
            }
            if !line.is_empty() && line != indent {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += length;
        }
        self.styled(&line);
    }

    /// Code within a line is coloured; without colour its marks stay.
    fn styled(&mut self, line: &str) {
        if !self.coloured || line.matches('`').count() % 2 == 1 {
            return self.line(line);
        }
        let mut styled = String::with_capacity(line.len() + 16);
        for (at, part) in line.split('`').enumerate() {
            if at > 0 {
                styled.push_str(if at % 2 == 1 { "\u{1b}[36m" } else { "\u{1b}[0m" });
            }
            styled.push_str(part);
        }
        self.line(&styled);
    }
}

/// Words of a text; a stretch of code is one, with what is attached to it.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut in_code = false;
    for (at, c) in text.char_indices() {
        match c {
            '`' => in_code = !in_code,
            ' ' if !in_code => {
                words.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    words.push(&text[start..]);
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "\
# title

One two `three four` five
six.

- an item that is longer than a line
- `b`

```kdl
pool \"a\"  {
```
";

    #[test]
    fn wraps_text_and_keeps_code() {
        insta::assert_snapshot!(layout(PAGE, 20, false), @r#"
        title

        One two `three four`
        five six.

        - an item that is
          longer than a line
        - `b`

            pool "a"  {
        "#);
    }

    #[test]
    fn colours_balance() {
        let coloured = layout(PAGE, 20, true);
        assert!(coloured.contains("\u{1b}[1mtitle\u{1b}[0m"), "{coloured:?}");
        assert!(coloured.contains("two \u{1b}[36mthree four\u{1b}[0m\n"), "{coloured:?}");
    }
}

//! The reference of the language as one document.

use super::vocabulary::{types, words};
use super::word::{Links, type_body, word_body};
use std::fmt::Write;

const INTRODUCTION: &str = "\
# Reference of fleet.kdl

A fleet file is written in [KDL 2](https://kdl.dev). A node is a word, then its arguments, then its
properties as `name=value`, then the nodes that it holds, in braces:

```kdl
pool \"runner-cpu\" forks=#false {
    runners min=1 max=10
}
```

Here `pool` is a word with the argument `\"runner-cpu\"` and the property `forks`; it holds `runners`. Text is
quoted, numbers are not, and a boolean is `#true` or `#false`. `//` starts a comment, and `/-` takes out
the node behind it. The order of nodes does not matter.

`fleetc explain pool.runners` prints what this document says of a word, and so for every other.
";

/// The reference.
pub fn document() -> String {
    let words = words();
    let mut text = format!("{INTRODUCTION}\n## Words\n\n");
    for word in words.iter().filter(|word| !word.path.contains('.')) {
        let _infallible = writeln!(
            text,
            "- [{0}](#{1}): {2}",
            word.path,
            super::prose::anchor(&word.path),
            super::prose::line(word.field.doc)
        );
    }
    text += "- [Types of values](#types-of-values)\n";
    for word in &words {
        let depth = word.path.matches('.').count();
        let marks = "#".repeat((2 + depth).min(4));
        let _infallible =
            write!(text, "\n{marks} {}\n\n{}", word.path, word_body(word, Links::Reference(&words)));
    }
    text += "\n## Types of values\n";
    for ty in types() {
        let _infallible = write!(text, "\n### {}\n\n{}", ty.name, type_body(ty));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manual::prose::anchor;
    use std::collections::HashSet;

    #[test]
    fn links_lead_to_one_heading_each() {
        let text = document();
        let headings = text.lines().filter(|line| line.starts_with('#'));
        let mut anchors = HashSet::new();
        for heading in headings {
            let anchor = anchor(heading.trim_start_matches(['#', ' ']));
            assert!(anchors.insert(anchor.clone()), "two headings have the anchor {anchor}");
        }
        for link in text.split("](#").skip(1) {
            let target = link.split(')').next().unwrap_or("");
            assert!(anchors.contains(target), "nothing has the anchor {target}");
        }
    }
}

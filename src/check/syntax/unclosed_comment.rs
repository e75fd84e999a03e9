//! `unclosed-comment`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "unclosed-comment",
    severity: Severity::Error,
    summary: "a comment has no end",
    explanation: "\
`/*` starts a comment that ends with `*/`; such comments nest, so each `/*` inside of one needs a `*/` of its own.
Without its end the rest of the file is comment, and pools that seem to be there are not.

Close it. Where `/*` was meant as part of a path or a pattern, as in `secret/*`, put the value in quotes. For a
comment of one line there is `//`, and `/-` takes out the node that follows it.
",
    good: r#"
/* built on merge */
pool "build" {
    mode "dind"
    runners max=4
}
"#,
    bad: r#"
/* built on merge
pool "build" {
    mode "dind"
    runners max=4
}
"#,
    check: Check::Reading,
};

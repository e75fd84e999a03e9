//! `wrong-type`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "wrong-type",
    severity: Severity::Error,
    summary: "a value is of another type than its place takes",
    explanation: "\
Each value has a type: text in quotes, a number, or `#true` and `#false`. Some types are narrower, such as a
memory quantity or a duration. A number where text belongs, or text where a number belongs, is found while the file is
read.

Write the value as the finding shows it. Numbers stand without quotes, text in quotes, and truth as `#true` or
`#false`. Amounts with a unit are text: `\"64Gi\"`, `\"10m\"`.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
}
"#,
    bad: r#"
pool "build" {
    mode "dind"
    runners max="four"
}
"#,
    check: Check::Reading,
};

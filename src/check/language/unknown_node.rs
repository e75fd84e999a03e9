//! `unknown-node`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "unknown-node",
    severity: Severity::Error,
    summary: "a word stands where the language has no such word",
    explanation: "\
Every word of a fleet file has its places: `runners` stands in a pool, `device` in hardware. A word that is
misspelt, or that stands in another place than its own, is found while the file is read. fleetc names the
nearest word that is allowed there; where it is a property rather than a node, it says so.

An unknown word is never passed over. If it were, `runers max=4` would leave the pool without a maximum, and
GitHub would hand it every job in the queue.

Correct the word. `fleetc explain pool` lists what a pool may hold, and so for every other word. For
what the language has no word for there is `patch`.
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
    runers max=4
}
"#,
    check: Check::Reading,
};

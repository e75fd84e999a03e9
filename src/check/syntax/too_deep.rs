//! `too-deep`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "too-deep",
    severity: Severity::Error,
    summary: "blocks are nested more than 64 levels deep",
    explanation: "\
A fleet file needs six levels of braces. Text with more than 64 of them is no fleet: mostly many closing braces are
missing, or the file was made by a program that went wrong. The limit keeps a hostile file from exhausting the stack
of whoever checks it, such as the workflow that compiles pull requests.

Close the blocks above the place that is marked.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
}
"#,
    bad: r#"
pool "build" {
    a { a { a { a { a { a { a { a { a { a { a {
    a { a { a { a { a { a { a { a { a { a { a {
    a { a { a { a { a { a { a { a { a { a { a {
    a { a { a { a { a { a { a { a { a { a { a {
    a { a { a { a { a { a { a { a { a { a { a {
    a { a { a { a { a { a { a { a { a { a { a {
"#,
    check: Check::Reading,
};

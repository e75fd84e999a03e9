//! A diff for people, pull requests and programs.

mod folded;
mod github;
mod group;
mod json;
mod markdown;
mod terminal;

pub use github::github;
pub use json::{Document, document};
pub use markdown::markdown;
pub use terminal::terminal;

use super::change::Change;

/// Longest value that is shown.
const LONGEST: usize = 60;

/// A value on one line, cut where it is long.
fn short(value: &str) -> String {
    let line = value.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

/// Before and after of a change in words.
fn values(change: &Change) -> String {
    let of = |value: &str| if value.is_empty() { "there".to_owned() } else { short(value) };
    match (change.before.as_deref(), change.after.as_deref()) {
        (Some(before), Some(after)) => format!("{} -> {}", of(before), of(after)),
        (None, Some("")) => "added".to_owned(),
        (None, Some(after)) => format!("added: {}", of(after)),
        (Some(""), None) => "removed".to_owned(),
        (Some(before), None) => format!("removed: {}", of(before)),
        (None, None) => String::new(),
    }
}

/// `1 pool`, `2 pools`.
fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

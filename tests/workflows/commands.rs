//! What a step says to the runner by the lines that it prints.

/// A finding at a place, or without one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// `error`, `warning` or `notice`.
    pub level: String,
    /// The file; empty where there is none.
    pub file: String,
    /// The line; 0 where there is none.
    pub line: u32,
    /// Its title.
    pub title: String,
    /// What it says.
    pub message: String,
}

/// A line that is a command.
pub enum Command {
    Mask(String),
    Annotation(Annotation),
    Other,
}

/// The command of a line, if it is one.
pub fn said(line: &str) -> Option<Command> {
    let (head, data) = line.trim_start().strip_prefix("::")?.split_once("::")?;
    let (word, properties) = head.split_once(' ').unwrap_or((head, ""));
    let property = |name: &str| {
        let pairs = properties.split(',').filter_map(|pair| pair.trim().split_once('='));
        pairs.filter(|(key, _)| *key == name).map(|(_, value)| plain(value, true)).next().unwrap_or_default()
    };
    Some(match word {
        "add-mask" => Command::Mask(plain(data, false)),
        "error" | "warning" | "notice" => Command::Annotation(Annotation {
            level: word.to_owned(),
            file: property("file"),
            line: property("line").parse().unwrap_or(0),
            title: property("title"),
            message: plain(data, false),
        }),
        _ => Command::Other,
    })
}

fn plain(text: &str, property: bool) -> String {
    let text = text.replace("%0D", "\r").replace("%0A", "\n");
    let text = if property { text.replace("%3A", ":").replace("%2C", ",") } else { text };
    text.replace("%25", "%")
}

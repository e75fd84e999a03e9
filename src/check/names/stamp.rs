//! Values that change from commit to commit or from day to day, told by their look.

use crate::contract::runner::Day;

/// What a value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stamp {
    /// The hash of a Git commit, whole or short.
    Commit,
    /// A point in time.
    Time,
    /// A day.
    Date,
    /// Name and release of a Helm chart.
    Chart,
    /// The hash of some content: volatile if it is the same on all pools.
    Hash,
}

impl Stamp {
    /// With its article.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Commit => "a Git commit",
            Self::Time => "a point in time",
            Self::Date => "a date",
            Self::Chart => "the release of a chart",
            Self::Hash => "a hash",
        }
    }
}

/// Annotation that holds the hash of the official chart's values.
pub const VALUES_HASH: &str = "actions.github.com/values-hash";

/// Words in a key that say what a short value is.
const COMMIT_WORDS: &[&str] = &["commit", "sha", "git", "rev", "revision", "build", "head"];
const TIME_WORDS: &[&str] =
    &["time", "timestamp", "date", "built", "build", "deployed", "epoch", "at", "created"];

/// What the value of this key looks like, if it is one that changes by itself. Days after `today` are
/// none: nobody stamps with the future.
pub fn stamp(key: &str, value: &str, today: Day) -> Option<Stamp> {
    if key == VALUES_HASH {
        return Some(Stamp::Hash);
    }
    if key == "helm.sh/chart" {
        return Some(Stamp::Chart);
    }
    let value = value.trim();
    let key = key.to_ascii_lowercase();
    let has_word =
        |words: &[&str]| key.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| words.contains(&part));
    if is_commit(value, has_word(COMMIT_WORDS)) {
        Some(Stamp::Commit)
    } else if let Some(found) = point_in_time(value, today, has_word(TIME_WORDS)) {
        Some(found)
    } else if matches!(value.len(), 32 | 56 | 63 | 64 | 128) && is_hex(value) {
        Some(Stamp::Hash)
    } else {
        None
    }
}

fn is_hex(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// A whole hash anywhere, `v1.2.3-4-gabc1234` as `git describe` writes it, or a short hash where the key says so.
fn is_commit(value: &str, key_says_so: bool) -> bool {
    let mixed = |part: &str| {
        part.bytes().any(|b| b.is_ascii_digit()) && part.bytes().any(|b| b.is_ascii_alphabetic())
    };
    let short = |part: &str| (7..=12).contains(&part.len()) && is_hex(part) && mixed(part);
    let parts: Vec<_> = value.split(['-', '_', '.', '/', ':', '@', '+']).collect();
    let whole = parts.iter().any(|part| part.len() == 40 && is_hex(part));
    let described = parts.windows(2).any(|pair| {
        let [count, commit] = pair else { return false };
        !count.is_empty()
            && count.bytes().all(|b| b.is_ascii_digit())
            && commit.strip_prefix('g').is_some_and(short)
    });
    whole || described || (key_says_so && parts.iter().any(|part| short(part)))
}

fn point_in_time(value: &str, today: Day, key_says_so: bool) -> Option<Stamp> {
    let past = |text: &str| Day::parse(text).is_some_and(|day| day <= today && day >= Day::new(2008, 1, 1));
    let bytes = value.as_bytes();
    for (start, window) in bytes.windows(10).enumerate() {
        let Ok(text) = std::str::from_utf8(window) else { continue };
        let digit = |at: Option<&u8>| at.is_some_and(u8::is_ascii_digit);
        let dashes = window.get(4) == Some(&b'-') && window.get(7) == Some(&b'-');
        let before = start.checked_sub(1).and_then(|at| bytes.get(at));
        if dashes && past(text) && !digit(before) && !digit(bytes.get(start + 10)) {
            let clock = matches!(bytes.get(start + 10), Some(b'T' | b't' | b' ' | b'_' | b'-'));
            return Some(if clock && digit(bytes.get(start + 11)) { Stamp::Time } else { Stamp::Date });
        }
    }
    let digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
    let compact = |text: &str| {
        past(&format!("{}-{}-{}", text.get(..4)?, text.get(4..6)?, text.get(6..8)?)).then_some(())
    };
    match value.len() {
        8 if digits => compact(value).map(|()| Stamp::Date),
        14 if digits => compact(value).map(|()| Stamp::Time),
        15.. if value.get(8..9) == Some("T") => compact(value).map(|()| Stamp::Time),
        10 | 13 if digits && key_says_so => {
            let seconds = value.get(..10)?.parse::<i64>().ok()?;
            let day = Day(seconds / 86_400);
            (day >= Day::new(2008, 1, 1) && day <= today).then_some(Stamp::Time)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Day = Day::new(2026, 11, 24);

    #[test]
    fn volatile_values_are_known_by_their_look() {
        for (key, value, expected) in [
            ("a", "9bb16ae4c0ffee00112233445566778899aabbcc", Stamp::Commit),
            ("a", "main-9bb16ae4c0ffee00112233445566778899aabbcc", Stamp::Commit),
            ("example.com/git-sha", "9bb16ae4", Stamp::Commit),
            ("version", "v1.2.3-14-g9bb16ae", Stamp::Commit),
            ("a", "2026-11-24", Stamp::Date),
            ("a", "nightly-2026-11-23", Stamp::Date),
            ("a", "20261123", Stamp::Date),
            ("a", "2026-11-24T10:00:00Z", Stamp::Time),
            ("a", "20261124T100000Z", Stamp::Time),
            ("deployed-at", "1795516800", Stamp::Time),
            ("helm.sh/chart", "arc-0.14.2", Stamp::Chart),
            (VALUES_HASH, "x", Stamp::Hash),
            ("checksum/config", "d41d8cd98f00b204e9800998ecf8427e", Stamp::Hash),
        ] {
            assert_eq!(stamp(key, value, TODAY), Some(expected), "{key}={value}");
        }
    }

    #[test]
    fn lasting_values_are_left_alone() {
        for (key, value) in [
            ("team", "platform"),
            ("app.kubernetes.io/version", "0.14.2"),
            ("cost-center", "4711042"),
            ("cost-center", "12345678"),
            ("account", "1795516800"),
            ("team", "decade1"),
            ("build-tool", "cafebabe"),
            ("decommission", "2027-01-01"),
            ("a", "feature"),
            ("a", "ééééé-éé-éé"),
            ("a", ""),
        ] {
            assert_eq!(stamp(key, value, TODAY), None, "{key}={value}");
        }
    }
}

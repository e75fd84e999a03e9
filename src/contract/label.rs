//! The version label of a pool, as a controller reads it.

use super::arc::Release;

impl Release {
    /// Whether its controller keeps a pool with this version label (`IsVersionAllowed`); it deletes all others.
    pub fn accepts(&self, label: &str) -> bool {
        let version = self.version;
        if label == version.to_string() {
            return true;
        }
        let wanted = (version.major.to_string(), version.minor.to_string());
        !self.exact_version_label && major_minor(label) == Some((wanted.0.as_str(), wanted.1.as_str()))
    }
}

fn major_minor(label: &str) -> Option<(&str, &str)> {
    let (major, rest) = number(label)?;
    let Some(rest) = rest.strip_prefix('.') else { return rest.is_empty().then_some((major, "0")) };
    let (minor, rest) = number(rest)?;
    match rest.strip_prefix('.') {
        Some(patch) => number(patch).map(|_| (major, minor)),
        None => rest.is_empty().then_some((major, minor)),
    }
}

/// A number without needless zeros at the start of a text, and what follows it.
fn number(text: &str) -> Option<(&str, &str)> {
    let end = text.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    (!digits.is_empty() && (digits == "0" || !digits.starts_with('0'))).then_some((digits, rest))
}

#[cfg(test)]
mod tests {
    use crate::contract::arc::LATEST;

    #[test]
    fn compares_as_the_controller_does() {
        for good in ["0.14.2", "0.14", "0.14.0", "0.14.9-x"] {
            assert!(LATEST.accepts(good), "{good}");
        }
        for bad in ["", "0", "0.13.1", "v0.14.2", "0.14.", "0.14-x", "00.14", "0.014", "latest"] {
            assert!(!LATEST.accepts(bad), "{bad}");
        }
    }
}

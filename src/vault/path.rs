//! The path of a rule, and which requests it is about.

use serde::Serialize;
use std::fmt;

/// The path of a rule, as the servers keep it: without the slash in front that they drop, and in a form that
/// they take.
///
/// `*` at the end makes it a prefix; `+` as a whole segment stands for any one segment. Anywhere else both are
/// ordinary characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct RulePath(String);

/// Why a server refuses the path of a rule, and the whole policy with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathError {
    /// `+*` is in it.
    PlusStar,
    /// `{{` and `}}` do not pair.
    Template,
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PlusStar => "`+*` is forbidden: write `+/*` for anything below any one segment",
            Self::Template => "`{{` and `}}` do not pair",
        })
    }
}

/// Which requests a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern<'a> {
    /// Those for this path.
    Exact(&'a str),
    /// Those for paths that start so; the star is taken off.
    Prefix(&'a str),
    /// Those for paths that agree segment by segment.
    Segments(&'a str),
    /// Those for a path that the server completes by who asks. Where it can't, it drops the rule.
    Template(&'a str),
}

impl RulePath {
    /// Reads a path as a server does that is given a policy.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        let path = text.strip_prefix('/').unwrap_or(text);
        if path.contains("+*") {
            return Err(PathError::PlusStar);
        }
        if !templates_pair(path) {
            return Err(PathError::Template);
        }
        Ok(Self(path.to_owned()))
    }

    /// The path of a rule that is about this path alone; none where some character of it would make it about more.
    pub fn exact(path: &str) -> Option<Self> {
        let path = Self::parse(path).ok()?;
        matches!(path.pattern(), Pattern::Exact(_)).then_some(path)
    }

    /// The path of a rule that is about all that starts so; none where other characters mean something too.
    pub fn prefix(start: &str) -> Option<Self> {
        let path = Self::parse(&format!("{start}*")).ok()?;
        matches!(path.pattern(), Pattern::Prefix(_)).then_some(path)
    }

    /// The path as it has to stand in a policy to be this one: the server drops one slash in front.
    pub(super) fn written(&self) -> std::borrow::Cow<'_, str> {
        if self.0.starts_with('/') { format!("/{}", self.0).into() } else { self.0.as_str().into() }
    }

    /// The path as the server keeps it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Which requests it is about.
    pub fn pattern(&self) -> Pattern<'_> {
        let path = self.0.as_str();
        if path.contains("{{") {
            Pattern::Template(path)
        } else if path == "+" || path.starts_with("+/") || path.contains("/+") {
            Pattern::Segments(path)
        } else if let Some(prefix) = path.strip_suffix('*') {
            Pattern::Prefix(prefix)
        } else {
            Pattern::Exact(path)
        }
    }

    /// Whether it is about one path only.
    pub fn is_exact(&self) -> bool {
        matches!(self.pattern(), Pattern::Exact(_))
    }

    /// Whether a request for a path is one that it is about. Which of several rules decides is another question.
    pub fn matches(&self, path: &str) -> bool {
        match self.pattern() {
            Pattern::Exact(exact) => exact == path,
            Pattern::Prefix(prefix) => path.starts_with(prefix),
            Pattern::Segments(pattern) => segments_match(pattern, path),
            Pattern::Template(_) => false,
        }
    }

    /// A path that it is about, made with a word that stands for what people may name as they like.
    pub fn witness(&self, word: &str) -> Option<String> {
        let (text, open) = match self.pattern() {
            Pattern::Exact(path) => return Some(path.to_owned()),
            Pattern::Prefix(prefix) => return Some(format!("{prefix}{word}")),
            Pattern::Segments(pattern) => {
                pattern.strip_suffix('*').map_or((pattern, false), |prefix| (prefix, true))
            }
            Pattern::Template(_) => return None,
        };
        let parts: Vec<_> = text.split('/').map(|part| if part == "+" { word } else { part }).collect();
        Some(parts.join("/") + if open { word } else { "" })
    }
}

impl fmt::Display for RulePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a path agrees with a pattern segment by segment.
pub(super) fn segments_match(pattern: &str, path: &str) -> bool {
    let (pattern, open) = pattern.strip_suffix('*').map_or((pattern, false), |prefix| (prefix, true));
    let mut parts = path.split('/');
    let mut wanted = pattern.split('/').peekable();
    while let Some(want) = wanted.next() {
        let Some(part) = parts.next() else { return false };
        let last = wanted.peek().is_none();
        if want != "+" && want != part && !(open && last && part.starts_with(want)) {
            return false;
        }
    }
    open || parts.next().is_none()
}

/// Whether each `{{` is closed by a `}}` before the next one opens, and nothing is closed that is not open.
fn templates_pair(path: &str) -> bool {
    let mut pieces = path.split("{{");
    let before = pieces.next().unwrap_or_default();
    !before.contains("}}") && pieces.all(|piece| piece.matches("}}").count() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> RulePath {
        RulePath::parse(text).unwrap()
    }

    #[test]
    fn patterns() {
        assert_eq!(path("/a/b").pattern(), Pattern::Exact("a/b"));
        assert_eq!(path("a*").pattern(), Pattern::Prefix("a"));
        assert_eq!(path("a/*/b").pattern(), Pattern::Exact("a/*/b"));
        assert_eq!(path("+").pattern(), Pattern::Segments("+"));
        assert_eq!(path("a+/b").pattern(), Pattern::Exact("a+/b"));
        assert_eq!(path("a/+b").pattern(), Pattern::Segments("a/+b"));
        assert_eq!(path("{{identity.entity.id}}/*").pattern(), Pattern::Template("{{identity.entity.id}}/*"));
        assert_eq!(RulePath::parse("a/+*"), Err(PathError::PlusStar));
        assert_eq!(RulePath::parse("{{a"), Err(PathError::Template));
        assert_eq!(RulePath::exact("a*"), None);
        assert_eq!(RulePath::exact("a/+/b"), None);
        assert_eq!(RulePath::prefix("a/").unwrap().as_str(), "a/*");
    }

    #[test]
    fn a_witness_is_matched() {
        for text in ["a/b", "a*", "*", "+/b", "a/+/c*", "a/+/+", "+", "a/+b/+"] {
            let path = path(text);
            let witness = path.witness("x").unwrap();
            assert!(path.matches(&witness), "{text} and {witness}");
        }
        assert!(!path("a/+/b").matches("a/x/y/b"));
        assert!(path("a/+").matches("a/"));
    }
}

//! Patterns with `*`, for names of branches and repositories.

/// A pattern in which `*` stands for any text, of any length and with slashes; everything else for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob(String);

impl Glob {
    /// Makes a pattern; every text is one.
    pub fn new(pattern: &str) -> Self {
        Self(pattern.to_owned())
    }

    /// Whether the whole of a text matches.
    pub fn matches(&self, text: &str) -> bool {
        let mut parts = self.0.split('*');
        let Some(first) = parts.next() else { return text.is_empty() };
        let Some(mut rest) = text.strip_prefix(first) else { return false };
        let mut parts = parts.peekable();
        if parts.peek().is_none() {
            return rest.is_empty();
        }
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                return rest.ends_with(part);
            }
            match rest.find(part) {
                Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
                None => return false,
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        let matches = |pattern, text| Glob::new(pattern).matches(text);
        assert!(matches("main", "main") && !matches("main", "main2") && !matches("main", "mai"));
        assert!(matches("release/*", "release/1.2/x") && !matches("release/*", "release"));
        assert!(matches("*", "") && matches("*", "anything"));
        assert!(matches("a*b*c", "a--b--b--c") && !matches("a*b*c", "a--c"));
        assert!(!matches("aa*aa", "aaa"));
    }
}

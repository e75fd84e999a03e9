//! Random policies over few words, so that their rules meet.

use std::fmt::Write;

/// Secrets below `secret/` that random paths may lead to.
pub const SECRETS: [&str; 4] = ["a", "a/b", "ab/a/b", "b/a"];

/// A generator of numbers that gives the same ones each time.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `below`.
    pub fn number(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }

    pub fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.number(of.len())]
    }

    /// Texts of one to three policies.
    pub fn policies(&mut self) -> Vec<String> {
        (0..=self.number(3)).map(|_| self.policy()).collect()
    }

    fn policy(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..=self.number(6) {
            let words: Vec<_> = (0..=self.number(2)).map(|_| self.capability()).collect();
            let list: Vec<_> = words.iter().map(|word| format!("\"{word}\"")).collect();
            let _ = writeln!(text, "path \"{}\" {{ capabilities = [{}] }}", self.rule(), list.join(", "));
        }
        text
    }

    fn capability(&mut self) -> &'static str {
        self.one(&["read", "read", "list", "list", "scan", "update", "create", "delete", "patch", "deny"])
    }

    /// The path of a rule.
    fn rule(&mut self) -> String {
        let start = self.one(&[
            "secret/metadata/",
            "secret/metadata/",
            "secret/data/",
            "secret/",
            "+/metadata/",
            "/",
        ]);
        let parts: Vec<_> = (0..self.number(4))
            .map(|_| self.one(&["a", "a", "b", "ab", "+", "+", "", "a+", "+b", "*"]))
            .collect();
        let end = self.one(&["", "", "", "/", "*", "*", "/*", "+*", "a*"]);
        // Only few of the sets may be refused for `+*`.
        let path = format!("{start}{}{end}", parts.join("/"));
        if path.contains("+*") && self.number(6) > 0 { path.replace("+*", "+/*") } else { path }
    }

    /// A path of a request.
    pub fn path(&mut self) -> String {
        let start = self.one(&["secret/metadata/", "secret/data/"]);
        let parts: Vec<_> = (0..=self.number(3)).map(|_| self.one(&["a", "a", "b", "ab"])).collect();
        format!("{start}{}", parts.join("/"))
    }

    /// Paths of questions, stranger ones among them.
    pub fn paths(&mut self) -> Vec<String> {
        (0..40)
            .map(|_| {
                let end = self.one(&["", "", "/", "/a+", "/+b", "//", "/*"]);
                format!("{}{end}", self.path())
            })
            .collect()
    }
}

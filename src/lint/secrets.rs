//! Where secrets come into a job, and where they go.

use super::expression::{Expression, Kind, Template, template};
use super::workflow::{Step, UsesKind};
use crate::yaml::{Scalar, Value};
use std::ops::Range;

/// How a step gets secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// `hashicorp/vault-action`.
    Vault,
    /// The fleet's `fetch-secrets`, which logs in to Vault as the job.
    Fetch,
    /// The fleet's `open-secrets`, which opens what another job has sealed.
    Open,
}

/// The action that reads Vault.
pub const VAULT_ACTION: &str = "hashicorp/vault-action";

/// How a step gets secrets, if it does.
pub fn source(step: &Step) -> Option<Source> {
    let uses = step.uses.as_ref()?;
    if uses.is(VAULT_ACTION) {
        return Some(Source::Vault);
    }
    let path = match &uses.kind {
        UsesKind::Local(path) | UsesKind::Remote { path, .. } => path,
        UsesKind::Docker(_) => return None,
    };
    match path.rsplit('/').next()? {
        "fetch-secrets" => Some(Source::Fetch),
        "open-secrets" => Some(Source::Open),
        _ => None,
    }
}

/// Whether a step logs in to Vault with the job's own token of GitHub's issuer.
pub fn logs_in(step: &Step) -> bool {
    match source(step) {
        Some(Source::Fetch) => true,
        Some(Source::Vault) => step.input_text("method").is_some_and(|method| method.trim() == "jwt"),
        _ => false,
    }
}

/// A secret that a text names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// As it is written.
    pub text: String,
    /// Whether it is an output of a step that read Vault, rather than a secret of GitHub's.
    pub from_vault: bool,
}

/// The secrets that a text with expressions names, for one that stands among these steps.
pub fn named(text: &str, among: &[Step]) -> Vec<Named> {
    if !text.contains("${{") {
        return Vec::new();
    }
    template(text).map_or_else(|_| Vec::new(), |template| in_template(text, &template, among))
}

fn in_template(text: &str, template: &Template, among: &[Step]) -> Vec<Named> {
    let mut found = Vec::new();
    for (expression, start) in template.expressions() {
        expression.walk(&mut |part| {
            if let Some(from_vault) = is_secret(part, among) {
                let range = part.range.start + start..part.range.end + start;
                found.push(Named {
                    text: text.get(range.clone()).unwrap_or("").to_owned(),
                    range,
                    from_vault,
                });
            }
        });
    }
    found
}

/// Whether an expression is a secret, and if so, whether Vault's.
fn is_secret(part: &Expression, among: &[Step]) -> Option<bool> {
    // `steps.x.outputs` as a whole would do, but then it would be found twice in `steps.x.outputs.y`.
    let Kind::Property(..) = &part.kind else { return None };
    let path = part.path()?;
    let path: Vec<_> = path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["secrets", _] => Some(false),
        ["steps", id, "outputs", _] => {
            let is_it = |step: &&Step| step.id.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(id));
            among.iter().find(is_it).and_then(source).map(|_| true)
        }
        _ => None,
    }
}

/// Names of variables of a step that hold a secret.
pub fn variables<'s>(step: &'s Step, among: &[Step]) -> Vec<&'s str> {
    let secret = |value: &Value| value.text().is_some_and(|text| !named(text, among).is_empty());
    step.env.iter().filter(|entry| secret(&entry.value)).filter_map(|entry| entry.name()).collect()
}

/// A line of vault-action's `secrets`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read<'t> {
    /// The path of the request.
    pub path: &'t str,
    /// The field, or an expression that selects one.
    pub selector: &'t str,
    /// Bytes of the path in the text.
    pub path_at: Range<usize>,
    /// Bytes of the selector in the text.
    pub selector_at: Range<usize>,
}

/// What a step of vault-action reads.
pub fn reads(secrets: &Scalar) -> Vec<Read<'_>> {
    let text = secrets.text.as_str();
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive(';') {
        let at = start;
        start += line.len();
        let body = line.trim_end_matches(';').split('|').next().unwrap_or("");
        let Some(path) = body.split_whitespace().next() else { continue };
        let path_start = at + body.find(path).unwrap_or(0);
        let rest = &text[path_start + path.len()..at + body.len()];
        let selector = rest.trim();
        let selector_start = path_start + path.len() + rest.find(selector).unwrap_or(0);
        found.push(Read {
            path,
            selector,
            path_at: path_start..path_start + path.len(),
            selector_at: selector_start..selector_start + selector.len(),
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::Span;
    use crate::yaml::Style;

    #[test]
    fn lines_of_secrets() {
        let text = "secret/data/a key | NAME ;\nsecret/data/b `x.y` ; secret/data/c * | P_ ;\n;".to_owned();
        let scalar = Scalar { text, style: Style::Literal, tag: None, span: Span::default() };
        let found = reads(&scalar);
        let short: Vec<_> = found.iter().map(|read| (read.path, read.selector)).collect();
        assert_eq!(short, [("secret/data/a", "key"), ("secret/data/b", "`x.y`"), ("secret/data/c", "*")]);
        for read in &found {
            assert_eq!(&scalar.text[read.path_at.clone()], read.path);
            assert_eq!(&scalar.text[read.selector_at.clone()], read.selector);
        }
        for odd in ["", ";", "a", "é | ü", " ;; | "] {
            let scalar =
                Scalar { text: odd.to_owned(), style: Style::Plain, tag: None, span: Span::default() };
            reads(&scalar);
        }
    }
}

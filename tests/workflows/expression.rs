//! GitHub's expressions, as far as fleetc emits them: names, texts, `==`, `!=`, `&&`, `||`, `!`, parentheses, and calls that ask
//! for the state of the job.

use serde_json::{Map, Value};

/// What an expression sees.
pub struct Scope<'a> {
    /// `github`, `inputs`, `steps` and so on.
    pub contexts: &'a Map<String, Value>,
    /// Whether a step before has failed.
    pub failed: bool,
}

/// A text with `${{ … }}` in it, or the value itself where there is nothing else in it.
pub fn expand(text: &str, scope: &Scope<'_>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("${{") {
        out.push_str(&rest[..at]);
        let (value, end) = embedded(&rest[at + 3..], scope);
        out.push_str(&text_of(&value));
        rest = &rest[at + 3 + end..];
    }
    out + rest
}

/// Whether a step or a job runs. Without a call that asks for the state, a failure before stops it.
pub fn holds(condition: Option<&str>, scope: &Scope<'_>) -> bool {
    let Some(text) = condition else { return !scope.failed };
    let text = text.trim().trim_start_matches("${{").trim_end_matches("}}");
    let asks = ["always()", "failure()", "cancelled()", "success()"].iter().any(|call| text.contains(call));
    let mut parser = Parser { text, at: 0, scope };
    let value = parser.any();
    parser.end();
    (asks || !scope.failed) && is_true(&value)
}

/// The value in front of `}}`, and where the text goes on behind that.
fn embedded(text: &str, scope: &Scope<'_>) -> (Value, usize) {
    let mut parser = Parser { text, at: 0, scope };
    let value = parser.any();
    parser.blanks();
    assert!(parser.rest().starts_with("}}"), "no end of an expression: {text}");
    (value, parser.at + 2)
}

fn is_true(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Bool(false)) && value != "" && value != 0
}

/// A value as text.
pub fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    scope: &'a Scope<'a>,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn end(&mut self) {
        self.blanks();
        assert!(self.rest().is_empty(), "not understood: {}", self.text);
    }

    fn takes(&mut self, sign: &str) -> bool {
        self.blanks();
        let is_it = self.rest().starts_with(sign);
        if is_it {
            self.at += sign.len();
        }
        is_it
    }

    fn any(&mut self) -> Value {
        let mut value = self.all();
        while self.takes("||") {
            let other = self.all();
            value = if is_true(&value) { value } else { other };
        }
        value
    }

    fn all(&mut self) -> Value {
        let mut value = self.compared();
        while self.takes("&&") {
            let other = self.compared();
            value = if is_true(&value) { other } else { value };
        }
        value
    }

    fn compared(&mut self) -> Value {
        let value = self.single();
        let (equal, unequal) = (self.takes("=="), self.takes("!="));
        if !equal && !unequal {
            return value;
        }
        let other = self.single();
        let same = text_of(&value).eq_ignore_ascii_case(&text_of(&other));
        Value::Bool(same == equal)
    }

    fn single(&mut self) -> Value {
        if self.takes("!") {
            return Value::Bool(!is_true(&self.single()));
        }
        if self.takes("(") {
            let value = self.any();
            assert!(self.takes(")"), "no end of a parenthesis: {}", self.text);
            return value;
        }
        if self.takes("'") {
            let mut text = String::new();
            loop {
                let end = self.rest().find('\'').expect("an end of the text");
                text.push_str(&self.rest()[..end]);
                self.at += end + 1;
                if !self.rest().starts_with('\'') {
                    return Value::String(text);
                }
                self.at += 1;
                text.push('\'');
            }
        }
        self.blanks();
        let inner = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
        let length = self.rest().find(|c| !inner(c)).unwrap_or(self.rest().len());
        let name = self.rest()[..length].to_owned();
        assert!(!name.is_empty(), "not understood: {}", self.text);
        self.at += length;
        if self.takes("()") {
            return Value::Bool(match name.as_str() {
                "always" => true,
                "cancelled" => false,
                "failure" => self.scope.failed,
                "success" => !self.scope.failed,
                other => panic!("no call {other}()"),
            });
        }
        let mut parts = name.split('.');
        let context = parts.next().unwrap_or_default();
        let known = self.scope.contexts.get(context);
        let context = known.unwrap_or_else(|| panic!("{name}: there is no `{context}` here"));
        parts.fold(context.clone(), |value, part| value.get(part).cloned().unwrap_or_default())
    }
}

#[test]
fn expressions_are_read_as_github_reads_them() {
    let contexts = serde_json::json!({"inputs": {"set": "it's", "record-as": "x", "no": false}, "github": {"a": {"b": "c"}}});
    let Value::Object(contexts) = contexts else { unreachable!() };
    let scope = Scope { contexts: &contexts, failed: false };
    let failed = Scope { contexts: &contexts, failed: true };
    assert_eq!(expand("<${{ inputs.record-as }}${{ github.a.b }}>", &scope), "<xc>");
    assert_eq!(expand("${{ '${{' }} x }}", &scope), "${{ x }}");
    assert_eq!(expand("${{ inputs.none || inputs.no || 'else' }}", &scope), "else");
    assert!(holds(Some("inputs.set == 'IT''S' && !inputs.no"), &scope));
    assert!(!holds(Some("inputs.set != 'it''s'"), &scope));
    assert!(!holds(None, &failed) && holds(Some("always()"), &failed) && !holds(Some("inputs.set"), &failed));
}

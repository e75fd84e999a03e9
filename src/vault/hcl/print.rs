//! Policies as HCL. No text of a user can end a string, or begin anything in it.

use crate::vault::policy::Policy;
use serde_json::Value;
use std::fmt::{self, Write};

/// The policy as HCL.
impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, rule) in self.rules.iter().enumerate() {
            if at > 0 {
                f.write_char('\n')?;
            }
            f.write_str("path ")?;
            string(f, &rule.path.written())?;
            f.write_str(" {\n")?;
            for (key, value) in rule.attributes() {
                write!(f, "  {key} = ")?;
                self::value(f, &value, 1)?;
                f.write_char('\n')?;
            }
            f.write_str("}\n")?;
        }
        Ok(())
    }
}

fn value(f: &mut fmt::Formatter<'_>, value: &Value, depth: usize) -> fmt::Result {
    match value {
        // There is no null in HCL.
        Value::Null => f.write_str("\"\""),
        Value::Bool(_) | Value::Number(_) => write!(f, "{value}"),
        Value::String(text) => string(f, text),
        Value::Array(list) => {
            f.write_char('[')?;
            for (at, item) in list.iter().enumerate() {
                if at > 0 {
                    f.write_str(", ")?;
                }
                self::value(f, item, depth)?;
            }
            f.write_char(']')
        }
        Value::Object(map) => {
            f.write_str("{\n")?;
            for (key, item) in map {
                write!(f, "{:width$}", "", width = 2 * (depth + 1))?;
                string(f, key)?;
                f.write_str(" = ")?;
                self::value(f, item, depth + 1)?;
                f.write_char('\n')?;
            }
            write!(f, "{:width$}}}", "", width = 2 * depth)
        }
    }
}

/// A string in quotes. `$` in front of a brace is written as an escape: between such braces the servers do not
/// see the end of a string.
fn string(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\t' => f.write_str("\\t")?,
            '$' if chars.peek() == Some(&'{') => f.write_str("\\u0024")?,
            c if c.is_control() => write!(f, "\\u{:04x}", u32::from(c))?,
            c => f.write_char(c)?,
        }
    }
    f.write_char('"')
}

#[cfg(test)]
mod tests {
    use crate::syntax::Span;
    use crate::vault::{Capability, Policy, RulePath};

    #[test]
    fn a_policy_as_text() {
        let mut policy = Policy::new("ci");
        policy.allow(RulePath::exact("secret/data/a").unwrap(), [Capability::Read], Span::default());
        policy.allow(RulePath::exact("secret/data/a").unwrap(), [Capability::List], Span::default());
        policy.allow(RulePath::prefix("a\"${b\\\n").unwrap(), [Capability::Deny], Span::default());
        let limits = &mut policy.rules[1].limits;
        limits.allowed = [("x".to_owned(), vec!["y".into(), 1.into()])].into();
        limits.min_wrapping = 60;
        let wanted = r#"path "secret/data/a" {
  capabilities = ["list", "read"]
}

path "a\"\u0024{b\\\n*" {
  capabilities = ["deny"]
  allowed_parameters = {
    "x" = ["y", 1]
  }
  min_wrapping_ttl = "60s"
}
"#;
        assert_eq!(policy.to_string(), wanted);
    }
}

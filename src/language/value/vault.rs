//! Values of Vault's world, and numbers of GitHub's.

use super::text::text;
use super::{JsonShape, Mismatch, TypeSpec, Value};
use crate::syntax::Scalar;
use std::fmt;
use std::net::IpAddr;

/// A number by which GitHub knows an owner or a repository. It outlives every name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GithubId(pub u64);

impl fmt::Display for GithubId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Value for GithubId {
    const TYPE: TypeSpec = TypeSpec {
        name: "GitHub id",
        doc: "A number by which GitHub knows an owner or a repository. It outlives every name. `fleetc vault ids` says how to look it up.",
        examples: &["201234567"],
        choices: &[],
        json: JsonShape::Integer,
    };

    fn read(scalar: &Scalar) -> Result<Self, Mismatch> {
        match scalar {
            Scalar::Integer(number) => match u64::try_from(*number) {
                Ok(id) if id > 0 => Ok(Self(id)),
                _ => Err(Mismatch::value(format!("{number} is no number that GitHub gives"))),
            },
            Scalar::String(text) if text.parse::<u64>().is_ok() => {
                Err(Mismatch::value(format!("\"{text}\" is text, not a number"))
                    .help(format!("write {text} without quotes")))
            }
            _ => Err(Mismatch::Type),
        }
    }
}

/// A value of a claim. Only text can ever match: `vault-claim-value` says so of the others.
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimValue(pub Scalar);

impl ClaimValue {
    /// The value as text, which is how GitHub writes every claim of its own.
    pub fn text(&self) -> String {
        match &self.0 {
            Scalar::String(text) => text.clone(),
            Scalar::Integer(number) => number.to_string(),
            Scalar::Float(number) => number.to_string(),
            Scalar::Bool(truth) => truth.to_string(),
            Scalar::Null => String::new(),
        }
    }

    /// Whether it was written as text.
    pub fn is_text(&self) -> bool {
        matches!(self.0, Scalar::String(_))
    }
}

impl std::fmt::Display for ClaimValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text())
    }
}

impl Value for ClaimValue {
    const TYPE: TypeSpec = TypeSpec {
        name: "claim value",
        doc: "Text in quotes: GitHub writes numbers and booleans as text, too.",
        examples: &["\"true\""],
        choices: &[],
        json: JsonShape::String(""),
    };

    fn read(scalar: &Scalar) -> Result<Self, Mismatch> {
        match scalar {
            Scalar::Null => Err(Mismatch::Type),
            Scalar::String(text) if text.chars().any(char::is_control) => {
                Err(Mismatch::value("a claim holds no control characters"))
            }
            other => Ok(Self(other.clone())),
        }
    }
}

text! {
    /// A path in Vault: names of letters, digits, `-`, `_` and `.`, joined by `/`.
    "Vault path" VaultPath, "^[A-Za-z0-9_]([A-Za-z0-9_.-]*)(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$", ["\"secret\""],
    |text| {
        let part = |part: &str| {
            let inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
            part.bytes().all(inner) && !part.is_empty() && !part.starts_with(['.', '-'])
        };
        if text.split('/').all(part) { return Ok(()) }
        let mismatch = Mismatch::value(format!("{text:?} is no path in Vault"));
        Err(match text.trim_matches('/') {
            better if better != text && better.split('/').all(part) => mismatch.help(format!("write \"{better}\"")),
            _ => mismatch.help("join names of letters, digits, `-`, `_` and `.` by `/`"),
        })
    }
}

/// What a name of a role or policy must be: its length, and the characters between its ends.
fn name_in_vault(text: &str, is_inner: fn(u8) -> bool, characters: &str) -> Result<(), Mismatch> {
    let outer = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let good = |text: &str| {
        (1..=63).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || is_inner(b))
            && outer(text.as_bytes().first())
            && outer(text.as_bytes().last())
    };
    if good(text) {
        return Ok(());
    }
    let lower = text.to_lowercase();
    let mismatch = Mismatch::value(format!("{text:?} is no name of a role or policy"))
        .code("vault-name-charset")
        .effect("Vault writes names in lower case, and finds none with other characters: jobs that log in get 400");
    Err(if good(&lower) {
        mismatch.help(format!("write \"{lower}\", as Vault stores it"))
    } else {
        mismatch.help(format!(
            "use lower-case letters, digits and {characters}, at most 63, and a letter or digit at both ends"
        ))
    })
}

text! {
    /// What a role or policy is called in a fleet file: lower-case letters, digits and `-`, at most 63.
    "name of a role or policy" VaultLabel, "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", ["\"ci-build\""],
    |text| name_in_vault(text, |b| b == b'-', "`-`")
}

text! {
    /// What a role or policy is called in Vault: lower-case letters, digits, `-`, `_` and `.`, at most 63. Vault
    /// writes all names in lower case.
    "Vault name" VaultName, "^[a-z0-9]([a-z0-9_.-]{0,61}[a-z0-9])?$", ["\"ci_build\""],
    |text| name_in_vault(text, |b| matches!(b, b'-' | b'_' | b'.'), "`-`, `_` and `.`")
}

text! {
    /// A name of Kubernetes, or a pattern of such names. Vault takes a `*` at the end, and alone.
    "name of an account" AccountPattern, "^[a-z0-9*]([-a-z0-9.*]*)$", ["\"portal\""],
    |text| {
        let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.' | b'*');
        let outer = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'*');
        let ends = outer(text.as_bytes().first()) && outer(text.as_bytes().last());
        if ends && text.len() <= 253 && text.bytes().all(inner) {
            Ok(())
        } else {
            Err(Mismatch::value(format!("{text:?} is no name of Kubernetes")))
        }
    }
}

text! {
    /// A network: an address, `/` and the length of its prefix.
    "CIDR block" Cidr, "^[0-9a-fA-F.:]+/[0-9]{1,3}$", ["\"10.0.0.0/8\""],
    |text| {
        let good = text.split_once('/').is_some_and(|(address, length)| {
            let most = address.parse::<IpAddr>().map(|ip| if ip.is_ipv4() { 32 } else { 128 });
            most.is_ok_and(|most| length.parse::<u8>().is_ok_and(|length| length <= most))
        });
        if good { Ok(()) } else { Err(Mismatch::value(format!("{text:?} is no CIDR block"))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_as_vault_stores_them() {
        assert!(VaultName::parse("ci-build_2.x").is_some() && VaultLabel::parse("ci-build").is_some());
        for bad in ["", "CI", "-a", "a-", "a/b", "a b", "ä"] {
            assert!(VaultName::parse(bad).is_none() && VaultLabel::parse(bad).is_none(), "{bad}");
        }
        assert!(VaultLabel::parse("ci_build").is_none());
        assert!(VaultPath::parse("kv/team-a").is_some());
        for bad in ["", "/kv", "kv/", "kv//a", "kv/../a", "kv/+", "kv/*"] {
            assert!(VaultPath::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn networks() {
        assert!(Cidr::parse("10.0.0.0/8").is_some() && Cidr::parse("fd00::/8").is_some());
        for bad in ["10.0.0.0", "10.0.0.0/33", "10.0.0/8", "x/8"] {
            assert!(Cidr::parse(bad).is_none(), "{bad}");
        }
    }
}

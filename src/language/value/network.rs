//! Addresses.

use super::text::text;
use super::{JsonShape, Mismatch, TypeSpec, Value, string};
use crate::syntax::Scalar;
use std::fmt;

text! {
    /// An `http` or `https` address without white space or user name.
    "URL" Url, "^https?://[^\\s@]+$", ["\"https://vault.example.com:8200\""],
    |text| {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let good = rest.is_some_and(|rest| {
            let host = rest.split(['/', '?', '#']).next().unwrap_or("");
            !host.is_empty() && !host.starts_with(':') && !text.contains('@')
                && !text.chars().any(|c| c.is_whitespace() || c.is_control())
        });
        if good { Ok(()) } else { Err(Mismatch::value(format!("{text:?} is no URL")).help("write it in full, with https://")) }
    }
}

impl Url {
    /// Host, without the port.
    pub fn host(&self) -> &str {
        let rest = self.as_str().split_once("://").map_or("", |(_, rest)| rest);
        rest.split(['/', '?', '#', ':']).next().unwrap_or("")
    }
}

/// What runners registered at an address may serve.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GithubScope {
    /// All repositories of an organization that its runner group admits.
    Organization(String),
    /// One repository: owner and name.
    Repository(String, String),
    /// All organizations of an enterprise that its runner group admits.
    Enterprise(String),
}

/// The address that runners register at: `https://HOST/ORG`, `…/ORG/REPO` or `…/enterprises/NAME`.
///
/// Anything else is accepted by ARC 0.14 and never registered, so it can't be represented.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GithubUrl {
    text: String,
    host: String,
    /// What the runners serve.
    pub scope: GithubScope,
}

impl GithubUrl {
    /// The address without a trailing slash.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The server's name, with the port where there is one.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether this is a GitHub Enterprise Server rather than github.com or a data residency tenant.
    pub fn is_enterprise_server(&self) -> bool {
        self.host != "github.com" && self.host != "www.github.com" && !self.host.ends_with(".ghe.com")
    }

    fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let mut parts = rest.split('/');
        let host = parts.next()?.to_ascii_lowercase();
        let path: Vec<_> = parts.collect();
        let name = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
                && part.bytes().any(|b| b != b'.')
        };
        let host_ok = host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b':'))
            && host.starts_with(|c: char| c.is_ascii_alphanumeric());
        if !(scheme == "https" || scheme == "http") || !host_ok || !path.iter().all(|part| name(part)) {
            return None;
        }
        let scope = match path.as_slice() {
            ["enterprises", enterprise] => GithubScope::Enterprise((*enterprise).to_owned()),
            [organization] if *organization != "enterprises" => {
                GithubScope::Organization((*organization).to_owned())
            }
            [owner, repository] => GithubScope::Repository((*owner).to_owned(), (*repository).to_owned()),
            _ => return None,
        };
        Some(Self { text: text.to_owned(), host, scope })
    }
}

impl fmt::Display for GithubUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Value for GithubUrl {
    const TYPE: TypeSpec = TypeSpec {
        name: "GitHub URL",
        doc: "Where runners register: `https://HOST/ORG`, `https://HOST/ORG/REPO` or `https://HOST/enterprises/NAME`, without a slash at the end.",
        examples: &["\"https://github.com/my-org\""],
        choices: &[],
        json: JsonShape::String("^https?://[^/]+/[^/]+(/[^/]+)?$"),
    };

    fn read(scalar: &Scalar) -> Result<Self, Mismatch> {
        let text = string(scalar)?;
        Self::parse(text).ok_or_else(|| {
            // ARC's client cuts slashes at the end off; of one scope there is one spelling here all the
            // same, or two pools of it would not be seen to clash.
            let bare = text.trim_end_matches('/');
            let mismatch = Mismatch::value(format!("{text:?} is no address that ARC registers runners at"))
                .code("github-url");
            let mismatch = match Self::parse(bare) {
                Some(_) => mismatch.effect("ARC cuts the slash off; fleetc wants one spelling for one address, to see two pools that clash"),
                None => mismatch.effect("nothing refuses it, but the pool is never registered: jobs queue for ever"),
            };
            match Self::parse(bare.trim_end_matches(".git")) {
                Some(better) => mismatch.help(format!("write \"{better}\"")),
                None => mismatch.help("write https://github.com/ORG, https://github.com/ORG/REPO or https://github.com/enterprises/NAME"),
            }
        })
    }
}

/// A TCP port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Port(pub u16);

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Value for Port {
    const TYPE: TypeSpec = TypeSpec {
        name: "port",
        doc: "A TCP port from 1 to 65535.",
        examples: &["8080"],
        choices: &[],
        json: JsonShape::Integer,
    };

    fn read(scalar: &Scalar) -> Result<Self, Mismatch> {
        match scalar {
            Scalar::Integer(number) => match u16::try_from(*number) {
                Ok(port) if port > 0 => Ok(Self(port)),
                _ => Err(Mismatch::value(format!("{number} is no TCP port"))),
            },
            _ => Err(Mismatch::Type),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_only_where_arc_does() {
        assert!(GithubUrl::parse("https://github.com/my-org").is_some());
        assert!(
            GithubUrl::parse("https://ghes.example.com:8443/org/repo")
                .is_some_and(|url| url.is_enterprise_server())
        );
        let enterprise = GithubUrl::parse("https://github.com/enterprises/big").map(|url| url.scope);
        assert_eq!(enterprise, Some(GithubScope::Enterprise("big".into())));
        for bad in [
            "https://github.com/",
            "https://github.com/org/",
            "github.com/org",
            "https://github.com/a/b/c",
            "https://github.com/enterprises",
            "https://github.com/a?b",
            "ftp://github.com/a",
            "https://u@github.com/a",
        ] {
            assert!(GithubUrl::parse(bad).is_none(), "{bad}");
        }
    }
}

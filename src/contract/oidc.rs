//! The tokens that GitHub signs for jobs, as its documentation describes them (July 2026).

use crate::language::value::Url;

/// Claims of such a token. Properties of repositories come on top: [`PROPERTY_PREFIX`].
pub const CLAIMS: [&str; 34] = [
    "actor",
    "actor_id",
    "aud",
    "base_ref",
    "check_run_id",
    "enterprise",
    "enterprise_id",
    "environment",
    "event_name",
    "exp",
    "head_ref",
    "iat",
    "iss",
    "job_workflow_ref",
    "job_workflow_sha",
    "jti",
    "nbf",
    "ref",
    "ref_protected",
    "ref_type",
    "repository",
    "repository_id",
    "repository_owner",
    "repository_owner_id",
    "repository_visibility",
    "run_attempt",
    "run_id",
    "run_number",
    "runner_environment",
    "sha",
    "sub",
    "workflow",
    "workflow_ref",
    "workflow_sha",
];

/// What the claim of a repository's custom property starts with.
pub const PROPERTY_PREFIX: &str = "repo_property_";

/// Claims that say whose job it is: without one of them a role is open to everybody.
pub const IDENTITY: [&str; 7] = [
    "enterprise",
    "enterprise_id",
    "repository",
    "repository_id",
    "repository_owner",
    "repository_owner_id",
    "sub",
];

/// Claims that follow from the repository alone, whatever its job does.
pub const OF_REPOSITORY: [&str; 6] =
    ["enterprise", "enterprise_id", "repository", "repository_id", "repository_owner", "repository_owner_id"];

/// Whether a token of GitHub can have a claim.
pub fn is_claim(name: &str) -> bool {
    CLAIMS.contains(&name) || name.strip_prefix(PROPERTY_PREFIX).is_some_and(|property| !property.is_empty())
}

/// Who signs tokens at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Issuer {
    /// github.com, for everybody who has a repository there.
    Dotcom,
    /// An enterprise at github.com that has an issuer of its own: nobody else gets its tokens.
    Enterprise(String),
    /// An enterprise at ghe.com.
    GheCom(String),
    /// A GitHub Enterprise Server.
    Server(String),
    /// Not GitHub.
    Other,
}

const DOTCOM: &str = "https://token.actions.githubusercontent.com";
const SERVER_PATH: &str = "/_services/token";

impl Issuer {
    /// Who an address belongs to.
    pub fn of(url: &Url) -> Self {
        let url = url.as_str().trim_end_matches('/');
        if let Some(rest) = url.strip_prefix(DOTCOM) {
            return match rest.strip_prefix('/') {
                None if rest.is_empty() => Self::Dotcom,
                Some(slug) if !slug.contains('/') => Self::Enterprise(slug.to_owned()),
                _ => Self::Other,
            };
        }
        let host = url.strip_prefix("https://").unwrap_or_default();
        if let Some(host) = host.strip_suffix(SERVER_PATH) {
            return Self::Server(host.to_owned());
        }
        let of_ghe = host.strip_prefix("token.actions.").and_then(|rest| rest.strip_suffix(".ghe.com"));
        of_ghe.map_or(Self::Other, |name| Self::GheCom(name.to_owned()))
    }

    /// Whether it is one of GitHub's.
    pub fn is_github(&self) -> bool {
        *self != Self::Other
    }

    /// Whether only jobs of one's own get its tokens.
    pub fn is_private(&self) -> bool {
        matches!(self, Self::Enterprise(_) | Self::GheCom(_) | Self::Server(_))
    }

    /// Whether subjects there have numbers in them for repositories made since July 2026.
    pub fn has_immutable_subjects(&self) -> bool {
        matches!(self, Self::Dotcom | Self::Enterprise(_) | Self::GheCom(_))
    }
}

/// The address at which a GitHub Enterprise Server signs.
pub fn issuer_of_server(host: &str) -> String {
    format!("https://{host}{SERVER_PATH}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issuers() {
        let of = |text: &str| Url::parse(text).map(|url| Issuer::of(&url));
        assert_eq!(of("https://token.actions.githubusercontent.com"), Some(Issuer::Dotcom));
        assert_eq!(
            of("https://token.actions.githubusercontent.com/big"),
            Some(Issuer::Enterprise("big".to_owned()))
        );
        assert_eq!(
            of("https://ghes.example.com/_services/token"),
            Some(Issuer::Server("ghes.example.com".to_owned()))
        );
        assert_eq!(of("https://token.actions.big.ghe.com"), Some(Issuer::GheCom("big".to_owned())));
        for other in
            ["https://gitlab.com", "http://token.actions.githubusercontent.com", "https://ghes.example.com"]
        {
            assert_eq!(of(other), Some(Issuer::Other), "{other}");
        }
    }

    #[test]
    fn claims() {
        assert!(is_claim("ref") && is_claim("repo_property_team"));
        assert!(!is_claim("branch") && !is_claim("repo_property_"));
    }
}

//! Labels that are not a fleet's to give.
//!
//! Source: GitHub's list of standard labels; the labels that the runner's `config.sh` gives to itself.

/// Labels that runners outside of ARC carry by themselves, and scale sets do not.
pub const DEFAULTS: &[&str] = &["self-hosted", "linux", "windows", "macos", "x64", "x86", "arm", "arm64"];

/// What may stand behind the release in the label of a machine of GitHub's.
const SUFFIXES: &[&str] = &["arm", "large", "xlarge", "intel", "vs2026"];

/// Whether a label, in any case, is one that runners outside of ARC carry by themselves.
pub fn is_default(label: &str) -> bool {
    DEFAULTS.iter().any(|default| default.eq_ignore_ascii_case(label))
}

/// Whether this is a machine of GitHub's: a system, `-`, `latest` or a release, and perhaps a size or architecture.
pub fn is_hosted(label: &str) -> bool {
    let lower = label.to_ascii_lowercase();
    let mut parts = lower.split('-');
    let system = parts.next().is_some_and(|part| ["ubuntu", "windows", "macos"].contains(&part));
    let release = |part: &str| {
        matches!(part, "latest" | "slim")
            || (part.starts_with(|c: char| c.is_ascii_digit())
                && part.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
    };
    system && parts.next().is_some_and(release) && parts.all(|part| SUFFIXES.contains(&part))
}

#[cfg(test)]
mod tests {
    use super::is_hosted;

    #[test]
    fn knows_githubs_machines_from_others() {
        for hosted in
            ["ubuntu-latest", "ubuntu-24.04", "Ubuntu-22.04-arm", "macos-15-xlarge", "windows-11-arm"]
        {
            assert!(is_hosted(hosted), "{hosted}");
        }
        for other in ["ubuntu", "ubuntu-gpu", "my-ubuntu-latest", "ubuntu-latest-8-cores", "macos-15-lab"] {
            assert!(!is_hosted(other), "{other}");
        }
    }
}

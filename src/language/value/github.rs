//! Repositories and commits, as workflows name them.

use super::Mismatch;
use super::text::text;

text! {
    /// A repository of GitHub: its owner, `/`, its name.
    "repository name" RepositoryName, "^[A-Za-z0-9](-?[A-Za-z0-9]){0,38}/[A-Za-z0-9._-]{1,100}$", ["\"my-org/my-repository\""],
    |text| {
        let owner = |owner: &str| {
            let inner = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
            (1..=39).contains(&owner.len()) && owner.bytes().all(inner)
                && !owner.starts_with('-') && !owner.ends_with('-') && !owner.contains("--")
        };
        let name = |name: &str| {
            let inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
            (1..=100).contains(&name.len()) && name.bytes().all(inner) && name != "." && name != ".."
        };
        match text.split_once('/') {
            Some((before, after)) if owner(before) && name(after) => Ok(()),
            _ => Err(Mismatch::value(format!("{text:?} is no repository")).help("write its owner, `/` and its name")),
        }
    }
}

text! {
    /// A commit of Git: 40 hexadecimal digits in lower case.
    "commit" CommitSha, "^[0-9a-f]{40}$", ["\"0123456789abcdef0123456789abcdef01234567\""],
    |text| {
        if text.len() == 40 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
            return Ok(());
        }
        Err(Mismatch::value(format!("{text:?} is no commit: 40 hexadecimal digits"))
            .effect("a branch or tag can be moved to other code")
            .help("`git rev-parse TAG^{commit}` in a clone prints the commit"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_and_commits() {
        for good in ["my-org/x", "a/..b", "A1/.github"] {
            assert!(RepositoryName::parse(good).is_some(), "{good}");
        }
        for bad in ["", "x", "a/b/c", "-a/b", "a--b/c", "a/..", "a/b c", "a/${{ x }}", "a_b/c"] {
            assert!(RepositoryName::parse(bad).is_none(), "{bad}");
        }
        assert!(CommitSha::parse(&"0a".repeat(20)).is_some());
        for bad in ["main", "v1.0.0", &"0A".repeat(20), &"0a".repeat(19)] {
            assert!(CommitSha::parse(bad).is_none(), "{bad}");
        }
    }
}

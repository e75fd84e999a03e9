//! Things that are named elsewhere: images, paths, patterns.

use super::Mismatch;
use super::text::text;

text! {
    /// A container image: registry, path, and a tag or a digest.
    "image reference" ImageRef,
    "^[a-z0-9][A-Za-z0-9._:/-]*(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(@sha256:[0-9a-f]{64})?$",
    ["\"ghcr.io/actions/actions-runner:2.336.0\""],
    |text| if is_image(text) { Ok(()) } else { Err(Mismatch::value(format!("{text:?} is no image reference"))) }
}

fn is_image(text: &str) -> bool {
    let (rest, digest) = text.split_once('@').map_or((text, None), |(rest, digest)| (rest, Some(digest)));
    let digest_ok = digest.is_none_or(|digest| {
        digest.strip_prefix("sha256:").is_some_and(|hex| {
            hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        })
    });
    let (name, tag) = split_tag(rest);
    let tag_ok = tag.is_none_or(|tag| {
        let inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
        !tag.is_empty() && tag.len() <= 128 && tag.bytes().all(inner) && !tag.starts_with(['.', '-'])
    });
    let segments: Vec<_> = name.split('/').collect();
    let segment_ok = |at: usize, segment: &str| {
        let host = at == 0 && segments.len() > 1;
        let inner = |b: u8| {
            b.is_ascii_lowercase()
                || b.is_ascii_digit()
                || matches!(b, b'.' | b'-' | b'_')
                || (host && (b == b':' || b.is_ascii_uppercase()))
        };
        let ends = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
        segment.bytes().all(inner) && ends(segment.as_bytes().first()) && ends(segment.as_bytes().last())
    };
    digest_ok && tag_ok && segments.iter().enumerate().all(|(at, segment)| segment_ok(at, segment))
}

/// The tag follows the last colon behind the last slash; a colon before that is a port.
fn split_tag(text: &str) -> (&str, Option<&str>) {
    let path = text.rfind('/').map_or(0, |at| at + 1);
    match text[path..].find(':') {
        Some(at) => (&text[..path + at], Some(&text[path + at + 1..])),
        None => (text, None),
    }
}

impl ImageRef {
    /// The tag, if there is one.
    pub fn tag(&self) -> Option<&str> {
        split_tag(self.as_str().split('@').next().unwrap_or("")).1
    }

    /// Whether a digest pins the content.
    pub fn has_digest(&self) -> bool {
        self.as_str().contains('@')
    }

    /// The reference without tag and digest.
    pub fn repository(&self) -> &str {
        split_tag(self.as_str().split('@').next().unwrap_or("")).0
    }
}

text! {
    /// An absolute path in a container or on a node, without `..`, `:` or a slash at the end.
    "absolute path" MountPath, "^/[^:]*$", ["\"/mnt/cache\""],
    |text| {
        let clean = text.starts_with('/') && text.len() > 1 && !text.ends_with('/')
            && text.split('/').skip(1).all(|part| !part.is_empty() && part != "." && part != "..")
            && !text.chars().any(|c| c.is_control() || c == ':');
        if clean { return Ok(()) }
        let mismatch = Mismatch::value(format!("{text:?} is no clean absolute path"));
        Err(match text.trim_end_matches('/') {
            better if better.starts_with('/') && better != text => mismatch.help(format!("write \"{better}\"")),
            _ => mismatch.help("start it with `/`, and use no `..`, `:` or empty part"),
        })
    }
}

impl MountPath {
    /// Whether the other path is this one or lies below it.
    pub fn contains(&self, other: &str) -> bool {
        other.strip_prefix(self.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

text! {
    /// A file beside the fleet file: a relative path with `/`, without `..`.
    "file path" FilePath, "^[^/].*$", ["\"manifests/extra.yaml\""],
    |text| {
        let good = !text.is_empty() && !text.starts_with('/')
            && text.split('/').all(|part| !part.is_empty() && part != "..")
            && !text.chars().any(|c| c.is_control() || c == '\\');
        if good { Ok(()) } else { Err(Mismatch::value(format!("{text:?} is no relative path below the fleet file"))) }
    }
}

text! {
    /// A pattern in which `*` stands for any characters.
    "glob" Glob, "^[A-Za-z0-9._/*?-]+$", ["\"release/*\""],
    |text| {
        let inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'/' | b'*' | b'?' | b'-');
        if !text.is_empty() && text.bytes().all(inner) {
            Ok(())
        } else {
            Err(Mismatch::value(format!("{text:?} is no pattern of letters, digits, `._/-`, `*` and `?`")))
        }
    }
}

impl Glob {
    /// Whether a name fits the pattern, as GitHub compares names: without regard to case. `*` stands for any
    /// characters, `?` for one.
    pub fn admits(&self, name: &str) -> bool {
        fleet_model::glob::matches(&self.as_str().to_ascii_lowercase(), &name.to_ascii_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_admit_names() {
        let admits = |pattern: &str, name: &str| Glob::parse(pattern).is_some_and(|glob| glob.admits(name));
        for (pattern, name) in
            [("a/*", "A/b"), ("*", ""), ("a*b*c", "axxbyybzc"), ("a?c", "abc"), ("*x", "xx")]
        {
            assert!(admits(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("a/*", "ab/c"), ("a", "ab"), ("a*b", "abc"), ("?", "")] {
            assert!(!admits(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn images() {
        fn parse(text: &str) -> Option<ImageRef> {
            ImageRef::parse(text)
        }
        let runner = parse("ghcr.io/actions/actions-runner:2.336.0");
        assert_eq!(runner.as_ref().and_then(|image| image.tag()), Some("2.336.0"));
        assert_eq!(
            parse("localhost:5000/a/b").map(|i| i.repository().to_owned()).as_deref(),
            Some("localhost:5000/a/b")
        );
        assert!(parse(&format!("docker@sha256:{}", "a".repeat(64))).is_some_and(|image| image.has_digest()));
        for bad in ["", "Docker", "a b", "a:", "docker@sha256:12", "a//b", ":tag", "a:\nb"] {
            assert!(parse(bad).is_none(), "{bad}");
        }
    }
}

//! The list of the files that fleetc owns in one root. The module above says why it looks as it does.

use super::path::OutputPath;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The name of the manifest, in the root that it is about.
pub const MANIFEST: &str = ".fleetc-manifest";

const HEADER: &str = "# Written by fleetc, not to be edited: the files here that `fleetc build` may update and delete.\n\
                      # After a merge conflict in this file, run `fleetc build` again.\n";
/// Keeps changes of neighbouring files apart for Git.
const SEPARATOR: &str = "#\n";
/// What Git's conflict markers start with.
const MARKERS: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];

/// The SHA-256 of a file's bytes.
pub(super) type Hash = [u8; 32];

pub(super) fn hash(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

/// Paths with the hash of what was written there; sorted, without duplicates. After an unfinished build or
/// a merge, a path can have several hashes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Manifest(Vec<(OutputPath, Hash)>);

impl Manifest {
    pub(super) fn new(mut files: Vec<(OutputPath, Hash)>) -> Self {
        files.sort_unstable();
        files.dedup();
        Self(files)
    }

    /// Reads the text of a manifest. The error is the number of the first line that makes no sense, from 1.
    pub(super) fn parse(text: &[u8]) -> Result<Self, usize> {
        let mut files = Vec::new();
        for (number, line) in text.split(|b| *b == b'\n').enumerate() {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.is_empty()
                || line.starts_with(b"#")
                || MARKERS.iter().any(|m| line.starts_with(m.as_bytes()))
            {
                continue;
            }
            files.push(parse_line(line).ok_or(number + 1)?);
        }
        Ok(Self::new(files))
    }

    pub(super) fn render(&self) -> String {
        let mut text = String::with_capacity(HEADER.len() + self.0.len() * 128);
        text.push_str(HEADER);
        for (path, hash) in &self.0 {
            for byte in hash {
                // Writing to a string can't fail.
                let _ = write!(text, "{byte:02x}");
            }
            text.push_str("  ");
            text.push_str(path.as_str());
            text.push('\n');
            text.push_str(SEPARATOR);
        }
        text
    }

    /// Both lists in one.
    pub(super) fn union(&self, other: &Self) -> Self {
        Self::new(self.0.iter().chain(&other.0).cloned().collect())
    }

    pub(super) fn lists(&self, path: &OutputPath) -> bool {
        !self.lines_of(path).is_empty()
    }

    pub(super) fn has(&self, path: &OutputPath, hash: &Hash) -> bool {
        self.lines_of(path).iter().any(|(_, listed)| listed == hash)
    }

    /// The listed paths, each once.
    pub(super) fn paths(&self) -> impl Iterator<Item = &OutputPath> {
        self.0.chunk_by(|a, b| a.0 == b.0).filter_map(|lines| lines.first()).map(|(path, _)| path)
    }

    fn lines_of(&self, path: &OutputPath) -> &[(OutputPath, Hash)] {
        let start = self.0.partition_point(|(listed, _)| listed < path);
        let lines = self.0.get(start..).unwrap_or_default();
        let end = lines.iter().take_while(|(listed, _)| listed == path).count();
        lines.get(..end).unwrap_or_default()
    }
}

/// Whether these bytes are a file in which Git left a merge conflict. Both sides of it are committed, so a build that
/// overwrites it loses nothing.
pub(super) fn is_unmerged(bytes: &[u8]) -> bool {
    let mut lines = bytes.split(|b| *b == b'\n');
    ["<<<<<<< ", "=======", ">>>>>>> "]
        .iter()
        .all(|marker| lines.any(|line| line.starts_with(marker.as_bytes())))
}

fn parse_line(line: &[u8]) -> Option<(OutputPath, Hash)> {
    let line = std::str::from_utf8(line).ok()?;
    let (hex, path) = line.split_once("  ")?;
    Some((OutputPath::new(path).ok()?, parse_hash(hex)?))
}

fn parse_hash(hex: &str) -> Option<Hash> {
    let digit = |b: &u8| char::from(*b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let mut hash = Hash::default();
    let (pairs, []) = hex.as_bytes().as_chunks::<2>() else { return None };
    if pairs.len() != hash.len() {
        return None;
    }
    for (byte, [high, low]) in hash.iter_mut().zip(pairs) {
        *byte = digit(high)? * 16 + digit(low)?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(files: &[(&str, &str)]) -> Manifest {
        Manifest::new(files.iter().map(|(p, b)| (OutputPath::new(*p).unwrap(), hash(b.as_bytes()))).collect())
    }

    #[test]
    fn reads_what_it_writes() {
        let all = manifest(&[("b/c.yaml", "1"), ("a", "2"), ("b/c.yaml", "3")]);
        assert_eq!(Manifest::parse(all.render().as_bytes()), Ok(all));
    }

    #[test]
    fn has_the_form_that_sha256sum_reads() {
        let text = manifest(&[("a.yaml", "")]).render();
        let line = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a.yaml\n#\n";
        assert!(text.ends_with(line), "{text}");
        assert!(text.trim_end_matches(line).lines().all(|line| line.starts_with('#')));
    }

    #[test]
    fn counts_both_sides_of_a_conflict() {
        let line = |bytes| manifest(&[("a", bytes)]).render().lines().nth(2).unwrap().to_owned();
        let text =
            format!("<<<<<<< HEAD\n{}\n||||||| base\n=======\n{}\n>>>>>>> branch\n", line("1"), line("2"));
        assert_eq!(Manifest::parse(text.as_bytes()), Ok(manifest(&[("a", "1"), ("a", "2")])));
    }

    #[test]
    fn names_the_line_that_makes_no_sense() {
        let good = manifest(&[("a", "1")]).render();
        let hex = "0".repeat(64);
        for bad in [
            format!("{hex}  ../a"),
            format!("{hex} a"),
            format!("0{hex}  a"),
            "zz  a".into(),
            "\u{fffd}".into(),
        ] {
            assert_eq!(Manifest::parse(format!("{good}{bad}\n").as_bytes()), Err(5), "{bad}");
        }
        assert_eq!(Manifest::parse(b"\xff"), Err(1));
        assert_eq!(Manifest::parse(b""), Ok(Manifest::default()));
    }

    #[test]
    fn finds_paths_and_hashes() {
        let all = manifest(&[("a", "1"), ("a", "2"), ("b", "3")]);
        let a = OutputPath::new("a").unwrap();
        assert!(all.has(&a, &hash(b"1")) && all.has(&a, &hash(b"2")) && !all.has(&a, &hash(b"3")));
        assert!(all.lists(&a) && !all.lists(&OutputPath::new("aa").unwrap()));
        assert_eq!(all.paths().map(OutputPath::as_str).collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn knows_a_merge_conflict() {
        assert!(is_unmerged(b"a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> other\n"));
        assert!(!is_unmerged(b"a: <<<<<<< HEAD\n=======\n"));
        assert!(!is_unmerged(b">>>>>>> x\n=======\n<<<<<<< y\n"));
    }
}

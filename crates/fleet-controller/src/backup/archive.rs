//! Whether a Raft snapshot is whole.
//!
//! That a server answered 200 proves nothing: truncated and even empty bodies have been stored for good backups.
//! An archive is `gzip(tar)` of four members. It is read once, as a stream, and every promise that it makes
//! about itself is checked: the gzip trailer (checksum and length), the end of the tar, the digests in
//! `SHA256SUMS`, the length of the state, and that nothing stands behind. This is stricter than the
//! server's own restore, which takes an archive whose last 8 bytes are missing or which has junk behind it
//! (measured with OpenBao 2.7.2).
//!
//! What can't be told without the server's keys: whether somebody changed the state and made `SHA256SUMS` anew.
//! `SHA256SUMS.sealed` is encrypted, so here it must only be present; the server checks it when it restores.

use flate2::bufread::GzDecoder;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read};

/// The members of an archive, each exactly once.
const MEMBERS: [&str; 4] = [META, STATE, SUMS, SEALED_SUMS];
const META: &str = "meta.json";
const STATE: &str = "state.bin";
const SUMS: &str = "SHA256SUMS";
const SEALED_SUMS: &str = "SHA256SUMS.sealed";

/// Most bytes of a member that is kept in memory; the state, of any length, is only hashed.
const SMALL: u64 = 1 << 20;

/// What a whole archive says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Raft index of the last entry in it: grows with every write to the server.
    pub index: u64,
    /// Raft term of that entry.
    pub term: u64,
    /// Bytes of the archive, as it is stored.
    pub size: u64,
    /// SHA-256 of the archive, as it is stored, in hexadecimal.
    pub sha256: String,
}

/// Why an archive is no good.
#[derive(Debug)]
pub enum Refusal {
    /// It could not be read to its end: truncated, or its checksum is another.
    Unreadable(io::Error),
    /// Bytes stand behind its end.
    Trailing,
    /// A member is absent, or there twice, or is none that an archive has.
    Members(String),
    /// A member's text can't be read.
    Malformed(&'static str, String),
    /// A member is not what `SHA256SUMS` says.
    Digest(&'static str),
    /// The state has not the length that `meta.json` says.
    Length {
        /// Bytes that `meta.json` says.
        said: u64,
        /// Bytes that there are.
        found: u64,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => write!(f, "it can't be read to its end: {error}"),
            Self::Trailing => f.write_str("bytes stand behind its end"),
            Self::Members(what) => f.write_str(what),
            Self::Malformed(member, why) => write!(f, "{member} can't be read: {why}"),
            Self::Digest(member) => write!(f, "{member} is not what SHA256SUMS says"),
            Self::Length { said, found } => {
                write!(f, "state.bin has {found} bytes, and meta.json says {said}")
            }
        }
    }
}

impl std::error::Error for Refusal {}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error)
    }
}

/// The part of `meta.json` that is looked at.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Meta {
    index: u64,
    term: u64,
    size: u64,
}

/// Reads an archive to its end and says what it is, or why it is no good.
pub fn verify(archive: impl Read) -> Result<Snapshot, Refusal> {
    let mut stored = BufReader::with_capacity(1 << 16, Hashing::new(archive));
    let mut members = Members::default();
    {
        let mut tar = tar::Archive::new(GzDecoder::new(&mut stored));
        for entry in tar.entries()? {
            let mut entry = entry?;
            let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            members.read(&name, &mut entry)?;
        }
        // The tar ends before the gzip stream does: only at its end are its checksum and length compared.
        let mut rest = tar.into_inner();
        let mut padding = [0; 4096];
        loop {
            match rest.read(&mut padding)? {
                0 => break,
                read if padding[..read].iter().all(|byte| *byte == 0) => {}
                _ => return Err(Refusal::Trailing),
            }
        }
    }
    if !stored.fill_buf()?.is_empty() {
        return Err(Refusal::Trailing);
    }
    let meta = members.judge()?;
    let (size, sha256) = stored.into_inner().finish();
    Ok(Snapshot { index: meta.index, term: meta.term, size, sha256 })
}

/// What was found of the members so far.
#[derive(Default)]
struct Members {
    /// Digest and length by name.
    seen: BTreeMap<&'static str, (String, u64)>,
    meta: Vec<u8>,
    sums: Vec<u8>,
}

impl Members {
    fn read(&mut self, name: &str, content: &mut impl Read) -> Result<(), Refusal> {
        let Some(member) = MEMBERS.into_iter().find(|member| *member == name) else {
            return Err(Refusal::Members(format!("it has a member {name:?}, which no snapshot has")));
        };
        let mut content = Hashing::new(content);
        match member {
            META | SUMS | SEALED_SUMS => {
                let mut text = Vec::new();
                (&mut content).take(SMALL + 1).read_to_end(&mut text)?;
                if text.len() as u64 > SMALL {
                    return Err(Refusal::Malformed(member, "it is too long".to_owned()));
                }
                match member {
                    META => self.meta = text,
                    SUMS => self.sums = text,
                    _ if text.is_empty() => {
                        return Err(Refusal::Malformed(member, "it is empty".to_owned()));
                    }
                    _ => {}
                }
            }
            _ => {
                io::copy(&mut content, &mut io::sink())?;
            }
        }
        let (length, digest) = content.finish();
        if self.seen.insert(member, (digest, length)).is_some() {
            return Err(Refusal::Members(format!("it has {member} twice")));
        }
        Ok(())
    }

    fn judge(&self) -> Result<Meta, Refusal> {
        if let Some(absent) = MEMBERS.into_iter().find(|member| !self.seen.contains_key(member)) {
            return Err(Refusal::Members(format!("it has no {absent}")));
        }
        let sums =
            std::str::from_utf8(&self.sums).map_err(|error| Refusal::Malformed(SUMS, error.to_string()))?;
        // The lines stand in random order.
        let said: BTreeMap<&str, &str> = sums
            .lines()
            .filter_map(|line| line.split_once(char::is_whitespace))
            .map(|(digest, name)| (name.trim_start_matches(['*', ' ']), digest))
            .collect();
        for member in [META, STATE] {
            let found = self.seen.get(member).map(|(digest, _)| digest.as_str());
            if said.get(member).copied() != found {
                return Err(Refusal::Digest(member));
            }
        }
        let meta: Meta = serde_json::from_slice(&self.meta)
            .map_err(|error| Refusal::Malformed(META, error.to_string()))?;
        let found = self.seen.get(STATE).map_or(0, |(_, length)| *length);
        if meta.size != found {
            return Err(Refusal::Length { said: meta.size, found });
        }
        Ok(meta)
    }
}

/// Hashes and counts what is read through it.
struct Hashing<R> {
    inner: R,
    hash: Sha256,
    count: u64,
}

impl<R: Read> Hashing<R> {
    fn new(inner: R) -> Self {
        Self { inner, hash: Sha256::new(), count: 0 }
    }

    /// Bytes that were read, and their SHA-256 in hexadecimal.
    fn finish(self) -> (u64, String) {
        (self.count, hex(&self.hash.finalize()))
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hash.update(&buffer[..read]);
        self.count += read as u64;
        Ok(read)
    }
}

/// Bytes in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    /// An archive as a server makes it, changed by hand.
    pub struct Made {
        pub members: Vec<(&'static str, Vec<u8>)>,
    }

    impl Made {
        pub fn new(index: u64, state: &[u8]) -> Self {
            let meta = format!(
                r#"{{"Version":1,"ID":"bolt-snapshot","Index":{index},"Term":3,"Configuration":{{}},"Size":{}}}"#,
                state.len()
            )
            .into_bytes();
            let digest = |bytes: &[u8]| hex(&Sha256::digest(bytes));
            let sums = format!("{}  state.bin\n{}  meta.json\n", digest(state), digest(&meta)).into_bytes();
            let members = vec![
                (META, meta),
                (STATE, state.to_vec()),
                (SUMS, sums),
                (SEALED_SUMS, b"sealed by the barrier".to_vec()),
            ];
            Self { members }
        }

        pub fn bytes(&self) -> Vec<u8> {
            let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
            for (name, content) in &self.members {
                let mut header = tar::Header::new_gnu();
                header.set_size(content.len() as u64);
                header.set_mode(0o600);
                tar.append_data(&mut header, name, content.as_slice()).unwrap();
            }
            tar.into_inner().unwrap().finish().unwrap()
        }
    }

    fn state() -> Vec<u8> {
        (0_u32..50_000).flat_map(u32::to_le_bytes).collect()
    }

    fn refused(bytes: &[u8]) -> String {
        verify(bytes).unwrap_err().to_string()
    }

    #[test]
    fn a_whole_archive_says_what_it_is() {
        let bytes = Made::new(42, &state()).bytes();
        let snapshot = verify(bytes.as_slice()).unwrap();
        assert_eq!((snapshot.index, snapshot.term, snapshot.size), (42, 3, bytes.len() as u64));
        assert_eq!(snapshot.sha256, hex(&Sha256::digest(&bytes)));
    }

    #[test]
    fn every_truncation_is_noticed() {
        let bytes = Made::new(1, b"a small state").bytes();
        for length in 0..bytes.len() {
            assert!(verify(&bytes[..length]).is_err(), "cut at {length} of {}", bytes.len());
        }
    }

    #[test]
    fn every_flipped_byte_is_noticed() {
        let bytes = Made::new(1, b"a small state").bytes();
        let whole = verify(bytes.as_slice()).unwrap();
        for at in 0..bytes.len() {
            let mut flipped = bytes.clone();
            flipped[at] ^= 0x10;
            // Some bytes carry nothing: a date in the header, or how far back a run of zeros is copied from.
            // The digest of the archive tells even those.
            if let Ok(other) = verify(flipped.as_slice()) {
                assert_ne!(other.sha256, whole.sha256, "flipped at {at}");
                assert_eq!((other.index, other.term), (whole.index, whole.term), "flipped at {at}");
            }
        }
    }

    #[test]
    fn junk_behind_the_end_is_noticed() {
        let mut bytes = Made::new(1, &state()).bytes();
        bytes.extend(b"junk");
        assert_eq!(refused(&bytes), "bytes stand behind its end");
    }

    #[test]
    fn members_must_be_exactly_four() {
        for absent in 0..4 {
            let mut made = Made::new(1, &state());
            let (name, _) = made.members.remove(absent);
            assert_eq!(refused(&made.bytes()), format!("it has no {name}"));
        }
        let mut made = Made::new(1, &state());
        made.members.push(("extra", Vec::new()));
        assert!(refused(&made.bytes()).contains("\"extra\""));
        let mut made = Made::new(1, &state());
        let again = made.members[1].clone();
        made.members.push(again);
        assert_eq!(refused(&made.bytes()), "it has state.bin twice");
    }

    #[test]
    fn digests_and_lengths_are_compared() {
        let mut made = Made::new(1, &state());
        made.members[1].1[7] ^= 1;
        assert_eq!(refused(&made.bytes()), "state.bin is not what SHA256SUMS says");

        let mut made = Made::new(1, &state());
        let shorter = Made::new(1, &state()[1..]);
        made.members[1] = shorter.members[1].clone();
        let digest = |bytes: &[u8]| hex(&Sha256::digest(bytes));
        made.members[2].1 =
            format!("{}  meta.json\n{}  state.bin\n", digest(&made.members[0].1), digest(&made.members[1].1))
                .into_bytes();
        assert_eq!(refused(&made.bytes()), "state.bin has 199999 bytes, and meta.json says 200000");
    }

    #[test]
    fn what_is_no_archive_is_refused() {
        for bytes in [&b""[..], b"{\"errors\":[]}", b"meta.json"] {
            assert!(verify(bytes).is_err());
        }
        let mut empty = GzEncoder::new(Vec::new(), Compression::fast());
        empty.write_all(&[0; 1024]).unwrap();
        assert_eq!(refused(&empty.finish().unwrap()), "it has no meta.json");
    }
}

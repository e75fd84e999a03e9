//! Names of copies in a store.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use std::fmt;

/// Ending of a copy.
const ARCHIVE: &str = ".snap";
/// Ending of the manifest beside a copy.
const MANIFEST: &str = ".snap.json";
/// Shape of the time in a name: UTC, and in the order of time when names are sorted.
const TIME: &str = "%Y%m%dT%H%M%SZ";

/// The folder of one server's copies. Copies of another server in the same bucket are never looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder(String);

impl Folder {
    /// The folder of the server with this id, below the fleet's prefix.
    pub fn new(prefix: &str, cluster_id: &str) -> Self {
        Self(format!("{}/{cluster_id}/", prefix.trim_matches('/')))
    }

    /// Its path in the store, with a slash behind.
    pub fn path(&self) -> &str {
        &self.0
    }

    /// The copy that an object of this folder is, if it is one.
    pub fn copy(&self, object: &str) -> Option<Key> {
        Key::parse(object.strip_prefix(&self.0)?.strip_suffix(ARCHIVE)?)
    }

    /// The copy that an object of this folder is the manifest of, if it is one.
    pub fn manifest(&self, object: &str) -> Option<Key> {
        Key::parse(object.strip_prefix(&self.0)?.strip_suffix(MANIFEST)?)
    }

    /// The object that holds a copy.
    pub fn archive_of(&self, key: &Key) -> String {
        format!("{}{key}{ARCHIVE}", self.0)
    }

    /// The object that says a copy is whole: the last that is written, the first that is deleted.
    pub fn manifest_of(&self, key: &Key) -> String {
        format!("{}{key}{MANIFEST}", self.0)
    }
}

/// A copy: when it was taken and how far the server had come. Their order is that of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// When it was taken, to the second.
    pub taken: Timestamp,
    /// The Raft index in it.
    pub index: u64,
}

impl Key {
    /// A copy taken at this moment.
    pub fn new(taken: Timestamp, index: u64) -> Self {
        let taken = Timestamp::from_second(taken.as_second()).unwrap_or(taken);
        Self { taken, index }
    }

    fn parse(text: &str) -> Option<Self> {
        let (time, index) = text.split_once('-')?;
        let civil = DateTime::strptime(TIME, time).ok()?;
        let taken = civil.to_zoned(TimeZone::UTC).ok()?.timestamp();
        let key = Self { taken, index: index.parse().ok()? };
        // Only what fleet-controller itself would write: `+5` and `005` are numbers too.
        (key.to_string() == text).then_some(key)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.taken.strftime(TIME), self.index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key {
        Key::new("2026-11-25T03:00:07.9Z".parse().unwrap(), 1234)
    }

    #[test]
    fn names_lead_back_to_copies() {
        let folder = Folder::new("/fleet/vault/", "c-1");
        assert_eq!(folder.archive_of(&key()), "fleet/vault/c-1/20261125T030007Z-1234.snap");
        assert_eq!(folder.copy(&folder.archive_of(&key())), Some(key()));
        assert_eq!(folder.manifest(&folder.manifest_of(&key())), Some(key()));
        assert_eq!(folder.copy(&folder.manifest_of(&key())), None);
    }

    #[test]
    fn what_others_wrote_is_no_copy() {
        let folder = Folder::new("v", "c-1");
        for object in [
            "v/c-2/20261125T030007Z-1.snap",
            "v/c-1/20261125T030007Z-1.snap.gz",
            "v/c-1/sub/20261125T030007Z-1.snap",
            "v/c-1/20261125T030007Z-01.snap",
            "v/c-1/20261125T030007Z-+1.snap",
            "v/c-1/20261345T030007Z-1.snap",
            "v/c-1/2026-11-25.snap",
            "v/c-1/.snap",
        ] {
            assert_eq!(folder.copy(object), None, "{object}");
        }
    }

    #[test]
    fn the_order_of_names_is_that_of_time() {
        let later = Key::new("2026-11-25T03:00:08Z".parse().unwrap(), 5);
        assert!(key() < later);
        assert!(key().to_string() < later.to_string());
    }
}

//! The database: its tables, the form of their rows, and how an older form becomes this one.

use super::observation::RepoKey;
use redb::{Key, ReadableTable, TableDefinition, Value, WriteTransaction};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Server, repository, and the number of a job or run.
pub type RowKey = (u16, u64, u64);

/// What there is one of.
pub const META: TableDefinition<&str, &[u8]> = TableDefinition::new("meta");
/// Repositories.
pub const REPOS: TableDefinition<(u16, u64), &[u8]> = TableDefinition::new("repos");
/// Runs, over or not.
pub const RUNS: TableDefinition<RowKey, &[u8]> = TableDefinition::new("runs");
/// Jobs that are not over.
pub const JOBS: TableDefinition<RowKey, &[u8]> = TableDefinition::new("jobs");
/// Jobs that are over.
pub const DONE: TableDefinition<RowKey, &[u8]> = TableDefinition::new("done");
/// What ended when: second, whether it is a run, and the row.
pub const ENDED: TableDefinition<(i64, bool, u16, u64, u64), ()> = TableDefinition::new("ended");
/// Counters and histograms, by name and labels as the text format writes them.
pub const SERIES: TableDefinition<(&str, &str), &[u8]> = TableDefinition::new("series");
/// What is kept between requests: ETags and how far a repository was read.
pub const NOTES: TableDefinition<&str, &[u8]> = TableDefinition::new("notes");

/// The form of the rows that this program writes.
pub const SCHEMA: u32 = 2;

/// Makes form `n + 1` of form `n`, in the place `n - 1`.
pub type Migration = fn(&WriteTransaction) -> Result<(), redb::Error>;

/// Names in [`META`].
pub mod meta {
    /// The form of the rows, a `u32`.
    pub const SCHEMA: &str = "schema";
    /// Since when things are counted, a [`Second`](crate::time::Second).
    pub const SINCE: &str = "since";
    /// What ended before was forgotten and is not counted again, a [`Second`](crate::time::Second).
    pub const HORIZON: &str = "horizon";
    /// Names of servers, a `Vec<String>`; the place is the number.
    pub const HOSTS: &str = "hosts";
}

/// A repository, as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repo {
    /// Its owner.
    pub org: String,
    /// Its name within the owner.
    pub name: String,
    /// Its default branch, once a source told it.
    pub default_branch: Option<String>,
}

impl Repo {
    /// `organization/repository`: the value of the label `repo`.
    pub fn full(&self) -> String {
        format!("{}/{}", self.org, self.name)
    }
}

/// The key of a row.
pub fn row(repo: RepoKey, id: u64) -> RowKey {
    (repo.host, repo.repo, id)
}

/// Makes the tables, and brings an older form up to date. The version that was found, if there was one.
pub fn prepare(txn: &WriteTransaction, migrations: &[Migration], schema: u32) -> Result<Found, redb::Error> {
    let found: Option<u32> = read(&txn.open_table(META)?, meta::SCHEMA)?;
    txn.open_table(REPOS)?;
    txn.open_table(RUNS)?;
    txn.open_table(JOBS)?;
    txn.open_table(DONE)?;
    txn.open_table(ENDED)?;
    txn.open_table(SERIES)?;
    txn.open_table(NOTES)?;
    let from = found.unwrap_or(schema);
    if from > schema {
        return Ok(Found::Newer(from));
    }
    for migration in migrations.iter().skip(from.saturating_sub(1) as usize) {
        migration(txn)?;
    }
    write(&mut txn.open_table(META)?, meta::SCHEMA, &schema)?;
    Ok(if found.is_some() { Found::Known } else { Found::Nothing })
}

/// What was in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// It is new.
    Nothing,
    /// Rows that can be read now.
    Known,
    /// Rows of a form that only a newer program knows.
    Newer(u32),
}

/// Reads a row; one that cannot be understood is as if it were not there.
pub fn read<'k, K: Key + 'static, T: DeserializeOwned>(
    table: &impl ReadableTable<K, &'static [u8]>,
    key: impl std::borrow::Borrow<K::SelfType<'k>>,
) -> Result<Option<T>, redb::Error> {
    let found = table.get(key)?;
    Ok(found.and_then(|guard| postcard::from_bytes(guard.value()).ok()))
}

/// Writes a row.
pub fn write<'k, K: Key + 'static, T: Serialize>(
    table: &mut redb::Table<'_, K, &'static [u8]>,
    key: impl std::borrow::Borrow<K::SelfType<'k>>,
    value: &T,
) -> Result<(), redb::Error>
where
    &'static [u8]: Value,
{
    let bytes = postcard::to_stdvec(value).unwrap_or_default();
    table.insert(key, bytes.as_slice())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use redb::backends::InMemoryBackend;
    use redb::{Database, ReadableDatabase};

    fn database() -> Database {
        Database::builder().create_with_backend(InMemoryBackend::new()).unwrap()
    }

    #[test]
    fn an_older_form_becomes_this_one_step_by_step() {
        fn first(txn: &WriteTransaction) -> Result<(), redb::Error> {
            write(&mut txn.open_table(META)?, "steps", &vec![1_u8])
        }
        fn second(txn: &WriteTransaction) -> Result<(), redb::Error> {
            let mut table = txn.open_table(META)?;
            let mut steps: Vec<u8> = read(&table, "steps")?.unwrap_or_default();
            steps.push(2);
            write(&mut table, "steps", &steps)
        }
        let steps = |from: u32| {
            let database = database();
            let txn = database.begin_write().unwrap();
            write(&mut txn.open_table(META).unwrap(), meta::SCHEMA, &from).unwrap();
            assert_eq!(prepare(&txn, &[first, second], 3).unwrap(), Found::Known);
            txn.commit().unwrap();
            let txn = database.begin_read().unwrap();
            let table = txn.open_table(META).unwrap();
            assert_eq!(read::<_, u32>(&table, meta::SCHEMA).unwrap(), Some(3));
            read::<_, Vec<u8>>(&table, "steps").unwrap()
        };
        assert_eq!(steps(1), Some(vec![1, 2]));
        assert_eq!(steps(3), None);
    }

    #[test]
    fn a_newer_form_is_left_alone() {
        let database = database();
        let txn = database.begin_write().unwrap();
        write(&mut txn.open_table(META).unwrap(), meta::SCHEMA, &9_u32).unwrap();
        assert_eq!(prepare(&txn, &[], SCHEMA).unwrap(), Found::Newer(9));
    }
}

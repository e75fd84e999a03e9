//! Ownership: what a build touches in a folder that it shares with people, and what it refuses.

use fleetc::output::*;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use tempfile::TempDir;

fn tree(files: &[(&str, &str)]) -> Tree {
    let mut tree = Tree::new();
    for (path, text) in files {
        tree.insert(OutputPath::new(*path).unwrap(), format!("pool {path}"), *text).unwrap();
    }
    tree
}

fn root(files: &[(&str, &str)]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    build(root.path(), files);
    root
}

fn build(root: &Path, files: &[(&str, &str)]) -> Changes {
    write(root, &tree(files), WriteOptions::default()).unwrap_or_else(|e| panic!("{e}"))
}

fn force(root: &Path, files: &[(&str, &str)]) -> Result<Changes, WriteError> {
    write(root, &tree(files), WriteOptions { force: true })
}

fn put(root: &Path, path: &str, text: &str) {
    let file = root.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

/// The conflicts of a refused build, after a check that it changed nothing and that `compare` names the same files.
fn refused(root: &Path, files: &[(&str, &str)]) -> Vec<(String, ConflictKind)> {
    let before = content(root);
    let error = write(root, &tree(files), WriteOptions::default()).unwrap_err();
    assert_eq!(content(root), before);
    assert_eq!(error.exit_code(), 1);
    let stale = compare(root, &tree(files)).unwrap();
    let WriteError::Refused { conflicts, .. } = error else { panic!("{error}") };
    for conflict in &conflicts {
        let as_file = stale.files.iter().any(|(path, _)| path.as_str() == conflict.path);
        assert!(as_file || stale.blocked.contains(conflict), "{conflict}");
    }
    conflicts.into_iter().map(|c| (c.path, c.kind)).collect()
}

/// Every file and folder below a root; folders end in `/`.
fn content(root: &Path) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            if path.is_symlink() {
                all.insert(name, format!("-> {}", fs::read_link(path).unwrap().display()));
            } else if path.is_dir() {
                all.insert(name + "/", String::new());
                folders.push(path);
            } else {
                all.insert(name, fs::read_to_string(path).unwrap());
            }
        }
    }
    all
}

fn names(root: &Path) -> Vec<String> {
    content(root).into_keys().collect()
}

fn paths(files: &[OutputPath]) -> Vec<&str> {
    files.iter().map(OutputPath::as_str).collect()
}

#[test]
fn writes_updates_deletes_and_leaves_the_rest() {
    let root = root(&[("a", "1"), ("b/c/d", "2"), ("b/e", "3")]);
    let root = root.path();
    let inode = fs::metadata(root.join("a")).unwrap().ino();
    let changes = build(root, &[("a", "1"), ("b/e", "4"), ("f/g", "5")]);
    assert_eq!(paths(&changes.written), ["f/g"]);
    assert_eq!(paths(&changes.updated), ["b/e"]);
    assert_eq!(paths(&changes.deleted), ["b/c/d"]);
    assert_eq!((changes.unchanged, changes.foreign.len()), (1, 0));
    assert_eq!(names(root), [MANIFEST, "a", "b/", "b/e", "f/", "f/g"]);
    assert_eq!(fs::read_to_string(root.join("b/e")).unwrap(), "4");
    assert_eq!(fs::metadata(root.join("a")).unwrap().ino(), inode, "an equal file is not rewritten");
}

#[test]
fn an_unchanged_build_touches_nothing() {
    let files = [("a", "1"), ("b/c", "2")];
    let root = root(&files);
    let stat = || {
        [MANIFEST, "a", "b/c", "b"]
            .map(|p| fs::metadata(root.path().join(p)).unwrap())
            .map(|m| (m.ino(), m.mtime_nsec()))
    };
    let before = stat();
    let changes = build(root.path(), &files);
    assert_eq!(changes, Changes { unchanged: 2, ..Changes::default() });
    assert_eq!(stat(), before);
    assert!(!compare(root.path(), &tree(&files)).unwrap().is_stale());
}

#[test]
fn the_same_tree_gives_the_same_root_whatever_was_there_before() {
    let (one, two) = (root(&[("a", "1"), ("b", "2")]), root(&[("x/y", "1")]));
    build(two.path(), &[("b", "2"), ("a", "0")]);
    build(two.path(), &[("b", "2"), ("a", "1")]);
    assert_eq!(content(one.path()), content(two.path()));
}

#[test]
fn written_files_are_readable_like_any_other() {
    let root = root(&[("a", "1")]);
    let plain = root.path().join("plain");
    fs::write(&plain, "").unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&root.path().join("a")), mode(&plain));
    assert_eq!(mode(&root.path().join(MANIFEST)), mode(&plain));
}

#[test]
fn a_tree_without_files_leaves_no_trace() {
    let root = root(&[("a/b", "1")]);
    build(root.path(), &[]);
    assert!(names(root.path()).is_empty());
    let absent = root.path().join("absent");
    build(&absent, &[]);
    assert!(!absent.exists());
}

#[test]
fn foreign_files_are_noted_and_never_touched() {
    let root = root(&[("a", "1"), ("b/c", "2")]);
    let root = root.path();
    put(root, "README.md", "mine");
    put(root, "b/notes", "mine");
    put(root, "own folder/x", "mine");
    let changes = build(root, &[("a", "1")]);
    let foreign: Vec<_> = changes.foreign.iter().map(|p| p.to_str().unwrap()).collect();
    assert_eq!(foreign, ["README.md", "b/notes", "own folder/x"]);
    assert_eq!(names(root), [MANIFEST, "README.md", "a", "b/", "b/notes", "own folder/", "own folder/x"]);
    assert!(!compare(root, &tree(&[("a", "1")])).unwrap().is_stale());
}

#[test]
fn a_foreign_file_in_the_way_is_refused_unless_equal_or_forced() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    put(root, "a/b", "mine");
    put(root, "c", "3");
    let files = [("a/b", "1"), ("c", "3")];
    assert_eq!(refused(root, &files), [("a/b".to_owned(), ConflictKind::Foreign)]);
    put(root, "a/b", "1");
    assert_eq!(build(root, &files).unchanged, 2);
    build(root, &[("a/b", "2")]);
    assert_eq!(names(root), [MANIFEST, "a/", "a/b"], "what was equal is ours from then on");

    put(root, "c", "mine");
    assert_eq!(paths(&force(root, &files).unwrap().updated), ["a/b", "c"]);
}

#[test]
fn files_changed_by_hand_are_all_named_and_nothing_is_written() {
    let root = root(&[("a", "1"), ("b", "2"), ("c", "3"), ("d", "4")]);
    let root = root.path();
    put(root, "a", "mine");
    put(root, "c", "mine");
    fs::remove_file(root.join("d")).unwrap();
    let files = [("a", "10"), ("b", "20"), ("d", "4")];
    let edited = |path: &str| (path.to_owned(), ConflictKind::Edited);
    assert_eq!(refused(root, &files), [edited("a"), edited("c")]);
    let changes = force(root, &files).unwrap();
    assert_eq!(paths(&changes.updated), ["a", "b"]);
    assert_eq!(paths(&changes.deleted), ["c"]);
    assert_eq!(paths(&changes.written), ["d"], "a file deleted by hand is no conflict");
    assert!(!compare(root, &tree(&files)).unwrap().is_stale());
}

#[test]
fn a_change_by_hand_that_the_build_makes_too_is_no_conflict() {
    let root = root(&[("a", "1")]);
    put(root.path(), "a", "2");
    let changes = build(root.path(), &[("a", "2")]);
    assert_eq!(changes.unchanged, 1);
    put(root.path(), "a", "1");
    assert_eq!(refused(root.path(), &[("a", "2b")]).len(), 1, "the manifest has forgotten the old bytes");
}

#[test]
fn symbolic_links_are_not_followed() {
    let (root, outside) = (root(&[("a", "1"), ("b/c", "2")]), tempfile::tempdir().unwrap());
    let root = root.path();
    put(outside.path(), "c", "2");
    put(outside.path(), "t", "1");
    fs::remove_dir_all(root.join("b")).unwrap();
    fs::remove_file(root.join("a")).unwrap();
    symlink(outside.path(), root.join("b")).unwrap();
    symlink(outside.path().join("t"), root.join("a")).unwrap();

    let files = [("a", "9"), ("b/c", "9")];
    let blocked = [("a".to_owned(), ConflictKind::IsSpecial), ("b".to_owned(), ConflictKind::NoFolder)];
    assert_eq!(refused(root, &files), blocked);
    assert!(
        matches!(force(root, &files), Err(WriteError::Refused { conflicts, .. }) if conflicts.len() == 2)
    );
    let changes = build(root, &[("x", "1")]);
    assert_eq!((changes.deleted.len(), changes.foreign.len()), (0, 2));
    assert_eq!(content(outside.path()), BTreeMap::from([("c".into(), "2".into()), ("t".into(), "1".into())]));
}

#[test]
fn the_root_may_be_a_symbolic_link() {
    let (folder, real) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let link = folder.path().join("out");
    symlink(real.path(), &link).unwrap();
    build(&link, &[("a/b", "1")]);
    assert_eq!(names(real.path()), [MANIFEST, "a/", "a/b"]);
}

#[test]
fn what_cannot_be_replaced_is_refused_even_with_force() {
    let root = root(&[("x", "1")]);
    let root = root.path();
    put(root, "file", "mine");
    put(root, "folder/x", "mine");
    put(root, "Case", "mine");
    put(root, "Dir/x", "mine");
    let files = [("case", "1"), ("dir/a", "1"), ("file/a", "1"), ("folder", "1")];
    let case = |other: &str| ConflictKind::Case { other: other.to_owned() };
    let expected = [
        ("case".to_owned(), case("Case")),
        ("dir".to_owned(), case("Dir")),
        ("file".to_owned(), ConflictKind::NoFolder),
        ("folder".to_owned(), ConflictKind::IsFolder),
    ];
    assert_eq!(refused(root, &files), expected);
    assert!(force(root, &files).is_err());
}

#[test]
fn our_own_files_and_folders_can_trade_places() {
    let root = root(&[("a/b/c", "1"), ("d", "2"), ("Case/x", "3")]);
    build(root.path(), &[("a", "1"), ("d/e/f", "2"), ("case/X", "3")]);
    assert_eq!(names(root.path()), [MANIFEST, "a", "case/", "case/X", "d/", "d/e/", "d/e/f"]);
    build(root.path(), &[("a/b/c", "1"), ("d", "2")]);
    put(root.path(), "a/b/mine", "mine");
    assert_eq!(refused(root.path(), &[("a", "1")]), [("a".to_owned(), ConflictKind::IsFolder)]);
}

#[test]
fn roots_are_independent_of_each_other() {
    let folder = root(&[("a", "1")]);
    let inner = folder.path().join("inner");
    build(&inner, &[("b/c", "2")]);
    put(folder.path(), "inner/b/.fleetc-tmp-other", "of a build that runs in there");
    let changes = build(folder.path(), &[("a", "2")]);
    assert_eq!(changes.foreign, [Path::new("inner")]);
    assert!(inner.join("b/.fleetc-tmp-other").exists());
    let blocked = [("inner".to_owned(), ConflictKind::NoFolder)];
    assert_eq!(refused(folder.path(), &[("inner/b/c", "3")]), blocked);
}

#[test]
fn leftovers_of_a_killed_build_are_swept() {
    let root = root(&[("a/b", "1")]);
    put(root.path(), "a/.fleetc-tmp-x", "half");
    put(root.path(), ".fleetc-tmp-y", "half");
    let changes = build(root.path(), &[("a/b", "1")]);
    assert_eq!(names(root.path()), [MANIFEST, "a/", "a/b"]);
    assert!(changes.foreign.is_empty());
}

#[test]
fn a_second_build_at_the_same_time_is_turned_away() {
    let root = root(&[("a", "1")]);
    let other = fs::File::open(root.path()).unwrap();
    other.lock().unwrap();
    let error = write(root.path(), &tree(&[("a", "2")]), WriteOptions::default()).unwrap_err();
    assert!(matches!(error, WriteError::Locked { .. }), "{error}");
    assert_eq!(error.exit_code(), 2);
    drop(other);
    build(root.path(), &[("a", "2")]);
}

#[test]
fn a_manifest_that_makes_no_sense_stops_the_build() {
    let root = root(&[("a", "1")]);
    put(root.path(), MANIFEST, "# x\nnonsense\n");
    let error = force(root.path(), &[("a", "2")]).unwrap_err();
    assert!(matches!(error, WriteError::Manifest { line: 2, .. }), "{error}");
    assert_eq!(error.exit_code(), 2);
}

#[test]
fn a_listed_path_outside_the_root_is_never_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root");
    build(&root, &[("a", "1")]);
    put(folder.path(), "victim", "1");
    let text = fs::read_to_string(root.join(MANIFEST)).unwrap();
    put(&root, MANIFEST, &text.replace("  a\n", "  ../victim\n"));
    assert!(force(&root, &[("b", "2")]).is_err());
    assert!(folder.path().join("victim").exists());
}

#[test]
fn refusals_say_what_to_do() {
    let root = root(&[("a", "1")]);
    put(root.path(), "a", "mine");
    let message = write(root.path(), &tree(&[("a", "2")]), WriteOptions::default()).unwrap_err().to_string();
    assert!(message.starts_with("1 file is in the way in `"), "{message}");
    assert!(message.contains("\n  a: changed by hand since fleetc wrote it\n"), "{message}");
    assert!(message.contains("--force"), "{message}");
}

#[test]
fn compare_names_each_difference_and_shows_it() {
    let root = root(&[
        ("edited", "1\n"),
        ("gone", "1\n"),
        ("edited-gone", "1"),
        ("old", "1\n2\n3\n"),
        ("same", "1"),
    ]);
    let root = root.path();
    put(root, "edited", "mine\n");
    put(root, "edited-gone", "mine");
    put(root, "foreign", "mine\n");
    let before = content(root);
    let files = [("edited", "1\n"), ("foreign", "1\n"), ("new", "1\n"), ("old", "1\nX\n3\n"), ("same", "1")];
    let stale = compare(root, &tree(&files)).unwrap();
    assert_eq!(content(root), before);
    let found: Vec<_> = stale.files.iter().map(|(path, difference)| (path.as_str(), *difference)).collect();
    let expected = [
        ("edited", Difference::Edited),
        ("edited-gone", Difference::EditedLeftover),
        ("foreign", Difference::Foreign),
        ("gone", Difference::Leftover),
        ("new", Difference::Missing),
        ("old", Difference::Outdated),
    ];
    assert_eq!(found, expected);
    assert!(stale.is_stale() && stale.manifest);
    assert!(
        stale.diff.contains("--- old (now)\n+++ old (built)\n@@ -1,3 +1,3 @@\n 1\n-2\n+X\n 3\n"),
        "{}",
        stale.diff
    );
    assert!(stale.to_string().starts_with("edited: changed by hand\n"), "{stale}");
}

#[test]
fn a_comparison_is_bounded() {
    let long = |c: &str| format!("{c}\n").repeat(5_000);
    let (old, new) = (long("a"), long("b"));
    let files: Vec<_> = ["a", "b", "c"].map(|path| (path, old.as_str())).to_vec();
    let root = root(&files);
    let stale = compare(root.path(), &tree(&[("a", &new), ("b", &new), ("c", &new)])).unwrap();
    assert!(stale.diff.lines().count() < 310);
    assert!(stale.diff.ends_with("more lines)\n(2 more files differ)\n"), "{}", stale.diff);

    let huge = "x".repeat(1 << 20);
    let stale = compare(root.path(), &tree(&[("a", &huge)])).unwrap();
    assert!(stale.diff.contains("too large to show"), "{}", stale.diff);
    assert_eq!(compare(&root.path().join("absent"), &tree(&[("a", "1")])).unwrap().files.len(), 1);
}

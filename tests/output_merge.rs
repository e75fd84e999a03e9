//! Two pull requests change one fleet: Git merges the manifest, or building again does.

use fleetc::output::{MANIFEST, OutputPath, Tree, WriteOptions, compare, write};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

fn tree(files: &[(&str, &str)]) -> Tree {
    let mut tree = Tree::new();
    for (path, text) in files {
        tree.insert(OutputPath::new(*path).unwrap(), "test", *text).unwrap();
    }
    tree
}

fn git(folder: &Path, args: &[&str]) -> Output {
    let identity =
        ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
    Command::new("git").args(identity).args(args).current_dir(folder).output().expect("git is installed")
}

fn done(output: Output) {
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

fn commit(folder: &Path, files: &[(&str, &str)]) {
    write(folder, &tree(files), WriteOptions::default()).unwrap();
    done(git(folder, &["add", "-A"]));
    done(git(folder, &["commit", "-qm", "build"]));
}

/// A repository with the builds `ours` and `theirs` on two branches from `base`, merged; and whether that went well.
fn merged(base: &[(&str, &str)], ours: &[(&str, &str)], theirs: &[(&str, &str)]) -> (TempDir, bool) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    done(git(path, &["init", "-q", "-b", "main"]));
    commit(path, base);
    done(git(path, &["checkout", "-qb", "theirs"]));
    commit(path, theirs);
    done(git(path, &["checkout", "-q", "main"]));
    commit(path, ours);
    let merged = git(path, &["merge", "-q", "theirs"]).status.success();
    (folder, merged)
}

#[test]
fn changes_of_neighbouring_files_merge_by_themselves() {
    let base = [("arc/a", "1"), ("arc/b", "1"), ("arc/c", "1"), ("arc/d", "1")];
    let ours = [("arc/a", "2"), ("arc/b", "1"), ("arc/c", "2")];
    let theirs = [("arc/a", "1"), ("arc/b", "2"), ("arc/b2", "1"), ("arc/c", "1"), ("arc/d", "1")];
    let (folder, clean) = merged(&base, &ours, &theirs);
    assert!(clean);
    let both = tree(&[("arc/a", "2"), ("arc/b", "2"), ("arc/b2", "1"), ("arc/c", "2")]);
    assert!(!compare(folder.path(), &both).unwrap().is_stale());
}

#[test]
fn building_again_cures_a_conflict() {
    let base = [("arc/a", "1\n"), ("rules", "a\nz\n")];
    let ours = [("arc/a", "1\n"), ("arc/b", "ours\n"), ("rules", "a\nb\nz\n")];
    let theirs = [("arc/a", "1\n"), ("arc/c", "theirs\n"), ("rules", "a\nc\nz\n")];
    let (folder, clean) = merged(&base, &ours, &theirs);
    assert!(!clean);
    assert!(fs::read_to_string(folder.path().join(MANIFEST)).unwrap().contains("<<<<<<<"));
    assert!(fs::read_to_string(folder.path().join("rules")).unwrap().contains("<<<<<<<"));
    let both =
        tree(&[("arc/a", "1\n"), ("arc/b", "ours\n"), ("arc/c", "theirs\n"), ("rules", "a\nb\nc\nz\n")]);
    write(folder.path(), &both, WriteOptions::default()).unwrap();
    assert!(!compare(folder.path(), &both).unwrap().is_stale());
}

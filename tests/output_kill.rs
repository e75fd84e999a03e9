//! The promise of atomicity, by killing real builds: after a kill each file has its old or its new bytes, and
//! the next build goes on without force.

use fleetc::output::{OutputPath, Tree, WriteOptions, compare, write};
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

const ROOT: &str = "FLEETC_TEST_ROOT";
const READY: &str = "ready";
const ROUNDS: u64 = 40;
const VERSIONS: usize = 3;

/// Three trees that differ in every way: other bytes, files only in one, a folder that is a file in the next.
fn tree(version: usize) -> Tree {
    let mut tree = Tree::new();
    let mut add = |path: String, text: String| {
        tree.insert(OutputPath::new(path).unwrap(), "test", text).unwrap();
    };
    for n in 0..120 {
        add(format!("all/{}/f{n}.yaml", n % 7), text(version, n));
        add(format!("v{version}/{}/f{n}.yaml", n % 5), text(version, n));
        if n % VERSIONS == version {
            add(format!("swap{n}"), text(version, n));
        } else {
            add(format!("swap{n}/x"), text(version, n));
        }
        add(format!("same/f{n}"), "same".to_owned());
    }
    tree
}

/// Long enough for several pages, so that half a write shows.
fn text(version: usize, n: usize) -> String {
    format!("version {version} of {n}\n").repeat(500)
}

/// Not a test of its own: the process that is killed.
#[test]
#[ignore = "runs as the child of the test below"]
fn child_builds_for_ever() {
    let Some(root) = std::env::var_os(ROOT) else { return };
    let trees = [0, 1, 2].map(tree);
    println!("\n{READY}");
    for version in (0..VERSIONS).cycle() {
        write(Path::new(&root), &trees[version], WriteOptions::default()).unwrap();
    }
}

#[test]
fn a_killed_build_leaves_whole_files_and_the_next_one_converges() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("out");
    let trees = [0, 1, 2].map(tree);
    // A fixed sequence of waits: the moment of the kill is random enough by itself.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let (mut torn_apart, mut with_leftovers) = (0, 0);
    for round in 0..ROUNDS {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child_builds_for_ever", "--ignored", "--nocapture"])
            .env(ROOT, &root)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.map_while(Result::ok).any(|line| line == READY));
        sleep(Duration::from_micros((state >> 33) % 200_000));
        child.kill().unwrap();
        let status = child.wait().unwrap();
        assert!(status.code().is_none(), "round {round}: the child was not killed but ended with {status}");

        let found = check(&root, &trees);
        torn_apart += u32::from(found.versions.len() > 1);
        with_leftovers += u32::from(found.leftovers);
        let next = &trees[(state >> 20) as usize % VERSIONS];
        write(&root, next, WriteOptions::default()).unwrap_or_else(|e| panic!("round {round}: {e}"));
        assert!(!compare(&root, next).unwrap().is_stale(), "round {round}");
    }
    println!(
        "{torn_apart} of {ROUNDS} kills left a mixture of builds, {with_leftovers} left temporary files"
    );
    // Otherwise the kills missed the builds and this test shows nothing.
    assert!(torn_apart >= 5, "only {torn_apart} kills hit the middle of a build");
}

struct Found {
    versions: BTreeSet<usize>,
    leftovers: bool,
}

/// Checks that each file is whole, and one of the versions that its path has.
fn check(root: &Path, trees: &[Tree]) -> Found {
    let mut found = Found { versions: BTreeSet::new(), leftovers: false };
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(listing) = fs::read_dir(&folder) else { continue };
        for entry in listing {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(root).unwrap().to_str().unwrap();
            if name.contains(".fleetc-tmp-") {
                found.leftovers = true;
                continue;
            }
            // fleetc's own names can't be output paths; the next build checks the manifest.
            let Ok(name) = OutputPath::new(name) else { continue };
            let bytes = fs::read(&path).unwrap();
            let version = trees.iter().position(|tree| tree.get(&name) == Some(&bytes));
            let version = version.unwrap_or_else(|| panic!("`{name}` is torn: {} bytes", bytes.len()));
            if !name.as_str().starts_with("same/") {
                found.versions.insert(version);
            }
        }
    }
    found
}

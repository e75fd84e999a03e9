//! fleetc beside `cp -r` and jsonnet, in one run: `cargo bench --bench compare -- --save`.
//!
//! Whole processes are timed, since that is what people wait for. Contestants take turns, so that a
//! machine that is slow for a while is slow for all of them; what counts are medians and their ratios.

mod data;
mod equal;
mod measure;
mod report;
mod work;

#[path = "../../tests/generate/mod.rs"]
#[allow(dead_code, unused_imports, reason = "tests use more of it")]
mod generate;

use measure::Result;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use work::Bench;

/// Pools and rounds. The reference fleet is the first.
const SIZES: [(usize, usize); 3] = [(7, 21), (1_000, 5), (10_000, 3)];

const USAGE: &str = "\
cargo bench --bench compare -- [--save] [--in DIR] [--largest POOLS]

--save            write the result into benches/README.md
--in DIR          work below this folder; otherwise /dev/shm if there is one, or the temporary folder
--largest POOLS   leave larger fleets out";

struct Options {
    save: bool,
    folder: PathBuf,
    largest: usize,
}

fn main() -> ExitCode {
    match options().and_then(|options| run(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("compare: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn options() -> Result<Options> {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    let mut options = Options { save: false, folder, largest: usize::MAX };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(USAGE);
        match argument.as_str() {
            // What cargo itself passes.
            "--bench" => {}
            "--save" => options.save = true,
            "--in" => options.folder = value()?.into(),
            "--largest" => options.largest = value()?.parse().map_err(|_| USAGE)?,
            _ => return Err(USAGE.into()),
        }
    }
    Ok(options)
}

fn run(options: &Options) -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::Builder::new().prefix("fleetc-compare-").tempdir_in(&options.folder)?;
    let mut sizes = Vec::new();
    for (pools, rounds) in SIZES.into_iter().filter(|(pools, _)| *pools <= options.largest) {
        let text = match pools {
            7 => std::fs::read_to_string(root.join("fleet.kdl"))?,
            _ => generate::fleet(pools, 1),
        };
        let bench = Bench::prepare(&folder.path().join(pools.to_string()), &text)?;
        eprintln!("{pools} pools, {rounds} rounds");
        sizes.push((pools, bench.race(rounds)?));
    }
    let text = report::markdown(&sizes, &options.folder);
    println!("{text}");
    if options.save {
        report::save(&root.join("benches/README.md"), &text)?;
    }
    Ok(())
}

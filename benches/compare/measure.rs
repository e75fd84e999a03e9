//! Time, processor time and memory of a process.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Anything that ends a benchmark.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// GNU time, which knows what the kernel counted for a process. Optional.
const TIME: &str = "/usr/bin/time";

/// What all runs of a contestant came to.
#[derive(Clone, Debug, Default)]
pub struct Runs {
    walls: Vec<Duration>,
    /// Processor time of both kinds, in seconds, where GNU time is there.
    pub cpu: Option<f64>,
    /// Most memory that was resident, in bytes, likewise.
    pub memory: Option<u64>,
}

impl Runs {
    /// Adds the wall time of a run.
    pub fn add(&mut self, wall: Duration) {
        self.walls.push(wall);
    }

    /// Median of the wall times, in seconds.
    pub fn wall(&self) -> f64 {
        let mut walls: Vec<_> = self.walls.iter().map(Duration::as_secs_f64).collect();
        walls.sort_by(f64::total_cmp);
        walls.get(walls.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

/// Runs a command to its end, and says how long that took.
pub fn timed(command: &mut Command) -> Result<Duration> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status()?;
    let wall = start.elapsed();
    if status.success() { Ok(wall) } else { Err(format!("{command:?}: {status}").into()) }
}

/// Runs a command once more for what only the kernel knows: processor time and memory.
///
/// This is apart from timing because GNU time itself takes a millisecond.
pub fn account(command: &Command, scratch: &Path, runs: &mut Runs) -> Result<()> {
    if !Path::new(TIME).exists() {
        return Ok(());
    }
    let file = scratch.join("time");
    let mut outer = Command::new(TIME);
    outer.args(["-f", "%U %S %M", "-o"]).arg(&file).arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        outer.current_dir(folder);
    }
    timed(&mut outer)?;
    let text = std::fs::read_to_string(&file)?;
    let numbers: Vec<f64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    if let [user, system, kibibytes] = numbers[..] {
        runs.cpu = Some(user + system);
        runs.memory = Some(kibibytes as u64 * 1024);
    }
    Ok(())
}

//! Steps of a subcommand: announced before they start and timed when they end,
//! because a build of minutes that prints nothing looks like one that hangs,
//! and because the sum of these times is what CI is held to.

use std::io::ErrorKind;
use std::process::Command;
use std::time::Instant;

use crate::subcommand::Outcome;

/// Announces `title`, does `work` and says how long it took.
pub fn step(title: &str, work: impl FnOnce() -> Outcome) -> Outcome {
    println!("==> {title}");
    let start = Instant::now();
    let outcome = work();
    let verdict = if outcome.is_ok() { "done" } else { "FAILED" };
    println!("    {verdict} in {:.1} s: {title}", start.elapsed().as_secs_f64());
    outcome
}

/// Runs a command whose output the person should see as it comes.
pub fn run(command: &mut Command) -> Outcome {
    let program = command.get_program().to_string_lossy().into_owned();
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{program}: {status}")),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(format!("{program} is not on the PATH")),
        Err(error) => Err(format!("{program} did not start: {error}")),
    }
}

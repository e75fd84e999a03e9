//! Traffic: a day of a small organization, told as fast as it is wanted.

use crate::things::{JobSpec, RunSpec};
use crate::world::World;

/// What goes on in a day.
#[derive(Clone, Debug)]
pub struct Traffic {
    /// The organization.
    pub org: String,
    /// When the day begins, in seconds since 1970.
    pub begin: i64,
    /// Seconds that it lasts.
    pub seconds: i64,
    /// Seconds between two runs.
    pub every: i64,
    /// What makes the day the same every time.
    pub seed: u64,
}

/// A day. Three of its workflows are made to break: `flaky` fails more often than not at times, `nightly` on
/// the default branch fails for good after noon, and jobs for `gpu` wait for minutes.
#[derive(Debug)]
pub struct Day {
    steps: Vec<(i64, Step)>,
    told: usize,
    handles: Vec<Handle>,
}

#[derive(Clone, Debug, Default)]
struct Handle {
    repo: u64,
    run: u64,
    jobs: Vec<u64>,
}

#[derive(Clone, Debug)]
enum Step {
    Trigger { handle: usize, spec: RunSpec },
    Start { handle: usize, job: usize, runner: String, group: &'static str },
    Complete { handle: usize, job: usize, how: &'static str },
    Rerun { handle: usize, of: usize },
}

/// Repositories of the day.
const REPOS: [&str; 3] = ["app", "lib", "ml"];

impl Day {
    /// Plans a day, and makes its repositories.
    pub fn plan(world: &mut World, traffic: &Traffic) -> Self {
        let repos: Vec<u64> =
            REPOS.iter().map(|name| world.add_repo(&format!("{}/{name}", traffic.org), "main")).collect();
        let mut day = Self { steps: Vec::new(), told: 0, handles: Vec::new() };
        let mut chance = fastrand::Rng::with_seed(traffic.seed);
        let mut at = traffic.begin;
        while at < traffic.begin + traffic.seconds {
            let late = at - traffic.begin > traffic.seconds / 2;
            day.run(&mut chance, at, late);
            at += chance.i64(1..=traffic.every.max(1) * 2);
        }
        day.steps.sort_by_key(|(at, _)| *at);
        for handle in &mut day.handles {
            // Until its trigger tells which, a handle holds the place of its repository.
            handle.repo = repos.get(handle.repo as usize).copied().unwrap_or_default();
        }
        day
    }

    fn run(&mut self, chance: &mut fastrand::Rng, at: i64, late: bool) {
        let repo = chance.usize(0..REPOS.len());
        let workflow = *chance.choice(&["ci", "ci", "ci", "flaky", "nightly", "train"]).unwrap_or(&"ci");
        let (event, branch) = match chance.u8(0..10) {
            _ if workflow == "nightly" => ("schedule", "main".to_owned()),
            0..3 => ("push", "main".to_owned()),
            3 => ("push", format!("release/{}", chance.u8(1..4))),
            4 => ("push", "v1.4.0".to_owned()),
            _ => ("pull_request", format!("fix-{}", chance.u16(..))),
        };
        let labels: &[&str] = match workflow {
            "train" => &["gpu"],
            "ci" => &["linux-large"],
            _ => &["ubuntu-latest"],
        };
        let count = if workflow == "ci" { 3 } else { 1 };
        let job = |place: usize| JobSpec {
            name: if count > 1 { format!("test ({place})") } else { "build".to_owned() },
            labels: labels.iter().map(|label| (*label).to_owned()).collect(),
        };
        let spec = RunSpec {
            workflow: workflow.to_owned(),
            event: event.to_owned(),
            branch,
            fork: (event == "pull_request" && chance.u8(0..4) == 0).then_some(77),
            jobs: (0..count).map(job).collect(),
        };
        let fails = match workflow {
            "nightly" => late,
            "flaky" => chance.u8(0..100) < 40,
            _ => chance.u8(0..100) < 5,
        };
        let handle = self.handles.len();
        self.handles.push(Handle { repo: repo as u64, ..Handle::default() });
        self.steps.push((at, Step::Trigger { handle, spec }));
        let end = self.jobs(chance, handle, (workflow, count), at, fails);
        if fails && workflow == "flaky" && chance.bool() {
            let again = self.handles.len();
            self.handles.push(Handle { repo: repo as u64, ..Handle::default() });
            self.steps.push((end + 60, Step::Rerun { handle: again, of: handle }));
            self.jobs(chance, again, (workflow, count), end + 60, false);
        }
    }

    fn jobs(
        &mut self,
        chance: &mut fastrand::Rng,
        handle: usize,
        of: (&str, usize),
        at: i64,
        fails: bool,
    ) -> i64 {
        let (workflow, count) = of;
        let mut end = at;
        for job in 0..count {
            let (wait, set) = match workflow {
                "train" => (chance.i64(90..600), "gpu"),
                "ci" => (chance.i64(2..20), "linux-large"),
                _ => (chance.i64(1..8), ""),
            };
            let (runner, group) = if set.is_empty() {
                (format!("GitHub Actions {}", chance.u16(1..900)), "GitHub Actions")
            } else {
                (format!("{set}-{:05x}-runner-{:05x}", chance.u16(..), chance.u16(..)), "default")
            };
            let length = chance.i64(30..900);
            self.steps.push((at + wait, Step::Start { handle, job, runner, group }));
            let how = if fails && job == 0 { "failure" } else { "success" };
            self.steps.push((at + wait + length, Step::Complete { handle, job, how }));
            end = end.max(at + wait + length);
        }
        end
    }

    /// Lets happen what is due up to an instant. Whether anything is left.
    pub fn tell(&mut self, world: &mut World, until: i64) -> bool {
        while let Some((at, step)) = self.steps.get(self.told).filter(|(at, _)| *at <= until).cloned() {
            self.told += 1;
            self.step(world, at, step);
        }
        self.told < self.steps.len()
    }

    fn step(&mut self, world: &mut World, at: i64, step: Step) {
        match step {
            Step::Trigger { handle, spec } => {
                let Some(handle) = self.handles.get_mut(handle) else { return };
                (handle.run, handle.jobs) = world.trigger(handle.repo, spec, at);
            }
            Step::Rerun { handle, of } => {
                let Some(of) = self.handles.get(of).cloned() else { return };
                let Some(handle) = self.handles.get_mut(handle) else { return };
                handle.run = of.run;
                handle.jobs = world.rerun(of.repo, of.run, at);
            }
            Step::Start { handle, job, runner, group } => {
                let Some(handle) = self.handles.get(handle) else { return };
                let Some(job) = handle.jobs.get(job) else { return };
                world.start_job(handle.repo, handle.run, *job, at, &runner, group);
            }
            Step::Complete { handle, job, how } => {
                let Some(handle) = self.handles.get(handle) else { return };
                let Some(job) = handle.jobs.get(job) else { return };
                world.complete_job(handle.repo, handle.run, *job, at, how);
            }
        }
    }
}

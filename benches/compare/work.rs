//! One fleet, and all that is done with it.

use super::data::data;
use super::equal;
use super::measure::{Result, Runs, account, timed};
use fleetc::check::example::DAY;
use fleetc::compile::{Files, compile};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contestant {
    /// `fleetc check`
    Check,
    /// `fleetc build` into an empty folder
    Build,
    /// `fleetc build` where nothing changed
    Rebuild,
    /// `fleetc diff` against the same fleet in which every tenth pool has another max
    Diff,
    /// `cp -r` of what was built
    Copy,
    /// The same objects of pools by jsonnet
    Jsonnet,
}

impl Contestant {
    /// All, in the order in which they take turns: what one writes, the next ones need.
    pub const ALL: [Self; 6] =
        [Self::Check, Self::Build, Self::Rebuild, Self::Diff, Self::Copy, Self::Jsonnet];

    /// What the report calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Check => "`fleetc check`",
            Self::Build => "`fleetc build`, empty folder",
            Self::Rebuild => "`fleetc build`, nothing changed",
            Self::Diff => "`fleetc diff`, a tenth of the pools changed",
            Self::Copy => "`cp -r` of the output",
            Self::Jsonnet => "jsonnet, objects of pools only",
        }
    }

    /// The folder that must not be there when it starts.
    const fn makes(self) -> Option<&'static str> {
        match self {
            Self::Check | Self::Rebuild | Self::Diff => None,
            Self::Build => Some("out"),
            Self::Copy => Some("copy"),
            Self::Jsonnet => Some("jsonnet"),
        }
    }
}

/// What a contestant came to; none where it could not take part.
pub type Results = Vec<(Contestant, Option<Runs>)>;

/// A contestant that needs longer than this takes one turn only, in seconds.
const PATIENCE: f64 = 20.0;

/// A folder with the fleet file and the data that jsonnet reads.
pub struct Bench {
    folder: PathBuf,
    jsonnet: Option<PathBuf>,
}

/// Folder of the fleet that `fleetc diff` compares with.
const BEFORE: &str = "before";

/// The fleet with one runner less in every tenth pool, where it has more than one.
fn before(text: &str) -> String {
    let mut pools = 0;
    let line = |line: &str| {
        let Some((start, rest)) = line.split_once("max=") else { return format!("{line}\n") };
        pools += 1;
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        match rest[..end].parse::<u32>() {
            Ok(max) if pools % 10 == 1 && max > 1 => format!("{start}max={}{}\n", max - 1, &rest[end..]),
            _ => format!("{line}\n"),
        }
    };
    text.lines().map(line).collect()
}

struct OneFile(String);

impl Files for OneFile {
    fn read(&self, _: &str) -> std::result::Result<String, String> {
        Ok(self.0.clone())
    }
}

impl Bench {
    /// Lays the files out.
    pub fn prepare(folder: &Path, text: &str) -> Result<Self> {
        fs::create_dir_all(folder)?;
        fs::write(folder.join("fleet.kdl"), text)?;
        fs::create_dir_all(folder.join(BEFORE))?;
        fs::write(folder.join(BEFORE).join("fleet.kdl"), before(text))?;
        let run = compile(&OneFile(text.to_owned()), "fleet.kdl", DAY)?;
        let fleet = run.fleet.filter(|_| !run.diagnostics.has_errors()).ok_or("the fleet has errors")?;
        fs::write(folder.join("data.json"), serde_json::to_vec(&data(&fleet))?)?;
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let tools = std::env::var_os("FLEETC_TOOLS").map_or_else(|| root.join(".tools"), PathBuf::from);
        let jsonnet = Some(tools.join("bin/jsonnet")).filter(|program| program.exists());
        if jsonnet.is_none() {
            eprintln!("no jsonnet: `cargo xtask tools jsonnet` installs it");
        }
        Ok(Self { folder: folder.to_owned(), jsonnet })
    }

    /// Lets all take turns.
    pub fn race(&self, rounds: usize) -> Result<Results> {
        let mut results: Results = Contestant::ALL
            .into_iter()
            .map(|contestant| (contestant, self.command(contestant).map(|_| Runs::default())))
            .collect();
        for round in 0..rounds {
            for (contestant, runs) in &mut results {
                let Some((runs, mut command)) = runs.as_mut().zip(self.command(*contestant)) else {
                    continue;
                };
                if round > 0 && runs.wall() > PATIENCE {
                    continue;
                }
                self.clear(*contestant)?;
                runs.add(timed(&mut command)?);
            }
        }
        if self.jsonnet.is_some() {
            equal::same_objects(&self.folder.join("out"), &self.folder.join("jsonnet"))?;
        }
        for (contestant, runs) in &mut results {
            let Some((runs, command)) = runs.as_mut().zip(self.command(*contestant)) else { continue };
            self.clear(*contestant)?;
            account(&command, &self.folder, runs)?;
        }
        Ok(results)
    }

    fn clear(&self, contestant: Contestant) -> Result<()> {
        match contestant.makes().map(|folder| self.folder.join(folder)) {
            Some(folder) if folder.exists() => Ok(fs::remove_dir_all(folder)?),
            _ => Ok(()),
        }
    }

    fn command(&self, contestant: Contestant) -> Option<Command> {
        let program = match contestant {
            Contestant::Check | Contestant::Build | Contestant::Rebuild | Contestant::Diff => {
                Path::new(env!("CARGO_BIN_EXE_fleetc"))
            }
            Contestant::Copy => Path::new("cp"),
            Contestant::Jsonnet => self.jsonnet.as_deref()?,
        };
        let mut command = Command::new(program);
        command.current_dir(&self.folder);
        match contestant {
            Contestant::Check => command.arg("check"),
            Contestant::Build | Contestant::Rebuild => command.arg("build"),
            Contestant::Diff => command.args(["diff", BEFORE]),
            Contestant::Copy => command.args(["-r", "out", "copy"]),
            Contestant::Jsonnet => command
                .args(["-c", "-m", "jsonnet", "-S", "--tla-code-file", "fleet=data.json"])
                .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/jsonnet/fleet.jsonnet")),
        };
        Some(command)
    }
}

//! A job, step by step.

use super::actions::{Actions, Ran, SCRIPT};
use super::commands::{Annotation, Command as Said, said};
use super::expression::{Scope, expand, holds, text_of};
use super::files::{Files, copy};
use super::masks::Masks;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Inputs that the runner fills in by the `action.yml` of actions that are run for real.
const DEFAULTS: [(&str, &str, &str); 5] = [
    ("actions/github-script", "github-token", "no-token"),
    ("actions/github-script", "debug", "false"),
    ("actions/github-script", "user-agent", "actions/github-script"),
    ("actions/github-script", "result-encoding", "json"),
    ("actions/github-script", "retries", "0"),
];

/// A machine on which jobs run, one after the other.
pub struct Runner {
    /// Where actions are found.
    pub actions: Actions,
    /// The checkout that jobs work in.
    pub workspace: PathBuf,
    /// Variables that every step sees.
    pub env: BTreeMap<String, String>,
    /// Folders in front of `PATH`.
    pub path: Vec<PathBuf>,
    /// `github`, `inputs`, `secrets`, `needs`.
    pub contexts: Map<String, Value>,
    folder: tempfile::TempDir,
    steps_run: usize,
}

/// What became of a job.
#[derive(Debug, Default)]
pub struct Done {
    /// Whether no step failed.
    pub succeeded: bool,
    /// Its outputs: those that hold a mask are not among them.
    pub outputs: BTreeMap<String, String>,
    /// Outputs that were dropped since they hold one.
    pub dropped: Vec<String>,
    /// Its log, masked.
    pub log: String,
    /// Findings.
    pub annotations: Vec<Annotation>,
    /// The summary.
    pub summary: String,
    /// Outputs of its steps, by step: what later steps of the job see.
    pub steps: BTreeMap<String, BTreeMap<String, String>>,
    /// Actions that were stood in for or run.
    pub ran: Vec<Ran>,
    /// All that is masked.
    pub masks: Masks,
}

/// A job while it runs.
struct Running {
    done: Done,
    contexts: Map<String, Value>,
    env: BTreeMap<String, String>,
    path: Vec<PathBuf>,
    failed: bool,
}

impl Runner {
    /// A machine with these files as `.github`, working in a folder.
    pub fn new(github: &Path, workspace: &Path) -> Self {
        let mut contexts = Map::new();
        for name in ["github", "inputs", "secrets", "needs"] {
            contexts.insert(name.to_owned(), json!({}));
        }
        Self {
            actions: Actions { own: github.to_owned(), ..Actions::default() },
            workspace: workspace.to_owned(),
            env: BTreeMap::new(),
            path: Vec::new(),
            contexts,
            folder: tempfile::tempdir().expect("a folder"),
            steps_run: 0,
        }
    }

    /// `$RUNNER_TEMP`.
    pub fn temp(&self) -> PathBuf {
        self.folder.path().join("temp")
    }

    /// Runs a job of a workflow.
    pub fn job(&mut self, workflow: &Value, name: &str) -> Done {
        let job = &workflow["jobs"][name];
        assert!(job.is_object(), "there is no job {name}");
        let temp = self.temp();
        std::fs::create_dir_all(&temp).expect("a folder");
        let mut contexts = self.contexts.clone();
        contexts.insert("runner".to_owned(), json!({"temp": temp}));
        contexts.insert("steps".to_owned(), json!({}));
        let mut env = self.env.clone();
        env.insert("RUNNER_TEMP".to_owned(), temp.to_string_lossy().into_owned());
        let mut job_run =
            Running { done: Done::default(), contexts, env, path: self.path.clone(), failed: false };
        for secret in self.contexts["secrets"].as_object().into_iter().flat_map(Map::values) {
            job_run.done.masks.add(&text_of(secret));
        }
        if holds(job["if"].as_str(), &job_run.scope()) {
            self.steps(&job["steps"], &mut job_run);
            for (name, text) in job["outputs"].as_object().into_iter().flatten() {
                let value = expand(text.as_str().expect("a text"), &job_run.scope());
                if job_run.done.masks.hide_in(&value) {
                    job_run.done.dropped.push(name.clone());
                } else if !value.is_empty() {
                    job_run.done.outputs.insert(name.clone(), value);
                }
            }
        }
        job_run.done.succeeded = !job_run.failed;
        job_run.done
    }

    fn steps(&mut self, steps: &Value, job: &mut Running) {
        for step in steps.as_array().expect("steps") {
            if !holds(step["if"].as_str(), &job.scope()) {
                continue;
            }
            let texts = |value: &Value, scope: &Scope<'_>| -> BTreeMap<String, String> {
                let all = value.as_object().into_iter().flatten();
                all.map(|(key, value)| (key.clone(), expand(&text_of(value), scope))).collect()
            };
            let name = expand(step["name"].as_str().unwrap_or("a step"), &job.scope());
            let env = texts(&step["env"], &job.scope());
            let with = texts(&step["with"], &job.scope());
            job.say(&format!("##[group]{name}"));
            for (key, value) in with.iter().chain(&env) {
                job.say(&format!("  {key}: {value}"));
            }
            let outputs = match (step["run"].as_str(), step["uses"].as_str()) {
                (Some(script), None) => {
                    assert_eq!(step["shell"], "bash");
                    assert!(!script.contains("${{"), "an expression in a script: {script}");
                    self.bash(script, env, job)
                }
                (None, Some(uses)) => self.uses(uses, with, env, job),
                _ => panic!("{name} neither runs nor uses"),
            };
            let Some(id) = step["id"].as_str() else { continue };
            if let Some(Value::Object(steps)) = job.contexts.get_mut("steps") {
                steps.insert(id.to_owned(), json!({"outputs": outputs}));
            }
            job.done.steps.insert(id.to_owned(), outputs);
        }
    }

    fn bash(
        &mut self,
        script: &str,
        env: BTreeMap<String, String>,
        job: &mut Running,
    ) -> BTreeMap<String, String> {
        let file = self.folder.path().join(format!("script-{}.sh", self.steps_run));
        std::fs::write(&file, script).expect("the script can be written");
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-eo", "pipefail"]).arg(file);
        self.run(command, env, job)
    }

    fn uses(
        &mut self,
        uses: &str,
        with: BTreeMap<String, String>,
        env: BTreeMap<String, String>,
        job: &mut Running,
    ) -> BTreeMap<String, String> {
        let (action, sha) = uses.split_once('@').unwrap_or((uses, ""));
        if let Some((_, name)) = action.split_once(".github/actions/") {
            let folder = self.actions.own.join("actions").join(name);
            return self.own_action(&folder, with, job);
        }
        if sha == "root" {
            let folder = self.actions.root.clone();
            return self.own_action(&folder, with, job);
        }
        assert_eq!(sha.len(), 40, "{uses} is not pinned");
        job.done.ran.push(Ran { action: action.to_owned(), with: with.clone() });
        if let Some(stand_in) = self.actions.stand_ins.get(action) {
            return match stand_in(&with) {
                Ok(outcome) => {
                    outcome.masks.iter().for_each(|mask| job.done.masks.add(mask));
                    outcome.outputs
                }
                Err(reason) => {
                    job.say(&format!("##[error]{reason}"));
                    job.failed = true;
                    BTreeMap::new()
                }
            };
        }
        let artifacts = self.folder.path().join("artifacts");
        match action {
            "actions/checkout" => BTreeMap::new(),
            "actions/upload-artifact" => {
                copy(Path::new(&with["path"]), &artifacts.join(&with["name"]));
                BTreeMap::new()
            }
            "actions/download-artifact" => {
                copy(&artifacts.join(&with["name"]), &self.workspace.join(&with["path"]));
                BTreeMap::new()
            }
            "actions/github-script" if !self.actions.real.contains_key(action) => {
                let mut command = Command::new("node");
                command.args(["-e", SCRIPT]);
                self.run(command, inputs(&with).chain(env).collect(), job)
            }
            _ => {
                let code = self.actions.real.get(action);
                let mut command = Command::new("node");
                command.arg(code.unwrap_or_else(|| panic!("nothing stands in for {action}")));
                let defaults = DEFAULTS.iter().filter(|(of, ..)| *of == action);
                let defaults = defaults.map(|(_, key, value)| ((*key).to_owned(), (*value).to_owned()));
                let with: BTreeMap<_, _> = defaults.chain(with).collect();
                self.run(command, inputs(&with).chain(env).collect(), job)
            }
        }
    }

    /// An action of the fleet's own: its steps, or its script.
    fn own_action(
        &mut self,
        folder: &Path,
        mut with: BTreeMap<String, String>,
        job: &mut Running,
    ) -> BTreeMap<String, String> {
        let action = super::read(&folder.join("action.yml"));
        let unknown = with.keys().find(|input| action["inputs"].get(input.as_str()).is_none());
        assert_eq!(unknown, None, "{} has no such input", folder.display());
        for (input, declared) in action["inputs"].as_object().into_iter().flatten() {
            let missing = declared["required"] == true && !with.contains_key(input);
            assert!(!missing, "{} needs the input {input}", folder.display());
            with.entry(input.clone()).or_insert_with(|| text_of(&declared["default"]));
        }
        if let Some(main) = action["runs"]["main"].as_str() {
            let mut command = Command::new("node");
            command.arg(folder.join(main));
            return self.run(command, inputs(&with).collect(), job);
        }
        assert_eq!(action["runs"]["using"], "composite");
        // It sees its own inputs and steps, and not the caller's, nor any secret.
        let mut contexts = job.contexts.clone();
        contexts.insert("inputs".to_owned(), json!(with));
        contexts.insert("github".to_owned(), json!({"action_path": folder}));
        contexts.insert("steps".to_owned(), json!({}));
        contexts.remove("secrets");
        contexts.remove("needs");
        let outside = std::mem::replace(&mut job.contexts, contexts);
        self.steps(&action["runs"]["steps"], job);
        let outputs = action["outputs"].as_object().into_iter().flatten();
        let outputs = outputs.map(|(key, output)| {
            (key.clone(), expand(output["value"].as_str().expect("a value"), &job.scope()))
        });
        let outputs = outputs.collect();
        job.contexts = outside;
        outputs
    }

    fn run(
        &mut self,
        mut command: Command,
        env: BTreeMap<String, String>,
        job: &mut Running,
    ) -> BTreeMap<String, String> {
        self.steps_run += 1;
        let files = Files::new(self.folder.path().join(format!("step-{}", self.steps_run)));
        let old = std::env::var_os("PATH").unwrap_or_default();
        let path = job.path.iter().cloned().chain(std::env::split_paths(&old));
        let (mut reader, writer) = std::io::pipe().expect("a pipe");
        command
            .env_clear()
            .env("HOME", self.folder.path())
            .env("PATH", std::env::join_paths(path).expect("a path"))
            .envs(&job.env)
            .envs(files.variables())
            .envs(env)
            .current_dir(&self.workspace)
            .stdin(std::process::Stdio::null())
            .stdout(writer.try_clone().expect("a second writer"))
            .stderr(writer);
        let mut child = command.spawn().expect("the step starts");
        // It holds the writers, and the pipe ends when the last one is gone.
        drop(command);
        let mut text = String::new();
        reader.read_to_string(&mut text).expect("a step prints text");
        let status = child.wait().expect("the step ends");
        for line in text.lines() {
            match said(line) {
                Some(Said::Mask(value)) => job.done.masks.add(&value),
                Some(Said::Annotation(found)) => {
                    job.say(&format!("##[{}]{}", found.level, found.message));
                    job.done.annotations.push(found);
                }
                Some(Said::Other) => {}
                None => job.say(line),
            }
        }
        if !status.success() {
            job.say(&format!("##[error]Process completed with exit code {}.", status.code().unwrap_or(-1)));
            job.failed = true;
        }
        job.env.extend(files.pairs("GITHUB_ENV"));
        let new: Vec<_> = files.text("GITHUB_PATH").lines().map(PathBuf::from).collect();
        job.path.splice(0..0, new);
        job.done.summary.push_str(&files.text("GITHUB_STEP_SUMMARY"));
        files.pairs("GITHUB_OUTPUT")
    }
}

/// Inputs as an action of node gets them.
fn inputs(with: &BTreeMap<String, String>) -> impl Iterator<Item = (String, String)> {
    with.iter().map(|(key, value)| (format!("INPUT_{}", key.replace(' ', "_").to_uppercase()), value.clone()))
}

impl Running {
    fn scope(&self) -> Scope<'_> {
        Scope { contexts: &self.contexts, failed: self.failed }
    }

    /// A line of the log, as people see it.
    fn say(&mut self, line: &str) {
        let line = self.done.masks.mask(line);
        self.done.log.push_str(&line);
        self.done.log.push('\n');
    }
}

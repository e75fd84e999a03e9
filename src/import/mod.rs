//! Values of the official chart, manifests and live resources, to a fleet file that compiles to equivalent objects.
//!
//! Each set is brought into the one form in which the cluster has it: values by a model of the chart ([`values`]), objects
//! without what the controller wrote ([`live`]). [`pool`] says it in the words of the language. The fleet is compiled, what
//! its objects lack becomes a patch ([`difference`]), and the finished fleet is compared with the sets again: what is
//! reported is what that comparison found.

mod cache;
mod companions;
mod difference;
mod documents;
mod factor;
mod fleet;
mod hardware;
mod hook_files;
mod ignored;
mod kdl;
mod live;
mod normal;
mod note;
mod patches;
mod pool;
mod set;
mod values;
mod values_pod;
mod variables;

pub use difference::{Comparison, Difference};
pub use note::{Kind, Note};

use crate::compile::{Compilation, Files, compile};
use crate::contract::arc;
use crate::contract::runner::Day;
use crate::diagnostic::Severity;
use crate::language::value::Version;
use crate::syntax::Sources;
use fleet::Draft;
use live::Surroundings;
use serde_json::Value as Json;
use set::Set;
use values::Release;

/// How an import is to be done.
#[derive(Clone, Debug)]
pub struct Options {
    /// Name of the fleet.
    pub name: String,
    /// Namespace of sets that name none.
    pub namespace: String,
    /// Release of ARC; that of the sets, or the newest, where it is absent.
    pub arc: Option<Version>,
    /// Path that messages name the fleet file by.
    pub path: String,
    /// The day that releases are judged as of.
    pub today: Day,
}

/// What a set became.
#[derive(Clone, Debug)]
pub struct Pool {
    /// Its name.
    pub name: String,
    /// Where the set was read: `values.yaml:1`.
    pub line: String,
    /// How the emitted AutoscalingRunnerSet differs from it.
    pub runner_set: Comparison,
    /// How the template of its jobs' pods differs from it, where it had one.
    pub hook_template: Option<Comparison>,
    /// Fields that a patch gives.
    pub patched: usize,
    /// Rules that find an error in what it was, by code.
    pub lowered: Vec<String>,
}

/// An import.
pub struct Imported {
    /// The fleet file.
    pub text: String,
    /// What each set became, in the order of the input.
    pub pools: Vec<Pool>,
    /// Rules about the fleet as a whole that find an error in what it was, by code.
    pub lowered: Vec<String>,
    /// What else is to be said.
    pub notes: Vec<Note>,
    /// The compiled fleet.
    pub run: Compilation,
}

struct Written<'a>(&'a str, &'a str);

impl Files for Written<'_> {
    fn read(&self, path: &str) -> Result<String, String> {
        if path == self.0 { Ok(self.1.to_owned()) } else { Err("there is no such file".to_owned()) }
    }
}

/// Imports files: their paths, as messages name them, and their texts.
///
/// # Errors
/// There is no set in them; why.
pub fn import(inputs: &[(String, String)], options: &Options) -> Result<Imported, String> {
    let mut sources = Sources::default();
    let ids: Vec<_> = inputs.iter().map(|(path, text)| sources.add(path.as_str(), text.as_str())).collect();
    let mut notes = Vec::new();
    let documents = documents::read(&sources, &ids, &mut notes);
    let mut around = Surroundings::default();
    let mut sets = live::sets(&documents, &mut around, &sources, &mut notes);
    let chart = options.arc.or(around.arc).unwrap_or(arc::LATEST.version);
    let arc = release(chart, &mut notes);
    for document in &documents {
        let below = document.kind().is_none().then(|| document.below("gha-runner-scale-set")).flatten();
        let document = below.as_ref().unwrap_or(document);
        if document.kind().is_some() {
            continue;
        }
        let line = document.line(&sources, &[]);
        if !values::are_values(document) {
            let said = "it is neither an object of Kubernetes nor values of gha-runner-scale-set";
            notes.push(Note::new(Kind::NotCarried, line, said));
            continue;
        }
        let account = |field: &str| document.json.pointer(&format!("/controllerServiceAccount/{field}"));
        let named = account("namespace").and_then(Json::as_str).zip(account("name").and_then(Json::as_str));
        around.controller =
            around.controller.or(named.map(|(space, name)| (space.to_owned(), name.to_owned())));
        let stem = stem(&sources.get(document.source).path);
        let release = Release { name: &stem, namespace: &options.namespace, arc: chart };
        match values::render(document, &release, &sources, &mut notes) {
            Ok(set) => sets.push(set),
            Err(reason) => notes.push(Note::new(Kind::NotCarried, line, format!("set {stem:?}: {reason}"))),
        }
    }
    sets.sort_by(|a, b| a.name.cmp(&b.name));
    sets.dedup_by(|again, first| {
        let twins = again.name == first.name;
        if twins {
            let said =
                format!("a second set is called {:?}: pools of a fleet have names of their own", again.name);
            notes.push(Note::new(Kind::NotCarried, again.line.clone(), said));
        }
        twins
    });
    companions::of_live(&mut sets, &around);
    hook_files::find(&mut sets, &around, &mut notes);
    hook_files::others(&sets, &around, &mut notes);
    for set in &mut sets {
        let secret = set.runner_set.pointer("/spec/githubConfigSecret").and_then(Json::as_str).unwrap_or("");
        let keys = around.secrets.get(&(set.namespace.clone(), secret.to_owned()));
        set.token = set.token.or(keys.map(|keys| keys.iter().any(|key| key == "github_token")));
    }
    if sets.is_empty() {
        let lost = notes.iter().filter(|note| note.kind == Kind::NotCarried);
        let why: String = lost.map(|note| format!("\n  {}: {}", note.line, note.text)).collect();
        return Err(format!("there is no runner set in the input{why}"));
    }
    finish(&sets, &around, arc, options, notes)
}

/// The release of ARC that the fleet is for.
fn release(wanted: Version, notes: &mut Vec<Note>) -> Version {
    if arc::release(wanted).is_some() {
        return wanted;
    }
    let same =
        |known: &&arc::Release| (known.version.major, known.version.minor) == (wanted.major, wanted.minor);
    let near = arc::RELEASES.iter().rfind(same).unwrap_or(&arc::LATEST).version;
    let said = format!(
        "the sets are of ARC {wanted}, which fleetc does not know: the fleet is for {near}, and the controller has to be of \
         that release when it is applied"
    );
    notes.push(Note::new(Kind::Changed, "", said));
    near
}

/// The name of a release, where Helm was not asked: the file's.
fn stem(path: &str) -> String {
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = file.strip_suffix(".yaml").or_else(|| file.strip_suffix(".yml")).unwrap_or(file);
    let short = stem.strip_prefix("values-").or_else(|| stem.strip_suffix("-values")).unwrap_or(stem);
    match short {
        "values" => path.rsplit('/').nth(1).filter(|folder| !folder.is_empty()).unwrap_or(short).to_owned(),
        short => short.to_owned(),
    }
}

fn finish(
    sets: &[Set],
    around: &Surroundings,
    arc: Version,
    options: &Options,
    mut notes: Vec<Note>,
) -> Result<Imported, String> {
    let mut draft = Draft::new(&options.name, sets, around, arc);
    unknowns(sets, around, &draft, &options.path, &mut notes);
    let compiled = |draft: &Draft| {
        let text = draft.text();
        let run = compile(&Written(&options.path, &text), &options.path, options.today);
        run.map(|run| (text, run))
    };
    let (_, first) = compiled(&draft)?;
    let patched = patches::add(&mut draft, sets, &first);
    let (mut text, mut run) = compiled(&draft)?;
    let (mut lowered, mut of_fleet) = (vec![Vec::new(); sets.len()], Vec::new());
    // An error that is lowered may lay others bare: rules look at what others left.
    for _ in 0..3 {
        if !patches::lower(&mut draft, sets, &run, &mut lowered, &mut of_fleet) {
            break;
        }
        (text, run) = compiled(&draft)?;
    }
    let pools = sets.iter().zip(patched).zip(lowered).map(|((set, patched), lowered)| {
        let (runner_set, hook_template) = patches::compared(set, &run);
        Pool { name: set.name.clone(), line: set.line.clone(), runner_set, hook_template, patched, lowered }
    });
    let pools = pools.collect();
    notes.sort();
    notes.dedup();
    Ok(Imported { text, pools, lowered: of_fleet, notes, run })
}

/// What the input does not say.
fn unknowns(sets: &[Set], around: &Surroundings, draft: &Draft, path: &str, notes: &mut Vec<Note>) {
    let mut note = |text: String| notes.push(Note::new(Kind::Unknown, path, text));
    for class in &draft.uncounted {
        note(format!(
            "how many machines of class {class:?} there are, and of which size: without `nodes` capacity is not proved; \
             `kubectl get nodes -o yaml` in the input says it"
        ));
    }
    if around.controller.is_none() {
        note(
            "the ServiceAccount of ARC's controller: `controller service-account=` names it where it is not \
             arc-systems/arc-gha-rs-controller"
                .to_owned(),
        );
    }
    if sets.iter().any(|set| set.token.is_none()) {
        note(
            "whether Secrets hold a GitHub App or a token: `app-secret=` is assumed, `token-secret=` says otherwise".to_owned(),
        );
    }
}

impl Imported {
    /// Whether every set became what it was: nothing of it is lost or another value.
    pub fn is_equivalent(&self) -> bool {
        !self.run.diagnostics.iter().any(|found| found.severity == Severity::Error)
            && self.pools.iter().all(|pool| {
                let hook = pool.hook_template.iter();
                hook.chain([&pool.runner_set]).all(|found| found.lost().next().is_none())
            })
    }
}

//! Files as they were in a revision of Git, read by running `git`.

use crate::compile::Files;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Branches that changes are merged into, where nobody says another.
const MAIN: [&str; 5] = ["origin/HEAD", "origin/main", "origin/master", "main", "master"];

/// A commit of the repository that the fleet file lies in.
pub struct Commit {
    /// The folder of the fleet file, as the command line names it.
    folder: PathBuf,
    /// The commit's full number.
    number: String,
    /// How people named it.
    name: String,
}

impl Commit {
    /// The commit of a revision.
    pub fn of(folder: &Path, revision: &str) -> Result<Self, String> {
        let spec = format!("{revision}^{{commit}}");
        let output = git(folder, &["rev-parse", "--verify", "--quiet", "--end-of-options", &spec])?;
        let number = text(&output.stdout);
        if !output.status.success() || number.is_empty() {
            return Err(format!(
                "there is no revision \"{revision}\" here, nor a file or folder of that name; `git fetch` gets branches of others, and a checkout in a workflow needs `fetch-depth: 0`"
            ));
        }
        Ok(Self { folder: folder.to_owned(), number, name: revision.to_owned() })
    }

    /// Where the present branch left the main one.
    pub fn merge_base(folder: &Path) -> Result<Self, String> {
        inside(folder)?;
        for main in MAIN {
            let Ok(of_main) = Self::of(folder, main) else { continue };
            let output = git(folder, &["merge-base", "HEAD", &of_main.number])?;
            let number = text(&output.stdout);
            if output.status.success() && !number.is_empty() {
                return Ok(Self { folder: folder.to_owned(), number, name: main.to_owned() });
            }
        }
        Err(format!(
            "no commit is common to HEAD and one of {}; name what to compare with: `fleetc diff REVISION`, or a folder or file. A checkout in a workflow needs `fetch-depth: 0`",
            MAIN.join(", ")
        ))
    }

    /// Its name and the start of its number.
    pub fn title(&self) -> String {
        if self.is_number() { self.short().to_owned() } else { format!("{} ({})", self.name, self.short()) }
    }

    /// What stands in front of the names of its files, as Git writes it.
    pub fn mark(&self) -> String {
        format!("{}:", if self.is_number() { self.short() } else { &self.name })
    }

    /// Whether people named it by its number.
    fn is_number(&self) -> bool {
        self.number.starts_with(&self.name)
    }

    fn short(&self) -> &str {
        self.number.get(..7).unwrap_or(&self.number)
    }

    /// Whether it has a file.
    pub fn has(&self, path: &str) -> Result<bool, String> {
        Ok(git(&self.folder, &["cat-file", "-e", &self.object(path)])?.status.success())
    }

    /// A path as Git finds it from the fleet file's folder.
    fn object(&self, path: &str) -> String {
        let path = Path::new(path);
        let path = path.strip_prefix(&self.folder).unwrap_or(path);
        format!("{}:./{}", self.number, path.to_string_lossy().replace('\\', "/"))
    }
}

impl Files for Commit {
    fn read(&self, path: &str) -> Result<String, String> {
        let output = git(&self.folder, &["cat-file", "blob", &self.object(path)])?;
        if !output.status.success() {
            return Err(format!("it is not in {}", self.title()));
        }
        String::from_utf8(output.stdout).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            format!("it is not UTF-8: the byte at {at} is no part of a character")
        })
    }
}

/// Says why where a folder is in no repository.
pub fn inside(folder: &Path) -> Result<(), String> {
    let output = git(folder, &["rev-parse", "--show-prefix"])?;
    if output.status.success() {
        return Ok(());
    }
    let shown =
        if folder == Path::new(".") { "this folder".to_owned() } else { folder.display().to_string() };
    let reason = text(&output.stderr);
    let reason = reason.lines().next().unwrap_or_default();
    Err(format!(
        "{shown} is in no Git repository that can be read ({reason}); name what to compare with: a folder or a file"
    ))
}

fn git(folder: &Path, arguments: &[&str]) -> Result<Output, String> {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(arguments);
    command
        .output()
        .map_err(|error| format!("can't run git: {error}; name a folder or a file to compare with"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}

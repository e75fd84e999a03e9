//! What commands that edit a fleet file have in common: they show the change, and write it where it does no harm.

use super::{Exit, Format, Global, disk, report};
use crate::compile::Compilation;
use crate::edit::{Draft, judge};
use clap::Args;
use serde_json::json;
use similar::TextDiff;
use std::path::Path;

#[derive(Args, Clone, Copy)]
pub struct Writing {
    /// Show the change and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Write the change even if the fleet no longer compiles
    #[arg(long)]
    force: bool,
}

/// Only a file that can be read in full is edited: what was meant by the rest is not known.
pub fn readable(global: &Global, draft: &Draft<'_>) -> Result<(), Exit> {
    let tree =
        draft.tree().map_err(|reason| Exit::Failed(format!("can't read {}: {reason}", draft.path())))?;
    if !tree.diagnostics.has_errors() {
        return Ok(());
    }
    let mut run =
        Compilation { sources: tree.sources, diagnostics: tree.diagnostics, ..Compilation::default() };
    run.diagnostics.settle();
    report::findings(global, &run)?;
    Err(Exit::Wrong)
}

/// Shows and writes what was changed.
pub fn finish(global: &Global, draft: &Draft<'_>, notes: &[String], writing: Writing) -> Exit {
    let today = match disk::today(global) {
        Ok(today) => today,
        Err(reason) => return Exit::Failed(reason),
    };
    let worse = match judge::worse(&disk::Disk, draft, today) {
        Ok(worse) => worse,
        Err(reason) => return Exit::Failed(reason),
    };
    let changed: Vec<_> = draft.changed().collect();
    let human = global.format == Format::Human;
    let refused = worse.is_some() && !writing.force;
    let writes = !writing.dry_run && !refused && !changed.is_empty();
    if let (Some(run), true) = (&worse, human)
        && let Err(exit) = report::findings(global, run)
    {
        return exit;
    }
    if human {
        for file in &changed {
            let diff = TextDiff::from_lines(&file.before, &file.after);
            let text = diff.unified_diff().context_radius(1).header(&file.path, &file.path).to_string();
            report::say(text.trim_end());
        }
        notes.iter().for_each(|note| report::say(format_args!("note: {note}")));
        if changed.is_empty() {
            report::say("nothing to change: the file says so already");
        }
    } else {
        let file = |file: &&crate::edit::ChangedFile| {
            let diff = TextDiff::from_lines(&file.before, &file.after);
            let text = diff.unified_diff().context_radius(1).header(&file.path, &file.path).to_string();
            json!({"path": file.path, "diff": text})
        };
        let errors = worse.iter().flat_map(|run| run.diagnostics.iter());
        let errors: Vec<_> = errors
            .map(|found| json!({"code": found.code, "message": found.message, "help": found.help}))
            .collect();
        report::say(json!({
            "written": writes,
            "files": changed.iter().map(file).collect::<Vec<_>>(),
            "notes": notes,
            "errors": errors,
        }));
    }
    if refused {
        if human {
            eprintln!(
                "nothing is written: the fleet would no longer compile; --force writes it all the same"
            );
        }
        return Exit::Wrong;
    }
    if writes {
        for file in changed {
            let written = disk::replace(Path::new(&file.path), &file.after);
            if let Err(error) = written {
                return Exit::Failed(format!("can't write {}: {error}", file.path));
            }
        }
    } else if human && writing.dry_run && !changed.is_empty() {
        report::say("nothing is written: this is a dry run");
    }
    Exit::Fine
}

//! Who can do what in a fleet.

use super::super::{Exit, Format, Global, disk, report};
use super::Options;
use crate::compile::Compilation;
use crate::language::suggest::nearest;
use crate::syntax::Sources;
use crate::vault::access::{self, AccessMatrix};
use crate::vault::{Acl, Operation, Verdict};
use serde_json::{Value, json};
use std::path::Path;

/// Answers for the fleet that the command line names.
pub fn run(global: &Global, options: &Options) -> Exit {
    let run = match disk::load(global) {
        Ok(run) => run,
        Err(reason) => return Exit::Failed(reason),
    };
    let Some(fleet) = &run.fleet else {
        return report::findings(global, &run).err().unwrap_or(Exit::Wrong);
    };
    let mut matrix = access::matrix(fleet);
    if let Some(role) = &options.role {
        if let Err(reason) = only(&mut matrix, role) {
            return Exit::Failed(reason);
        }
    }
    if !options.path.is_empty() {
        return paths(global, options, &run, &matrix);
    }
    if let Some(path) = &options.svg {
        return draw(global, path, &matrix);
    }
    if global.format == Format::Json {
        report::say(json!(matrix));
        return Exit::Fine;
    }
    if options.role.is_some() {
        for server in &matrix.servers {
            for role in &server.roles {
                report::say(access::role_table(server, role).trim_end());
            }
        }
    } else {
        report::say(access::matrix_table(&matrix).trim_end());
    }
    Exit::Fine
}

/// Leaves one role in the matrix, by its name in the file or at the server.
fn only(matrix: &mut AccessMatrix, role: &str) -> Result<(), String> {
    let names: Vec<_> =
        matrix.servers.iter().flat_map(|server| &server.roles).map(|known| known.role.clone()).collect();
    for server in &mut matrix.servers {
        server.roles.retain(|known| known.role == role || known.name == role);
    }
    if matrix.servers.iter().any(|server| !server.roles.is_empty()) {
        matrix.servers.retain(|server| !server.roles.is_empty());
        return Ok(());
    }
    let near = nearest(role, names.iter().map(String::as_str));
    let hint = near.map_or_else(String::new, |near| format!("; did you mean \"{near}\"?"));
    Err(format!("there is no role \"{role}\"{hint}"))
}

fn draw(global: &Global, path: &Path, matrix: &AccessMatrix) -> Exit {
    if let Err(error) = std::fs::write(path, access::picture(matrix)) {
        return Exit::Failed(format!("can't write {}: {error}", path.display()));
    }
    if global.format == Format::Human {
        report::say(format_args!("wrote {}", path.display()));
    }
    Exit::Fine
}

/// What each role may do at paths of the API.
fn paths(global: &Global, options: &Options, run: &Compilation, matrix: &AccessMatrix) -> Exit {
    let operation = options.op.map(Operation::from);
    let (mut answers, mut granted) = (Vec::new(), false);
    for path in &options.path {
        if global.format != Format::Json {
            report::say(path);
        }
        let width = matrix.servers.iter().flat_map(|server| &server.roles).map(|role| role.role.len()).max();
        for server in &matrix.servers {
            for role in &server.roles {
                let acl = role.acl();
                let answer = super::policies::ask(&acl, path, operation, &run.sources);
                granted |= answer.verdict != Verdict::Denied;
                if global.format == Format::Json {
                    let mut value = answer.json(path);
                    if let Value::Object(map) = &mut value {
                        map.insert("server".to_owned(), json!(server.server));
                        map.insert("role".to_owned(), json!(role.role));
                        map.insert("unknown_policies".to_owned(), json!(role.unknown_policies));
                    }
                    answers.push(value);
                } else {
                    let name = format!("{:<width$}", role.role, width = width.unwrap_or(0));
                    answer.print(&format!("  {name}  "));
                }
            }
        }
    }
    if global.format == Format::Json {
        report::say(Value::Array(answers));
    }
    if operation.is_some() && !granted { Exit::Wrong } else { Exit::Fine }
}

/// `FILE:LINE` of the rules that decide, where they are written in a file.
pub fn places(acl: &Acl<'_>, path: &str, operation: Option<Operation>, sources: &Sources) -> Vec<String> {
    let decided = match operation {
        Some(operation) => acl.answer(path, operation).decided_by,
        None => acl.deciding(path),
    };
    let rules = decided.iter().flat_map(|joined| &joined.sources);
    let written = rules.filter(|source| source.policy.name != crate::vault::builtin::DEFAULT_NAME);
    written.map(|source| sources.line_of(source.rule.span)).collect()
}

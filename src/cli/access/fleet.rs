//! Who can do what in a fleet.

use super::super::{Exit, Format, Global, disk, report};
use super::Options;
use crate::compile::Compilation;
use crate::language::suggest::nearest;
use crate::syntax::Sources;
use crate::vault::access::{self, AccessMatrix, Deed, Grade, SecretPath, ServerAccess};
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
    if run.diagnostics.has_errors() && global.format == Format::Human {
        eprintln!(
            "{} has errors, and what has one is not in this answer: see `fleetc check`",
            disk::name(global)
        );
    }
    let mut matrix = access::matrix(fleet);
    if let Some(role) = &options.role
        && let Err(reason) = only(&mut matrix, role)
    {
        return Exit::Failed(reason);
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

/// What each role may do at paths: with a secret where it is the path of one, else at a path of the API.
fn paths(global: &Global, options: &Options, run: &Compilation, matrix: &AccessMatrix) -> Exit {
    let operation = options.op.map(Operation::from);
    let (mut answers, mut granted) = (Vec::new(), false);
    for path in &options.path {
        let secrets: Vec<_> = matrix
            .servers
            .iter()
            .filter_map(|server| {
                Some((server, server.secrets.iter().find_map(|secret| secret.covering(path))?))
            })
            .collect();
        for (server, secret) in &secrets {
            granted |= with_secret(global, operation, server, secret, &mut answers);
        }
        if secrets.is_empty() {
            granted |= at_path(global, operation, run, matrix, path, &mut answers);
        }
    }
    if global.format == Format::Json {
        report::say(Value::Array(answers));
    }
    if operation.is_some() && !granted { Exit::Wrong } else { Exit::Fine }
}

/// Whether anybody can do this with a secret, which is said.
fn with_secret(
    global: &Global,
    operation: Option<Operation>,
    server: &ServerAccess,
    secret: &SecretPath,
    answers: &mut Vec<Value>,
) -> bool {
    let asked = |deed: Deed| operation.is_none_or(|operation| operation.to_string() == deed.as_str());
    let mut granted = false;
    if global.format != Format::Json {
        report::say(access::secret_table(server, secret).trim_end());
    }
    for role in &server.roles {
        let deeds = secret.cells(&role.acl());
        granted |= deeds.iter().any(|cell| asked(cell.deed) && cell.grade != Grade::No);
        answers.push(json!({
            "secret": secret.name, "path": secret.path, "server": server.server, "role": role.role,
            "deeds": deeds, "unknown_policies": role.unknown_policies,
        }));
    }
    granted
}

/// Whether anybody can do this at a path of the API, which is said.
fn at_path(
    global: &Global,
    operation: Option<Operation>,
    run: &Compilation,
    matrix: &AccessMatrix,
    path: &str,
    answers: &mut Vec<Value>,
) -> bool {
    if global.format != Format::Json {
        report::say(path);
    }
    let mut granted = false;
    let roles =
        || matrix.servers.iter().flat_map(|server| server.roles.iter().map(move |role| (server, role)));
    let width = roles().map(|(_, role)| role.role.len()).max().unwrap_or(0);
    for (server, role) in roles() {
        let acl = role.acl();
        let answer = super::policies::ask(&acl, path, operation, &run.sources);
        granted |= answer.verdict != Verdict::Denied;
        if global.format != Format::Json {
            answer.print(&format!("  {:<width$}  ", role.role));
        }
        let mut value = answer.json(path);
        if let Value::Object(map) = &mut value {
            map.insert("server".to_owned(), json!(server.server));
            map.insert("role".to_owned(), json!(role.role));
            map.insert("unknown_policies".to_owned(), json!(role.unknown_policies));
        }
        answers.push(value);
    }
    granted
}

/// `FILE:LINE` of the rules that decide, where they are written in a file.
pub fn places(acl: &Acl<'_>, path: &str, operation: Option<Operation>, sources: &Sources) -> Vec<String> {
    let decided = match operation {
        Some(operation) => acl.answer(path, operation).decided_by,
        None => acl.deciding(path),
    };
    let rules = decided.iter().flat_map(|joined| &joined.sources);
    let written = rules.filter(|source| !crate::vault::builtin::is_built_in(source));
    written.map(|source| sources.line_of(source.rule.span)).collect()
}

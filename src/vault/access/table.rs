//! The matrix as text.

use super::deed::{Deed, Grade};
use super::subject::Subject;
use super::{AccessMatrix, Cell, SecretPath, ServerAccess};
use std::fmt::Write;

/// Every secret, and who can do what with it.
pub fn matrix_table(matrix: &AccessMatrix) -> String {
    let mut out = String::new();
    for server in &matrix.servers {
        heading(&mut out, server);
        for secret in &server.secrets {
            out.push('\n');
            out.push_str(&secret_table(server, secret));
        }
        notes(&mut out, server);
    }
    if matrix.servers.is_empty() {
        out.push_str("the fleet has no `vault`\n");
    }
    out
}

/// Who can do what with one secret, which may be one of a family.
pub fn secret_table(server: &ServerAccess, secret: &SecretPath) -> String {
    let mut rows = vec![head("role")];
    for role in &server.roles {
        let cells = secret.cells(&role.acl());
        if cells.iter().any(|cell| cell.grade != Grade::No) {
            rows.push(row(&role.role, &cells));
        }
    }
    let mut out = format!("{}  {}\n", secret.name, secret.path);
    if rows.len() == 1 {
        out.push_str("  nobody\n");
    } else {
        columns(&mut out, &rows);
    }
    out
}

/// A role: who may log in, and all that it reaches.
pub fn role_table(server: &ServerAccess, role: &Subject) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "role {} (\"{}\" at auth/{})", role.role, role.name, role.auth);
    let policies = if role.policies.is_empty() { "none".to_owned() } else { role.policies.join(", ") };
    let mut facts = vec![vec!["admits".to_owned(), role.admits.join(", ")]];
    facts.extend(role.conditions.iter().map(|(claim, values)| vec![claim.clone(), values.join(" or ")]));
    facts.push(vec!["policies".to_owned(), policies]);
    columns(&mut out, &facts);
    let mut rows = vec![head("secret")];
    let reached = role.secrets.iter().filter(|access| !access.is_none());
    rows.extend(reached.map(|access| row(&access.secret, &access.deeds)));
    if rows.len() > 1 {
        out.push('\n');
        columns(&mut out, &rows);
    }
    if !role.reaches.is_empty() {
        out.push_str("\n  rules\n");
    }
    let width = role.reaches.iter().map(|reach| reach.path.chars().count()).max().unwrap_or(0);
    for reach in &role.reaches {
        let _ = write!(out, "  {:<width$}  {}", reach.path, reach.capabilities);
        if let Some(other) = &reach.shadowed_by {
            let _ = write!(out, " (decided by {other})");
        }
        out.push('\n');
        for condition in &reach.conditions {
            let _ = writeln!(out, "  {:<width$}    if {condition}", "");
        }
    }
    if !role.unknown_policies.is_empty() {
        let _ = writeln!(
            out,
            "\n  not known: what {} grants on {}",
            role.unknown_policies.join(", "),
            server.server
        );
    }
    out
}

fn heading(out: &mut String, server: &ServerAccess) {
    if !out.is_empty() {
        out.push('\n');
    }
    let _ = writeln!(out, "server {} ({}), {}", server.server, server.flavour, server.url);
}

fn notes(out: &mut String, server: &ServerAccess) {
    for role in server.roles.iter().filter(|role| !role.unknown_policies.is_empty()) {
        let policies = role.unknown_policies.join(", ");
        let _ = writeln!(out, "\nnot known: what {policies} grants role {}", role.role);
    }
}

/// How far, in a table.
pub(super) const fn mark(grade: Grade) -> &'static str {
    match grade {
        Grade::No => "-",
        Grade::Partly => "some",
        Grade::Conditional => "if",
        Grade::Yes => "yes",
    }
}

fn head(first: &str) -> Vec<String> {
    std::iter::once(first.to_owned()).chain(Deed::ALL.map(|deed| deed.to_string())).collect()
}

fn row(name: &str, cells: &[Cell]) -> Vec<String> {
    let mark = |deed: Deed| {
        let cell = cells.iter().find(|cell| cell.deed == deed);
        // What the version of a store has not is left empty.
        cell.map_or_else(String::new, |cell| mark(cell.grade).to_owned())
    };
    std::iter::once(name.to_owned()).chain(Deed::ALL.map(mark)).collect()
}

/// Writes rows with columns as wide as their widest cell.
fn columns(out: &mut String, rows: &[Vec<String>]) {
    let mut widths = Vec::new();
    for row in rows {
        widths.resize(row.len().max(widths.len()), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(line, "  {cell:<width$}");
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

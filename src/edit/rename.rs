//! `fleetc rename`: another name for a node, where it is declared and where it is named.

use super::draft::{Draft, Edit, Tree};
use super::order::ROOT;
use super::spell;
use crate::language::spec::{FieldKind, FieldSpec, Holds, NodeSpec};
use crate::language::suggest::{nearest, one_of};
use crate::language::value::{Text, Value};
use crate::syntax::{Node, Scalar, Spanned};
use std::collections::BTreeSet;

/// What a new name does in the cluster or at GitHub, by the word that is renamed.
const EFFECTS: &[(&str, &str)] = &[
    (
        "pool",
        "a pool of a new name is a new scale set: jobs whose `runs-on` says the old name stay queued until their workflows \
         name the new one, and the runners of the old one are drained",
    ),
    (
        "namespace",
        "everything in it is made anew: Secrets and claims in it have to be there under the new name first",
    ),
    ("runner-group", "GitHub knows the group by its name: rename it there too, or pools never register"),
    ("cluster", "its folder of the output gets another name, and so do its Argo CD Applications"),
    ("cache", "volumes of pods get another name: runners of its pools are rolled"),
    ("priority", "the PriorityClass is made anew, and the runners of its pools are rolled"),
    ("role", "logins under the old name fail from the next reconciliation on"),
    ("auth", "it is a mount path at the server: the method has to be mounted there"),
    ("policy", "the policy is written under its new name, and the old one is deleted"),
];

/// Words whose names may be used without a node that declares them.
const UNDECLARED: [&str; 2] = ["namespace", "runner-group"];

/// Suffixes of names that are made from a pool's.
const DERIVED: [&str; 5] =
    ["", "-gha-rs-manager", "-gha-rs-kube-mode", "-gha-rs-no-permission", "-hook-template"];

/// Words whose nodes other nodes name.
pub fn kinds() -> BTreeSet<&'static str> {
    fn collect(spec: &'static NodeSpec, kinds: &mut BTreeSet<&'static str>) {
        for field in spec.fields {
            kinds.extend(field.refers);
            if let Holds::Node(child) = field.holds {
                collect(child, kinds);
            }
        }
    }
    let mut kinds = BTreeSet::new();
    collect(&ROOT, &mut kinds);
    kinds
}

/// Leaves a name behind that a pool had: `fleetc lint` then says which pool to use instead.
///
/// # Errors
/// The name is retired already, or can't be.
pub fn retire(draft: &mut Draft<'_>, old: &str, new: &str) -> Result<(), String> {
    let path = super::path::join(["retired", old, "use"]);
    super::set(draft, &path, new, super::Options { create: true, ..super::Options::default() }).map(|_| ())
}

/// Renames the node of a kind. What there is to say beside the change itself comes back.
///
/// # Errors
/// There is no such kind or no such name.
pub fn rename(draft: &mut Draft<'_>, kind: &str, old: &str, new: &str) -> Result<Vec<String>, String> {
    let kinds = kinds();
    let Some(kind) = kinds.get(kind).copied() else {
        let near = nearest(kind, kinds.iter().copied());
        let hint = near.map_or_else(
            || format!("it can be {}", one_of(kinds.iter().copied())),
            |near| format!("did you mean `{near}`?"),
        );
        return Err(format!("`{kind}` is nothing that others name; {hint}"));
    };
    let tree = draft.tree()?;
    let mut found = Found {
        kind,
        old,
        new,
        tree: &tree,
        edits: Vec::new(),
        declared: Vec::new(),
        texts: Vec::new(),
        known: Vec::new(),
    };
    found.visit(&ROOT, &tree.nodes);
    match found.declared.len() {
        // These need not be declared: a namespace is made because the fleet names it, and a group is at GitHub.
        0 if UNDECLARED.contains(&kind) && !found.edits.is_empty() => {}
        0 => {
            let near = nearest(old, found.known.iter().map(String::as_str));
            let hint = near.map_or_else(String::new, |near| format!("; did you mean {near:?}?"));
            return Err(format!("there is no {kind} {old:?}{hint}"));
        }
        1 => {}
        _ => {
            return Err(format!(
                "{kind} {old:?} is declared at {}: edit the file by hand",
                found.declared.join(" and ")
            ));
        }
    }
    let mut notes = Vec::new();
    if old != new {
        notes
            .extend(EFFECTS.iter().filter(|(word, _)| *word == kind).map(|(_, effect)| (*effect).to_owned()));
        let said = |(line, word): &(String, &str)| {
            format!("{line}: `{word}` says {old:?} in a text, which is left as it is")
        };
        notes.extend(found.texts.iter().map(said));
    }
    let edits = std::mem::take(&mut found.edits);
    draft.apply(&tree.sources, edits);
    Ok(notes)
}

struct Found<'t, 'a> {
    kind: &'static str,
    old: &'a str,
    new: &'a str,
    tree: &'t Tree,
    edits: Vec<Edit>,
    /// Lines of declarations.
    declared: Vec<String>,
    /// Lines of texts that say the name, and the word around.
    texts: Vec<(String, &'t str)>,
    /// Names that are declared.
    known: Vec<String>,
}

impl<'t> Found<'t, '_> {
    fn visit(&mut self, spec: &'static NodeSpec, nodes: &'t [Node]) {
        for node in nodes {
            let Some((field, child)) = spec.child(&node.word.value) else { continue };
            if declares(self.kind, field, child)
                && let Some(Spanned { value: Scalar::String(name), .. }) = node.args.first()
            {
                self.known.push(name.clone());
                if name == self.old {
                    self.declared.push(self.tree.sources.line_of(node.span));
                    self.replace(&node.args[0], self.new.to_owned());
                }
            }
            self.values(child, node);
            self.visit(child, &node.children);
        }
    }

    fn values(&mut self, spec: &'static NodeSpec, node: &'t Node) {
        let mut arguments = spec.arguments();
        let mut last = None;
        for value in &node.args {
            let field = arguments.next().or(last);
            last = field.filter(|field| field.kind == FieldKind::Arguments);
            self.value(field, node, value);
        }
        for property in &node.props {
            self.value(spec.property(&property.name.value), node, &property.value);
        }
    }

    fn value(&mut self, field: Option<&'static FieldSpec>, node: &'t Node, value: &Spanned<Scalar>) {
        let (Some(field), Scalar::String(text)) = (field, &value.value) else { return };
        if field.refers == Some(self.kind) {
            if text == self.old {
                self.replace(value, self.new.to_owned());
            }
            return;
        }
        let Holds::Value(ty) = field.holds else { return };
        let object = self.kind == "pool" && node.word.value == "patch" && field.name == "name";
        if let Some(rest) = text.strip_prefix(self.old).filter(|rest| object && DERIVED.contains(rest)) {
            self.replace(value, format!("{}{rest}", self.new));
        } else if let Some(new) = self.matchers(node, text) {
            self.replace(value, new);
        } else if *ty == Text::TYPE && says(text, self.old) {
            self.texts.push((self.tree.sources.line_of(value.span), &node.word.value));
        }
    }

    /// An expression of an alert in which labels are compared with a pool's name: `name="runner-gpu"`.
    fn matchers(&self, node: &Node, text: &str) -> Option<String> {
        let is_expression = self.kind == "pool" && node.word.value == "expr";
        let equals = |name: &str| format!("=\"{name}\"");
        let old = equals(self.old);
        (is_expression && text.contains(&old)).then(|| text.replace(&old, &equals(self.new)))
    }

    fn replace(&mut self, value: &Spanned<Scalar>, new: String) {
        let text = spell::like(self.tree.sources.text(value.span), &Scalar::String(new));
        let range = value.span.start as usize..value.span.end as usize;
        self.edits.push(Edit { source: value.span.source, range, text });
    }
}

/// Whether nodes of this field are what references of the kind mean.
fn declares(kind: &str, field: &FieldSpec, spec: &NodeSpec) -> bool {
    field.name == kind
        && matches!(field.kind, FieldKind::Children | FieldKind::List)
        && spec.arguments().next().is_some_and(|name| name.refers.is_none())
}

/// Whether a text holds a name as a whole word.
fn says(text: &str, name: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !name.is_empty()
        && text.match_indices(name).any(|(at, _)| {
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            let behind = text.get(at + name.len()..).and_then(|behind| behind.chars().next());
            !before.is_some_and(inner) && !behind.is_some_and(|c| inner(c) && c != '.')
        })
}

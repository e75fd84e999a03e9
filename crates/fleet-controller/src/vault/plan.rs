//! What is to be done about what a server holds. It asks nobody and does nothing.

use super::differ::{Difference, differences};
use super::ledger::Ledger;
use super::object::{Kind, Object};
use fleet_model::vault::Deletion;
use serde_json::{Map, Value};

/// What a server holds at a path.
#[derive(Clone, Debug, PartialEq)]
pub enum Held {
    /// Nothing.
    Absent,
    /// An object, and its version where the server counts them.
    Present(Map<String, Value>, Option<i64>),
}

/// What is to be done about an object.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Nothing: the server holds it.
    Keep,
    /// It is written.
    Write(Why),
    /// It must not be written.
    Refuse(String),
}

/// Why something is written.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// It was never there.
    New,
    /// The file says something else than when it was last written.
    Changed,
    /// Somebody deleted it.
    Gone,
    /// Somebody changed these fields.
    Drift(Vec<Difference>),
    /// Nobody here wrote it, and its resource says that it may be taken over.
    Adopt,
}

impl Why {
    /// What somebody else did to it.
    pub fn drift(&self) -> Option<String> {
        match self {
            Self::Gone => Some("it had been deleted".to_owned()),
            Self::Drift(fields) => {
                let names: Vec<_> = fields.iter().map(|difference| difference.field.as_str()).collect();
                Some(format!("it had been changed: {}", names.join(", ")))
            }
            Self::New | Self::Changed | Self::Adopt => None,
        }
    }
}

/// What is to be done about an object.
pub fn step(object: &Object, held: &Held, ledger: &Ledger, cluster_id: &str) -> Step {
    let entry = ledger.of(&object.path(), cluster_id);
    // As it was last read back, so that any difference is somebody else's work.
    let settled = entry.is_some_and(|entry| entry.confirmed && entry.hash == object.hash());
    let Held::Present(body, _) = held else {
        return Step::Write(if settled { Why::Gone } else { Why::New });
    };
    let differences = differences(&object.body, body);
    if differences.is_empty() {
        return Step::Keep;
    }
    if settled {
        return Step::Write(Why::Drift(differences));
    }
    if entry.is_some() || object.kind.is_config() || carries_mark(object, body) {
        return Step::Write(Why::Changed);
    }
    if object.adopt {
        return Step::Write(Why::Adopt);
    }
    Step::Refuse(format!(
        "{} is there already, was not written by this controller, and differs in {}: say `adopt` to take it over, or \
         give the fleet's another name",
        object.path(),
        differences.iter().map(|difference| difference.field.as_str()).collect::<Vec<_>>().join(", ")
    ))
}

/// First line of a policy that fleetc wrote, up to what changes with its text.
fn mark(policy: &str) -> Option<&str> {
    let line = policy.lines().next()?;
    let (mark, _) = line.split_once(" spec=")?;
    mark.starts_with("# managed-by: fleetc fleet=").then_some(mark)
}

fn carries_mark(object: &Object, held: &Map<String, Value>) -> bool {
    let text = |body: &Map<String, Value>| body.get("policy").and_then(Value::as_str).map(str::to_owned);
    let (wanted, held) = (text(&object.body), text(held));
    wanted.as_deref().and_then(mark).is_some_and(|own| held.as_deref().and_then(mark) == Some(own))
}

/// What becomes of an object that no resource asks for any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It is deleted on the server.
    Delete,
    /// It stays on the server, and is nobody's.
    Release,
    /// Nothing: it belongs to another cluster, which may come back.
    Leave,
}

/// What becomes of it. `held` is what the server holds there.
pub fn end(path: &str, held: &Held, ledger: &Ledger, cluster_id: &str, prefix: &str) -> End {
    let Some(entry) = ledger.of(path, cluster_id) else { return End::Leave };
    let name = path.rsplit('/').next().unwrap_or_default();
    if entry.kind.is_config()
        || entry.deletion == Deletion::Retain
        || prefix.is_empty()
        || !name.starts_with(prefix)
    {
        return End::Release;
    }
    match held {
        Held::Absent => End::Release,
        Held::Present(body, _) if entry.kind == Kind::Policy => {
            // Somebody may have made another one of this name since.
            let marked = body.get("policy").and_then(Value::as_str).and_then(mark).is_some();
            if marked { End::Delete } else { End::Release }
        }
        Held::Present(..) => End::Delete,
    }
}

/// So many may always go at once: a role and its policy.
const FEW: usize = 2;

/// Why so many must not be deleted at once, where they must not. `owned` is how many roles and policies the controller has on this
/// cluster, `wanted` how many are declared, `allowed` how many somebody has said may go.
pub fn mass_deletion(deleted: usize, owned: usize, wanted: usize, allowed: Option<usize>) -> Option<String> {
    if deleted == 0 || allowed == Some(deleted) {
        return None;
    }
    let what = if wanted == 0 {
        "no role and no policy is declared any more".to_owned()
    } else if deleted > FEW && deleted * 10 > owned * 3 {
        "that is more than 30 % of what is there".to_owned()
    } else {
        return None;
    };
    Some(format!(
        "{deleted} of {owned} objects would be deleted, and {what}: if that is meant, annotate the VaultServer with \
         fleetc.dev/allow-deletion={deleted}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::ledger::Entry;
    use crate::vault::object::Origin;
    use proptest::prelude::*;
    use serde_json::json;

    fn policy(text: &str, adopt: bool) -> Object {
        Object {
            kind: Kind::Policy,
            mount: String::new(),
            name: "fleet-a".to_owned(),
            body: body(text),
            adopt,
            deletion: Deletion::Delete,
            origin: Origin { kind: String::new(), name: String::new(), uid: String::new(), generation: None },
        }
    }

    fn body(text: &str) -> Map<String, Value> {
        Map::from_iter([("policy".to_owned(), json!(text))])
    }

    fn ledger(object: &Object, cluster_id: &str, confirmed: bool) -> Ledger {
        let entry = Entry {
            kind: object.kind,
            hash: object.hash(),
            cluster_id: cluster_id.to_owned(),
            confirmed,
            deletion: object.deletion,
        };
        Ledger([(object.path(), entry)].into())
    }

    const MARKED: &str = "# managed-by: fleetc fleet=f spec=00\npath";

    #[test]
    fn only_what_is_ours_is_overwritten() {
        let object = policy("new", false);
        let other = Held::Present(body("old"), None);
        let none = Ledger::default();
        assert!(matches!(step(&object, &other, &none, "c"), Step::Refuse(_)));
        assert_eq!(step(&policy("new", true), &other, &none, "c"), Step::Write(Why::Adopt));
        assert_eq!(step(&object, &Held::Absent, &none, "c"), Step::Write(Why::New));
        assert_eq!(step(&object, &Held::Present(body("new"), None), &none, "c"), Step::Keep);
        let ours = ledger(&object, "c", true);
        assert!(matches!(step(&object, &other, &ours, "c"), Step::Write(Why::Drift(_))));
        assert_eq!(step(&object, &Held::Absent, &ours, "c"), Step::Write(Why::Gone));
        assert!(matches!(step(&object, &other, &ours, "another cluster"), Step::Refuse(_)));
        // What was begun is not somebody else's doing.
        assert_eq!(step(&object, &other, &ledger(&object, "c", false), "c"), Step::Write(Why::Changed));
    }

    #[test]
    fn a_marked_policy_is_ours_on_a_rebuilt_server() {
        let object = policy("# managed-by: fleetc fleet=f spec=11\nnew", false);
        let held = |text: &str| Held::Present(body(text), None);
        assert_eq!(step(&object, &held(MARKED), &Ledger::default(), "c"), Step::Write(Why::Changed));
        let foreign = held("# managed-by: fleetc fleet=g spec=00\nx");
        assert!(matches!(step(&object, &foreign, &Ledger::default(), "c"), Step::Refuse(_)));
    }

    #[test]
    fn deletion_takes_mark_ledger_and_cluster() {
        let object = policy(MARKED, false);
        let (path, ours) = (object.path(), ledger(&object, "c", true));
        let held = Held::Present(body(MARKED), None);
        assert_eq!(end(&path, &held, &ours, "c", "fleet-"), End::Delete);
        assert_eq!(end(&path, &held, &ours, "d", "fleet-"), End::Leave);
        assert_eq!(end(&path, &held, &Ledger::default(), "c", "fleet-"), End::Leave);
        assert_eq!(end(&path, &held, &ours, "c", "other-"), End::Release);
        assert_eq!(end(&path, &Held::Present(body("theirs"), None), &ours, "c", "fleet-"), End::Release);
        let kept = ledger(&Object { deletion: Deletion::Retain, ..object }, "c", true);
        assert_eq!(end(&path, &held, &kept, "c", "fleet-"), End::Release);
    }

    #[test]
    fn many_at_once_need_a_word() {
        assert_eq!(mass_deletion(2, 4, 2, None), None);
        assert!(mass_deletion(4, 10, 6, None).is_some());
        assert_eq!(mass_deletion(3, 10, 7, None), None);
        assert!(mass_deletion(1, 1, 0, None).is_some());
        assert_eq!(mass_deletion(1, 1, 0, Some(1)), None);
        assert!(mass_deletion(4, 10, 6, Some(3)).is_some());
    }

    proptest! {
        #[test]
        fn nothing_is_ever_deleted_that_is_not_in_the_ledger_of_this_cluster(
            path in "[a-z/-]{1,20}", text in ".{0,20}", cluster in "[ab]", prefix in "[a-z-]{0,4}",
        ) {
            let object = policy(MARKED, false);
            let ours = ledger(&object, "a", true);
            let ended = end(&path, &Held::Present(body(&text), None), &ours, &cluster, &prefix);
            prop_assert!(ended != End::Delete || (path == object.path() && cluster == "a"));
        }
    }
}

//! What pools of a mode have in common becomes a template.

use super::kdl::Kdl;
use crate::edit::spell::quoted;
use std::collections::BTreeMap;

/// The templates, and the pools without what those give.
pub fn factor(pools: Vec<Kdl>) -> (Vec<Kdl>, Vec<Kdl>) {
    let mut by_mode: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, pool) in pools.iter().enumerate() {
        let mode = pool.children.iter().find(|child| child.word == "mode").and_then(|mode| mode.args.first());
        by_mode.entry(mode.cloned().unwrap_or_default()).or_default().push(at);
    }
    let mut pools = pools;
    let mut templates = Vec::new();
    for (mode, members) in by_mode {
        let Some((first, rest)) = members.split_first() else { continue };
        // How many runners there are is what tells pools apart.
        let common = pools[*first].children.iter().filter(|child| {
            child.word != "runners" && rest.iter().all(|at| pools[*at].children.contains(child))
        });
        let common: Vec<Kdl> = common.cloned().collect();
        // A template for the mode alone says nothing that the pools do not.
        if rest.is_empty() || common.len() < 2 {
            continue;
        }
        for at in &members {
            let pool = &mut pools[*at];
            pool.children.retain(|child| !common.contains(child));
            pool.props.insert(0, ("from", mode.clone()));
        }
        let name = quoted(mode.trim_matches('"'));
        templates.push(Kdl { args: vec![name], children: common, ..Kdl::new("template") });
    }
    (templates, pools)
}

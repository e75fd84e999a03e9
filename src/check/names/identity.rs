//! What GitHub tells scale sets apart by, as GitHub compares it.

use crate::check::PoolView;
use crate::syntax::Span;

/// Where scale sets are registered. GitHub keeps one scale set for each name in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Registration {
    /// Server and path, without scheme, in lower case.
    pub scope: String,
    /// Runner group, in lower case.
    pub group: String,
}

/// Where the pool registers, after patches.
pub fn registration(view: PoolView<'_>) -> Registration {
    let spec = &view.objects.runner_set.spec;
    let url = spec.github_config_url.to_lowercase();
    let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    let rest = rest.strip_prefix("www.").unwrap_or(rest).trim_end_matches('/');
    let group = spec.runner_group.as_deref().filter(|group| !group.is_empty());
    Registration { scope: rest.to_owned(), group: group.unwrap_or("default").to_lowercase() }
}

/// The name that `runs-on` uses, after patches. A scale set without a name of its own has the resource's.
pub fn scale_set_name(view: PoolView<'_>) -> &str {
    let own = view.objects.runner_set.spec.runner_scale_set_name.as_deref();
    own.filter(|name| !name.is_empty()).unwrap_or_else(|| resource_name(view))
}

/// The resource's name, which ARC and the container hooks derive other names from.
pub fn resource_name(view: PoolView<'_>) -> &str {
    view.objects.runner_set.metadata.name.as_deref().unwrap_or_else(|| view.pool.name())
}

/// The labels beside the name, after patches, and where each was written.
pub fn labels<'a>(view: PoolView<'a>) -> impl Iterator<Item = (&'a str, Span)> {
    let written = view.pool.node.labels.as_ref().map_or(&[][..], |labels| &labels.labels);
    let patched = view.runner_pod_span(view.pool.span());
    let emitted = view.objects.runner_set.spec.runner_scale_set_labels.iter().flatten();
    emitted.enumerate().map(move |(at, label)| {
        let own = written.get(at).filter(|own| own.as_str() == label);
        (label.as_str(), own.map_or(patched, |own| own.span))
    })
}

/// Where the labels as a whole were written.
pub fn labels_span(view: PoolView<'_>) -> Span {
    let own = view.pool.node.labels.as_ref().map(|labels| labels.span);
    own.unwrap_or_else(|| view.runner_pod_span(view.pool.span()))
}

/// `"a", "b" and 3 more`: names for a message, the first few of them.
pub fn some_of<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.into_iter().map(|name| format!("\"{name}\"")).collect();
    match names.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first, second] => format!("{first} and {second}"),
        [first, second, third] => format!("{first}, {second} and {third}"),
        [first, second, rest @ ..] => format!("{first}, {second} and {} more", rest.len()),
    }
}

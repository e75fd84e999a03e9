//! Argo CD.

mod argocd_crd_size;
mod argocd_finalizer_deadlock;
mod argocd_ignore;
mod argocd_replace;
mod argocd_tracking_label;

use super::{Context, Rule};
use crate::emit::Body;
use crate::emit::kinds::Application;
use crate::syntax::Span;

/// The rules of this section.
pub static RULES: &[&Rule] = &[
    &argocd_crd_size::RULE,
    &argocd_tracking_label::RULE,
    &argocd_finalizer_deadlock::RULE,
    &argocd_replace::RULE,
    &argocd_ignore::RULE,
];

/// An Application that fleetc emits.
pub(super) struct Found<'a> {
    /// The Application.
    pub application: &'a Application,
    /// The last patch of it, if there is one.
    pub patched: Option<Span>,
}

/// All Applications. As fleetc makes them they are sound: rules look for what patches did to them.
pub(super) fn applications<'a>(cx: &'a Context<'_>) -> impl Iterator<Item = Found<'a>> + use<'a> {
    cx.objects.others.iter().filter_map(|object| match &object.body {
        Body::Application(application) => {
            Some(Found { application, patched: object.patched.last().copied() })
        }
        _ => None,
    })
}

impl Found<'_> {
    fn has_option(&self, option: &str) -> bool {
        let options = self.application.spec.sync_policy.sync_options.iter().flatten();
        options.into_iter().any(|own| own == option)
    }

    fn name(&self) -> &str {
        self.application.metadata.name.as_deref().unwrap_or_default()
    }

    /// Whether it holds the pools.
    fn has_pools(&self) -> bool {
        let path = self.application.spec.source.path.as_deref().unwrap_or_default();
        path.rsplit('/').next() == Some("pools")
    }
}

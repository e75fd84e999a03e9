//! The daemon's image, and where it is named.

use crate::check::{Context, PoolView};
use crate::language::value::ImageRef;
use crate::syntax::Span;

/// The image of a pool's Docker daemon, and the place that it comes from.
pub fn of(cx: &Context<'_>, view: PoolView<'_>) -> Option<(ImageRef, Span)> {
    let image = ImageRef::parse(view.objects.dind_container()?.image.as_deref()?)?;
    let own = view.pool.node.docker.as_ref().and_then(|docker| docker.image.as_ref()).map(|image| image.span);
    let of_fleet =
        || cx.fleet.versions.node.as_ref().and_then(|node| node.dind.as_ref()).map(|image| image.span);
    let span = if image == view.pool.docker_image {
        own.or_else(of_fleet).unwrap_or(view.pool.node.mode.span)
    } else {
        view.runner_pod_span(view.pool.node.mode.span)
    };
    Some((image, span))
}

//! Which release of the runner an image carries.

use crate::check::{Context, PoolView};
use crate::language::nodes::Image;
use crate::language::value::{ImageRef, Version};
use crate::syntax::Span;

/// The runner's image of a pool.
pub struct RunnerImage {
    /// The image, after patches.
    pub image: ImageRef,
    /// The release in it, where the file or the tag says it.
    pub release: Option<Version>,
    /// Where it is named.
    pub span: Span,
}

/// The runner's image of a pool; none where a patch left something that is no image.
pub fn of(cx: &Context<'_>, view: PoolView<'_>) -> Option<RunnerImage> {
    let image = ImageRef::parse(view.objects.runner_container()?.image.as_deref()?)?;
    let own = view.pool.node.runner.as_ref().and_then(|runner| runner.image.as_ref());
    let node = own.or_else(|| cx.fleet.versions.node.as_ref()?.runner.as_ref());
    // A patched image is not the one that the file speaks of.
    let node: Option<&Image> = node.filter(|node| node.image.value == image);
    let declared = node.and_then(|node| node.version.as_ref()).map(|version| version.value);
    let span = match node {
        Some(node) => node.image.span,
        None if image == view.pool.runner_image => view.pool.span(),
        None => view.runner_pod_span(view.pool.span()),
    };
    Some(RunnerImage { release: declared.or_else(|| of_tag(&image)), image, span })
}

/// The release that a tag names. Tags of one's own images may count something else, so only what looks
/// like a release of the runner is taken for one.
fn of_tag(image: &ImageRef) -> Option<Version> {
    let tag = image.tag()?;
    let version = Version::parse(tag.strip_prefix('v').unwrap_or(tag))?;
    let plausible = version.major == 2 && version.minor >= 200;
    (plausible || image.repository().ends_with("actions/actions-runner")).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_name_releases_of_the_runner() {
        let of = |text| ImageRef::parse(text).and_then(|image| of_tag(&image));
        assert_eq!(of("ghcr.io/actions/actions-runner:2.335.1"), Some(Version::new(2, 335, 1)));
        assert_eq!(of("registry.example.com/ci/runner:v2.334.0-cuda12"), Some(Version::new(2, 334, 0)));
        assert_eq!(of("registry.example.com/ci/runner:1.4.0"), None);
        assert_eq!(of("ghcr.io/actions/actions-runner:latest"), None);
    }
}

//! Names, labels, identity.

mod derived_name_over_63;
pub(crate) mod identity;
mod label_shape;
mod labels_ambiguous;
mod labels_dotcom_unreliable;
mod labels_ghes;
mod labels_need_0_14;
mod name_charset;
mod name_shadows_hosted;
mod name_too_long;
mod name_truncation_collision;
mod same_name_same_namespace;
mod scale_set_duplicate;
mod stamp;
mod volatile_metadata;

use super::Rule;

/// The rules of this section.
pub static RULES: &[&Rule] = &[
    &name_charset::RULE,
    &name_too_long::RULE,
    &name_truncation_collision::RULE,
    &derived_name_over_63::RULE,
    &name_shadows_hosted::RULE,
    &scale_set_duplicate::RULE,
    &same_name_same_namespace::RULE,
    &label_shape::RULE,
    &labels_need_0_14::RULE,
    &labels_ghes::RULE,
    &labels_dotcom_unreliable::RULE,
    &labels_ambiguous::RULE,
    &volatile_metadata::RULE,
];

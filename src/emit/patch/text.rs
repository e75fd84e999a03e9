//! The text of a patch.

use crate::language::nodes::Patch;
use crate::syntax::Span;
use serde_json::Value;

/// A patch that has been read.
pub enum Change {
    /// Laid over the object.
    Merge(Value),
    /// Operations in order.
    Json(json_patch::Patch),
}

/// Why a patch can't be used, and where.
pub struct Unusable {
    /// Where.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: &'static str,
}

/// Reads the text of a patch.
pub fn read(patch: &Patch) -> Result<Change, Unusable> {
    match (&patch.merge, &patch.json) {
        (Some(body), None) => {
            let value: Value = parse(body.text.as_str()).map_err(|reason| Unusable {
                span: body.text.span,
                message: format!("the patch is no YAML: {reason}"),
                help: "write the part of the object that changes, as YAML",
            })?;
            match value {
                Value::Object(_) => Ok(Change::Merge(value)),
                _ => Err(Unusable {
                    span: body.text.span,
                    message: "the patch is not the part of an object".to_owned(),
                    help: "start with a field of the object, such as `spec:`",
                }),
            }
        }
        (None, Some(body)) => parse(body.text.as_str()).map(Change::Json).map_err(|reason| Unusable {
            span: body.text.span,
            message: format!("the patch is no list of JSON patch operations: {reason}"),
            help: "write operations such as `[{\"op\": \"add\", \"path\": \"/spec/…\", \"value\": …}]`",
        }),
        (Some(_), Some(body)) => Err(Unusable {
            span: body.span,
            message: "a patch is either `merge` or `json`".to_owned(),
            help: "split it into two patches",
        }),
        (None, None) => Err(Unusable {
            span: patch.span,
            message: "the patch changes nothing".to_owned(),
            help: "add `merge` with the part of the object that changes, or `json` with operations",
        }),
    }
}

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_saphyr::from_str(text).map_err(|error| {
        // The reader draws a picture of the source below its first line; the span shows that already.
        error.to_string().lines().next().unwrap_or("it can't be read").to_owned()
    })
}

//! Text to objects.

use serde_json::Value;

/// The objects of a file, or what is wrong with it: the end of a sentence that starts with its name.
pub fn documents(text: &str) -> Result<Vec<Value>, String> {
    // As Kubernetes reads YAML: `yes` is a boolean and `0644` is octal.
    let options = serde_saphyr::options! { legacy_octal_numbers: true };
    let documents: Vec<Value> = serde_saphyr::from_multiple_with_options(text, options).map_err(|error| {
        // The reader draws a picture of the source below its first line.
        let reason = error.to_string();
        format!("is no YAML: {}", reason.lines().next().unwrap_or("it can't be read"))
    })?;
    let documents: Vec<_> = documents.into_iter().filter(|document| !document.is_null()).collect();
    if documents.is_empty() {
        return Err("holds no object".to_owned());
    }
    let several = documents.len() > 1;
    for (at, document) in documents.iter().enumerate() {
        if let Err(reason) = is_object(document) {
            let which = if several { format!(" in document {}", at + 1) } else { String::new() };
            return Err(format!("{reason}{which}"));
        }
    }
    Ok(documents)
}

fn is_object(document: &Value) -> Result<(), String> {
    if !document.is_object() {
        return Err("holds no Kubernetes object".to_owned());
    }
    let text = |pointer: &str| document.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    for (field, pointer) in
        [("apiVersion", "/apiVersion"), ("kind", "/kind"), ("metadata.name", "/metadata/name")]
    {
        if text(pointer).is_empty() {
            return Err(format!("has no {field}"));
        }
    }
    let name = text("/metadata/name");
    if name.contains(['/', '%']) || matches!(name, "." | "..") {
        return Err(format!("names its object {name:?}, which Kubernetes refuses,"));
    }
    if !text("/kind").bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(format!("is of the kind {:?}, which can't be,", text("/kind")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_several_documents_as_kubernetes_does() {
        let text = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nmode: 0644\non: yes\n---\n# nothing\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: b}\n";
        let found = documents(text).expect("two objects");
        assert_eq!(found.len(), 2);
        assert_eq!(found[0]["mode"], 420);
        assert_eq!(found[0]["on"], true);
    }

    #[test]
    fn says_what_is_missing() {
        for (text, reason) in [
            ("", "holds no object"),
            ("- a\n", "holds no Kubernetes object"),
            ("kind: Secret\n", "has no apiVersion"),
            ("apiVersion: v1\nkind: Secret\nmetadata: {}\n", "has no metadata.name"),
            ("apiVersion: v1\nkind: Secret\nmetadata: {name: a/b}\n", "names its object"),
        ] {
            let found = documents(text).expect_err(text);
            assert!(found.starts_with(reason), "{text}: {found}");
        }
        assert!(documents("a: [\n").expect_err("broken").starts_with("is no YAML"));
    }
}

//! `pool.runner-gpu.runners.max`: how a value of a fleet is named on the command line.

/// The steps of a path: words, names and properties.
///
/// # Errors
/// What is wrong with it, as a sentence.
pub fn steps(path: &str) -> Result<Vec<String>, String> {
    let mut steps = Vec::new();
    let mut rest = path;
    loop {
        let (step, behind) = match rest.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let inner = &rest[1..];
                let end =
                    inner.find(quote).ok_or_else(|| format!("`{path}`: the quote {quote} is not closed"))?;
                (&inner[..end], &inner[end + 1..])
            }
            _ => rest.split_at(rest.find('.').unwrap_or(rest.len())),
        };
        if step.is_empty() {
            return Err(format!("`{path}` has an empty step"));
        }
        steps.push(step.to_owned());
        match behind.strip_prefix('.') {
            Some(next) => rest = next,
            None if behind.is_empty() => return Ok(steps),
            None => return Err(format!("`{path}`: a dot must follow the quote, not `{behind}`")),
        }
    }
}

/// The path of steps, with quotes where a step has dots.
pub fn join<'a>(steps: impl IntoIterator<Item = &'a str>) -> String {
    let quote = |step: &str| match step {
        step if !step.contains(['.', '"', '\'']) && !step.is_empty() => step.to_owned(),
        step if step.contains('"') => format!("'{step}'"),
        step => format!("\"{step}\""),
    };
    steps.into_iter().map(quote).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_dots_stand_in_quotes() {
        let path = "pool.a.tolerate.\"nvidia.com/gpu\".effect";
        let found = steps(path).expect("a path");
        assert_eq!(found, ["pool", "a", "tolerate", "nvidia.com/gpu", "effect"]);
        assert_eq!(join(found.iter().map(String::as_str)), path);
        for bad in ["", "a..b", "a.", ".a", "a.\"b", "a.'b'c"] {
            assert!(steps(bad).is_err(), "{bad}");
        }
    }
}

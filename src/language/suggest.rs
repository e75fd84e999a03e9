//! The nearest known word to an unknown one.

/// The candidate that the word is most likely a slip of, if any is near enough.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    let score = |candidate: &str| {
        let candidate = candidate.to_lowercase();
        let near = strsim::jaro_winkler(&lower, &candidate);
        // Word order slips (`memory-max` for `max-memory`) and stems (`toleration` for `tolerate`).
        let part = lower.len() >= 3 && (candidate.contains(&lower) || lower.contains(&candidate));
        if part { near.max(0.86) } else { near }
    };
    let best = candidates.into_iter().map(|candidate| (score(candidate), candidate));
    let best = best.max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))?;
    (best.0 >= 0.8).then_some(best.1)
}

/// `a, b or c`: an enumeration for a message.
pub fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<_> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match words.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [rest @ .., last] => format!("{} or {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_slips_and_nothing_far_off() {
        let words = ["runners", "runner", "tolerate", "cache", "memory"];
        assert_eq!(nearest("runer", words), Some("runner"));
        assert_eq!(nearest("toleration", words), Some("tolerate"));
        assert_eq!(nearest("caches", words), Some("cache"));
        assert_eq!(nearest("zebra", words), None);
    }
}

//! Patterns of names: of branches, repositories, labels.

/// Whether the whole of a text fits a pattern. `*` stands for any characters, with slashes and of any number, `?` for one; all
/// others for themselves.
pub fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    // Where a `*` was met last, and how much of the text it stands for so far.
    let (mut at, mut of, mut star) = (0, 0, None);
    while let Some(letter) = text.get(of) {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, of));
                at += 1;
            }
            Some(wanted) if wanted == letter || *wanted == '?' => {
                at += 1;
                of += 1;
            }
            _ => match &mut star {
                Some((starred, taken)) => {
                    *taken += 1;
                    (at, of) = (*starred + 1, *taken);
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(|letter| *letter == '*')
}

/// Whether a text is a pattern that stands for more than itself.
pub fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, text) in [
            ("main", "main"),
            ("release/*", "release/1.2/x"),
            ("*", ""),
            ("a*b*c", "a--b--b--c"),
            ("a?c", "abc"),
            ("*x", "xx"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("main", "main2"),
            ("main", "mai"),
            ("release/*", "release"),
            ("a*b*c", "a--c"),
            ("aa*aa", "aaa"),
            ("?", ""),
            ("a", "A"),
        ] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}

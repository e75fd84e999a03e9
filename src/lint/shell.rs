//! Commands of a script, as far as rules need to know them.
//!
//! This is no shell: it finds the words that stand where a command starts. Texts in quotes, comments and the bodies of
//! here-documents are none.

use std::ops::Range;

/// A command of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command<'t> {
    /// Its words with their places, quotes taken off where they enclose all of a word.
    pub words: Vec<(&'t str, Range<usize>)>,
}

impl<'t> Command<'t> {
    /// The program, without its folder.
    pub fn program(&self) -> &'t str {
        self.words.first().map_or("", |(word, _)| word.rsplit('/').next().unwrap_or(word))
    }

    /// The first word behind the program that is no option.
    pub fn verb(&self) -> &'t str {
        let mut words = self.words.iter().skip(1).map(|(word, _)| *word);
        words.find(|word| !word.starts_with('-')).unwrap_or("")
    }

    /// Where it stands.
    pub fn range(&self) -> Range<usize> {
        let start = self.words.first().map_or(0, |(_, range)| range.start);
        start..self.words.last().map_or(start, |(_, range)| range.end)
    }
}

/// Words after which a command starts.
const BEFORE: [&str; 14] = [
    "sudo", "time", "if", "then", "else", "elif", "do", "while", "until", "!", "{", "exec", "nohup",
    "command",
];

/// The commands of a script, in order.
pub fn commands(script: &str) -> Vec<Command<'_>> {
    let mut commands = Vec::new();
    let mut words: Vec<(&str, Range<usize>)> = Vec::new();
    let mut heredocs: Vec<&str> = Vec::new();
    let bytes = script.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\n' => {
                finish(&mut words, &mut commands);
                at += 1;
                for end in heredocs.drain(..) {
                    at = behind(script, at, end);
                }
            }
            b'\\' if bytes.get(at + 1) == Some(&b'\n') => at += 2,
            b';' | b'&' | b'|' | b'(' | b')' | b'`' => {
                finish(&mut words, &mut commands);
                at += 1;
            }
            b'#' => at = script[at..].find('\n').map_or(bytes.len(), |length| at + length),
            b'$' if bytes.get(at + 1) == Some(&b'(') => {
                finish(&mut words, &mut commands);
                at += 2;
            }
            b'<' if script[at..].starts_with("<<") && !script[at..].starts_with("<<<") => {
                at += 2;
                let start =
                    at + script[at..].bytes().take_while(|b| matches!(b, b'-' | b' ' | b'\'' | b'"')).count();
                let length =
                    script[start..].bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
                if length > 0 {
                    heredocs.push(&script[start..start + length]);
                }
                at = start + length;
            }
            b if b.is_ascii_whitespace() => at += 1,
            _ => {
                let end = word_end(script, at);
                let word = &script[at..end];
                let quoted = word.len() >= 2
                    && (word.starts_with('"') && word.ends_with('"')
                        || word.starts_with('\'') && word.ends_with('\''));
                words.push((if quoted { &word[1..word.len() - 1] } else { word }, at..end));
                at = end;
            }
        }
    }
    finish(&mut words, &mut commands);
    commands
}

fn finish<'t>(words: &mut Vec<(&'t str, Range<usize>)>, commands: &mut Vec<Command<'t>>) {
    let assignment = |word: &str| {
        word.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        })
    };
    let before = words.iter().take_while(|(word, _)| BEFORE.contains(word) || assignment(word)).count();
    let words: Vec<_> = words.drain(..).skip(before).collect();
    if !words.is_empty() {
        commands.push(Command { words });
    }
}

/// Behind the line that ends a here-document; the end of the script where there is none.
fn behind(script: &str, mut at: usize, end: &str) -> usize {
    for line in script[at..].split_inclusive('\n') {
        at += line.len();
        if line.trim() == end {
            return at;
        }
    }
    script.len()
}

/// The end of the word that starts here: quotes hold white space together.
fn word_end(script: &str, start: usize) -> usize {
    let bytes = script.as_bytes();
    let mut quote = None;
    let mut at = start;
    while at < bytes.len() {
        match (bytes[at], quote) {
            (b'\\', None | Some(b'"')) => at += 1,
            (b, Some(open)) if b == open => quote = None,
            (b @ (b'\'' | b'"'), None) => quote = Some(b),
            (b, None) if b.is_ascii_whitespace() || matches!(b, b';' | b'&' | b'|' | b'(' | b')' | b'`') => {
                // `$(`, `${{ … }}` and `&&` inside of a word end it; what follows is read by itself.
                break;
            }
            _ => {}
        }
        at += 1;
    }
    let mut end = at.min(bytes.len()).max(start + 1);
    while !script.is_char_boundary(end) {
        end += 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn programs(script: &str) -> Vec<String> {
        commands(script).iter().map(|command| format!("{} {}", command.program(), command.verb())).collect()
    }

    #[test]
    fn finds_commands_where_they_start() {
        let script = "\
set -e
# docker build .
echo \"docker run x\" && sudo docker build -t a .
A=1 B=\"x y\" /usr/bin/docker --debug push a
if ! docker info; then docker login; fi
x=$(docker ps -q)
cat <<EOF
docker rm x
EOF
make docker | tee log
docker \\
  compose up
";
        let found = programs(script);
        let docker: Vec<_> =
            found.iter().filter(|one| one.starts_with("docker")).map(String::as_str).collect();
        assert_eq!(
            docker,
            ["docker build", "docker push", "docker info", "docker login", "docker ps", "docker compose"]
        );
    }

    #[test]
    fn takes_any_text() {
        for script in ["'", "\"", "\\", "<<", "<<EOF", "é'ü\"", "$(", "a\\", "\u{2028}#", "<<-'X'\n\tX"] {
            commands(script);
        }
    }
}

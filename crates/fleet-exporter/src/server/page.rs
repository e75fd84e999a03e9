//! Small pages for people.

use crate::app::App;
use fleet_model::metrics::exporter::METRICS;
use std::fmt::Write;

/// How many series each metric has, the largest first.
pub fn cardinality(app: &App) -> String {
    let view = app.ledger.view();
    let families = METRICS.iter().zip(&view.series).map(|(metric, family)| (family.len(), metric.name));
    let mut counts: Vec<(usize, &str)> = families.filter(|(count, _)| *count > 0).collect();
    counts.sort_by(|a, b| b.cmp(a));
    let mut text = String::new();
    for (count, name) in counts {
        let _ = writeln!(text, "{count:>8}  {name}");
    }
    text
}

/// The value of `url` in a query, decoded.
pub fn asked(query: &str) -> Option<String> {
    let value = query.split('&').find_map(|pair| pair.strip_prefix("url="))?;
    let mut bytes = Vec::new();
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

/// The page that asks for a job and says why it waits.
pub fn why(url: &str, said: &str) -> String {
    let (url, said) = (escaped(url), escaped(said));
    format!(
        "<!doctype html><html lang=\"en\"><title>fleet-exporter</title>\
         <form action=\"/why\"><label>Why is my job queued? \
         <input name=\"url\" size=\"90\" placeholder=\"URL of a run or a job\" value=\"{url}\"></label>\
         <button>Ask</button></form><pre>{said}</pre>\
         <p><a href=\"/metrics\">metrics</a> <a href=\"/debug/cardinality\">series</a></p></html>\n"
    )
}

fn escaped(text: &str) -> String {
    let mut safe = String::new();
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            letter => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_cannot_become_markup() {
        let url = asked("x=1&url=%22%3E%3Cscript%3E").unwrap();
        assert_eq!(url, "\"><script>");
        assert!(!why(&url, &url).contains("<script>"));
        assert_eq!(asked("url=%zz"), None);
        assert_eq!(asked("url=%2"), None);
    }
}

//! The protobuf format, read as its description says and not by what wrote it, and told as lines of text.

use std::fmt::Write;

/// The value of a field.
pub enum Field<'a> {
    Varint(u64),
    Double(f64),
    Bytes(&'a [u8]),
}

/// A message: numbers of fields and their values.
pub struct Message<'a>(Vec<(u64, Field<'a>)>);

fn varint(bytes: &mut &[u8]) -> u64 {
    let mut value = 0;
    for place in 0.. {
        let (byte, rest) = bytes.split_first().expect("a number ends");
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            break;
        }
    }
    value
}

fn delimited<'a>(bytes: &mut &'a [u8]) -> &'a [u8] {
    let length = varint(bytes) as usize;
    let (head, rest) = bytes.split_at(length);
    *bytes = rest;
    head
}

/// The messages of an answer.
pub fn families(mut bytes: &[u8]) -> Vec<Message<'_>> {
    let mut families = Vec::new();
    while !bytes.is_empty() {
        families.push(Message::read(delimited(&mut bytes)));
    }
    families
}

impl<'a> Message<'a> {
    fn read(mut bytes: &'a [u8]) -> Self {
        let mut fields = Vec::new();
        while !bytes.is_empty() {
            let key = varint(&mut bytes);
            let field = match key & 7 {
                0 => Field::Varint(varint(&mut bytes)),
                1 => {
                    let (head, rest) = bytes.split_at(8);
                    bytes = rest;
                    Field::Double(f64::from_le_bytes(head.try_into().unwrap()))
                }
                2 => Field::Bytes(delimited(&mut bytes)),
                kind => panic!("a field of kind {kind}"),
            };
            fields.push((key >> 3, field));
        }
        Self(fields)
    }

    fn all(&self, number: u64) -> impl Iterator<Item = &Field<'a>> {
        self.0.iter().filter(move |(field, _)| *field == number).map(|(_, value)| value)
    }

    pub fn messages(&self, number: u64) -> Vec<Message<'a>> {
        let bytes =
            |field: &Field<'a>| if let Field::Bytes(bytes) = field { *bytes } else { panic!("no message") };
        self.all(number).map(|field| Self::read(bytes(field))).collect()
    }

    pub fn message(&self, number: u64) -> Option<Message<'a>> {
        self.messages(number).pop()
    }

    pub fn text(&self, number: u64) -> &'a str {
        let Some(Field::Bytes(bytes)) = self.all(number).next() else { panic!("no text {number}") };
        std::str::from_utf8(bytes).unwrap()
    }

    pub fn double(&self, number: u64) -> f64 {
        let Some(Field::Double(value)) = self.all(number).next() else { panic!("no double {number}") };
        *value
    }

    pub fn unsigned(&self, number: u64) -> u64 {
        let Some(Field::Varint(value)) = self.all(number).next() else { panic!("no number {number}") };
        *value
    }

    pub fn signed(&self, number: u64) -> Vec<i64> {
        let whole = |field: &Field<'a>| {
            let Field::Varint(value) = field else { panic!("no number") };
            (value >> 1) as i64 ^ -((value & 1) as i64)
        };
        self.all(number).map(whole).collect()
    }
}

/// Labels as text, with one more.
fn labels(of: &Message<'_>, more: &str) -> String {
    let mut text = String::new();
    for pair in of.messages(1) {
        let value = pair.text(2).replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        let comma = if text.is_empty() { "" } else { "," };
        let _ = write!(text, "{comma}{}=\"{value}\"", pair.text(1));
    }
    let comma = if text.is_empty() || more.is_empty() { "" } else { "," };
    if text.is_empty() && more.is_empty() { text } else { format!("{{{text}{comma}{more}}}") }
}

/// A family as OpenMetrics tells it.
pub fn lines(family: &Message<'_>) -> String {
    let (name, kind) = (family.text(1), family.unsigned(3));
    let base = if kind == 0 { name.strip_suffix("_total").unwrap() } else { name };
    let word = ["counter", "gauge", "", "", "histogram"][kind as usize];
    let mut text = format!("# HELP {base} {}\n# TYPE {base} {word}\n", family.text(2));
    for metric in family.messages(4) {
        let own = labels(&metric, "");
        let created = |of: &Message<'_>, field| {
            let at = of.message(field).unwrap();
            at.unsigned(1) as f64 + at.unsigned(2) as f64 / 1e9
        };
        if let Some(gauge) = metric.message(2) {
            let _ = writeln!(text, "{name}{own} {}", gauge.double(1));
        } else if let Some(counter) = metric.message(3) {
            let _ = writeln!(text, "{name}{own} {}", counter.double(1));
            let _ = writeln!(text, "{base}_created{own} {}", created(&counter, 3));
        } else if let Some(histogram) = metric.message(7) {
            for bucket in histogram.messages(3) {
                let bound = bucket.double(2);
                let bound = if bound.is_finite() { format!("{bound:?}") } else { "+Inf".to_owned() };
                let le = labels(&metric, &format!("le=\"{bound}\""));
                let _ = write!(text, "{name}_bucket{le} {}", bucket.unsigned(1));
                if let Some(exemplar) = bucket.message(3) {
                    let at = exemplar.message(3).unwrap().unsigned(1);
                    let _ = write!(text, " # {} {} {at}", labels(&exemplar, ""), exemplar.double(2));
                }
                text.push('\n');
            }
            let _ = writeln!(text, "{name}_sum{own} {}", histogram.double(2));
            let _ = writeln!(text, "{name}_count{own} {}", histogram.unsigned(1));
            let _ = writeln!(text, "{name}_created{own} {}", created(&histogram, 15));
        } else {
            panic!("{name} has a metric of another kind");
        }
    }
    text
}

/// The buckets of a native histogram, with their upper bounds, and zero first.
pub fn native(histogram: &Message<'_>) -> Vec<(f64, i64)> {
    let each = f64::from(1 << histogram.signed(5)[0]);
    let mut buckets = vec![(histogram.double(6), histogram.unsigned(7) as i64)];
    let mut deltas = histogram.signed(13).into_iter();
    let (mut place, mut count) = (0_i64, 0);
    for span in histogram.messages(12) {
        place += span.signed(1)[0];
        for _ in 0..span.unsigned(2) {
            count += deltas.next().expect("a delta for each bucket");
            buckets.push(((place as f64 / each).exp2(), count));
            place += 1;
        }
    }
    assert!(deltas.next().is_none(), "a bucket for each delta");
    buckets
}

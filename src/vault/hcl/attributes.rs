//! What stands in the block of a rule.

use super::parse::{Item, Kind, Value};
use super::read::Reader;
use super::time;
use crate::syntax::Span;
use crate::vault::limits::{Limits, Parameters};

impl Reader {
    pub(super) fn limits(&mut self, items: &[Item]) -> Limits {
        let mut limits = Limits::default();
        let mut wrapping = None;
        for item in items {
            let Some((key, span)) = item.keys.first() else { continue };
            let value = &item.value;
            match key.as_str() {
                "allowed_parameters" => self.parameters(value, &mut limits.allowed),
                "denied_parameters" => self.parameters(value, &mut limits.denied),
                "required_parameters" => {
                    limits
                        .required
                        .extend(self.words(value).into_iter().map(|(word, _)| word.to_lowercase()));
                }
                "mfa_methods" => {
                    limits.mfa_methods.extend(self.words(value).into_iter().map(|(word, _)| word))
                }
                "min_wrapping_ttl" => limits.min_wrapping = self.duration(value),
                "max_wrapping_ttl" => {
                    limits.max_wrapping = self.duration(value);
                    wrapping = Some(*span);
                }
                "pagination_limit" => limits.pagination = self.number(value),
                "list_scan_response_keys_filter_path" => {
                    limits.keys_filter = self.text(value).filter(|text| !text.is_empty());
                }
                "control_group" => limits.control_group = true,
                "expiration" => limits.expires = self.point(value),
                _ => {}
            }
        }
        if let (Some(span), true) =
            (wrapping, limits.max_wrapping > 0 && limits.max_wrapping < limits.min_wrapping)
        {
            self.refuse(span, "max_wrapping_ttl is less than min_wrapping_ttl");
        }
        limits
    }

    fn parameters(&mut self, value: &Value, into: &mut Parameters) {
        let Kind::Object(items) = &value.kind else {
            self.refuse(value.span, "parameters are an object of lists");
            return;
        };
        for item in items {
            let Some((key, _)) = item.keys.first() else { continue };
            let Kind::List(list) = &item.value.kind else {
                self.refuse(item.value.span, "the values of a parameter are a list");
                continue;
            };
            // The servers compare names in lower case.
            into.insert(key.to_lowercase(), list.iter().map(to_json).collect());
        }
    }

    pub(super) fn words(&mut self, value: &Value) -> Vec<(String, Span)> {
        let Kind::List(list) = &value.kind else {
            self.refuse(value.span, "this has to be a list: write `[\"…\"]`");
            return Vec::new();
        };
        list.iter().filter_map(|item| Some((self.text(item)?, item.span))).collect()
    }

    /// Numbers are texts too where a text is wanted.
    pub(super) fn text(&mut self, value: &Value) -> Option<String> {
        match &value.kind {
            Kind::String(text) | Kind::Number(text) => Some(text.clone()),
            _ => {
                self.refuse(value.span, "this has to be a string");
                None
            }
        }
    }

    fn duration(&mut self, value: &Value) -> u64 {
        if let Kind::Number(text) = &value.kind {
            return number(text).ceil().max(0.0) as u64;
        }
        let Some(text) = self.text(value) else { return 0 };
        time::seconds(&text).unwrap_or_else(|| {
            self.refuse(value.span, format!("\"{text}\" is no duration: write seconds, or as \"1h30m\""));
            0
        })
    }

    fn number(&mut self, value: &Value) -> u64 {
        let Some(text) = self.text(value) else { return 0 };
        match text.parse::<i64>() {
            Ok(number) => u64::try_from(number).unwrap_or(0),
            Err(_) => {
                self.refuse(value.span, format!("\"{text}\" is no whole number"));
                0
            }
        }
    }

    fn point(&mut self, value: &Value) -> Option<i64> {
        let text = self.text(value).filter(|text| !text.is_empty())?;
        let point = time::point(&text);
        if point.is_none() {
            let message = format!("\"{text}\" is no point in time: write it as \"2030-01-01T00:00:00Z\"");
            self.refuse(value.span, message);
        }
        point
    }
}

/// The value of a number in the source.
fn number(text: &str) -> f64 {
    let hexadecimal = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let value = hexadecimal.and_then(|digits| u64::from_str_radix(digits, 16).ok()).map(|value| value as f64);
    value.unwrap_or_else(|| text.parse().unwrap_or_default())
}

fn to_json(value: &Value) -> serde_json::Value {
    match &value.kind {
        Kind::String(text) => text.as_str().into(),
        Kind::Number(text) => {
            let number = text.parse::<i64>().map(serde_json::Value::from);
            number.unwrap_or_else(|_| self::number(text).into())
        }
        Kind::Bool(value) => (*value).into(),
        Kind::List(list) => list.iter().map(to_json).collect(),
        Kind::Object(items) => {
            let entries =
                items.iter().filter_map(|item| Some((item.keys.first()?.0.clone(), to_json(&item.value))));
            serde_json::Value::Object(entries.collect())
        }
    }
}

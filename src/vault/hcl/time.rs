//! Durations and points in time as the servers read them.

/// Whole seconds of a duration, rounded up: a number of seconds, days as `1d`, or `1h30m` and the like. Negative
/// ones are none.
pub(super) fn seconds(text: &str) -> Option<u64> {
    let text = text.trim();
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let total = if text.is_empty() {
        0.0
    } else if let Some(days) = text.strip_suffix('d') {
        days.parse::<u32>().map(f64::from).ok()? * 86_400.0
    } else if text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse::<f64>().ok()?
    } else {
        pieces(text)?
    };
    Some(if negative { 0 } else { total.ceil() as u64 })
}

fn pieces(mut text: &str) -> Option<f64> {
    let mut total = 0.0;
    while !text.is_empty() {
        let unit = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, rest) = text.split_at(unit);
        let end = rest.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(rest.len());
        let (unit, rest) = rest.split_at(end);
        let scale = match unit {
            "h" => 3600.0,
            "m" => 60.0,
            "s" => 1.0,
            "ms" => 1e-3,
            "us" | "µs" | "μs" => 1e-6,
            "ns" => 1e-9,
            _ => return None,
        };
        total += number.parse::<f64>().ok()? * scale;
        text = rest;
    }
    Some(total)
}

/// Seconds since 1970 of a point in time: a number of them, or `2026-11-25T12:00:00Z`.
pub(super) fn point(text: &str) -> Option<i64> {
    if let Ok(seconds) = text.parse() {
        return Some(seconds);
    }
    let (date, time) = text.split_once(['T', 't'])?;
    let mut date = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let zone = time.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = time.split_at(zone);
    let mut clock = clock.splitn(3, ':');
    let (hour, minute) = (clock.next()?.parse::<i64>().ok()?, clock.next()?.parse::<i64>().ok()?);
    let second = clock.next()?.parse::<f64>().ok()? as i64;
    let sane =
        (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second < 61;
    let offset = match zone {
        "Z" | "z" => 0,
        zone => {
            let (hours, minutes) = zone.get(1..)?.split_once(':')?;
            let offset = hours.parse::<i64>().ok()? * 3600 + minutes.parse::<i64>().ok()? * 60;
            if zone.starts_with('-') { -offset } else { offset }
        }
    };
    // Days of the civil calendar, with years that begin in March so that the leap day is the last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * year + year.div_euclid(4) - year.div_euclid(100)
        + year.div_euclid(400)
        + (153 * month + 2) / 5
        + day
        - 1
        - 719_468;
    sane.then_some(days * 86_400 + hour * 3600 + minute * 60 + second - offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let cases =
            [("90", 90), ("1d", 86_400), ("1h30m", 5400), ("1.5h", 5400), ("1500ms", 2), ("", 0), ("-5", 0)];
        for (text, wanted) in cases {
            assert_eq!(seconds(text), Some(wanted), "{text}");
        }
        assert_eq!((seconds("x"), seconds("5x"), seconds("h")), (None, None, None));
    }

    #[test]
    fn points() {
        assert_eq!(point("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(point("2000-03-01T00:00:00Z"), Some(951_868_800));
        assert_eq!(point("2026-11-25T12:30:00+01:00"), Some(1_795_606_200));
        assert_eq!(point("1900000000"), Some(1_900_000_000));
        assert_eq!((point("2030-01-01"), point("1h")), (None, None));
    }
}

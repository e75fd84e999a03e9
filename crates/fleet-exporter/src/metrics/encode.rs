//! What all forms of an answer have in common: which one is wanted, and what is in it.

use super::gauges::Gauges;
use super::process::Process;
use super::protobuf::Protobuf;
use super::text::Text;
use crate::ledger::View;
use crate::ledger::series::{MetricIndex, Series};
use crate::time::{DAY, Second};
use fleet_model::metrics::Metric;
use fleet_model::metrics::exporter::METRICS;

/// Series that have not changed for so long are not shown. They stay in the ledger, so that one that comes
/// back has its value and is no reset.
const IDLE: i64 = 30 * DAY;

/// How a scrape is answered. Of two that a scraper likes alike it gets the one that says more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// The text format 0.0.4.
    Text,
    /// OpenMetrics 1.0.0, with exemplars and the time at which each series began.
    OpenMetrics,
    /// `io.prometheus.client.MetricFamily`, each behind its length: as OpenMetrics, and with native histograms
    /// beside the classic ones.
    Protobuf,
}

impl Format {
    /// The one that a scraper likes best.
    pub fn negotiate(accept: &str) -> Self {
        let best = accept
            .split(',')
            .filter_map(offer)
            .max_by(|(like, format), (other, than)| like.total_cmp(other).then(format.cmp(than)));
        best.map_or(Self::Text, |(_, format)| format)
    }

    /// The answer's `Content-Type`.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Self::Protobuf => {
                "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"
            }
        }
    }
}

/// Reads one kind of an `Accept`: how much it is liked, from 0 to 1, and what it is. Nothing for one that is not
/// liked at all, or not written here.
fn offer(kind: &str) -> Option<(f64, Format)> {
    let mut parts = kind.split(';').map(str::trim);
    let name = parts.next()?;
    let (mut like, mut version, mut proto, mut encoding) = (1.0, "", "", "");
    for (word, value) in parts.filter_map(|part| part.split_once('=')) {
        match word {
            "q" => like = value.parse().unwrap_or(0.0),
            "version" => version = value,
            "proto" => proto = value,
            "encoding" => encoding = value,
            _ => {}
        }
    }
    let format = match name {
        "text/plain" | "text/*" | "*/*" => Format::Text,
        "application/openmetrics-text" if version != "0.0.1" => Format::OpenMetrics,
        "application/vnd.google.protobuf"
            if (proto, encoding) == ("io.prometheus.client.MetricFamily", "delimited") =>
        {
            Format::Protobuf
        }
        _ => return None,
    };
    (like > 0.0).then_some((like, format))
}

/// Where series come from.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    /// What was counted.
    pub view: &'a View,
    /// What is live.
    pub gauges: &'a Gauges,
    /// What the process does.
    pub process: &'a Process,
}

/// What a series shows.
#[derive(Clone, Copy)]
pub(super) enum Sample<'a> {
    /// A counter or a histogram.
    Counted(&'a Series),
    /// A gauge.
    Gauge(f64),
}

/// A form that is being written, one metric after the other.
pub(super) trait Form {
    /// Begins a metric, of which there is a series.
    fn begin(&mut self, metric: &Metric);
    /// Writes a series of the metric that has begun.
    fn sample(&mut self, place: MetricIndex, metric: &Metric, labels: &str, sample: Sample<'_>);
    /// Ends the metric.
    fn end(&mut self);
    /// Ends the answer.
    fn finish(self) -> Vec<u8>;
}

/// Writes all series.
pub fn encode(sources: Sources<'_>, format: Format, now: Second) -> Vec<u8> {
    match format {
        Format::Text => write(sources, now, Text::new(false)),
        Format::OpenMetrics => write(sources, now, Text::new(true)),
        Format::Protobuf => write(sources, now, Protobuf::default()),
    }
}

fn write(sources: Sources<'_>, now: Second, mut form: impl Form) -> Vec<u8> {
    let process = sources.process.lock();
    for (place, metric) in METRICS.iter().enumerate() {
        let range = (place, String::new())..(place + 1, String::new());
        let stored = sources.view.series.get(place).into_iter().flatten();
        let stored = stored.filter(|(_, series)| now.since(series.touched) < IDLE);
        let stored = stored.map(|(labels, series)| (labels, Sample::Counted(series)));
        let own = process.series.range(range.clone());
        let own = own.map(|((_, labels), series)| (labels, Sample::Counted(series)));
        let gauges = sources.gauges.range(range.clone()).chain(process.gauges.range(range.clone()));
        let gauges = gauges.map(|((_, labels), value)| (labels, Sample::Gauge(*value)));
        let since = process.since.range(range);
        let since = since.map(|((_, labels), at)| (labels, Sample::Gauge(now.since(*at).max(0) as f64)));
        let mut samples = stored.chain(own).chain(gauges).chain(since).peekable();
        if samples.peek().is_none() {
            continue;
        }
        form.begin(metric);
        for (labels, sample) in samples {
            form.sample(place, metric, labels, sample);
        }
        form.end();
    }
    form.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scraper_gets_what_it_likes_best() {
        let protobuf =
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";
        let open = "application/openmetrics-text;version=1.0.0";
        for (accept, wanted) in [
            // Prometheus, without and with native histograms.
            (format!("{open};q=0.5,text/plain;version=0.0.4;q=0.2,*/*;q=0.1"), Format::OpenMetrics),
            (format!("{protobuf},{open};q=0.8,text/plain;version=0.0.4;q=0.5"), Format::Protobuf),
            (format!("{open};q=0.5,{protobuf};q=0.4"), Format::OpenMetrics),
            (format!("{open}, {protobuf}"), Format::Protobuf),
            (protobuf.replace("delimited", "text"), Format::Text),
            ("text/plain".to_owned(), Format::Text),
            ("text/html,*/*;q=0.8".to_owned(), Format::Text),
            (String::new(), Format::Text),
            ("application/openmetrics-text;q=0".to_owned(), Format::Text),
            ("application/openmetrics-text; version=0.0.1".to_owned(), Format::Text),
        ] {
            assert_eq!(Format::negotiate(&accept), wanted, "{accept}");
        }
    }
}

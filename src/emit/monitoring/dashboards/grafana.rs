//! A dashboard of Grafana, as far as fleetc writes it (schema 39, read by Grafana 10.4 and later).

use crate::monitoring::query::Query;
use serde::Serialize;

/// A dashboard.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Dashboard {
    /// What its file is called.
    #[serde(skip)]
    pub key: &'static str,
    uid: String,
    title: String,
    tags: Vec<&'static str>,
    schema_version: u32,
    editable: bool,
    refresh: &'static str,
    time: TimeRange,
    templating: Templating,
    /// Its panels.
    pub panels: Vec<Panel>,
}

#[derive(Clone, Debug, Serialize)]
struct TimeRange {
    from: &'static str,
    to: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct Templating {
    list: Vec<Variable>,
}

/// Something that the reader of a dashboard chooses.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Variable {
    name: &'static str,
    label: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    query: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    datasource: Option<Datasource>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh: Option<u32>,
    include_all: bool,
    multi: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    all_value: Option<&'static str>,
}

#[derive(Clone, Debug, Serialize)]
struct Datasource {
    #[serde(rename = "type")]
    kind: &'static str,
    uid: &'static str,
}

/// The Prometheus that the reader chooses.
const PROMETHEUS: Datasource = Datasource { kind: "prometheus", uid: "${datasource}" };

/// A panel.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Panel {
    id: usize,
    title: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    datasource: Datasource,
    grid_pos: Place,
    /// What it shows.
    pub targets: Vec<Target>,
    field_config: FieldConfig,
    options: Options,
}

#[derive(Clone, Debug, Serialize)]
struct Place {
    h: usize,
    w: usize,
    x: usize,
    y: usize,
}

/// What is shown of a metric.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    ref_id: String,
    /// The query.
    pub expr: String,
    legend_format: &'static str,
    instant: bool,
    range: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'static str>,
}

#[derive(Clone, Debug, Serialize)]
struct FieldConfig {
    defaults: Defaults,
    overrides: [u8; 0],
}

#[derive(Clone, Debug, Serialize)]
struct Defaults {
    unit: &'static str,
    min: f64,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Options {
    #[serde(skip_serializing_if = "Option::is_none")]
    legend: Option<Legend>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Legend {
    display_mode: &'static str,
    placement: &'static str,
    show_legend: bool,
}

/// What a panel's numbers are, as Grafana calls it.
#[derive(Clone, Copy)]
pub enum Shown {
    /// Things.
    Number,
    /// Seconds.
    Seconds,
    /// Shares, 1 being all.
    Share,
    /// Dollars.
    Dollars,
    /// Bytes.
    Bytes,
}

impl Shown {
    const fn unit(self) -> &'static str {
        match self {
            Self::Number => "short",
            Self::Seconds => "s",
            Self::Share => "percentunit",
            Self::Dollars => "currencyUSD",
            Self::Bytes => "bytes",
        }
    }
}

/// Columns of a dashboard, of Grafana's 24.
const WIDTH: usize = 12;
const HEIGHT: usize = 8;

impl Dashboard {
    /// A dashboard without panels.
    pub(super) fn new(key: &'static str, uid: String, title: String) -> Self {
        let datasource = Variable {
            name: "datasource",
            label: "Prometheus",
            kind: "datasource",
            query: "prometheus".to_owned(),
            datasource: None,
            refresh: None,
            include_all: false,
            multi: false,
            all_value: None,
        };
        Self {
            key,
            uid,
            title,
            tags: vec!["fleetc", "github-actions"],
            schema_version: 39,
            editable: false,
            refresh: "1m",
            time: TimeRange { from: "now-6h", to: "now" },
            templating: Templating { list: vec![datasource] },
            panels: Vec::new(),
        }
    }

    /// Lets the reader choose values of a label; queries name it `$label`.
    pub fn choose(mut self, name: &'static str, label: &'static str, of: &str) -> Self {
        self.templating.list.push(Variable {
            name,
            label,
            kind: "query",
            query: format!("label_values({of}, {name})"),
            datasource: Some(PROMETHEUS),
            refresh: Some(2),
            include_all: true,
            multi: true,
            all_value: Some(".*"),
        });
        self
    }

    fn panel(mut self, title: &'static str, kind: &'static str, shown: Shown, targets: Vec<Target>) -> Self {
        let at = self.panels.len();
        let legend = (kind == "timeseries").then_some(Legend {
            display_mode: "list",
            placement: "bottom",
            show_legend: true,
        });
        self.panels.push(Panel {
            id: at + 1,
            title,
            description: "",
            kind,
            datasource: PROMETHEUS,
            grid_pos: Place { h: HEIGHT, w: WIDTH, x: at % 2 * WIDTH, y: at / 2 * HEIGHT },
            targets,
            field_config: FieldConfig { defaults: Defaults { unit: shown.unit(), min: 0.0 }, overrides: [] },
            options: Options { legend },
        });
        self
    }

    /// Lines over time: queries with what a line is called.
    pub fn lines(
        self,
        title: &'static str,
        shown: Shown,
        queries: impl IntoIterator<Item = (Query, &'static str)>,
    ) -> Self {
        let targets = queries.into_iter().enumerate().map(|(at, (query, legend))| Target {
            ref_id: char::from(b'A' + (at % 26) as u8).to_string(),
            expr: query.to_string(),
            legend_format: legend,
            instant: false,
            range: true,
            format: None,
        });
        self.panel(title, "timeseries", shown, targets.collect())
    }

    /// A table of what is so now.
    pub fn table(self, title: &'static str, shown: Shown, query: Query) -> Self {
        let target = Target {
            ref_id: "A".to_owned(),
            expr: query.to_string(),
            legend_format: "",
            instant: true,
            range: false,
            format: Some("table"),
        };
        self.panel(title, "table", shown, vec![target])
    }

    /// Says what a reader should know of the last panel.
    pub fn note(mut self, text: &'static str) -> Self {
        if let Some(panel) = self.panels.last_mut() {
            panel.description = text;
        }
        self
    }
}

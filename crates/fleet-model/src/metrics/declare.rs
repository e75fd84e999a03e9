//! `metrics!`: one declaration of a metric gives a constant and a line of its source's table.

/// Declares the metrics of one source.
///
/// ```ignore
/// metrics! { Exporter => METRICS: "All of them.";
///     RUNS: counter "github_actions_workflow_runs_total" ["org", "repo"] "Completed runs.";
/// }
/// ```
///
/// The text is that of `# HELP`. Behind it may stand `.unit(…)`, `.values(…)`, `.buckets(…)`.
macro_rules! metrics {
    ($source:ident => $table:ident: $doc:literal; $(
        $id:ident: $kind:ident $name:literal $labels:tt $help:literal $( . $method:ident ( $($arg:tt)* ) )*;
    )*) => {
        $(
            #[doc = $help]
            pub const $id: $crate::metrics::Metric =
                $crate::metrics::Metric::$kind($crate::metrics::Source::$source, $name, &$labels, $help)
                    $( . $method($($arg)*) )*;
        )*
        #[doc = $doc]
        pub static $table: &[$crate::metrics::Metric] = &[$($id),*];
    };
}

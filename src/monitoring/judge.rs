//! Whether an expression can mean what it says, by what is really exported.

use super::catalogue::Catalogue;
use super::judge_range::Interval;
use super::shape::{Place, SelectorPlace, Shape, shape};
use promql_parser::label::Matchers;
use promql_parser::parser::{self, Expr, VectorSelector};
use std::collections::BTreeSet;

/// What is wrong with a part of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// It can't be read.
    Invalid,
    /// Nothing exports the metric.
    MissingMetric,
    /// The metric has no such label.
    MissingLabel,
    /// The label never has this value.
    LabelValue,
    /// The function is for another kind of values.
    WrongType,
    /// A counter is used as if its value meant something.
    BareCounter,
    /// A pool's gauge is chosen by a repository, whose jobs it does not tell apart.
    GaugeScope,
    /// The condition can't hold.
    Never,
    /// The condition always holds.
    Always,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What it is about.
    pub kind: ProblemKind,
    /// The part of the text.
    pub at: Place,
    /// A few words at that part.
    pub label: String,
    /// The sentence.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

/// Finds what is wrong with an expression.
pub fn judge(text: &str, catalogue: &Catalogue<'_>) -> Vec<Problem> {
    match read(text) {
        Ok((expr, shape)) => {
            let mut judge = Judge::new(text, catalogue, shape);
            judge.walk(&expr);
            judge.problems
        }
        Err(problem) => vec![problem],
    }
}

/// The metrics that an expression asks for, by name, with what it says of their labels. Nothing for one that can't be
/// read, and nothing of series that are chosen without a name.
pub fn selectors(text: &str) -> Vec<(String, Matchers)> {
    let mut out = Vec::new();
    if let Ok(expr) = parser::parse(text) {
        collect(&expr, &mut out);
    }
    out
}

fn collect(expr: &Expr, out: &mut Vec<(String, Matchers)>) {
    let mut take = |selector: &VectorSelector| {
        let name = selector.name.clone();
        out.extend(name.map(|name| (name, selector.matchers.clone())));
    };
    match expr {
        Expr::VectorSelector(selector) => take(selector),
        Expr::MatrixSelector(matrix) => take(&matrix.vs),
        Expr::Aggregate(aggregate) => collect(&aggregate.expr, out),
        Expr::Unary(unary) => collect(&unary.expr, out),
        Expr::Binary(binary) => {
            collect(&binary.lhs, out);
            collect(&binary.rhs, out);
        }
        Expr::Paren(paren) => collect(&paren.expr, out),
        Expr::Subquery(subquery) => collect(&subquery.expr, out),
        Expr::Call(call) => call.args.args.iter().for_each(|argument| collect(argument, out)),
        Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::Extension(_) => {}
    }
}

fn read(text: &str) -> Result<(Expr, Shape), Problem> {
    let invalid = |at: Place, label: &str, help: String| Problem {
        kind: ProblemKind::Invalid,
        at,
        label: label.to_owned(),
        message: "this is no PromQL".to_owned(),
        help,
    };
    let general = || "try the expression in Prometheus first".to_owned();
    if text.trim().is_empty() {
        return Err(invalid(0..text.len(), "empty", "write a condition, such as `up == 0`".to_owned()));
    }
    let shape = shape(text).map_err(|slip| invalid(slip.at, slip.message, general()))?;
    match parser::parse(text) {
        Ok(expr) => Ok((expr, shape)),
        Err(reason) => {
            let call =
                shape.calls.iter().find(|call| reason.contains(&format!("'{}'", &text[(*call).clone()])));
            let at = call.cloned().or_else(|| shape.misplaced.clone());
            let label = match (&at, call) {
                (_, Some(_)) => "not a function of PromQL, or not so called".to_owned(),
                (Some(_), None) => "not expected here".to_owned(),
                (None, None) => reason.lines().next().unwrap_or("can't be read").to_owned(),
            };
            Err(invalid(at.unwrap_or(0..text.len()), &label, general()))
        }
    }
}

/// What is known of the values of a part of an expression.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    /// The labels that its series can have; none where any may be there.
    pub labels: Option<BTreeSet<String>>,
    /// Where its values lie.
    pub range: Interval,
    /// Where the sum of its values lies.
    pub total: Interval,
    /// Whether its values only grow.
    pub counter: bool,
    /// The greatest bound of the buckets that it comes from.
    pub top: Option<f64>,
    /// Whether it is a number written out.
    pub constant: bool,
    /// The name of the metric, where it is one series as exported.
    pub metric: Option<String>,
}

impl Facts {
    /// Nothing is known.
    pub fn any() -> Self {
        Self {
            labels: None,
            range: Interval::ANY,
            total: Interval::ANY,
            counter: false,
            top: None,
            constant: false,
            metric: None,
        }
    }

    /// A number without labels.
    pub fn scalar(range: Interval) -> Self {
        Self { labels: Some(BTreeSet::new()), range, total: range, ..Self::any() }
    }
}

/// A walk over an expression, which comes to its parts in the order in which they stand.
pub(super) struct Judge<'a> {
    pub text: &'a str,
    pub catalogue: &'a Catalogue<'a>,
    pub shape: Shape,
    pub selectors: usize,
    pub aggregations: usize,
    pub operations: usize,
    pub calls: usize,
    pub problems: Vec<Problem>,
    /// Whether a counter's own value means something here.
    pub counters_allowed: bool,
}

impl<'a> Judge<'a> {
    fn new(text: &'a str, catalogue: &'a Catalogue<'a>, shape: Shape) -> Self {
        Self {
            text,
            catalogue,
            shape,
            selectors: 0,
            aggregations: 0,
            operations: 0,
            calls: 0,
            problems: Vec::new(),
            counters_allowed: false,
        }
    }

    /// The text of a place.
    pub fn under(&self, at: &Place) -> &'a str {
        self.text.get(at.clone()).unwrap_or("")
    }

    /// Takes a problem.
    pub fn report(
        &mut self,
        kind: ProblemKind,
        at: Place,
        label: impl Into<String>,
        message: String,
        help: String,
    ) {
        self.problems.push(Problem { kind, at, label: label.into(), message, help });
    }

    /// The place of the next part of its kind; all of the text if the two readings should ever differ.
    pub fn next_selector(&mut self) -> SelectorPlace {
        let all = 0..self.text.len();
        let next = self.shape.selectors.get(self.selectors).cloned();
        self.selectors += 1;
        next.unwrap_or(SelectorPlace { whole: all.clone(), name: all, matchers: Vec::new() })
    }

    /// Judges an expression, and says what is known of its values.
    pub fn walk(&mut self, expr: &Expr) -> Facts {
        match expr {
            Expr::NumberLiteral(literal) => {
                Facts { constant: true, ..Facts::scalar(Interval::point(literal.val)) }
            }
            Expr::StringLiteral(_) | Expr::Extension(_) => Facts::any(),
            Expr::Paren(paren) => self.walk(&paren.expr),
            Expr::Unary(unary) => {
                let facts = self.walk(&unary.expr);
                Facts { range: facts.range.negated(), total: facts.total.negated(), ..facts }
            }
            Expr::VectorSelector(selector) => self.selector(selector),
            Expr::MatrixSelector(matrix) => self.selector(&matrix.vs),
            Expr::Subquery(subquery) => self.walk(&subquery.expr),
            Expr::Aggregate(aggregate) => self.aggregate(aggregate),
            Expr::Binary(binary) => self.binary(binary),
            Expr::Call(call) => self.call(call),
        }
    }
}

//! The report and the picture.

use super::*;

fn render(problem: &Problem) -> (String, String) {
    let proof = prove(problem, Effort::default());
    (report(problem, &proof).to_string(), picture(problem, &proof))
}

#[test]
fn the_table_tells_totals_and_pools() {
    let (table, _) = render(&seven(4));
    let gpu: Vec<&str> =
        table.lines().skip_while(|line| !line.starts_with("gpu (1 node)")).take(10).collect();
    assert_eq!(
        gpu,
        [
            "gpu (1 node): does not fit",
            "  runner 4 of pool runner-gpu has no place: it needs nvidia.com/gpu 1, and no node has any left; \
             its nodes hold runner-gpu (3)",
            "  nvidia.com/gpu 4 is asked for in all, nodes gpu have 3",
            "                  total  at max   free  used",
            "  cpu                96      66     30   68%",
            "  memory          768Gi   260Gi  508Gi   33%",
            "  pods              110       8    102    7%",
            "  nvidia.com/gpu      3       4      0  133%",
            "  pool        max  placed                share  runner",
            "  runner-gpu    4       3  nvidia.com/gpu 133%  cpu 16.5, memory 65Gi, nvidia.com/gpu 1",
        ],
        "{table}"
    );
}

#[test]
fn nodes_without_pools_are_told() {
    let mut problem = Problem::new(Policies::default());
    problem.add_group(nodes("spare", 2, res(10, 10, 0)));
    let proof = prove(&problem, Effort::default());
    assert!(report(&problem, &proof).to_string().starts_with("spare (2 nodes): no pool uses it\n"));
}

#[test]
fn the_report_is_json() {
    let problem = seven(4);
    let report = report(&problem, &prove(&problem, Effort::default()));
    let json = serde_json::to_value(&report).expect("serializable");
    assert_eq!(json["areas"][2]["verdict"]["answer"], "refused");
    assert_eq!(json["areas"][2]["verdict"]["runner"], 4);
    assert_eq!(json["areas"][0]["dimensions"][0]["dimension"], "cpu");
    assert_eq!(json["areas"][0]["dimensions"][0]["used"], 949);
}

#[test]
fn the_picture_is_the_same_every_time_and_marks_the_refused() {
    let (_, first) = render(&seven(4));
    let (_, second) = render(&seven(4));
    assert_eq!(first, second);
    assert!(first.contains("class=\"refused\"") && first.contains("no place: 1 of runner-gpu"));
    assert!(!render(&seven(3)).1.contains("class=\"refused\""));
}

#[test]
fn the_picture_counts_what_it_does_not_draw() {
    let mut problem = Problem::new(Policies::default());
    let group = problem.add_group(nodes("<many>", 1000, res(10, 10, 0)));
    let class = problem.add_class([group]);
    problem.add_demand(pool("a & b", 5, class, Placement::Free, &[res(1, 1, 0), res(2, 1, 0)]));
    let (_, svg) = render(&problem);
    assert!(svg.contains("and 940 more nodes"));
    assert!(svg.contains("&lt;many&gt;") && svg.contains("a &amp; b"));
    assert_eq!(svg.matches("class=\"node\"").count(), 60);
}

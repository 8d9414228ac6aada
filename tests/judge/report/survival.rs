//! What the pages tell of the survival of real patients.

use super::cohort::bundled;
use super::keep;
use judge::evaluation::survival::Group;
use judge::evaluation::{Options, evaluate};
use judge::metrics::survival::{Followed, KaplanMeier};
use mellizo_report::html::{ReportInput, private_html, share_html};
use mellizo_report::json::report_json;
use mellizo_report::pair::Tables;
use mellizo_report::scores::scores_markdown;
use mellizo_report::survival::{coarse_curve, exact_curve};
use mellizo_report::verdict::Verdict;
use proptest::prelude::*;

fn group(times: Vec<f64>, events: Vec<bool>) -> Group {
    let followed = Followed { times, events };
    let mut sorted = followed.times.clone();
    sorted.sort_by(|a, b| b.total_cmp(a));
    Group {
        patients: followed.patients(),
        events: followed.count_events(),
        left_out: 0,
        five: sorted.get(4).copied().unwrap_or(f64::NAN),
        curve: KaplanMeier::of(&followed),
    }
}

/// Events in (from, to], with those at 0 in the first step.
fn events(group: &Group, from: f64, to: f64) -> usize {
    let inside = |time: f64| (from < time || from == 0.0) && time <= to;
    group.curve.steps.iter().filter(|step| inside(step.time)).map(|step| step.events).sum()
}

fn followed_patients() -> impl Strategy<Value = Vec<(f64, bool)>> {
    let time = prop_oneof![0.0..3000.0f64, (0..40u32).prop_map(f64::from), Just(0.0)];
    prop::collection::vec((time, any::<bool>()), 0..200)
}

proptest! {
    #[test]
    fn no_step_is_that_of_one_to_four_patients(patients in followed_patients()) {
        let (times, flags): (Vec<f64>, Vec<bool>) = patients.iter().copied().unzip();
        let group = group(times, flags);
        let curve = coarse_curve(&group);
        for pair in curve.windows(2) {
            let count = events(&group, pair[0].time, pair[1].time);
            prop_assert!(count == 0 || count >= 5, "{count} events from {:?}", pair);
            prop_assert!((pair[1].survival - group.curve.at(pair[1].time)).abs() <= 0.0005 + 1e-12);
        }
        if let Some(last) = curve.last() {
            let longer = patients.iter().filter(|(time, _)| *time >= last.time).count();
            prop_assert!(longer >= 5, "{longer} patients until {}", last.time);
        }
    }
}

#[test]
fn the_curve_is_drawn_where_patients_are_many_and_not_where_they_are_few() {
    let times: Vec<f64> = (0..200).map(|patient| 3.0 + 7.0 * f64::from(patient)).collect();
    let many = group(times.clone(), (0..200).map(|patient| patient % 3 > 0).collect());
    let curve = coarse_curve(&many);
    assert!(curve.len() > 15, "{} points", curve.len());
    assert!(curve.iter().all(|point| point.time % 50.0 == 0.0), "round times: {curve:?}");
    assert_eq!(exact_curve(&many).len(), many.curve.steps.len() + 2);
    let few = group(times.clone(), (0..200).map(|patient| patient % 60 == 1).collect());
    assert_eq!(few.events, 4);
    assert!(coarse_curve(&few).is_empty());
    assert!(coarse_curve(&group(Vec::new(), Vec::new())).is_empty());
    assert!(coarse_curve(&group(vec![0.0; 30], vec![true; 30])).is_empty());
}

/// Two thirds of the bundled cohort beside itself, and the rest as those kept back.
#[test]
fn pages_verdict_summary_and_json_say_how_long_patients_live() {
    let mut cohort = bundled();
    cohort.schema.time = Some("d.time".into());
    cohort.schema.event = Some("death".into());
    let rows = |of: fn(&usize) -> bool| (0..cohort.rows()).filter(of).collect::<Vec<_>>();
    let real = cohort.rows_of(&rows(|row| row % 3 > 0));
    let held = cohort.rows_of(&rows(|row| row % 3 == 0));
    let options = Options { splits: 2, draws: 1, ..Options::default() };
    let evaluation = evaluate(&real, &cohort, Some(&held), &options);
    let input =
        ReportInput::new("cohort.csv", Tables { real: &real, synthetic: &cohort }, &evaluation);
    let [anyone, owner] = [share_html(&input), private_html(&input)];
    for (name, page, round) in [("anyone", &anyone, true), ("owner", &owner, false)] {
        keep(&format!("survival-{name}.html"), page);
        assert!(page.contains("id=\"survival\"") && page.contains("Log hazard ratios"), "{name}");
        assert_eq!(page.contains("between round times"), round, "{name}");
    }
    let verdict = Verdict::of(&evaluation);
    assert_eq!(verdict.judgements.last().unwrap().topic, "Survival");
    assert_eq!(verdict.judgements.last().unwrap().grade.word(), "good");
    assert!(scores_markdown(&evaluation).contains("largest difference of survival curves"));
    let report: serde_json::Value = serde_json::from_str(&report_json(&evaluation, None)).unwrap();
    let survival = &report["survival"];
    assert_eq!(
        (survival["event"].as_str(), survival["value"].as_str()),
        (Some("death"), Some("1"))
    );
    let exact = evaluation.survival.unwrap().difference.whole;
    assert_eq!(survival["difference"]["whole"], (exact * 1000.0).round() / 1000.0);
    let notes = survival["notes"].to_string();
    assert!(notes.contains("hospdead") && notes.contains("ties them to the time"), "{notes}");
}

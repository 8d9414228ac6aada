//! The page of distributions.

use super::cohort::{bundled, coded, numerical, resampled, single};
use super::{keep, texts};
use mellizo_report::distributions::distributions_svg;

#[test]
fn the_bundled_cohort_is_drawn_with_every_column() {
    let real = bundled();
    let svg = distributions_svg(&real, &resampled(&real, 4000));
    keep("distributions.svg", &svg);
    let texts = texts(&svg);
    for column in &real.schema.columns {
        assert!(
            texts.iter().any(|text| text.contains(&column.name)),
            "{} has a panel",
            column.name
        );
    }
    assert!(svg.len() < 600_000, "{} bytes", svg.len());
}

#[test]
fn a_rare_level_is_pooled_and_its_name_never_shown() {
    // 40 + 30 + 4 + 3: the two rare ones are seven together.
    let cells: Vec<f64> =
        [(0.0, 40), (1.0, 30), (2.0, 4), (3.0, 3)].iter().flat_map(|&(v, n)| vec![v; n]).collect();
    let real = single(coded("tissue", &["common", "usual", "oddity", "wonder"]), cells);
    let svg = distributions_svg(&real, &resampled(&real, 500));
    assert!(svg.contains("common") && svg.contains("usual") && svg.contains("other (pooled)"));
    assert!(!svg.contains("oddity") && !svg.contains("wonder"));
}

#[test]
fn extremes_of_a_number_never_appear() {
    // 300 values between 0 and 99.7 in steps of a third, one far out on each side.
    let mut cells: Vec<f64> = (0..300).map(|k| f64::from(k) / 3.0).collect();
    cells.extend([-4711.0, 81549.0]);
    let real = single(numerical("marker", 1), cells);
    let svg = distributions_svg(&real, &resampled(&real, 500));
    let texts = texts(&svg);
    for extreme in ["4711", "4.7", "81549", "81.5", "82k", "81k"] {
        assert!(!texts.iter().any(|text| text.contains(extreme)), "{extreme} is shown");
    }
    assert!(
        texts.iter().any(|text| text.starts_with("≥ "))
            && texts.iter().any(|text| text.starts_with("< "))
    );
}

#[test]
fn one_to_four_missing_cells_are_not_counted() {
    let cells = |missing: usize| [vec![0.0; 50], vec![1.0; 20], vec![f64::NAN; missing]].concat();
    let drawn = |missing: usize| {
        let real = single(coded("smoker", &["no", "yes"]), cells(missing));
        distributions_svg(&real, &single(coded("smoker", &["no", "yes"]), cells(10)))
    };
    let shown = texts(&drawn(3));
    assert!(shown.contains(&"<5".to_owned()));
    assert!(
        shown.iter().any(|text| text.starts_with("missing: real fewer than 5 patients,")),
        "{shown:?}"
    );
    assert!(!texts(&drawn(0)).contains(&"<5".to_owned()));
    assert!(!texts(&drawn(5)).contains(&"<5".to_owned()));
}

#[test]
fn the_page_is_the_same_whatever_is_withheld() {
    let synthetic = |column| single(column, vec![0.0, 1.0, f64::NAN]);
    for column in [coded("smoker", &["no", "yes"]), numerical("smoker", 1)] {
        let drawn = |missing: usize| {
            let cells = [vec![0.0; 53 - missing], vec![1.0; 20], vec![f64::NAN; missing]].concat();
            distributions_svg(&single(column.clone(), cells), &synthetic(column.clone()))
        };
        assert_eq!(drawn(1), drawn(4), "one or four of 73 patients without a value");
        assert_ne!(drawn(1), drawn(5), "five may be shown");
    }
}

#[test]
fn names_are_escaped_and_long_ones_cut() {
    let mut column = coded(
        "<script>alert(1)</script>",
        &["a & \"b\" <i>", "quite a long level name that cannot fit \u{1}"],
    );
    column.unit = Some("mg/dl".into());
    column.label = Some("</svg><script>alert(2)</script> and a label that goes on and on".into());
    let real = single(column, [vec![0.0; 9], vec![1.0; 9]].concat());
    let svg = distributions_svg(&real, &real);
    assert!(!svg.contains("<script") && !svg.contains("<i>"));
    let texts = texts(&svg);
    assert!(texts.contains(&"a & \"b\" <i>".to_owned()));
    assert!(texts.iter().any(|text| text.ends_with("… (mg/dl)")), "the unit survives the cut");
    assert!(texts.iter().any(|text| text.starts_with("quite a") && text.ends_with('…')));
}

#[test]
fn empty_and_tiny_tables_are_drawn() {
    for cells in [vec![], vec![f64::NAN; 8], vec![1.0, 2.0, 3.0]] {
        let real = single(numerical("dose", 1), cells.clone());
        let shown = texts(&distributions_svg(&real, &real));
        assert!(shown.contains(&"dose".to_owned()), "{cells:?}");
    }
}

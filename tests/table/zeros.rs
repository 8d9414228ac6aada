//! Zeros that say something: in products, under an order, in counts that contain each other.

use super::lot;
use super::nonsense::{broken, csv, generated, texts};
use table::Table;

/// The relations of a cohort, all of which rows of a generator that knows nothing keep.
fn kept(cohort: &Table) -> Vec<String> {
    let (found, rows, _) = generated(cohort);
    let known = texts(&found, cohort);
    known.iter().for_each(|text| assert_eq!(broken(text, &rows), 0, "{text}"));
    known
}

fn contains(known: &[String], wanted: &[&str]) {
    wanted.iter().for_each(|text| {
        assert!(known.contains(&(*text).to_owned()), "{text} in {known:?}");
    });
}

#[test]
fn a_product_that_is_zero_says_what_its_factors_say() {
    let cohort = csv("smoking,cigs,years,pack_years,quit", 500, |row| {
        let smoking = ["never", "never", "former", "current"][lot(row, 0, 4) as usize];
        if smoking == "never" {
            return "never,0,0,0.00,".to_owned();
        }
        let (cigs, years) = (5 * (1 + lot(row, 1, 8)), 3 + lot(row, 2, 40));
        let quit = if smoking == "former" { (1 + lot(row, 3, 25)).to_string() } else { "".into() };
        format!("{smoking},{cigs},{years},{:.2},{quit}", (cigs * years) as f64 / 20.0)
    });
    let known = kept(&cohort);
    contains(&known, &["smoking = never -> cigs = 0"]);
    assert!(known.iter().any(|text| text.starts_with("pack_years = ")), "{known:?}");
}

#[test]
fn a_dose_over_hours_is_zero_where_nothing_was_given() {
    let cohort = csv("support,rate,hours,total", 500, |row| {
        let support = lot(row, 0, 5);
        let (rate, hours) =
            if support < 3 { (0, 0) } else { (10 + lot(row, 1, 290), 2 + lot(row, 2, 70)) };
        format!("{support},{}.{},{hours},{}", rate / 10, rate % 10, rate * hours * 6)
    });
    kept(&cohort);
}

#[test]
fn columns_that_are_equal_at_zero_alone_are_two_numbers() {
    // A benefit, and what it is of the earnings: 0 together, and else far apart.
    let cohort = csv("earnings,pension,share,insured", 500, |row| {
        let earnings = 8000 + lot(row, 0, 20_000);
        let share = if lot(row, 1, 3) == 0 { 0.0 } else { 0.02 + lot(row, 2, 900) as f64 / 1e4 };
        // It is no product, but nearly one.
        let pension = share * earnings as f64 * (1.0 + lot(row, 3, 100) as f64 / 1e3);
        format!("{earnings},{pension:.2},{share:.4},{}", lot(row, 4, 2))
    });
    let known = kept(&cohort);
    contains(&known, &["share <= pension", "share = 0 -> pension = 0", "pension = 0 -> share = 0"]);
}

/// Stays of several lengths, how patients were ventilated, and for how many days of their stay:
/// of those who were, as `of_stay` draws it.
fn ventilated(how: [&str; 3], of_stay: impl Fn(usize, u64) -> u64) {
    let known = kept(&csv("days,ventilated,vent_days,age", 500, |row| {
        let days = 1 + lot(row, 0, 6) * lot(row, 1, 9);
        let how = how[lot(row, 2, 3) as usize];
        let vent = if how == "no" { 0 } else { of_stay(row, days) };
        format!("{days},{how},{vent},{}", 18 + lot(row, 5, 70))
    }));
    contains(&known, &["vent_days <= days", "ventilated = no -> vent_days = 0"]);
}

#[test]
fn a_zero_under_an_order_is_a_choice() {
    // Half of them for the whole stay.
    let whole_or_part = |row, days| if lot(row, 3, 2) == 0 { days } else { 1 + lot(row, 4, days) };
    ventilated(["no", "yes", "yes"], whole_or_part);
    // Most of them for a few days, whatever the stay.
    ventilated(["no", "mask", "tube"], |row, days| (1 + lot(row, 3, 4)).min(days));
}

#[test]
fn a_time_at_the_end_of_another_one_is_a_choice() {
    // A relapse is seen before the end of the follow-up, and without one both are the same.
    let cohort = csv("relapse,followed,free,age", 500, |row| {
        let (followed, relapse) = (30 + lot(row, 0, 1500), lot(row, 1, 3) == 0);
        let free = if relapse { 10 + lot(row, 2, followed - 10) } else { followed };
        let relapse = if relapse { "yes" } else { "no" };
        format!("{relapse},{followed},{free},{}", 18 + lot(row, 5, 70))
    });
    let known = kept(&cohort);
    contains(&known, &["free <= followed", "relapse = no -> free = followed"]);
}

#[test]
fn what_waves_of_a_study_say_is_kept() {
    // A year is a number, the waves follow from it, and a dose is given in one of them.
    let cohort = csv("year,first,second,third,dose,given,twice,age", 600, |row| {
        let wave = lot(row, 0, 7);
        let is = |of: u64| u64::from(wave == of);
        let dose = 3 + lot(row, 1, 15);
        let (given, twice) = (is(2) * dose, is(4) * dose);
        let age = 20 + lot(row, 3, 60);
        format!("{},{},{},{},{dose},{given},{twice},{age}", 72 + 2 * wave, is(1), is(2), is(4))
    });
    let known = kept(&cohort);
    contains(&known, &["second = 1 -> dose = given", "third = 0 -> twice = 0"]);
}

#[test]
fn counts_that_contain_each_other_are_zero_together() {
    let cohort = csv("sex,pregnancies,births,sections", 600, |row| {
        if lot(row, 0, 2) == 0 {
            return "male,0,0,0".to_owned();
        }
        let pregnancies = lot(row, 1, 6);
        let births = if pregnancies > 0 { lot(row, 2, pregnancies + 1) } else { 0 };
        let sections = if births > 0 { lot(row, 3, births + 1) } else { 0 };
        format!("female,{pregnancies},{births},{sections}")
    });
    let known = kept(&cohort);
    contains(&known, &["births <= pregnancies", "sections <= births"]);
}

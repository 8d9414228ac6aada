//! What several cells together say: found where it is there, and nowhere else.

use super::nonsense::{csv, texts};
use table::relations::{Found, Relation, find};
use table::typed::{TypedDecoder, TypedEncoder, TypedOptions};
use table::{Kind, Table};

fn lot(row: usize, salt: usize) -> usize {
    super::lot(row, salt, 1 << 20) as usize
}

/// Whether the row's lot of so many hundred is below a share in percent.
fn share(row: usize, salt: usize, percent: usize) -> bool {
    lot(row, salt) % 100 < percent
}

fn answer(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

fn rules(table: &Table) -> Vec<String> {
    let found: Vec<Found> = find(table)
        .into_iter()
        .filter(|one| matches!(one.relation, Relation::Conjunction { .. }))
        .collect();
    texts(&found, table)
}

/// Five boxes of pain and a score, which is 0 of 1 to 10 where none is ticked; missing cells.
fn pain() -> Table {
    csv("head,back,chest,limb,other,vas,age", 600, |row| {
        let boxes: Vec<bool> = (0..5).map(|at| share(row, at, 22)).collect();
        let none = boxes.iter().all(|one| !one);
        let vas = if none { 0 } else { lot(row, 9) % 11 };
        let vas = if share(row, 10, 6) { String::new() } else { vas.to_string() };
        let boxes: Vec<&str> = boxes.into_iter().map(answer).collect();
        format!("{},{vas},{}", boxes.join(","), 20 + lot(row, 11) % 60)
    })
}

#[test]
fn no_box_at_all_says_that_a_score_is_0() {
    let table = pain();
    let rules = rules(&table);
    let all = "head = no and back = no and chest = no and limb = no and other = no -> vas = 0";
    assert_eq!(rules, [all]);
    let relation = Relation::parse(all, &table.schema).unwrap();
    assert_eq!(relation.text(&table.schema), all);
    // A missing score says nothing.
    let [none, zero] = [f64::NAN, 0.0].map(|vas| [0.0, 0.0, 0.0, 0.0, 0.0, vas, 40.0]);
    assert_eq!([relation.holds(&none), relation.holds(&zero)], [None, Some(true)]);
    assert_eq!(relation.holds(&[0.0, 0.0, 0.0, 0.0, 0.0, 3.0, 40.0]), Some(false));
    assert_eq!(relation.holds(&[0.0, 1.0, 0.0, 0.0, 0.0, 3.0, 40.0]), None);
}

#[test]
fn two_levels_together_say_a_level_or_that_a_cell_is_missing() {
    let table = csv("sex,stage,smoker,pregnant,psa", 500, |row| {
        let (male, late) = (share(row, 1, 50), share(row, 2, 40));
        let pregnant = !(male && late) && share(row, 3, 30);
        let psa = if !male && !late { String::new() } else { (lot(row, 4) % 90).to_string() };
        let psa = if share(row, 5, 20) { String::new() } else { psa };
        let (sex, stage) = (if male { "m" } else { "f" }, if late { "late" } else { "early" });
        format!("{sex},{stage},{},{},{psa}", answer(share(row, 6, 50)), answer(pregnant))
    });
    let rules = rules(&table);
    let expected = [
        "sex = m and stage = late -> pregnant = no",
        "sex = f and stage = early -> psa is missing",
    ];
    assert!(expected.iter().all(|one| rules.contains(&(*one).into())), "{rules:?}");
    assert_eq!(rules.len(), 2, "{rules:?}");
}

#[test]
fn what_one_cell_says_needs_no_second_one() {
    let table = csv("sex,stage,pregnant,visit", 500, |row| {
        let male = share(row, 1, 50);
        let pregnant = !male && share(row, 3, 30);
        let stage = lot(row, 2) % 3;
        let sex = if male { "m" } else { "f" };
        format!("{sex},{},{},{}", ["I", "II", "III"][stage], answer(pregnant), lot(row, 5) % 50)
    });
    assert_eq!(rules(&table), Vec::<String>::new());
}

#[test]
fn a_learned_choice_says_it_and_is_stored_by_its_number() {
    let table = pain();
    let found = find(&table);
    let fit = |found: &[Found]| TypedEncoder::fit(&table, found, &TypedOptions::default()).unwrap();
    let others: Vec<Found> = found
        .iter()
        .filter(|one| !matches!(one.relation, Relation::Conjunction { .. }))
        .cloned()
        .collect();
    let (encoder, without) = (fit(&found), fit(&others));
    let gates = encoder.blocks().gates.len() - without.blocks().gates.len();
    assert!(gates >= 6, "five boxes and the score: {gates}");
    assert_eq!(encoder.columns(), without.columns() + 2);
    let matrix = encoder.encode(&table);
    let decoder = TypedDecoder::fit(&matrix, &encoder, (&table, &matrix));
    let text = serde_json::to_string(&decoder).unwrap();
    assert!(text.contains("\"premises\":1"), "{text}");
    assert_eq!(serde_json::from_str::<TypedDecoder>(&text).unwrap(), decoder);
    assert_eq!(decoder.decode(&matrix).rows(), 600);
}

/// Columns of every kind that follow from nothing.
fn independent(rows: usize, seed: usize) -> Table {
    let header = "a0,a1,a2,i1,i2,i3,b05,b20,b50,b80,b95,n3,n5,day,later";
    let table = csv(header, rows, |row| {
        let of = |salt: usize| lot(row + 10_007 * seed, salt + 100 * seed);
        let normal = |salt: usize| (0..6).map(|k| (of(salt + k) % 997) as f64 / 997.0).sum::<f64>();
        let boolean = |salt: usize, percent: usize| answer(of(salt) % 100 < percent);
        let date = |salt: usize| {
            format!(
                "20{:02}-{:02}-{:02}",
                10 + of(salt) % 9,
                1 + of(salt + 1) % 12,
                1 + of(salt + 2) % 28
            )
        };
        format!(
            "{:.0},{:.1},{:.2},{},{},{},{},{},{},{},{},{},{},{},{}",
            100.0 * normal(1),
            10.0 * normal(11),
            normal(21),
            of(31) % 3,
            of(32) % 6,
            of(33) % 11,
            boolean(41, 5),
            boolean(42, 20),
            boolean(43, 50),
            boolean(44, 80),
            boolean(45, 95),
            ["x", "y", "z"][of(51) % 3],
            ["p", "q", "r", "s", "t"][of(52) % 5],
            date(61),
            date(71),
        )
    });
    assert_eq!(table.schema.columns[13].kind, Kind::Date);
    table
}

#[test]
fn independent_columns_say_nothing() {
    for rows in [20, 30, 60, 100, 200, 1000] {
        for seed in 1..=if rows < 1000 { 6 } else { 2 } {
            let table = independent(rows, seed);
            assert_eq!(texts(&find(&table), &table), Vec::<String>::new(), "{rows}, seed {seed}");
        }
    }
}

#[test]
fn the_bundled_cohort_has_few() {
    // That no-one without an order has another day of it than the last one, an equality says.
    let rules = rules(&table::bundled::cohort().unwrap());
    assert_eq!(rules, ["glucose is missing and urine is missing -> bun is missing"]);
}

//! What is said of a table that changed.

use super::*;
use table::bundled;
use table::clean::select;

fn basis(table: Table, recipe: &[[&str; 2]]) -> Basis {
    let schema = serde_json::to_vec(&table.schema).unwrap();
    Basis {
        file: "t.csv".into(),
        bytes: None,
        read: sha256(&[&schema, &bytes(table.cells.values())]),
        parts: Some(Parts::of(&table)),
        recipe: recipe.iter().map(|pair| pair.map(str::to_owned)).collect(),
        options: vec![["--holdout".into(), NONE.into()]],
    }
}

#[test]
fn what_differs_is_told() {
    let whole = bundled::cohort().unwrap();
    let of = |rows: &[usize], columns: &[usize]| select(&whole, rows, columns);
    let (rows, columns): (Vec<usize>, Vec<usize>) = ((0..50).collect(), (0..8).collect());
    let begun = basis(of(&rows, &columns), &[["training.batch", "64"]]);
    let said = |table: Table| basis(table, &[["training.batch", "64"]]).differs(&begun).join(" ");
    assert_eq!(said(of(&rows, &columns)), "");
    let swapped: Vec<usize> = [1, 0].into_iter().chain(2..50).collect();
    let mut renamed = of(&rows, &columns);
    renamed.schema.columns[2].name = "another".into();
    let mut edited = of(&rows, &columns);
    edited.cells.row_mut(7)[0] += 0.1;
    let mut labelled = of(&rows, &columns);
    labelled.schema.columns[3].label = Some("Another".into());
    let first = format!("{:?}", whole.schema.columns[0].name);
    let third = format!("{:?}", whole.schema.columns[2].name);
    for (table, words) in [
        (of(&(0..49).collect::<Vec<_>>(), &columns), "it had 50 rows and has 49".to_owned()),
        (of(&swapped, &columns), "its rows have another order".to_owned()),
        (of(&rows, &[1, 0, 2, 3, 4, 5, 6, 7]), "its columns have another order".to_owned()),
        (of(&rows, &(0..7).collect::<Vec<_>>()), "it has no column".to_owned()),
        (of(&rows, &(0..9).collect::<Vec<_>>()), "it had no column".to_owned()),
        (renamed, format!("it has no column {third} any more, it had no column \"another\"")),
        (edited, format!("other cells in {first}")),
        (labelled, "its cells or its schema are others".to_owned()),
    ] {
        let said = said(table);
        assert!(said.starts_with("another cohort: t.csv was changed since: "), "{said}");
        assert!(said.ends_with(&words) || said.contains(&format!("{words} ")), "{said}: {words}");
    }
    let batch = basis(of(&rows, &columns), &[["training.batch", "32"], ["training.new", "1"]]);
    let batch = batch.differs(&begun).join(" ");
    let words = "(training.batch 64, here 32; training.new none, here 1)";
    assert_eq!(batch, format!("another recipe, steps or batch {words}"));
    let mut kept_back = begun.clone();
    kept_back.options[0][1] = "0.2".into();
    assert_eq!(kept_back.differs(&begun), ["another --holdout (none, here 0.2)"]);
}

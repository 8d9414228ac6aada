//! Relations between columns: planted ones are found, none is found in independent columns, and
//! broken rows are repaired.

use super::{lot, read, table};
use ground::matrix::Matrix;
use std::path::Path;
use table::condition::Support;
use table::relations::{Found, Keeper, Kept, Relation, find, listed};
use table::{Table, bundled};

fn texts(table: &Table) -> Vec<String> {
    find(table)
        .iter()
        .filter(|found| !found.follows)
        .map(|found| found.relation.text(&table.schema))
        .collect()
}

/// 300 patients in whom everything is planted that can be found.
fn planted() -> Table {
    let mut csv = String::from(
        "died,relapse,surgery,kind,pfs,survival,left,right,both,copy,lab a,lab b,noise\n",
    );
    for row in 0..300 {
        let died = ["no", "yes"][lot(row, 0, 2) as usize];
        let relapse = ["no", "yes"][lot(row, 1, 2) as usize];
        let surgery = ["no", "yes"][lot(row, 2, 2) as usize];
        let kind = if surgery == "no" {
            "none"
        } else {
            ["lobe", "lung", "part"][lot(row, 3, 3) as usize]
        };
        let survival = 10 + lot(row, 4, 900);
        let pfs = if relapse == "no" { survival } else { 1 + lot(row, 5, survival - 1) };
        let (left, right) = (lot(row, 6, 400), lot(row, 7, 500));
        let labs = if lot(row, 8, 3) == 0 {
            ",".into()
        } else {
            format!("{},{}", lot(row, 9, 90), lot(row, 10, 90))
        };
        csv += &format!(
            "{died},{relapse},{surgery},{kind},{pfs},{survival},{left},{right},{},{right},{labs},{}\n",
            left + right,
            lot(row, 11, 999)
        );
    }
    table(&csv)
}

#[test]
fn planted_relations_are_found_and_nothing_else() {
    let table = planted();
    let found = texts(&table);
    let expected = [
        "right = copy",
        "left + right = both",
        "left + copy = both",
        "relapse = no -> survival = pfs",
        "missing together: \"lab a\", \"lab b\"",
        "pfs <= survival",
        "left <= both",
        "right <= both",
        "copy <= both",
        "surgery = no -> kind = none",
        // Says that of kind none, too.
        "surgery follows from: kind",
    ];
    for relation in expected {
        // Neither of two equal columns need have fewer values than the other.
        let either = relation.replace("survival = pfs", "pfs = survival");
        assert!(
            found.contains(&relation.to_string()) || found.contains(&either),
            "{relation} is not in {found:#?}"
        );
    }
    let ours = |text: &String| {
        let names = ["died", "noise"];
        names.iter().all(|name| !text.contains(name))
    };
    assert!(found.iter().all(ours), "{found:#?}");
    assert!(
        listed(&find(&table), &table.schema)[0].starts_with("right = copy (300 rows)"),
        "{:?}",
        listed(&find(&table), &table.schema)
    );
}

#[test]
fn independent_columns_have_no_relations() {
    for trial in 0..20 {
        let mut csv = String::from("a,b,c,d,e,f,g,h,i,j,k,l\n");
        for row in 0..400 {
            let lot = |column: usize, n: u64| lot(row + 1000 * trial, column, n);
            let gap = |column: usize, text: String| {
                if lot(column, 4) == 0 { String::new() } else { text }
            };
            let rare = |column: usize| if lot(column, 12) == 0 { "yes" } else { "no" };
            csv += &format!(
                "{},{},{},{},{},{},{},{},{},{},{},{}\n",
                rare(0),
                rare(1),
                ["x", "y", "z"][lot(2, 3) as usize],
                gap(3, rare(4).into()),
                gap(5, lot(6, 50).to_string()),
                lot(7, 60),
                // Its range lies above the others' but for a few rows: the ranges explain the
                // order.
                40 + lot(8, 60),
                gap(9, format!("{}.5", lot(10, 5))),
                lot(11, 3),
                lot(12, 900),
                gap(13, rare(14).into()),
                if lot(15, 3) > 0 { 0 } else { lot(16, 20) },
            );
        }
        let found = texts(&table(&csv));
        assert!(found.is_empty(), "trial {trial}: {found:#?}");
    }
}

#[test]
fn texts_are_read_back() {
    for table in [planted(), bundled::cohort().unwrap()] {
        for found in find(&table) {
            let text = found.relation.text(&table.schema);
            let parsed = Relation::parse(&text, &table.schema).unwrap();
            assert_eq!(parsed.text(&table.schema), text);
            let stored = serde_json::to_string(&found.stored(&table.schema)).unwrap();
            let read = Found::of(&serde_json::from_str(&stored).unwrap(), &table.schema).unwrap();
            // A model does not know what fewer than five rows say.
            match found.relation {
                Relation::Follows { .. } | Relation::Combinations { .. } => {
                    let again = serde_json::to_string(&read.stored(&table.schema)).unwrap();
                    assert_eq!(again, stored);
                }
                _ => {
                    assert_eq!(parsed, found.relation, "{text}");
                    assert_eq!(read, found);
                }
            }
            // What is found holds, and is counted as it was found.
            let counted = Found::count(found.relation.clone(), &table);
            assert_eq!(
                (counted.support, counted.exceptions, counted.ties),
                (found.support, 0, found.ties),
                "{text}"
            );
        }
    }
    let schema = planted().schema;
    for (text, part) in [
        ("pfs <= nowhere", "no relation"),
        ("pfs", "no relation"),
        ("pfs <= kind", "no relation"),
        ("died = gone -> relapse = no", "\"gone\""),
        ("died = no -> pfs >= 3", "leaves open"),
        ("missing together: pfs", "no relation"),
        ("missing together: pfs, nowhere", "nowhere"),
        ("a -> b -> c", "no relation"),
    ] {
        let error = Relation::parse(text, &schema).unwrap_err();
        assert!(error.contains(part), "{text}: {error}");
    }
}

/// The planted table with every third cell of every column taken from another row, so that all
/// relations are broken.
fn broken(table: &Table) -> Table {
    let mut broken = table.clone();
    for row in 0..table.rows() {
        for column in 0..table.schema.columns.len() {
            if lot(row, 50 + column, 3) == 0 {
                broken.cells[(row, column)] = table.cells[((row + 71) % table.rows(), column)];
            }
        }
    }
    broken
}

#[test]
fn broken_rows_are_repaired_and_whole_ones_left_alone() {
    let table = planted();
    let (relations, support) = (find(&table), Support::of(&table));
    let keeper = Keeper::new(relations.clone(), &table.schema, &support);
    let mut whole = table.clone();
    assert_eq!(keeper.keep(&mut whole, 1, 0), Kept { rows: 300, ..Kept::default() });
    assert!(super::same(&whole, &table));
    let mut repaired = broken(&table);
    let breaks = |table: &Table| {
        let fails = |row: usize| {
            relations.iter().any(|found| found.relation.holds(table.cells.row(row)) == Some(false))
        };
        (0..300).filter(|&row| fails(row)).count()
    };
    let before = breaks(&repaired);
    assert!(before > 200, "{before}");
    let kept = keeper.keep(&mut repaired, 1, 0);
    assert_eq!(breaks(&repaired), kept.broken);
    assert!(kept.broken <= 3 && kept.changed >= before - 3, "{kept:?}");
    assert!(kept.cells < 4 * before, "{kept:?}");
    // Nothing is repaired with a cell that the column never has.
    let pfs = table.position("kind").unwrap();
    assert!(
        repaired.cells.column(pfs).all(|level| table.cells.column(pfs).any(|known| known == level))
    );
}

/// A missing cell that may not be missing is drawn by the number of its row.
#[test]
fn a_drawn_cell_does_not_depend_on_the_shard() {
    let line = |row: usize| match lot(row, 0, 2) {
        0 => "no,\n".to_owned(),
        _ => format!("yes,{}\n", 1 + lot(row, 1, 900)),
    };
    let table = table(&format!("surgery,minutes\n{}", (0..400).map(line).collect::<String>()));
    let found = find(&table);
    let present = |found: &Found| found.relation.text(&table.schema).contains("is not missing");
    assert!(found.iter().any(present), "{:?}", texts(&table));
    let keeper = Keeper::new(found, &table.schema, &Support::of(&table));
    let mut whole = table.clone();
    (0..400).for_each(|row| whole.cells[(row, 1)] = f64::NAN);
    let part = |first: usize, count: usize| {
        let cell = |row: usize, column: usize| whole.cells[(first + row, column)];
        Table {
            schema: table.schema.clone(),
            cells: Matrix::from_fn(count, 2, cell),
            patients: None,
        }
    };
    let mut parts = [(0, part(0, 150)), (150, part(150, 20)), (170, part(170, 230))];
    keeper.keep(&mut whole, 9, 0);
    assert!(whole.cells.column(1).filter(|cell| !cell.is_nan()).count() > 100);
    for (first, part) in &mut parts {
        keeper.keep(part, 9, *first as u64);
        for row in 0..part.rows() {
            let [a, b] = [part.cells.row(row), whole.cells.row(*first + row)];
            assert!(a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits()), "{first} + {row}");
        }
    }
}

#[test]
fn a_row_is_repaired_by_its_number_alone() {
    let table = planted();
    let keeper = Keeper::new(find(&table), &table.schema, &Support::of(&table));
    let mut whole = broken(&table);
    let mut piece = Table {
        schema: table.schema.clone(),
        cells: Matrix::from_fn(100, table.schema.columns.len(), |row, column| {
            whole.cells[(200 + row, column)]
        }),
        patients: None,
    };
    keeper.keep(&mut whole, 9, 0);
    keeper.keep(&mut piece, 9, 200);
    let bits = |cells: &[f64]| cells.iter().map(|cell| cell.to_bits()).collect::<Vec<_>>();
    assert!((0..100).all(|row| bits(piece.cells.row(row)) == bits(whole.cells.row(200 + row))));
}

#[test]
fn the_bundled_cohorts_keep_what_medicine_says() {
    let cohort = bundled::cohort().unwrap();
    // That who died in hospital is dead follows by way of sfdm2; by itself it could be chance, as
    // so many are dead.
    let support2 = texts(&cohort);
    for relation in [
        "adls = adlsc",
        "hospdead = 1 -> slos = d.time",
        "dnr = no dnr -> slos = dnrday",
        "surv6m <= surv2m",
        "slos <= d.time",
        "hospdead = 1 -> sfdm2 = <2 mo. follow-up",
        "sfdm2 = <2 mo. follow-up -> death = 1",
    ] {
        assert!(support2.contains(&relation.to_string()), "{relation} is not in {support2:#?}");
    }
    let data = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data"));
    let csv = std::fs::read(data.join("lung_cohort.csv")).unwrap();
    let schema = std::fs::read_to_string(data.join("lung_cohort.toml")).unwrap();
    let lung = texts(&read(&csv, Some(&schema)).unwrap().0);
    for relation in [
        "Progression_free_survival <= Survival",
        "Any_chemotherapy = no -> Concomitant_chemotherapy = no",
    ] {
        assert!(lung.contains(&relation.to_string()), "{relation} is not in {lung:#?}");
    }
}

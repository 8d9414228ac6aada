//! The raw export: its shape, the published counts of Table 1, and that the rules of the repository
//! clean it to the cohort byte by byte.

use clinical::cleaning::{Rules, clean};
use clinical::simulate::{cohort, export::export};
use std::path::Path;
use table::read::Sheet;

/// Table 1: name and number of known values (of 887).
const TABLE_1: [(&str, usize); 8] = [
    ("FEV1_porc_FVC_E2_C5", 704),
    ("PIF_E2_C5PIF_E2_C5", 645),
    ("FVC_E2_C5PIF_E2_C5", 704),
    ("PIF50_E2_C5PIF_E2_C5", 618),
    ("DLCOc_VA_E2_C5", 679),
    ("MEF50_E2_C5", 646),
    ("DLCOc_SB_E2_C5", 683),
    ("DLCO_SB_E2_C5", 683),
];

fn written(fill: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> Vec<u8> {
    let mut bytes = Vec::new();
    fill(&mut bytes).unwrap();
    bytes
}

fn raw(seed: u64) -> Sheet {
    Sheet::from_bytes(&written(|out| export(seed).write(out)), "raw.csv").unwrap()
}

fn rules() -> Rules {
    Rules::open(&Path::new(crate::ROOT).join("data/lung_rules.toml")).unwrap()
}

#[test]
fn it_has_the_published_shape() {
    let sheet = raw(1);
    assert_eq!((sheet.rows(), sheet.columns()), (887, 1542));
    for (name, known) in TABLE_1 {
        let column =
            (0..sheet.columns()).find(|&column| sheet.column_name(column) == name).expect(name);
        assert_eq!(sheet.column(column).filter(|cell| !cell.is_empty()).count(), known, "{name}");
    }
}

#[test]
fn the_rules_clean_it_to_the_cohort_of_the_same_seed() {
    let rules = rules();
    for seed in [1, 2, 77] {
        let sheet = raw(seed);
        let cleaned = clean(&sheet, &rules, false).unwrap();
        let ours = written(|out| cleaned.write_cohort(out));
        assert!(ours == written(|out| cohort(seed).write(out)), "seed {seed}");
        let log = &cleaned.log;
        assert_eq!((log.before.rows, log.before.columns), (887, 1542));
        assert_eq!((log.after.rows, log.after.columns), (886, 64));
    }
}

/// Every kind of trouble is really there: a rule that finds nothing would prove nothing.
#[test]
fn every_rule_has_something_to_do() {
    let (sheet, rules) = (raw(1), rules());
    let cleaned = clean(&sheet, &rules, false).unwrap();
    for rule in &cleaned.log.rules {
        assert!(!rule.is_idle(), "rule {} ({}) did nothing", rule.number, rule.kind);
    }
}

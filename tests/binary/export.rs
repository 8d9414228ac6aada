//! What leaves with an exported model: planted values are not in its bytes, and it makes patients.

use crate::desk::{Desk, cpu, small};
use mellizo::gan::recipe::Batch;
use mellizo::synthesis::Model;
use serde_json::Value;

/// A number that one patient has, far from all others, and a level of three.
const CANARIES: [&str; 2] = ["76543.25", "KANARIENVOGEL"];

/// 300 patients.
fn desk() -> Desk {
    let line = |row: usize| {
        let dose = if row == 60 { CANARIES[0].to_owned() } else { format!("{}.5", row * 7 % 90) };
        let site = if row % 100 == 50 { CANARIES[1] } else { ["east", "west"][row % 2] };
        let lab = if row.is_multiple_of(4) { String::new() } else { format!("{}", row * 13 % 70) };
        format!("{},{dose},{site},{lab}\n", 40 + row % 41)
    };
    let lines: String = (0..300).map(line).collect();
    let desk = Desk::new();
    desk.put("t.csv", format!("age,dose,site,lab\n{lines}"));
    let mut joint = mellizo::gan::Recipe::joint();
    joint.generator.widths = vec![16, 16];
    joint.training.batch = Batch::Rows(64);
    desk.put("typed.toml", joint.to_toml());
    let mut ranked = small();
    ranked.sampling.set("calibrate", "rank");
    desk.put("ranked.toml", ranked.to_toml());
    desk
}

/// Whether a file holds a number, as text of its document, or a text.
fn holds(bytes: &[u8], what: &str) -> bool {
    bytes.windows(what.len()).any(|window| window == what.as_bytes())
}

#[test]
fn an_exported_model_tells_no_planted_value_and_makes_patients() {
    let desk = desk();
    for recipe in ["small.toml", "ranked.toml", "typed.toml"] {
        let train = format!("train t.csv --recipe {recipe} --epochs 2 --out o --force");
        desk.mellizo_on(&cpu(), &train).good();
        let model = "o/private/model.safetensors";
        if recipe != "typed.toml" {
            let own = desk.bytes(model);
            assert!(
                CANARIES.iter().all(|canary| holds(&own, canary)),
                "{recipe}: they are planted"
            );
        }
        let line = format!("export {model} --out shared.safetensors --force --json");
        let exported = desk.mellizo(&line).good();
        for part in ["taken out: ", "remains: the generator's weights", "cost: "] {
            assert!(exported.stderr.contains(part), "{}", exported.stderr);
        }
        let object: Value = serde_json::from_str(exported.out()).unwrap();
        assert_eq!(object["private"], Value::Bool(false));
        let cost = object["cost"]["mean"].as_f64().unwrap();
        assert!((0.0..=1.0).contains(&cost), "{recipe}: {object}");
        let shared = desk.bytes("shared.safetensors");
        for canary in CANARIES {
            assert!(!holds(&shared, canary), "{recipe} tells {canary}");
            assert!(!exported.stderr.contains(canary) && !exported.out().contains(canary));
        }
        assert!(!holds(&shared, "discriminator."), "{recipe}: what was shown the patients");
        let patients = desk.mellizo_on(&cpu(), "sample shared.safetensors --rows 200").good();
        assert_eq!(patients.out().lines().count(), 201);
        assert!(!patients.out().contains("withheld") && !patients.out().contains(CANARIES[1]));
        let largest = patients.out().lines().skip(1).map(|line| line.split(',').nth(1).unwrap());
        let largest = largest.filter_map(|cell| cell.parse::<f64>().ok()).fold(0.0, f64::max);
        assert!(largest < 0.5 * 76543.25, "{recipe}: {largest} is nearly the value of one");
        desk.mellizo(&format!("export {model} --out shared.safetensors")).refused(3, &["--force"]);
    }
}

/// The types of a DataFrame name all levels of its columns, so that they stay in the house.
#[test]
fn the_types_of_a_data_frame_are_not_exported() {
    let desk = desk();
    desk.mellizo_on(&cpu(), "train t.csv --recipe small.toml --epochs 2 --out o").good();
    let model = Model::open(&desk.path("o/private/model.safetensors")).unwrap();
    let model = model.with_frame(serde_json::json!({ "site": CANARIES[1] }));
    assert!(model.frame().is_some());
    let exported = model.exported();
    assert!(exported.model.frame().is_none());
    assert!(exported.removed.iter().any(|what| what.contains("DataFrame")));
    assert!(!holds(&exported.model.to_bytes(), CANARIES[1]));
}

//! The columns of the export from which the 64 variables of the cohort are made.

use super::Columns;
use crate::simulate::Person;
use crate::simulate::dice::Dice;
use crate::simulate::row::Names;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use table::{Column, Kind, Schema};

/// Column of the cohort, column of the export; in the order of the schema.
/// Survival, progression-free survival and any chemotherapy are derived, so they are not here.
const NAMES: [(&str, &str); 61] = [
    ("Level_of_studies", "Studies_level_E1_C1"),
    ("Socioeconomic_status", "Socioeconomic_class_E1_C1"),
    ("Age", "Age_at_diagnosis_E1_C1"),
    ("Family_history", "Family_cancer_number_E1_C2"),
    ("Intention", "Treatment_intention_E2_C7"),
    ("Smoker", "Toxic_smoker_E1_C3"),
    ("Alcoholism", "Toxic_alcohol_E1_C3"),
    ("Hypertension", "Hipertension_E1_C3"),
    ("Diabetes_mellitus", "Mellitus_Diabetes_E1_C3"),
    ("Dyslipidemia", "Dislipemia_E1_C3"),
    ("Cardiovascular_disease", "Heart_disease_E1_C3"),
    ("Thrombosis", "Thrombosis_E1_C3"),
    ("COPD", "COPD_E1_C3"),
    ("Weight_loss", "Weight_loss_kg_E1_C4"),
    ("KPS", "Karnofsky_E1_C4"),
    ("BMI", "Body_mass_index_E1_C4"),
    ("BSA", "Body_surface_area_E1_C4"),
    ("Clinical_stage", "Clinical_stage_TNM_E2_C1"),
    ("Histology", "Histology_E2_C2"),
    ("EGFR", "Marker_EGFR_E2_C2"),
    ("ALK", "Marker_ALK_E2_C2"),
    ("PD_L1", "Marker_PD_L1_E2_C2"),
    ("Tumor_diameter", "Tumor_max_diameter_E2_C3"),
    ("Tumor_SUV", "Tumor_SUV_max_E2_C3"),
    ("Surgery", "Surgery_E2_C6"),
    ("Surgery_type", "Surgery_type_E2_C6"),
    ("RT_pulmonary", "RT_pulmonary_E2_C8"),
    ("Administered_dose", "RT_dose_administered_E2_C8"),
    ("Administered_fractionation", "RT_fractionation_E2_C8"),
    ("Concomitant_chemotherapy", "QT_concomitant_E2_C9"),
    ("Status", "Status_E3_C1"),
    ("Relapse", "Relapse_E3_C2"),
    ("PTV_volume", "PTV_volume_cc_E4_C1"),
    ("PTV_median", "PTV_median_E4_C1"),
    ("Heart_mean", "Heart_mean_E4_C2"),
    ("Heart_V25", "Heart_V25_E4_C2"),
    ("Global_health_status", "QL2_E5_C1"),
    ("Physical_functioning", "PF2_E5_C1"),
    ("Role_functioning", "RF2_E5_C1"),
    ("Emotional_functioning", "EF_E5_C1"),
    ("Cognitive_functioning", "CF_E5_C1"),
    ("Social_functioning", "SF_E5_C1"),
    ("Fatigue", "FA_E5_C1"),
    ("Nausea_and_vomiting", "NV_E5_C1"),
    ("Pain", "PA_E5_C1"),
    ("Dyspnoea", "DY_E5_C1"),
    ("Insomnia", "SL_E5_C1"),
    ("Appetite_loss", "AP_E5_C1"),
    ("Constipation", "CO_E5_C1"),
    ("Diarrhoea", "DI_E5_C1"),
    ("Financial_difficulties", "FI_E5_C1"),
    ("Dyspnoea_lung", "LCDY_E5_C2"),
    ("Coughing", "LCCO_E5_C2"),
    ("Haemoptysis", "LCHA_E5_C2"),
    ("Sore_mouth", "LCSM_E5_C2"),
    ("Dysphagia", "LCDS_E5_C2"),
    ("Peripheral_neuropathy", "LCPN_E5_C2"),
    ("Alopecia", "LCHR_E5_C2"),
    ("Pain_in_chest", "LCPC_E5_C2"),
    ("Pain_in_arm_or_shoulder", "LCPA_E5_C2"),
    ("Pain_in_other_parts", "LCPO_E5_C2"),
];

/// Columns whose levels are words in the export, in the order of the schema's levels.
const WORDS: [(&str, &[&str]); 4] = [
    ("Level_of_studies", &["Sin estudios", "Primarios", "Secundarios", "Universitarios"]),
    ("Histology", &["Adenocarcinoma", "Epidermoide", "Celulas grandes", "Microcitico", "Otro"]),
    ("Status", &["Exitus", "Vivo"]),
    (
        "Socioeconomic_status",
        &[
            "Clase 1", "Clase 2", "Clase 3", "Clase 4", "Clase 5", "Clase 6", "Clase 7", "Clase 8",
            "Clase 9",
        ],
    ),
];

/// The columns that an answer "no" leaves empty in the export.
const DEPENDENT: [(&str, &[&str]); 2] = [
    ("Surgery", &["Surgery_type"]),
    (
        "RT_pulmonary",
        &[
            "Administered_dose",
            "Administered_fractionation",
            "PTV_volume",
            "PTV_median",
            "Heart_mean",
            "Heart_V25",
        ],
    ),
];

/// Whether a number can be 0 in the export, so that its missing cells must be empty: the scores,
/// and the share of the heart.
fn can_be_zero(column: &Column) -> bool {
    column.name == "Heart_V25" || column.unit.as_deref() == Some("0 to 100")
}

/// The columns of the 61 variables that are in the export, the dates and flags behind the other
/// three, and what some columns depend on.
pub(super) fn columns(
    people: &[Person],
    schema: &Schema,
    names: &Names,
    dice: &mut Dice,
) -> Columns {
    let mut columns: Columns = NAMES
        .iter()
        .map(|&(name, raw)| {
            let place = names.place(name);
            let no = DEPENDENT
                .iter()
                .find(|(_, dependent)| dependent.contains(&name))
                .map(|(on, _)| names.place(on));
            let cell = |person: &Person| {
                let is_left_out = no.is_some_and(|no| !person.lacks(no) && person.cells[no] == 0.0);
                if is_left_out {
                    String::new()
                } else {
                    cell(&schema.columns[place], person.value(place), dice)
                }
            };
            (raw.to_owned(), people.iter().map(cell).collect())
        })
        .collect();
    lost_weight(&mut columns, people, names);
    columns.extend(dates(people, names, dice));
    columns.extend(chemotherapy(people, names));
    columns
}

/// The text of one cell. Some missing numbers were typed in wrongly instead.
fn cell(column: &Column, value: Option<f64>, dice: &mut Dice) -> String {
    let Some(value) = value else {
        let is_number = !column.kind.is_coded();
        return match is_number && dice.chance(0.08) {
            true => ["9999", "99999", "-8"][dice.below(3)].into(),
            false if can_be_zero(column) => String::new(),
            false => "0".into(),
        };
    };
    match column.kind {
        Kind::Numerical => format!("{value:.*}", column.decimals),
        Kind::Integer => format!("{value:.0}"),
        _ => match WORDS.iter().find(|(name, _)| *name == column.name) {
            // Who types words does not always mind the case.
            Some((_, words)) if dice.chance(0.05) => words[value as usize].to_uppercase(),
            Some((_, words)) => words[value as usize].into(),
            None => format!("{}", value as usize + 1),
        },
    }
}

/// Nobody writes down zero kilograms: the question before it is answered "no" (2), and the
/// kilograms stay empty.
fn lost_weight(columns: &mut Columns, people: &[Person], names: &Names) {
    let place = names.place("Weight_loss");
    let raw = columns
        .iter()
        .position(|(name, _)| name == "Weight_loss_kg_E1_C4")
        .expect("it is in the list");
    let mut flags = Vec::with_capacity(people.len());
    for (person, cell) in people.iter().zip(&mut columns[raw].1) {
        let lost = person.value(place);
        if lost == Some(0.0) {
            cell.clear();
        }
        flags.push(lost.map_or("0", |lost| if lost == 0.0 { "2" } else { "1" }).to_owned());
    }
    columns.push(("Weight_loss_E1_C4".into(), flags));
}

/// Dates of diagnosis, of the last contact, and of the relapse (or else of the last contact).
/// Survival and progression-free survival are the months between them.
fn dates(people: &[Person], names: &Names, dice: &mut Dice) -> Columns {
    let (survival, free) = (names.place("Survival"), names.place("Progression_free_survival"));
    let start = date(2008, 1, 7);
    let written = |day: Date| format!("{:02}/{:02}/{:04}", day.day(), day.month(), day.year());
    let mut all = [Vec::new(), Vec::new(), Vec::new()];
    for person in people {
        let diagnosis = start + (dice.below(3400) as i64).days();
        let later = |place: usize, days: i64| {
            if person.lacks(place) { String::new() } else { written(diagnosis + days.days()) }
        };
        all[0].push(written(diagnosis));
        all[1].push(later(survival, person.facts.survival_days));
        all[2].push(later(free, person.facts.free_days));
    }
    let names =
        ["Diagnosis_date_E2_C1", "Last_contact_date_E3_C1", "Progression_or_contact_date_E3_C2"];
    names.map(str::to_owned).into_iter().zip(all).collect()
}

/// Induction and adjuvant chemotherapy, as far as they are known.
/// Together with concomitant chemotherapy they tell whether there was any.
fn chemotherapy(people: &[Person], names: &Names) -> Columns {
    let (concomitant, any) =
        (names.place("Concomitant_chemotherapy"), names.place("Any_chemotherapy"));
    let code = |given: bool| if given { "1" } else { "2" }.to_owned();
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for person in people {
        let [induction, _, adjuvant] = person.facts.chemotherapy;
        let seen = person.value(concomitant) == Some(1.0);
        match person.value(any) {
            None => [&mut before, &mut after].into_iter().for_each(|cells| cells.push("0".into())),
            Some(given) => {
                before.push(code(induction || given == 1.0 && !seen && !adjuvant));
                after.push(code(adjuvant));
            }
        }
    }
    vec![("QT_induction_E2_C9".into(), before), ("QT_adjuvant_E2_C9".into(), after)]
}

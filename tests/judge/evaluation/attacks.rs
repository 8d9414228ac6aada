//! Privacy: a copy is flagged, a fresh sample is not, in the scores as in the risks.

use super::patients::patients;
use judge::evaluation::{Attack, Options, ScoreName, evaluate};

const OPTIONS: Options = Options { seed: 3, splits: 3, draws: 20, ..Options::USUAL };

#[test]
fn a_copy_is_flagged() {
    let real = patients(160, 1);
    let evaluation = evaluate(&real, &real, Some(&patients(80, 3)), &OPTIONS);
    assert_eq!(evaluation.score(ScoreName::ExactCopies).value, 1.0);
    assert!(
        evaluation.score(ScoreName::Nnaa).value < 0.3,
        "{:?}",
        evaluation.score(ScoreName::Nnaa)
    );
    // A draw has half of the copies: half of the patients are told for certain, the others by
    // chance.
    let mia = evaluation.score(ScoreName::MiaAuc);
    assert!((mia.value - 0.75).abs() < 0.08 && mia.low.unwrap() > 0.5, "{mia:?}");
    assert_eq!(evaluation.privacy.alarm(), Some(true));
    for attack in Attack::ALL {
        let alarms = evaluation.privacy.of(attack).filter(|risk| risk.alarm == Some(true)).count();
        assert!(alarms > 0, "no alarm of {attack:?}: {:?}", evaluation.privacy.risks);
    }
}

#[test]
fn a_fresh_sample_stays_quiet() {
    let evaluation =
        evaluate(&patients(160, 1), &patients(160, 2), Some(&patients(80, 3)), &OPTIONS);
    assert_eq!(evaluation.score(ScoreName::ExactCopies).value, 0.0);
    let alarms: Vec<_> =
        evaluation.privacy.risks.iter().filter(|risk| risk.alarm == Some(true)).collect();
    assert!(alarms.is_empty(), "{alarms:?}");
    assert!((evaluation.score(ScoreName::Nnaa).value - 0.5).abs() < 0.15);
}

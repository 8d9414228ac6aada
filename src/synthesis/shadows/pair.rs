//! An audit whose pairs of shadow models are trained by processes of their own, on machines of their
//! own, and put together later.

use super::{BackendChoice, Cohort, Plan, Subject, Watch, check_audit, epochs_of_halves};
use ground::checksum::sha256;
use ground::error::{Error, Result};
use judge::evaluation::Audit;
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// Pairs that can be judged at least.
const FEWEST_PAIRS: usize = 2;

/// Pairs at most.
const MOST_PAIRS: usize = 10_000;

/// Apart enough for the noise of pairs not to meet.
const APART: u64 = 1 << 20;

/// A training that nobody ends.
const NEVER: Duration = Duration::from_secs(10 * 365 * 86_400);

/// What two shadow models on complementary halves show of every patient: for the owner alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// Its number, from 0.
    pub pair: usize,
    /// How many pairs there are.
    pub pairs: usize,
    /// Epochs of each model.
    pub epochs: usize,
    /// Models that diverged and count as they stood.
    pub diverged: usize,
    /// Synthetic patients of each.
    pub rows: usize,
    /// Checksum of patients, seed and recipe: pairs of one audit have the same.
    pub of: String,
    /// Which patients each model learned from, as `1` and `0`.
    pub members: [String; 2],
    /// The log density of each model's table at every patient; null where it is not finite.
    pub densities: [Vec<Option<f64>>; 2],
}

/// Trains the shadow models of one pair of an audit, for as many epochs as a run plans.
///
/// Errors: a cohort that is too small ([`check_audit`]), numbers that make no sense
/// ([`Error::Usage`]), and those of the device.
pub fn audit_pair(
    cohort: &Cohort,
    choice: &BackendChoice,
    (pair, pairs): (usize, usize),
    watch: &mut dyn Watch,
) -> Result<Pair> {
    if pair >= pairs || !(FEWEST_PAIRS..=MOST_PAIRS).contains(&pairs) {
        let problem = format!(
            "pair {pair} of {pairs}: an audit has {FEWEST_PAIRS} to {MOST_PAIRS} pairs, the first \
             of which is number 0"
        );
        return Err(Error::Usage(problem));
    }
    let settings = cohort.settings();
    check_audit(&settings.recipe, cohort.table.rows())?;
    let (rows, recipe) = (cohort.learned().rows(), settings.recipe.training());
    let batch = recipe.batch_rows(rows).unwrap_or(rows.max(1));
    let epochs = epochs_of_halves(cohort, recipe.epochs(rows, batch)[0]);
    let noise = settings.seed.wrapping_add(APART.wrapping_mul(pair as u64 + 1));
    let subject = Subject { cohort, choice, epochs, noise };
    let members = subject.halves(2 * pairs).split_off(2 * pair)[..2].to_vec();
    let plan = Plan { members, epochs };
    let mut backend = choice.open(watch)?;
    let trained = subject.train(backend.as_mut(), &plan, Instant::now() + NEVER, watch)?;
    if watch.stop() {
        return Err(watch.abandon().unwrap_or(Error::Interrupted("nothing was written".into())));
    }
    let rows = subject.rows_of_each();
    let densities =
        subject.densities(backend.as_mut(), &plan.members, &trained.generators, rows)?;
    let bits = |of: &Vec<bool>| of.iter().map(|is| if *is { '1' } else { '0' }).collect();
    let known = |of: &Vec<f64>| of.iter().map(|&x| x.is_finite().then_some(x)).collect();
    Ok(Pair {
        pair,
        pairs,
        epochs: trained.epochs,
        diverged: trained.diverged,
        rows,
        of: identity(cohort),
        members: [bits(&plan.members[0]), bits(&plan.members[1])],
        densities: [known(&densities[0]), known(&densities[1])],
    })
}

/// What pairs of one audit have in common.
fn identity(cohort: &Cohort) -> String {
    let mut table = Vec::new();
    cohort.table.write(&mut table).expect("memory takes everything");
    let settings = cohort.settings();
    let recipe = serde_json::to_string(settings.recipe.training()).expect("plain values");
    sha256(&[&table, recipe.as_bytes(), &settings.seed.to_le_bytes()])
}

/// Judges the pairs of one audit, in any order; some may be missing.
///
/// Errors ([`Error::Usage`]): fewer than two pairs, one twice, and pairs of different audits.
pub fn audit_of_pairs(pairs: &[Pair]) -> Result<Audit> {
    let mut pairs: Vec<&Pair> = pairs.iter().collect();
    pairs.sort_by_key(|pair| pair.pair);
    let wrong = |problem: &str| Err(Error::Usage(format!("an audit in pairs: {problem}")));
    if pairs.len() < FEWEST_PAIRS {
        return wrong("two pairs of shadow models are needed at least");
    }
    if pairs.windows(2).any(|two| two[0].pair == two[1].pair) {
        return wrong("a pair is there twice");
    }
    let first = pairs[0];
    if pairs.iter().any(|pair| (&pair.of, pair.pairs) != (&first.of, first.pairs)) {
        return wrong("the pairs are of different patients, seeds or recipes");
    }
    let bits = |text: &String| text.chars().map(|bit| bit == '1').collect::<Vec<bool>>();
    let members: Vec<Vec<bool>> =
        pairs.iter().flat_map(|pair| pair.members.iter().map(bits)).collect();
    let numbers = |of: &Vec<Option<f64>>| of.iter().map(|x| x.unwrap_or(f64::NAN)).collect();
    let densities: Vec<Vec<f64>> =
        pairs.iter().flat_map(|pair| pair.densities.iter().map(numbers)).collect();
    let patients = members[0].len();
    if members.iter().any(|of| of.len() != patients)
        || densities.iter().any(|of: &Vec<f64>| of.len() != patients)
    {
        return wrong("the pairs tell of different numbers of patients");
    }
    let mut audit = Audit::of(&densities, &members);
    audit.epochs = pairs.iter().map(|pair| pair.epochs).min().unwrap_or(0);
    let rows = first.rows;
    audit.notes.insert(
        0,
        format!(
            "Pairs of models learned from complementary random halves of the {patients} patients, \
             and each model made {rows} synthetic patients."
        ),
    );
    let diverged: usize = pairs.iter().map(|pair| pair.diverged).sum();
    if diverged > 0 {
        audit.notes.push(format!("{diverged} of the models diverged and count as they stood."));
    }
    if pairs.len() < first.pairs {
        let (there, all) = (pairs.len(), first.pairs);
        audit.notes.push(format!("{there} of {all} pairs are there: the interval is wider."));
    }
    Ok(audit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs() -> Vec<Pair> {
        let of_pair = |pair: usize| {
            let bit = |row: usize| (row * 7 + pair * 3 + row / 3).is_multiple_of(2);
            let members: Vec<bool> = (0..12).map(bit).collect();
            let text =
                |is: bool| members.iter().map(|m| if *m == is { '1' } else { '0' }).collect();
            // Every model remembers: it is denser where it learned.
            let dense = |is: bool| {
                let density =
                    |row: usize| (row as f64).sin() + f64::from(u8::from(members[row] == is));
                (0..12).map(|row| Some(density(row))).collect()
            };
            Pair {
                pair,
                pairs: 4,
                epochs: 9,
                diverged: 0,
                rows: 100,
                of: "one".into(),
                members: [text(true), text(false)],
                densities: [dense(true), dense(false)],
            }
        };
        (0..4).map(of_pair).collect()
    }

    #[test]
    fn pairs_in_any_order_are_one_audit() {
        let whole = audit_of_pairs(&pairs()).unwrap();
        assert_eq!((whole.models, whole.epochs), (8, 9));
        assert!(whole.auc > 0.99, "{}", whole.auc);
        let mut other = pairs();
        other.reverse();
        assert_eq!(audit_of_pairs(&other).unwrap(), whole);
        other.pop();
        let part = audit_of_pairs(&other).unwrap();
        assert!(part.notes.iter().any(|note| note.contains("3 of 4 pairs")));
    }

    #[test]
    fn pairs_of_different_audits_are_refused() {
        let refused = |change: fn(&mut Vec<Pair>), part: &str| {
            let mut pairs = pairs();
            change(&mut pairs);
            let error = audit_of_pairs(&pairs).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        };
        refused(|pairs| pairs.truncate(1), "two pairs");
        refused(|pairs| pairs[1].pair = 0, "twice");
        refused(|pairs| pairs[1].of = "other".into(), "different patients");
        refused(|pairs| _ = pairs[1].densities[0].pop(), "numbers of patients");
    }
}

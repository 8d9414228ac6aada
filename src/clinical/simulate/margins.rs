//! Makes a pattern of missing cells with a given total for every patient and every feature, and
//! then a pattern in which cells go missing together.
//!
//! A patient's missing cells are the bits of a word, feature 0 the lowest.

use super::dice::Dice;

/// A pattern with the wanted totals.
/// Features are filled one by one, the one with the most missing cells first; each takes the
/// patients that still need most.
/// If any pattern has these totals, this one has them (Gale 1957, Ryser 1957).
/// `need` is per patient, `columns` are (feature, missing cells).
///
/// Panics when no pattern has these totals.
pub(super) fn fill(need: &[usize], columns: &[(usize, usize)], dice: &mut Dice) -> Vec<u64> {
    let mut need = need.to_vec();
    let mut pattern = vec![0u64; need.len()];
    let mut columns = columns.to_vec();
    columns.sort_by_key(|(feature, missing)| (std::cmp::Reverse(*missing), *feature));
    let mut order: Vec<usize> = (0..need.len()).collect();
    for (feature, missing) in columns {
        dice.shuffle(&mut order);
        order.sort_by_key(|&patient| std::cmp::Reverse(need[patient]));
        for &patient in &order[..missing] {
            pattern[patient] |= 1 << feature;
            need[patient] = need[patient].checked_sub(1).expect("totals that some pattern has");
        }
    }
    assert!(need.iter().all(|&left| left == 0), "patients and features have different totals");
    pattern
}

/// Exchanges missing cells between two patients, so that no total changes.
/// Mostly it does so when the sum of `affinity` over the missing cells rises.
/// Only the features in `free` take part.
pub(super) fn mix(
    pattern: &mut [u64],
    free: u64,
    affinity: &[[f64; 64]],
    exchanges: usize,
    dice: &mut Dice,
) {
    /// How often an exchange is made although it lowers the sum.
    const TEMPERATURE: f64 = 0.35;
    for _ in 0..exchanges {
        let (one, other) = (dice.below(pattern.len()), dice.below(pattern.len()));
        let (mine, theirs) =
            (pattern[one] & !pattern[other] & free, pattern[other] & !pattern[one] & free);
        if mine == 0 || theirs == 0 {
            continue;
        }
        let (give, take) = (any_bit(mine, dice), any_bit(theirs, dice));
        let gain = affinity[one][take] - affinity[one][give] + affinity[other][give]
            - affinity[other][take];
        if gain + TEMPERATURE * dice.normal() > 0.0 {
            let exchanged = 1 << give | 1 << take;
            pattern[one] ^= exchanged;
            pattern[other] ^= exchanged;
        }
    }
}

/// One of the bits that are set.
fn any_bit(word: u64, dice: &mut Dice) -> usize {
    let skip = dice.below(word.count_ones() as usize);
    let left = (0..skip).fold(word, |word, _| word & (word - 1));
    left.trailing_zeros() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column_totals(pattern: &[u64]) -> Vec<usize> {
        (0..4)
            .map(|feature| pattern.iter().filter(|word| *word >> feature & 1 == 1).count())
            .collect()
    }

    #[test]
    fn totals_are_met_and_kept() {
        let need = [0, 1, 3, 2, 2];
        let mut dice = Dice::new(1, 0);
        let mut pattern = fill(&need, &[(0, 1), (1, 2), (2, 4), (3, 1)], &mut dice);
        for round in 0..2 {
            assert_eq!(column_totals(&pattern), [1, 2, 4, 1], "round {round}");
            let rows: Vec<usize> = pattern.iter().map(|word| word.count_ones() as usize).collect();
            assert_eq!(rows, need, "round {round}");
            let affinity = vec![[0.0; 64]; 5];
            mix(&mut pattern, 0b1111, &affinity, 1000, &mut dice);
        }
    }

    #[test]
    #[should_panic(expected = "totals that some pattern has")]
    fn totals_that_nothing_has_are_refused() {
        fill(&[1, 0, 3], &[(0, 1), (1, 3)], &mut Dice::new(1, 0));
    }

    #[test]
    fn mixing_follows_the_affinity() {
        let mut pattern = vec![0b01, 0b10];
        let mut affinity = vec![[0.0; 64]; 2];
        (affinity[0][1], affinity[1][0]) = (9.0, 9.0);
        mix(&mut pattern, 0b11, &affinity, 100, &mut Dice::new(2, 0));
        assert_eq!(pattern, [0b10, 0b01]);
    }
}

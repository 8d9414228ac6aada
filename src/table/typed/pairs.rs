//! Groups that only two answers together tell apart: numbers can be right in all who are alive and in every phase of a study, and wrong in those who are alive of
//! one phase.

use rayon::prelude::*;

/// Numbers of two samples together, ascending, and what each answers to every question.
pub(super) struct Merged {
    /// Whether it is one of the training rows', and whether a larger number follows.
    numbers: Vec<(bool, bool)>,
    /// By question, then by number.
    answers: Vec<Vec<bool>>,
}

impl Merged {
    /// Of (number, whether it is a training row's, answers to all questions) in any order.
    pub(super) fn of(mut sample: Vec<(f64, bool, Vec<bool>)>) -> Self {
        sample.sort_by(|a, b| a.0.total_cmp(&b.0));
        let last = |at: usize| sample.get(at + 1).is_none_or(|next| next.0 > sample[at].0);
        let numbers = sample.iter().enumerate().map(|(at, (_, real, _))| (*real, last(at))).collect();
        let questions = sample.first().map_or(0, |(.., answers)| answers.len());
        let answers = (0..questions).map(|asked| sample.iter().map(|(.., answers)| answers[asked]).collect()).collect();
        Self { numbers, answers }
    }

    /// The first question of the pair that parts a group in which the two samples differ most, if they do beyond doubt: Kolmogorov's statistic is as large by chance
    /// less than once in a thousand such searches. The groups, and the two sides of that question, have `fewest` numbers of both samples at least.
    pub(super) fn worst(&self, fewest: usize) -> Option<usize> {
        let count = self.answers.len();
        let tests = 2 * count * count.saturating_sub(1);
        let clear = ((2000 * tests.max(1)) as f64).ln().sqrt() / 2f64.sqrt();
        let of_first = |first: usize| {
            let pairs = (first + 1..count).map(|second| (self.statistic([first, second], fewest), [first, second]));
            pairs.max_by(|a, b| a.0.total_cmp(&b.0))
        };
        let best: Vec<_> = (0..count).into_par_iter().filter_map(of_first).collect();
        let (statistic, pair) = best.into_iter().max_by(|a, b| a.0.total_cmp(&b.0))?;
        if statistic <= clear {
            return None;
        }
        pair.into_iter().find(|&asked| self.sides(asked).into_iter().flatten().all(|side| side >= fewest))
    }

    /// Numbers of both samples on the two sides of a question.
    fn sides(&self, asked: usize) -> [[usize; 2]; 2] {
        let mut sides = [[0; 2]; 2];
        for ((real, _), answer) in self.numbers.iter().zip(&self.answers[asked]) {
            sides[usize::from(*answer)][usize::from(*real)] += 1;
        }
        sides
    }

    /// The largest `D sqrt(n m / (n + m))` of the four groups of a pair; 0 if all are too small.
    fn statistic(&self, [first, second]: [usize; 2], fewest: usize) -> f64 {
        let groups = || {
            self.answers[first].iter().zip(&self.answers[second]).map(|(a, b)| 2 * usize::from(*a) + usize::from(*b))
        };
        let mut totals = [[0usize; 2]; 4];
        groups().zip(&self.numbers).for_each(|(group, (real, _))| totals[group][usize::from(*real)] += 1);
        if totals.iter().all(|[made, real]| made.min(real) < &fewest) {
            return 0.0;
        }
        let (mut seen, mut apart) = ([[0usize; 2]; 4], [0.0f64; 4]);
        for (group, (real, last)) in groups().zip(&self.numbers) {
            seen[group][usize::from(*real)] += 1;
            if *last {
                for ((apart, seen), total) in apart.iter_mut().zip(&seen).zip(&totals) {
                    let share = |sample: usize| seen[sample] as f64 / total[sample].max(1) as f64;
                    *apart = apart.max((share(0) - share(1)).abs());
                }
            }
        }
        let large = apart.iter().zip(&totals).filter(|(_, [made, real])| *made.min(real) >= fewest);
        large.map(|(apart, [n, m])| apart * ((n * m) as f64 / (n + m) as f64).sqrt()).fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows with two answers and a third one that says nothing. Numbers of one sample follow from the first two answers together, those of the other do not.
    fn samples(together: bool, of_each: usize) -> Merged {
        let rows = (0..2 * of_each).map(|row| {
            let (real, place) = (row % 2 == 0, row / 2);
            let [a, b, c] = [place % 2 == 0, place / 2 % 2 == 0, place / 4 % 2 == 0];
            let spread = (place * 7919 % 1009) as f64 / 1009.0;
            let low = if real && together { a == b } else { place / 8 % 2 == 0 };
            (spread + if low { 0.0 } else { 1.0 }, real, vec![c, a, b])
        });
        Merged::of(rows.collect())
    }

    #[test]
    fn what_two_answers_say_together_is_found() {
        assert_eq!(samples(true, 400).worst(20), Some(1));
        assert_eq!(samples(false, 400).worst(20), None);
        assert_eq!(samples(true, 400).worst(101), None, "groups of 100");
        assert_eq!(samples(true, 40).worst(20), None, "groups of 10");
    }

    #[test]
    fn the_statistic_is_that_of_kolmogorov_in_the_worst_group() {
        // One group only: 0..40 against 20..60, twice each, so D = 1/2.
        let real = (0..40).map(|value| (f64::from(value), true, vec![true, true]));
        let made = (20..60).chain(20..60).map(|value| (f64::from(value), false, vec![true, true]));
        let merged = Merged::of(real.chain(made).collect());
        let expected = 0.5 * (40.0f64 * 80.0 / 120.0).sqrt();
        assert!((merged.statistic([0, 1], 20) - expected).abs() < 1e-12);
        assert_eq!(merged.worst(20), None, "the question has one side");
    }
}

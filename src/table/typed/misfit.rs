//! Where generated numbers are farthest from those of the training rows: on the sides of one
//! question, or in groups that only two answers together tell apart.
//!
//! Example for the second: numbers can be right in all who are alive and in every phase of a study,
//! and wrong in those who are alive in one phase.

use rayon::prelude::*;

/// Pairs are made of so many questions at most, which bounds the search in wide tables.
const TELLING: usize = 64;

/// What [`Merged::outside`] must exceed, and the share outside at least.
const OUTSIDE: f64 = 6.0;
const LEAST_OUTSIDE: f64 = 0.02;

/// The numbers of two samples together, ascending, with their answers to every question.
pub(super) struct Merged {
    /// Whether it is a number of the training rows, and whether a larger number follows.
    numbers: Vec<(bool, bool)>,
    /// By question, then by number.
    answers: Vec<Vec<bool>>,
    /// A group has so many numbers of each sample at least.
    fewest: usize,
}

impl Merged {
    /// Takes (number, whether it is a training row's, answers to all questions) in any order.
    pub(super) fn of(mut sample: Vec<(f64, bool, Vec<bool>)>, fewest: usize) -> Self {
        sample.sort_by(|a, b| a.0.total_cmp(&b.0));
        let last = |at: usize| sample.get(at + 1).is_none_or(|next| next.0 > sample[at].0);
        let numbers =
            sample.iter().enumerate().map(|(at, (_, real, _))| (*real, last(at))).collect();
        let questions = sample.first().map_or(0, |(.., answers)| answers.len());
        let answers = (0..questions)
            .map(|asked| sample.iter().map(|(.., answers)| answers[asked]).collect())
            .collect();
        Self { numbers, answers, fewest }
    }

    /// The question with the side on which the samples differ most, if Kolmogorov's statistic is
    /// above `clear`.
    /// Both sides have enough numbers.
    pub(super) fn single(&self, clear: f64) -> Option<usize> {
        let sided = self.of_sided(|asked| self.statistic([asked; 2]));
        let (statistic, asked) = sided.into_iter().max_by(|a, b| a.0.total_cmp(&b.0))?;
        (statistic > clear).then_some(asked)
    }

    /// The question with the side of which most generated numbers lie outside the range of the
    /// training rows' ones, if chance makes that seldom.
    ///
    /// Of n numbers without a difference, n times the share outside is a sum of two exponential
    /// ones; it exceeds 6 once in 60 times.
    /// The share is what is certain of it: that of one standard deviation fewer.
    /// A side has `least` numbers of the training rows at least, and enough of the generated ones.
    pub(super) fn outside(&self, least: usize) -> Option<usize> {
        let questions = (0..self.answers.len()).into_par_iter();
        let each = questions.map(|asked| (self.lies_outside(asked, least), asked));
        let (worst, asked) = each.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))?;
        (worst > OUTSIDE).then_some(asked)
    }

    /// The larger of the two sides' `-n ln(1 - share outside)`.
    fn lies_outside(&self, asked: usize, least: usize) -> f64 {
        // Of each side: the first and the last place of a training row's number.
        let mut ends = [[usize::MAX, 0]; 2];
        let mut counts = [[0usize; 2]; 2];
        for (at, ((real, _), answer)) in self.numbers.iter().zip(&self.answers[asked]).enumerate() {
            let side = usize::from(*answer);
            counts[side][usize::from(*real)] += 1;
            if *real {
                ends[side] = [ends[side][0].min(at), at];
            }
        }
        if counts.iter().any(|[made, real]| *real < least || *made < self.fewest) {
            return 0.0;
        }
        let mut inside = [0usize; 2];
        // Equal numbers are inside, wherever they stand.
        let mut first = 0;
        for at in 0..self.numbers.len() {
            if !self.numbers[at].1 {
                continue;
            }
            for one in first..=at {
                let side = usize::from(self.answers[asked][one]);
                let [from, to] = ends[side];
                inside[side] += usize::from(!self.numbers[one].0 && from <= at && first <= to);
            }
            first = at + 1;
        }
        let chance = |side: usize| {
            let [made, real] = counts[side];
            let count = (made - inside[side]) as f64;
            let outside = (count - count.sqrt()) / made as f64;
            if outside < LEAST_OUTSIDE {
                0.0
            } else {
                -(real as f64) * (1.0 - outside).max(1e-9).ln()
            }
        };
        chance(0).max(chance(1))
    }

    /// A question of the pair whose group shows the largest difference of the samples, if it is
    /// beyond doubt.
    /// That is so if chance makes so large a statistic less than once in a thousand such searches.
    /// Pairs are made of the questions that tell most about the training rows' numbers.
    pub(super) fn pair(&self) -> Option<usize> {
        let telling = self.telling();
        let tests = 2 * telling.len() * telling.len().saturating_sub(1);
        let clear = ((2000 * tests.max(1)) as f64).ln().sqrt() / 2f64.sqrt();
        let of_first = |at: usize| {
            let pairs = telling[at + 1..]
                .iter()
                .map(|&second| (self.statistic([telling[at], second]), telling[at]));
            pairs.max_by(|a, b| a.0.total_cmp(&b.0))
        };
        let best: Vec<_> = (0..telling.len()).into_par_iter().filter_map(of_first).collect();
        let (statistic, asked) = best.into_iter().max_by(|a, b| a.0.total_cmp(&b.0))?;
        (statistic > clear).then_some(asked)
    }

    /// The questions with two sides, those first whose sides differ most in the training rows'
    /// numbers.
    fn telling(&self) -> Vec<usize> {
        let of_question = |asked: usize| {
            let items = self.numbers.iter().zip(&self.answers[asked]);
            statistics::<2>(
                items.map(|((real, last), answer)| (usize::from(!real), *answer, *last)),
                self.fewest,
            )[0]
        };
        let mut telling = self.of_sided(of_question);
        telling.sort_by(|a, b| b.0.total_cmp(&a.0));
        telling.truncate(TELLING);
        telling.into_iter().map(|(_, asked)| asked).collect()
    }

    /// The result of every question with two sides, with the question.
    fn of_sided(&self, of_question: impl Fn(usize) -> f64 + Sync) -> Vec<(f64, usize)> {
        let questions =
            (0..self.answers.len()).into_par_iter().filter(|asked| self.has_sides(*asked));
        questions.map(|asked| (of_question(asked), asked)).collect()
    }

    /// Whether both sides of a question have enough numbers of both samples.
    fn has_sides(&self, asked: usize) -> bool {
        let mut sides = [[0; 2]; 2];
        for ((real, _), answer) in self.numbers.iter().zip(&self.answers[asked]) {
            sides[usize::from(*answer)][usize::from(*real)] += 1;
        }
        sides.into_iter().flatten().all(|side| side >= self.fewest)
    }

    /// The largest statistic of the groups of two questions.
    /// One question, given twice, has its two sides as groups.
    fn statistic(&self, [first, second]: [usize; 2]) -> f64 {
        let answers = self.answers[first].iter().zip(&self.answers[second]);
        let groups = answers.map(|(first, second)| 2 * usize::from(*first) + usize::from(*second));
        let items = groups.zip(&self.numbers).map(|(group, (real, last))| (group, *real, *last));
        statistics::<4>(items, self.fewest).into_iter().fold(0.0, f64::max)
    }
}

/// Kolmogorov's `D sqrt(n m / (n + m))` of two samples in each of G groups; 0 where one sample has
/// fewer than `fewest` numbers.
/// An item is the group of a number, its sample, and whether a larger number follows; items are
/// ascending.
/// [`ks_of_ascending`](ground::ks::ks_of_ascending) would need the samples of every group in lists
/// of their own.
fn statistics<const G: usize>(
    items: impl Iterator<Item = (usize, bool, bool)> + Clone,
    fewest: usize,
) -> [f64; G] {
    let mut totals = [[0usize; 2]; G];
    items.clone().for_each(|(group, sample, _)| totals[group][usize::from(sample)] += 1);
    let large = totals.map(|[n, m]| n.min(m) >= fewest.max(1));
    if !large.contains(&true) {
        return [0.0; G];
    }
    let (mut seen, mut apart) = ([[0usize; 2]; G], [0.0f64; G]);
    for (group, sample, last) in items {
        seen[group][usize::from(sample)] += 1;
        if last {
            for ((apart, seen), total) in apart.iter_mut().zip(&seen).zip(&totals) {
                let share = |sample: usize| seen[sample] as f64 / total[sample].max(1) as f64;
                *apart = apart.max((share(0) - share(1)).abs());
            }
        }
    }
    std::array::from_fn(|group| {
        let [n, m] = totals[group].map(|total| total as f64);
        if large[group] { apart[group] * (n * m / (n + m)).sqrt() } else { 0.0 }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ground::ks::ks_distance;

    /// Rows with an answer that says nothing and two others.
    /// Numbers of one sample follow from these two together, those of the other sample do not.
    fn samples(together: bool, of_each: usize, fewest: usize) -> Merged {
        let rows = (0..2 * of_each).map(|row| {
            let (real, place) = (row % 2 == 0, row / 2);
            let [a, b, c] = [place % 2 == 0, place / 2 % 2 == 0, place / 4 % 2 == 0];
            let spread = (place * 7919 % 1009) as f64 / 1009.0;
            let low = if real && together { a == b } else { place / 8 % 2 == 0 };
            (spread + if low { 0.0 } else { 1.0 }, real, vec![c, a, b])
        });
        Merged::of(rows.collect(), fewest)
    }

    #[test]
    fn what_two_answers_say_together_is_found() {
        assert!(matches!(samples(true, 400, 20).pair(), Some(1 | 2)));
        assert_eq!(samples(true, 400, 20).single(1.95), None, "no answer says it by itself");
        assert_eq!(samples(false, 400, 20).pair(), None);
        assert_eq!(samples(true, 400, 101).pair(), None, "groups of 100");
        assert_eq!(samples(true, 40, 20).pair(), None, "groups of 10");
    }

    #[test]
    fn of_many_questions_those_are_paired_that_tell_something() {
        // Two hundred answers that follow from nothing.
        // The two after them tell the training rows' numbers, but only together do they tell the
        // generated ones'.
        let rows = (0..1600usize).map(|row| {
            let (real, place) = (row % 2 == 0, row / 2);
            let noise = |asked: usize| ((place * 7919 + asked * 104_729) % 1009).is_multiple_of(2);
            let [a, b] = [place % 2 == 0, place / 2 % 2 == 0];
            let number = f64::from(u8::from(a))
                + f64::from(u8::from(b))
                + if real && a && b { 4.0 } else { 0.0 };
            let answers = (0..200).map(noise).chain([a, b]).collect();
            (number + (place * 31 % 97) as f64 / 97.0, real, answers)
        });
        let merged = Merged::of(rows.collect(), 20);
        let telling = merged.telling();
        assert_eq!(telling.len(), TELLING);
        assert!(telling[..2].contains(&200) && telling[..2].contains(&201), "{telling:?}");
        assert!(matches!(merged.pair(), Some(200 | 201)));
    }

    #[test]
    fn numbers_outside_the_range_of_a_small_group_are_seen() {
        // Sixty patients of 900 have numbers of the middle tenth.
        let sample = |narrow: bool| {
            let rows = (0..1800usize).map(move |row| {
                let (real, place) = (row % 2 == 0, row / 2);
                let (small, spread) = (place % 15 == 7, (place * 7919 % 1009) as f64 / 1009.0);
                let number = if small && real && narrow { 0.45 + spread / 10.0 } else { spread };
                (number, real, vec![place % 3 == 0, small])
            });
            Merged::of(rows.collect(), 20)
        };
        assert_eq!(sample(true).outside(5), Some(1));
        assert_eq!(sample(false).outside(5), None);
        assert_eq!(sample(true).outside(61), None, "too few of the training rows");
    }

    #[test]
    fn the_statistic_is_that_of_kolmogorov() {
        let numbers = |salt: usize, count: usize| {
            (0..count).map(move |at| ((at * 7919 + salt) % 53) as f64 / 8.0).collect::<Vec<_>>()
        };
        let group = |answers: [bool; 2], real: bool, numbers: &[f64]| -> Vec<_> {
            numbers.iter().map(|number| (*number, real, answers.to_vec())).collect()
        };
        let [worse, other] = [
            [numbers(1, 30), numbers(11, 50).iter().map(|number| number + 1.0).collect()],
            [numbers(3, 40), numbers(4, 40)],
        ];
        let rows = [
            group([true, false], true, &worse[0]),
            group([true, false], false, &worse[1]),
            group([false, false], true, &other[0]),
            group([false, false], false, &other[1]),
        ];
        let merged = Merged::of(rows.concat(), 20);
        let expected =
            ks_distance(worse[0].clone(), worse[1].clone()) * (30.0f64 * 50.0 / 80.0).sqrt();
        for pair in [[0, 1], [0, 0]] {
            assert!((merged.statistic(pair) - expected).abs() < 1e-12, "{pair:?}");
        }
        assert_eq!(merged.single(expected - 1e-9), Some(0));
        assert_eq!(merged.single(expected), None);
        assert_eq!(Merged::of(rows.concat(), 31).single(0.0), None, "a side of 30");
        assert_eq!(merged.pair(), None, "the second question has one side");
    }
}

//! Quartiles and outliers of one variable: at once if its distinct values were kept, else from
//! further readings of the table.

use super::counts::{Counts, Place, key, value};
use super::variable::Outliers;
use ground::quantile::{interpolate, neighbours};

/// So many distinct values are kept of each stretch of values that holds a quartile.
const MOST: usize = 1 << 15;
const QUARTILES: [f64; 3] = [0.25, 0.5, 0.75];

/// The search for the six order statistics around the quartiles.
#[derive(Debug)]
pub(crate) struct Search {
    /// How many values there are.
    count: u64,
    /// By rank, ascending.
    found: Vec<(u64, Option<u64>)>,
    open: Vec<Stretch>,
}

/// Values that share leading bits, some of whose ranks are looked for.
#[derive(Debug)]
struct Stretch {
    prefix: u64,
    known: u32,
    /// Rank in this stretch, and place in `found`.
    ranks: Vec<(u64, usize)>,
    counts: Counts,
}

impl Search {
    /// Starts from what a first reading counted; `count` is not 0.
    pub(crate) fn new(counts: &Counts, count: u64) -> Self {
        let mut ranks: Vec<u64> = QUARTILES.iter().flat_map(|p| neighbours(count, *p).0).collect();
        ranks.sort_unstable();
        ranks.dedup();
        let mut search = Self {
            count,
            found: ranks.iter().map(|rank| (*rank, None)).collect(),
            open: Vec::new(),
        };
        let asked: Vec<(u64, usize)> = ranks.into_iter().zip(0..).collect();
        search.settle(counts, 0, &asked);
        search
    }

    /// Whether every rank is found.
    pub(crate) fn done(&self) -> bool {
        self.open.is_empty()
    }

    /// Looks at a number of the next reading.
    pub(crate) fn add(&mut self, number: f64) {
        let key = key(number);
        for stretch in &mut self.open {
            let shift = u64::BITS - stretch.known;
            if key >> shift == stretch.prefix >> shift {
                stretch.counts.add(key, 1);
            }
        }
    }

    /// Ends a reading. False if the values differ from those of the reading before.
    pub(crate) fn next(&mut self) -> bool {
        let open = std::mem::take(&mut self.open);
        open.iter().all(|stretch| self.settle(&stretch.counts, stretch.prefix, &stretch.ranks))
    }

    fn settle(&mut self, counts: &Counts, prefix: u64, asked: &[(u64, usize)]) -> bool {
        let ranks: Vec<u64> = asked.iter().map(|(rank, _)| *rank).collect();
        let Some(places) = counts.places(prefix, &ranks) else { return false };
        for (place, &(_, at)) in places.into_iter().zip(asked) {
            match place {
                Place::Known(key) => self.found[at].1 = Some(key),
                Place::Among { prefix, known, rank } => match self.open.last_mut() {
                    Some(last) if (last.prefix, last.known) == (prefix, known) => {
                        last.ranks.push((rank, at))
                    }
                    _ => {
                        let counts = Counts::new(known, MOST);
                        self.open.push(Stretch { prefix, known, ranks: vec![(rank, at)], counts });
                    }
                },
            }
        }
        true
    }

    /// The three quartiles; panics before the search is [`Search::done`].
    pub(crate) fn quartiles(&self) -> [f64; 3] {
        let at = |rank: u64| {
            let (_, key) =
                self.found.iter().find(|(found, _)| *found == rank).expect("it was asked for");
            value(key.expect("the search is done"))
        };
        QUARTILES.map(|p| {
            let ([below, above], part) = neighbours(self.count, p);
            interpolate(at(below), at(above), part)
        })
    }
}

impl Outliers {
    /// The fences around two quartiles, with nothing counted yet.
    pub fn fenced(q1: f64, q3: f64, fence: f64) -> Self {
        let reach = fence * (q3 - q1);
        let (lower_fence, upper_fence) = (q1 - reach, q3 + reach);
        Self {
            lower_fence,
            upper_fence,
            below: 0,
            above: 0,
            lower_whisker: f64::INFINITY,
            upper_whisker: f64::NEG_INFINITY,
        }
    }

    /// Looks at a number that occurs `weight` times.
    pub fn add(&mut self, number: f64, weight: u64) {
        if number < self.lower_fence {
            self.below += weight;
        } else if number > self.upper_fence {
            self.above += weight;
        } else {
            self.lower_whisker = self.lower_whisker.min(number);
            self.upper_whisker = self.upper_whisker.max(number);
        }
    }
}

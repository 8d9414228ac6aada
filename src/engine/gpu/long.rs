//! Dispatches that take long: one cannot be cut into several submissions, and the watchdog of a
//! desktop may end it.

use std::collections::BTreeMap;
use std::time::Duration;

/// What is said: Windows ends a dispatch after two seconds.
const LONG: Duration = Duration::from_secs(1);

/// The longest time of each kernel of which one dispatch took long.
#[derive(Default)]
pub(super) struct LongDispatches(BTreeMap<&'static str, Duration>);

impl LongDispatches {
    /// Notes how long a submission took, and the kernel of its only dispatch.
    /// If the host did not have to wait for it, the time is only an upper bound.
    pub fn note(&mut self, alone: Option<&'static str>, took: Duration, waited: bool) {
        if let Some(kernel) = alone.filter(|_| waited && took > LONG) {
            let longest = self.0.entry(kernel).or_default();
            *longest = took.max(*longest);
        }
    }

    /// Kernel by kernel, in words.
    pub fn said(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|(kernel, took)| {
            format!(
                "one dispatch of {kernel} took {:.1} s; a desktop may end it after 2 s, and a \
                 smaller `training.batch` makes it shorter",
                took.as_secs_f64()
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_took_longer_than_a_second_alone_is_said_once() {
        let mut long = LongDispatches::default();
        let ms = Duration::from_millis;
        long.note(Some("dense_forward"), ms(900), true);
        long.note(None, ms(4000), true);
        long.note(Some("dense_forward"), ms(4000), false);
        assert_eq!(long.said().count(), 0);
        for took in [1600, 2300, 1100] {
            long.note(Some("dense_forward"), ms(took), true);
        }
        let said: Vec<String> = long.said().collect();
        assert_eq!(said.len(), 1);
        assert!(said[0].starts_with("one dispatch of dense_forward took 2.3 s;"), "{said:?}");
    }
}

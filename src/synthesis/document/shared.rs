//! The document of a model that leaves the house.

use super::{Code, Document};
use table::Schema;
use table::coarse::Withheld;
use table::relations::{Found, Relation};

/// A document that tells less, and what it does not tell any more.
pub(in crate::synthesis) struct Shared {
    pub(in crate::synthesis) document: Document,
    pub(in crate::synthesis) withheld: Withheld,
    /// Relations that were left out: they name a rare level, or a number that one patient may have
    /// alone.
    pub(in crate::synthesis) relations: usize,
}

impl Document {
    pub(in crate::synthesis) fn copy(&self) -> Self {
        let (support, found) = (self.support.clone(), self.found.clone());
        Self { withheld: self.withheld.clone(), ..Self::new(self.code.clone(), support, found) }
    }

    /// The same with coarser quantiles, without extremes and without what fewer than five patients
    /// are behind.
    pub(in crate::synthesis) fn shared(&self) -> Shared {
        let withheld = self.support.few();
        let support = self.support.coarse();
        let code = match &self.code {
            Code::Grey { encoder, calibration } => {
                let coarse = encoder.coarse(&support, &withheld);
                let calibration = calibration.as_ref().map(|map| map.coarse(encoder, &coarse));
                Code::Grey { encoder: coarse, calibration }
            }
            Code::Typed { decoder } => Code::Typed { decoder: decoder.coarse(&withheld) },
            // It follows from a release.
            copula @ Code::Copula { .. } => copula.clone(),
        };
        let may_leave = |found: &&Found| may_leave(found, self.schema(), code.schema());
        let found: Vec<Found> = self.found.iter().filter(may_leave).cloned().collect();
        let relations = self.found.len() - found.len();
        let document = Self { withheld: withheld.clone(), ..Self::new(code, support, found) };
        Shared { document, withheld, relations }
    }
}

/// Whether a relation is one of the schema, or names neither a withheld level nor a bound that was
/// taken from the patients.
fn may_leave(found: &Found, before: &Schema, after: &Schema) -> bool {
    let text = found.relation.text(before);
    if Relation::parse(&text, after).is_err() {
        return false;
    }
    after.relations.contains(&text) || !names_a_bound(&text)
}

/// Whether a text compares something with a number, by order.
fn names_a_bound(text: &str) -> bool {
    let mut parts = text.split(['<', '>']);
    parts.next();
    let number = |part: &str| {
        let part = part.trim_start_matches('=').trim_start();
        let digits = part.trim_start_matches(['-', '+', '.']);
        digits.starts_with(|c: char| c.is_ascii_digit())
    };
    // The second half of an arrow is no comparison, but what stands behind it may be one.
    parts.any(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_told_from_orders() {
        for bound in ["a = x -> b >= 7.5", "dose < -2", "a>5", "b <= .5"] {
            assert!(names_a_bound(bound), "{bound}");
        }
        for order in ["start <= end", "a = 1 -> b is missing", "total = a + b", "a < b"] {
            assert!(!names_a_bound(order), "{order}");
        }
    }
}

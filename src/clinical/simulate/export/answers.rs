//! The answers behind the quality-of-life scores: items from 1 to 4 (the two global ones to 7), and
//! `0` where the score is missing.

use super::Columns;
use crate::simulate::Person;
use crate::simulate::quality::SCORES;

/// Position of the first score in the schema.
const FIRST: usize = 39;

/// One column per item; the answers of a score add up to its step.
pub(super) fn columns(people: &[Person]) -> Columns {
    let mut columns = Columns::new();
    for (place, score) in SCORES.iter().enumerate() {
        let highest = score.items * score.answers;
        for item in 0..score.items {
            let answer = |person: &Person| {
                if person.lacks(FIRST + place) {
                    return "0".to_owned();
                }
                // A functional score is high when all is well.
                // Its items count complaints, as all items but the global ones do.
                let step = person.facts.steps[place];
                let total =
                    if score.is_function && score.answers == 3 { highest - step } else { step };
                let share = total / score.items + usize::from(item < total % score.items);
                (1 + share).to_string()
            };
            let name = format!("{}_item_{}_E5_C3", score.name, item + 1);
            columns.push((name, people.iter().map(answer).collect()));
        }
    }
    columns
}

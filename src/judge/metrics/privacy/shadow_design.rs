//! Which patients each shadow model learns from: pairs of complementary halves, so that every
//! patient is in half of the models.

use super::chance::Chance;

/// Streams of random numbers of their own, apart from those of the draws.
const STREAM: u64 = 1 << 40;

/// For each of an even number of models, which of the patients it learns from.
/// Models `2p` and `2p + 1` learn from complementary random halves of one size.
/// If the number of patients is odd, one patient is in neither half; it is another one for every
/// pair.
///
/// Panics unless the number of models is even and there are at least two patients.
pub fn halves(patients: usize, models: usize, seed: u64) -> Vec<Vec<bool>> {
    assert!(models.is_multiple_of(2), "{models} models in pairs");
    assert!(models <= 2 * patients, "{models} models for {patients} patients");
    let everybody: Vec<usize> = (0..patients).collect();
    let spared = Chance::new(seed, STREAM).some(&everybody, patients);
    let pair = |pair: usize| {
        let left_out = (!patients.is_multiple_of(2)).then_some(spared[pair]);
        let dealt: Vec<usize> =
            everybody.iter().copied().filter(|patient| Some(*patient) != left_out).collect();
        let order = Chance::new(seed, STREAM + 1 + pair as u64).some(&dealt, dealt.len());
        let (first, second) = order.split_at(dealt.len() / 2);
        [first, second].map(|half| {
            let mut members = vec![false; patients];
            half.iter().for_each(|&patient| members[patient] = true);
            members
        })
    };
    (0..models / 2).flat_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(flags: impl Iterator<Item = bool>) -> usize {
        flags.filter(|flag| *flag).count()
    }

    #[test]
    fn every_patient_is_in_half_of_the_models() {
        let members = halves(10, 8, 3);
        assert!(members.iter().all(|model| count(model.iter().copied()) == 5));
        assert!((0..10).all(|patient| count(members.iter().map(|model| model[patient])) == 4));
        assert!(members.chunks(2).all(|pair| pair[0].iter().zip(&pair[1]).all(|(a, b)| a != b)));
        assert!(
            members[0] != members[2] && members != halves(10, 8, 4) && members == halves(10, 8, 3)
        );
    }

    #[test]
    fn an_odd_patient_is_spared_once_at_most() {
        let members = halves(9, 8, 3);
        assert!(members.iter().all(|model| count(model.iter().copied()) == 4));
        let of: Vec<usize> =
            (0..9).map(|patient| count(members.iter().map(|model| model[patient]))).collect();
        assert!(of.iter().all(|&models| models == 4 || models == 3), "{of:?}");
        assert_eq!(of.iter().filter(|&&models| models == 3).count(), 4);
    }
}

//! The quantile function of the normal distribution, which turns ranks into scores.

/// Numerator and denominator near the middle, ascending powers of `0.180625 - (p - 0.5)^2`.
const MIDDLE: [[f64; 8]; 2] = [
    [
        3.387_132_872_796_366_5,
        133.141_667_891_784_38,
        1_971.590_950_306_551_3,
        13_731.693_765_509_46,
        45_921.953_931_549_87,
        67_265.770_927_008_7,
        33_430.575_583_588_13,
        2_509.080_928_730_122_7,
    ],
    [
        1.0,
        42.313_330_701_600_91,
        687.187_007_492_057_9,
        5_394.196_021_424_751,
        21_213.794_301_586_597,
        39_307.895_800_092_71,
        28_729.085_735_721_943,
        5_226.495_278_852_854,
    ],
];

/// Numerator and denominator in the tails, ascending powers of `sqrt(-ln p) - 1.6`.
const TAIL: [[f64; 8]; 2] = [
    [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        0.241_780_725_177_450_6,
        0.022_723_844_989_269_184,
        0.000_774_545_014_278_341_4,
    ],
    [
        1.0,
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        0.689_767_334_985_1,
        0.148_103_976_427_480_08,
        0.015_198_666_563_616_457,
        0.000_547_593_808_499_534_5,
        1.050_750_071_644_416_9e-9,
    ],
];

/// The standard normal quantile at `p`: algorithm AS 241 (Wichura 1988).
/// It is exact to about 1e-16 for `p` from 1e-10 to 1 - 1e-10; beyond that it is the quantile at
/// the nearer end.
pub(super) fn quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        return q * ratio(&MIDDLE, 0.180_625 - q * q);
    }
    let tail = p.min(1.0 - p).max(1e-10);
    ratio(&TAIL, (-tail.ln()).sqrt() - 1.6).copysign(q)
}

fn ratio([above, below]: &[[f64; 8]; 2], x: f64) -> f64 {
    let polynomial = |c: &[f64; 8]| c.iter().rev().fold(0.0, |sum, c| sum * x + c);
    polynomial(above) / polynomial(below)
}

#[cfg(test)]
mod tests {
    use super::quantile;

    #[test]
    fn known_quantiles() {
        // scipy.stats.norm.ppf
        let known = [
            (0.5, 0.0),
            (0.975, 1.959963984540054),
            (0.9, 1.2815515655446004),
            (0.6, 0.2533471031357997),
            (1e-6, -4.753424308822899),
            (0.001_349_898_031_630_094_6, -3.0),
        ];
        for (p, expected) in known {
            assert!(
                (quantile(p) - expected).abs() < 1e-14 * (1.0 + 3.0 * expected.abs()),
                "{p}: {}",
                quantile(p)
            );
            assert!((quantile(1.0 - p) + expected).abs() < 1e-9, "{p} from above");
        }
    }
}

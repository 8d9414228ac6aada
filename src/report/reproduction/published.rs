//! The numbers that Gonzalez-Abril et al. printed (Electronics 2021, 10, 2220).
//! They are not results of this program, and their misprints stay as printed.

/// A line of Table 1: name, known values, missing values, mean, standard error, standard deviation,
/// minimum, maximum.
pub(super) type Test = (&'static str, [&'static str; 7]);

/// Table 1: pulmonary function tests of 887 patients.
pub(super) const TABLE_1: [Test; 8] = [
    ("FEV1_porc_FVC_E2_C5", ["704", "183", "25.460", "1.2400", "33.000", "0.0000", "98.110"]),
    ("PIF_E2_C5PIF_E2_C5", ["645", "242", "1.0460", "0.0650", "1.6507", "0.0000", "8.3200"]),
    ("FVC_E2_C5PIF_E2_C5", ["704", "183", "1.1631", "0.0595", "1.5777", "0.0001", "6.5100"]),
    ("PIF50_E2_C5PIF_E2_C5", ["618", "269", "0.8965", "0.0616", "1.5324", "0.0002", "8.0600"]),
    ("DLCOc_VA_E2_C5", ["679", "208", "0.3881", "0.0206", "0.5376", "0.0003", "1.7400"]),
    ("MEF50_E2_C5", ["646", "241", "0.5839", "0.0417", "1.0599", "0.0004", "6.3000"]),
    ("DLCOc_SB_E2_C5", ["683", "204", "1.8267", "0.0986", "2.5756", "0.0005", "9.2300"]),
    ("DLCO_SB_E2_C5", ["683", "204", "1.7339", "0.0937", "2.4476", "0.0006", "8.5900"]),
];

/// Table 4: variables by type, of 64.
pub(super) const TABLE_4: [(&str, usize); 3] =
    [("nominal", 13), ("Boolean", 13), ("numerical", 38)];

/// The lines of Table 5 after the number of different values.
pub(super) const TABLE_5_LINES: [&str; 9] =
    ["count", "missing", "mean", "std", "min", "25 %", "50 %", "75 %", "max"];
/// Table 5, status: (real, synthetic). The paper prints 3 different values for both.
pub(super) const TABLE_5_STATUS: [(f64, f64); 9] = [
    (804.0, 24_120.0),
    (15.0, 300.0),
    (0.211004, 0.205637),
    (0.652233, 0.643817),
    (-1.0, -1.0),
    (-0.294118, -0.294118),
    (-0.294118, -0.294118),
    (1.0, 1.0),
    (1.0, 1.0),
];
/// Table 5, clinical stage: (real, synthetic).
pub(super) const TABLE_5_STAGE: [(f64, f64); 9] = [
    (804.0, 24_120.0),
    (11.0, 0.0),
    (0.469838, 0.504768),
    (0.261863, 0.191975),
    (-1.0, -0.059750),
    (0.414081, 0.414081),
    (0.531264, 0.531264),
    (0.531264, 0.648448),
    (1.0, 1.0),
];

/// A printed line of Tables 6 and 7: level, real patients and their per cent, synthetic patients
/// and their per cent, difference in points.
pub(super) type Share = (&'static str, usize, &'static str, usize, &'static str, &'static str);

/// Table 6: status among patients with a status (789 real, 23,820 synthetic).
pub(super) const TABLE_6: [Share; 2] = [
    ("dead", 467, "59.19", 14_342, "60.21", "1.02"),
    ("alive", 322, "40.82", 9478, "39.79", "1.02"),
];

/// Table 7: clinical stage given the status; the first entry is the status.
pub(super) const TABLE_7: [(&str, [Share; 3]); 2] = [
    (
        "dead",
        [
            ("IIIA", 145, "31.05", 2266, "15.86", "15.24"),
            ("IIIB", 191, "40.90", 4993, "34.81", "6.09"),
            ("IV", 85, "18.20", 1149, "8.01", "10.19"),
        ],
    ),
    (
        "alive",
        [
            ("IIIA", 107, "33.23", 3284, "34.68", "1.42"),
            ("IIIB", 121, "37.58", 3524, "37.18", "0.40"),
            ("IV", 29, "9.91", 676, "7.13", "1.87"),
        ],
    ),
];

/// The discriminator's accuracy in per cent: on real and on synthetic patients (section 3.4).
pub(super) const ACCURACY: [&str; 2] = ["50.06", "45.40"];

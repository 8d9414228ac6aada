//! The contact sheet, read back from its PNG.

use ground::matrix::Matrix;
use mellizo_report::contact_sheet::{ContactSheet, grey, side};
use png::{BitDepth, ColorType, Decoder};
use std::io::Cursor;
use table::pixels::{LOWEST, MISSING};

#[test]
fn greys_are_the_pixels_of_the_paper() {
    assert_eq!([MISSING, LOWEST, 1.0].map(grey), [0, 90, 255]);
    // Status of the paper: dead, alive; Stage IIIA, level 7 of 12.
    assert_eq!([-0.294118, 0.414081].map(grey), [90, 180]);
    assert_eq!([1, 9, 49, 50, 63, 64, 65].map(side), [1, 3, 7, 8, 8, 8, 9]);
}

#[test]
fn every_pixel_of_a_patient_is_on_the_sheet() {
    let features = 63;
    let encoded =
        Matrix::from_fn(5, features, |row, column| (row * features + column) as f64 / 200.0 - 1.0);
    let encoded =
        Matrix::from_values(5, features, encoded.values().iter().map(|x| x.min(1.0)).collect());
    let sheet = ContactSheet::of(&encoded, 3);
    assert_eq!((sheet.side, sheet.columns, sheet.patients), (8, 3, 5));
    let mut reader = Decoder::new(Cursor::new(sheet.png())).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((info.color_type, info.bit_depth), (ColorType::Grayscale, BitDepth::Eight));
    assert_eq!([info.width as usize, info.height as usize], sheet.size);
    let tile = [sheet.size[0] / 3, sheet.size[1] / 2];
    let margin = (tile[0] - 8 * 4) / 2;
    let at = |patient: usize, feature: usize, offset: usize| {
        let x = patient % 3 * tile[0] + margin + feature % 8 * 4 + offset;
        let y = patient / 3 * tile[1] + margin + feature / 8 * 4 + offset;
        pixels[y * sheet.size[0] + x]
    };
    for patient in 0..5 {
        for feature in 0..64 {
            let expected = if feature < features { grey(encoded[(patient, feature)]) } else { 0 };
            assert_eq!(
                [0, 3].map(|offset| at(patient, feature, offset)),
                [expected; 2],
                "{patient}, {feature}"
            );
        }
    }
    assert_eq!(
        pixels[sheet.size[0] * sheet.size[1] - 1],
        255,
        "where a sixth patient would be is paper"
    );
}

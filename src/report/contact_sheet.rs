//! Encoded patients as grey pictures on one sheet, as in the paper (section 2.4).
//! They show single patients, so they are not for `share/`.

use ground::matrix::Matrix;

/// Pixels of the sheet per pixel of a patient.
const SCALE: usize = 4;
/// Pixels around every picture, a frame of one pixel among them.
const MARGIN: usize = 4;
const FRAME: u8 = 150;
const PAPER: u8 = 255;

/// A sheet of grey pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactSheet {
    /// Pixels on a side of a patient's picture.
    pub side: usize,
    /// Patients side by side.
    pub columns: usize,
    /// Patients.
    pub patients: usize,
    /// Size of the sheet in pixels.
    pub size: [usize; 2],
    grey: Vec<u8>,
}

/// The grey of an encoded value in [-1, 1]: 0 for a missing one, 90 to 255 for others.
pub fn grey(x: f64) -> u8 {
    ((x + 1.0) * 127.5).round().clamp(0.0, 255.0) as u8
}

/// The smallest side of a square that has room for so many features: 8 for 50 to 64.
pub fn side(features: usize) -> usize {
    (1..).find(|side| side * side >= features).expect("squares grow")
}

impl ContactSheet {
    /// Every row of an encoded matrix as a square: its features row by row, and black after the
    /// last one.
    /// `columns` patients are side by side, top to bottom.
    pub fn of(encoded: &Matrix, columns: usize) -> Self {
        let side = side(encoded.columns().max(1));
        let tile = side * SCALE + 2 * MARGIN;
        let columns = columns.clamp(1, encoded.rows().max(1));
        let size = [columns * tile, encoded.rows().div_ceil(columns).max(1) * tile];
        let mut sheet = Self {
            side,
            columns,
            patients: encoded.rows(),
            size,
            grey: vec![PAPER; size[0] * size[1]],
        };
        for patient in 0..encoded.rows() {
            sheet.draw(encoded.row(patient), patient % columns * tile, patient / columns * tile);
        }
        sheet
    }

    fn draw(&mut self, features: &[f64], left: usize, top: usize) {
        let extent = self.side * SCALE;
        let frame = MARGIN - 1..extent + MARGIN + 1;
        for y in frame.clone() {
            for x in frame.clone() {
                let inside = (MARGIN..MARGIN + extent).contains(&x)
                    && (MARGIN..MARGIN + extent).contains(&y);
                let feature = || (y - MARGIN) / SCALE * self.side + (x - MARGIN) / SCALE;
                let shade = if inside {
                    features.get(feature()).map_or(0, |&value| grey(value))
                } else {
                    FRAME
                };
                self.grey[(top + y) * self.size[0] + left + x] = shade;
            }
        }
    }

    /// The sheet as a PNG file with 8 bits of grey.
    pub fn png(&self) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.size[0] as u32, self.size[1] as u32);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer =
            encoder.write_header().expect("a sheet has pixels, and memory takes all bytes");
        writer.write_image_data(&self.grey).expect("as many bytes as pixels");
        writer.finish().expect("memory takes all bytes");
        file
    }
}

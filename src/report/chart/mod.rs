//! The parts of all pictures: scales with readable ticks, shapes in rounded coordinates, and text
//! that fits.

pub mod axes;
pub mod line;
pub mod scale;
pub mod shape;
pub mod text;

//! The few parts that the pictures are made of: scales with readable ticks, shapes in rounded
//! coordinates, and text that fits.

pub mod axes;
pub mod line;
pub mod scale;
pub mod shape;
pub mod text;

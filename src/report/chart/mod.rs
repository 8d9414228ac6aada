//! The parts of all pictures: scales with readable ticks, shapes in rounded coordinates, and text
//! that fits.

pub(crate) mod axes;
pub(crate) mod line;
pub(crate) mod scale;
pub(crate) mod shape;
pub(crate) mod text;

//! The rule that everything shown goes through.

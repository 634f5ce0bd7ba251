//! The contents that the macro cannot see.

//! Compilers of the languages in which plugins are written: found on this machine, or installed. What is used is said on
//! standard error; what cannot be had is an error, and nothing is skipped.

pub mod rust;

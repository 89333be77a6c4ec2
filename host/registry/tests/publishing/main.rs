//! A version from a department's desk to force, and everything that must be refused on the way: on one database, with one
//! host or two, without HTTP.

mod decisions;
mod life;
mod refusals;
mod time;
mod world;

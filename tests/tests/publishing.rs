//! Publishing as its people meet it: commands on a department's own machine, a host over HTTP, and every refusal with its
//! reason and its entry in the chain.

#[path = "publishing/decisions.rs"]
mod decisions;
#[path = "publishing/life.rs"]
mod life;
#[path = "publishing/refusals.rs"]
mod refusals;
#[path = "publishing/world.rs"]
mod world;

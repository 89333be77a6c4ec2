//! What any database behind motcua must do: each test of the contract runs on the embedded database and on PostgreSQL.

#[path = "store/chain.rs"]
mod chain;
#[path = "store/decisions.rs"]
mod decisions;
#[path = "store/ground.rs"]
mod ground;
#[path = "store/keeping.rs"]
mod keeping;
#[path = "store/opening.rs"]
mod opening;
#[path = "store/outage.rs"]
mod outage;
#[path = "store/upkeep.rs"]
mod upkeep;

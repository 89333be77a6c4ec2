#![allow(missing_docs)]
use std::collections::BTreeSet;
pub enum Domain { Boolean, Options(u16), Integer{min:i64,max:i64}, Opaque }
pub enum CellSet { Any, Finite(BTreeSet<u16>), Intervals(Vec<(i64,i64)>), Opaque }
impl CellSet { pub fn intervals(v: Vec<(i64,i64)>)->Self{Self::Intervals(v)} pub fn complement(&self,_:&Domain)->Self{Self::Any} }
pub struct Witness(pub Vec<WitnessValue>);
pub enum WitnessValue { Any, Value(i64) }
pub struct Analysis { pub overlaps: Vec<(usize,usize,Witness)>, pub gaps: Vec<Witness>, pub unreachable: Vec<usize>, pub complete: bool }
pub fn analyse(_: &[Domain], _: &[Vec<CellSet>]) -> Analysis { Analysis{overlaps:vec![],gaps:vec![],unreachable:vec![],complete:true} }

//! stub
use super::shape::Reader; use super::yaml::Node; use motcua_model::calendar::CalendarYear;
impl Reader<'_> { pub(super) fn calendar(&mut self, _n: &Node) -> Option<CalendarYear> { None } }

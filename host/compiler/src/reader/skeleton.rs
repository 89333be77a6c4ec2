//! stub
pub fn skeleton() {}

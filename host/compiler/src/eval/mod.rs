//! stub while the emitter is compiled

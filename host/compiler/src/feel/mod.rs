//! The expression language: a typed subset of FEEL (OMG DMN 1.4, chapter 10.3).
//!
//! [`parse_expression`] and [`parse_cell`] read the author's words into the trees of [`ast`]; [`display`] and
//! [`display_cell`] write a tree in its canonical words. Nothing here knows a type or a fact: that is the checker's.

pub mod ast;
mod bracket;
mod cell;
mod expression;
mod lexer;
mod literal;
mod mistakes;
mod operand;
mod parser;
mod print;
mod recovery;
#[cfg(test)]
mod tests;
mod tree;

pub use parser::{
    MAX_DEPTH, MAX_EXPRESSION_BYTES, MAX_HEIGHT, MAX_MESSAGES, parse_cell, parse_expression,
};
pub use print::{display, display_cell};

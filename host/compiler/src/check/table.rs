//! Decision tables: cells meet the type of their input, outputs the type of each other, and rows are held against each
//! other ([`analysis`]).

mod analysis;

use crate::diagnostic::Diagnostic;
use crate::feel::ast::{Cell, CellKind, Expr as Ast};
use crate::ir::{Expr, ExprKind, Hit, Table, TableRow};
use crate::package::{DecisionTable, HitPolicy};
use crate::source::Spanned;

use super::Checker;
use super::expr::{Typed, join, negated, node, scale_of};
use super::types::Type;

impl Checker<'_> {
    pub(super) fn table(
        &mut self,
        table: &DecisionTable,
        owner: &Spanned<String>,
    ) -> Option<Typed> {
        let inputs: Vec<Option<Typed>> = table
            .inputs
            .iter()
            .enumerate()
            .map(|(at, input)| {
                let typed = self.expr(input.ast.as_ref()?, None)?;
                self.named_input(typed, &owner.value, at)
            })
            .collect();
        let tests: Vec<Option<Expr>> = table
            .rows
            .iter()
            .map(|row| {
                let mut parts = Vec::new();
                let mut whole = true;
                for (cell, input) in row.when.iter().zip(&inputs) {
                    match (cell.ast.as_ref(), input) {
                        (Some(cell), Some(input)) => match self.cell(input, cell) {
                            Ok(Some(test)) => parts.push(test),
                            Ok(None) => {}
                            Err(Wrong) => whole = false,
                        },
                        _ => whole = false,
                    }
                }
                whole.then(|| join(parts, row.span, true))
            })
            .collect();
        let outputs = self.outputs(table, owner);
        let inputs: Vec<Typed> = inputs.into_iter().collect::<Option<_>>()?;
        let right: Vec<bool> = tests.iter().map(Option::is_some).collect();
        self.analyse(table, &inputs, &right);
        let tests: Vec<Expr> = tests.into_iter().collect::<Option<_>>()?;
        let Outputs {
            rows,
            otherwise,
            ty,
            hit,
        } = outputs?;
        let rows = tests
            .into_iter()
            .zip(rows)
            .map(|(test, output)| TableRow { test, output })
            .collect();
        let kind = ExprKind::Table(Table {
            hit,
            rows,
            otherwise: otherwise.map(Box::new),
        });
        Some((node(kind, ty.kind()?, table.span), ty))
    }

    /// An input that is computed becomes a definition of its own, so that it is computed once and not in every row.
    fn named_input(&mut self, input: Typed, owner: &str, at: usize) -> Option<Typed> {
        let (expr, ty) = input;
        if matches!(
            expr.kind,
            ExprKind::Fact(_) | ExprKind::Definition(_) | ExprKind::Given(_)
        ) {
            return Some((expr, ty));
        }
        let Some(kind) = ty.kind() else {
            self.wrong_operand("inputs", expr.span, &ty);
            return None;
        };
        let span = expr.span;
        let number = self.define(format!("${owner}.{at}"), expr)?;
        Some((node(ExprKind::Definition(number), kind, span), ty))
    }

    /// The test of a cell; nothing for `-`.
    fn cell(&mut self, input: &Typed, cell: &Cell) -> Result<Option<Expr>, Wrong> {
        match &cell.kind {
            CellKind::Any => Ok(None),
            CellKind::Tests(tests) => self
                .any_test(input, tests, cell.span)
                .map(Some)
                .ok_or(Wrong),
            CellKind::Not(tests) => {
                let any = self.any_test(input, tests, cell.span).ok_or(Wrong)?;
                Ok(Some(negated(any, cell.span)))
            }
        }
    }

    fn outputs(&mut self, table: &DecisionTable, owner: &Spanned<String>) -> Option<Outputs> {
        let leaves: Vec<&Ast> = table
            .rows
            .iter()
            .map(|row| &row.then)
            .chain(&table.otherwise)
            .filter_map(|output| output.ast.as_ref())
            .collect();
        let expected = self.expected_of_leaves(&leaves, &owner.value);
        let typed: Vec<Option<Typed>> = table
            .rows
            .iter()
            .map(|row| self.expr(row.then.ast.as_ref()?, expected.as_ref()))
            .collect();
        let otherwise = match &table.otherwise {
            None => Some(None),
            Some(output) => output
                .ast
                .as_ref()
                .and_then(|ast| self.expr(ast, expected.as_ref()))
                .map(Some),
        };
        let typed: Vec<Typed> = typed.into_iter().collect::<Option<_>>()?;
        let otherwise = otherwise?;
        if table.hit.value != HitPolicy::Unique
            && table.hit.value != HitPolicy::First
            && otherwise.is_some()
        {
            self.report(Diagnostic::error(
                "otherwise",
                table.hit.span,
                "bảng `collect` không có `otherwise`: khi không dòng nào đúng, kết quả là rỗng hoặc 0",
                "a `collect` table has no `otherwise`: where no row holds, the result is empty or 0",
            )
            .help("bỏ `otherwise`, hoặc dùng `hit: first`", "take `otherwise` out, or use `hit: first`"));
        }
        let Some(first) = typed.first() else {
            self.report(Diagnostic::error(
                "no-rows",
                table.span,
                "bảng không có dòng nào",
                "the table has no row",
            ));
            return None;
        };
        let mut ty = first.1.clone();
        for (expr, other) in typed.iter().skip(1).chain(&otherwise) {
            match ty.union(other) {
                Some(both) => ty = both,
                None => {
                    self.one_type(first, expr, other);
                    return None;
                }
            }
        }
        let scale = scale_of(&ty);
        let rows = typed
            .into_iter()
            .map(|output| self.at_scale(output, scale))
            .collect::<Option<Vec<_>>>()?;
        let otherwise = match otherwise {
            None => None,
            Some(output) => Some(self.at_scale(output, scale)?),
        };
        let (hit, ty) = self.collected(table, ty, rows.len())?;
        Some(Outputs {
            rows,
            otherwise,
            ty,
            hit,
        })
    }

    fn one_type(&mut self, first: &Typed, other: &Expr, other_ty: &Type) {
        let ((vi_a, en_a), (vi_b, en_b)) = (first.1.words(), other_ty.words());
        self.report(
            Diagnostic::error(
                "type",
                other.span,
                format!("các dòng phải cho cùng một kiểu: đây là {vi_b}"),
                format!("all rows give one type: this is {en_b}"),
            )
            .related(
                first.0.span,
                format!("dòng đầu là {vi_a}"),
                format!("the first row gives {en_a}"),
            )
            .help(
                "sửa dòng này, hoặc kiểm tra dấu ngoặc kép quanh lựa chọn",
                "mend this row, or check the double quotes around an option",
            ),
        );
    }

    /// The hit policy, and the type it makes of the outputs' type.
    fn collected(&mut self, table: &DecisionTable, ty: Type, rows: usize) -> Option<(Hit, Type)> {
        let hit = match table.hit.value {
            HitPolicy::Unique => return Some((Hit::Unique, ty)),
            HitPolicy::First => return Some((Hit::First, ty)),
            HitPolicy::CollectCount => {
                return Some((Hit::CollectCount, Type::integer(0, rows as i128)));
            }
            HitPolicy::Collect => Hit::CollectSet,
            HitPolicy::CollectSum => Hit::CollectSum,
            HitPolicy::CollectMin => Hit::CollectMin,
            HitPolicy::CollectMax => Hit::CollectMax,
        };
        match (hit, ty) {
            (Hit::CollectSet, Type::Choice(options)) if options.ids.len() <= 60 => {
                Some((hit, Type::Choices(options)))
            }
            (Hit::CollectSum, Type::Number { scale, min, max }) => {
                let rows = rows as i128;
                let (min, max) = ((min * rows).min(0), (max * rows).max(0));
                self.within(min, max, scale, table.span)?;
                Some((hit, Type::Number { scale, min, max }))
            }
            (Hit::CollectMin | Hit::CollectMax, ty) if ty.ordered() => Some((hit, ty)),
            (_, ty) => {
                let (vi, en) = ty.words();
                self.report(
                    Diagnostic::error(
                        "type",
                        table.hit.span,
                        format!("không gộp được {vi} theo cách này"),
                        format!("{en} cannot be collected in this way"),
                    )
                    .help(
                        "`collect` gộp các lựa chọn; `collect sum`, `min`, `max` gộp các con số",
                        "`collect` gathers options; `collect sum`, `min`, `max` gather numbers",
                    ),
                );
                None
            }
        }
    }
}

/// It was reported.
struct Wrong;

struct Outputs {
    rows: Vec<Expr>,
    otherwise: Option<Expr>,
    ty: Type,
    hit: Hit,
}

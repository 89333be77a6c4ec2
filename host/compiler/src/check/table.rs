//! Decision tables: cells meet the type of their input, outputs the type of each other, and rows are held against each
//! other: overlaps under UNIQUE are refused, gaps and rows that are never reached are pointed out (DMN 1.4, 8.2.8).

use std::collections::BTreeSet;

use motcua_model::{Date, Moment};

use crate::diagnostic::Diagnostic;
use crate::feel::ast::{
    BinaryOp, Cell, CellKind, Expr as Ast, ExprKind as AstKind, UnaryTest, UnaryTestKind,
};
use crate::ir::{Expr, ExprKind, Hit, Table, TableRow};
use crate::package::{DecisionTable, HitPolicy};
use crate::source::Spanned;
use crate::tables::{CellSet, Domain, Witness, WitnessValue, analyse};

use super::Checker;
use super::expr::{Typed, join, negated, node, scale_of};
use super::types::{Type, power, show};

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
        let tests: Vec<Expr> = tests.into_iter().collect::<Option<_>>()?;
        self.analyse(table, &inputs);
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
            ));
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

    /// Holds the rows against each other.
    fn analyse(&mut self, table: &DecisionTable, inputs: &[Typed]) {
        let domains: Vec<Domain> = inputs.iter().map(|(_, ty)| domain(ty)).collect();
        let rows: Vec<Vec<CellSet>> = table
            .rows
            .iter()
            .map(|row| {
                row.when
                    .iter()
                    .zip(inputs)
                    .map(|(cell, (_, ty))| match &cell.ast {
                        Some(cell) => self.quietly(|checker| checker.cell_set(cell, ty)),
                        None => CellSet::Opaque,
                    })
                    .collect()
            })
            .collect();
        let analysis = analyse(&domains, &rows);
        let types: Vec<&Type> = inputs.iter().map(|(_, ty)| ty).collect();
        let names: Vec<&str> = table.inputs.iter().map(|i| i.text.as_str()).collect();
        if table.hit.value == HitPolicy::Unique {
            for (a, b, witness) in &analysis.overlaps {
                let example = describe(witness, &types, &names);
                self.report(
                    Diagnostic::error(
                        "table-overlap",
                        table.rows[*b].span,
                        "hai dòng cùng đúng trong một trường hợp, nhưng bảng là `unique`",
                        "two rows hold in the same case, but the table is `unique`",
                    )
                    .label(format!("cùng đúng khi {example}"), format!("both hold when {example}"))
                    .related(table.rows[*a].span, "dòng kia", "the other row")
                    .help(
                        "thu hẹp một trong hai dòng, hoặc dùng `hit: first` nếu dòng trên được ưu tiên",
                        "narrow one of the rows, or use `hit: first` if the upper one has precedence",
                    ),
                );
            }
        }
        let collects = !matches!(table.hit.value, HitPolicy::Unique | HitPolicy::First);
        if table.hit.value == HitPolicy::First {
            for row in &analysis.unreachable {
                self.report(Diagnostic::warning(
                    "unreachable-row",
                    table.rows[*row].span,
                    "dòng này không bao giờ được dùng: các dòng trên đã bao hết",
                    "this row is never reached: the rows above cover it",
                ));
            }
        }
        if table.otherwise.is_none() && !collects {
            for witness in analysis.gaps.iter().take(3) {
                let example = describe(witness, &types, &names);
                self.report(
                    Diagnostic::warning(
                        "gap",
                        table.hit.span,
                        format!("không dòng nào nói gì khi {example}"),
                        format!("no row says anything when {example}"),
                    )
                    .help(
                        "thêm một dòng, hoặc `otherwise:`",
                        "add a row, or `otherwise:`",
                    ),
                );
            }
        }
    }

    /// The values of an input that a cell lets through.
    fn cell_set(&mut self, cell: &Cell, ty: &Type) -> CellSet {
        let tests = match &cell.kind {
            CellKind::Any => return CellSet::Any,
            CellKind::Tests(tests) | CellKind::Not(tests) => tests,
        };
        let mut finite = BTreeSet::new();
        let mut intervals = Vec::new();
        for test in tests {
            if self
                .test_set(test, ty, &mut finite, &mut intervals)
                .is_none()
            {
                return CellSet::Opaque;
            }
        }
        let set = match ty {
            Type::Choice(_) | Type::Boolean => CellSet::Finite(finite),
            _ => CellSet::intervals(intervals),
        };
        if matches!(cell.kind, CellKind::Not(_)) {
            set.complement(&domain(ty))
        } else {
            set
        }
    }

    fn test_set(
        &mut self,
        test: &UnaryTest,
        ty: &Type,
        finite: &mut BTreeSet<u16>,
        intervals: &mut Vec<(i64, i64)>,
    ) -> Option<()> {
        let (low, high) = whole_interval(ty);
        match &test.kind {
            UnaryTestKind::Value(Ast {
                kind: AstKind::List(items),
                ..
            }) => {
                for item in items {
                    let value = self.constant(item, ty)?;
                    add_value(value, ty, finite, intervals)?;
                }
            }
            UnaryTestKind::Value(Ast {
                kind: AstKind::Range(range),
                ..
            }) => {
                self.range_set(range, ty, intervals)?;
            }
            UnaryTestKind::Range(range) => self.range_set(range, ty, intervals)?,
            UnaryTestKind::Value(value) | UnaryTestKind::Compare(BinaryOp::Eq, value) => {
                let value = self.constant(value, ty)?;
                add_value(value, ty, finite, intervals)?;
            }
            UnaryTestKind::Compare(op, value) => {
                let value = self.constant(value, ty)?;
                match op {
                    BinaryOp::Lt => intervals.push((low, value.ceiling.checked_sub(1)?)),
                    BinaryOp::Le => intervals.push((low, value.floor)),
                    BinaryOp::Gt => intervals.push((value.floor.checked_add(1)?, high)),
                    BinaryOp::Ge => intervals.push((value.ceiling, high)),
                    BinaryOp::Ne => match ty {
                        Type::Choice(options) => {
                            let n = u16::try_from(options.ids.len()).ok()?;
                            finite.extend((0..n).filter(|o| i64::from(*o) != value.floor));
                        }
                        Type::Boolean => {
                            finite.extend((0..2).filter(|o| i64::from(*o) != value.floor))
                        }
                        _ => {
                            intervals.push((low, value.ceiling.checked_sub(1)?));
                            intervals.push((value.floor.checked_add(1)?, high));
                        }
                    },
                    _ => return None,
                }
            }
        }
        Some(())
    }

    fn range_set(
        &mut self,
        range: &crate::feel::ast::Range,
        ty: &Type,
        intervals: &mut Vec<(i64, i64)>,
    ) -> Option<()> {
        let low = self.constant(&range.low, ty)?;
        let high = self.constant(&range.high, ty)?;
        let first = if range.low_included {
            low.ceiling
        } else {
            low.floor.checked_add(1)?
        };
        let last = if range.high_included {
            high.floor
        } else {
            high.ceiling.checked_sub(1)?
        };
        intervals.push((first, last));
        Some(())
    }

    /// A constant in the units of the input; between two units when it has more digits than the input.
    fn constant(&mut self, ast: &Ast, ty: &Type) -> Option<Constant> {
        let (expr, own) = self.expr(ast, Some(ty))?;
        let units = match expr.kind {
            ExprKind::Int(units) => units,
            ExprKind::Boolean(value) => i64::from(value),
            _ => return None,
        };
        let (from, to) = (scale_of(&own), scale_of(ty));
        if from <= to {
            let units = units.checked_mul(i64::try_from(power(to - from)).ok()?)?;
            return Some(Constant {
                floor: units,
                ceiling: units,
            });
        }
        let factor = i64::try_from(power(from - to)).ok()?;
        let floor = units.div_euclid(factor);
        let ceiling = floor + i64::from(units.rem_euclid(factor) != 0);
        Some(Constant { floor, ceiling })
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

struct Constant {
    floor: i64,
    ceiling: i64,
}

fn add_value(
    value: Constant,
    ty: &Type,
    finite: &mut BTreeSet<u16>,
    intervals: &mut Vec<(i64, i64)>,
) -> Option<()> {
    if matches!(ty, Type::Choice(_) | Type::Boolean) {
        finite.insert(u16::try_from(value.floor).ok()?);
    } else if value.floor == value.ceiling {
        intervals.push((value.floor, value.floor));
    }
    Some(())
}

fn whole_interval(ty: &Type) -> (i64, i64) {
    let (low, high) = ty.interval().unwrap_or((0, 0));
    (
        i64::try_from(low).unwrap_or(i64::MIN + 1),
        i64::try_from(high).unwrap_or(i64::MAX),
    )
}

fn domain(ty: &Type) -> Domain {
    match ty {
        Type::Boolean => Domain::Boolean,
        Type::Choice(options) => {
            Domain::Options(u16::try_from(options.ids.len()).unwrap_or(u16::MAX))
        }
        _ if ty.interval().is_some() => {
            let (min, max) = whole_interval(ty);
            Domain::Integer { min, max }
        }
        _ => Domain::Opaque,
    }
}

/// A case in words of the language, which reads the same in Vietnamese and in English.
fn describe(witness: &Witness, types: &[&Type], names: &[&str]) -> String {
    let parts: Vec<String> = witness
        .0
        .iter()
        .zip(types)
        .zip(names)
        .filter_map(|((value, ty), name)| {
            let value = match value {
                WitnessValue::Any => return None,
                WitnessValue::Value(value) => *value,
            };
            Some(format!("{name} = {}", literal(value, ty)))
        })
        .collect();
    if parts.is_empty() {
        "…".to_owned()
    } else {
        parts.join(" and ")
    }
}

fn literal(value: i64, ty: &Type) -> String {
    match ty {
        Type::Boolean => (value != 0).to_string(),
        Type::Choice(options) => {
            let word = usize::try_from(value)
                .ok()
                .and_then(|at| options.ids.get(at));
            format!("\"{}\"", word.map_or("?", String::as_str))
        }
        Type::Date => i32::try_from(value)
            .ok()
            .and_then(|days| Date::from_days(days).ok())
            .map_or_else(|| value.to_string(), |date| format!("date(\"{date}\")")),
        Type::Moment => Moment::from_seconds(value)
            .map_or_else(|_| value.to_string(), |moment| format!("\"{moment}\"")),
        Type::Number { scale, .. } => show(value.into(), *scale),
        _ => value.to_string(),
    }
}

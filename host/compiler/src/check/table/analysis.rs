//! The rows of a decision table held against each other: overlaps under UNIQUE are refused; gaps, and rows that never
//! hold or are never reached, are pointed out (DMN 1.4, 8.2.8), and so is a table too large for any of that to be proven.

use std::collections::BTreeSet;

use motcua_model::{Date, Moment};

use crate::diagnostic::Diagnostic;
use crate::feel::ast::{
    BinaryOp, Cell, CellKind, Expr as Ast, ExprKind as AstKind, Range, UnaryTest, UnaryTestKind,
};
use crate::ir::ExprKind;
use crate::package::{DecisionTable, HitPolicy};
use crate::tables::{Analysis, CellSet, Domain, Witness, WitnessValue, analyse};

use super::super::Checker;
use super::super::expr::{Typed, scale_of};
use super::super::types::{Type, power, show};

/// At most so many gaps are shown.
const MAX_GAPS: usize = 3;

/// A column of the analysis: an input, once, however often the table asks for it.
struct Column<'t> {
    name: &'t str,
    ty: &'t Type,
    /// Its positions in the rows.
    cells: Vec<usize>,
}

impl Checker<'_> {
    /// Holds the rows against each other; of a row that is not `right`, which was reported, nothing is known.
    pub(super) fn analyse(&mut self, table: &DecisionTable, inputs: &[Typed], right: &[bool]) {
        let columns = columns(table, inputs);
        let domains: Vec<Domain> = columns.iter().map(|column| domain(column.ty)).collect();
        let rows: Vec<Vec<CellSet>> = table
            .rows
            .iter()
            .zip(right)
            .map(|(row, right)| {
                if !right {
                    return vec![CellSet::Opaque; columns.len()];
                }
                let cell = |checker: &mut Self, at: usize, ty| match row.when.get(at) {
                    Some(cell) => match &cell.ast {
                        Some(cell) => checker.quietly(|checker| checker.cell_set(cell, ty)),
                        None => CellSet::Opaque,
                    },
                    None => CellSet::Opaque,
                };
                columns
                    .iter()
                    .map(|column| {
                        column.cells.iter().fold(CellSet::Any, |set, at| {
                            set.intersect(&cell(self, *at, column.ty))
                        })
                    })
                    .collect()
            })
            .collect();
        let analysis = analyse(&domains, &rows);
        self.impossible_rows(table, &analysis, &columns, &rows);
        match table.hit.value {
            HitPolicy::Unique => self.overlaps(table, &analysis, &columns),
            HitPolicy::First => self.unreachable_rows(table, &analysis),
            _ => {}
        }
        if asks_for_gaps(table) {
            self.gaps(table, &analysis, &columns);
        }
        self.not_proven(table, &analysis);
    }

    fn impossible_rows(
        &mut self,
        table: &DecisionTable,
        analysis: &Analysis,
        columns: &[Column<'_>],
        rows: &[Vec<CellSet>],
    ) {
        for &row in &analysis.impossible {
            let empty: Vec<&Column<'_>> = columns
                .iter()
                .zip(&rows[row])
                .filter(|(column, set)| !set.meets(&domain(column.ty)))
                .map(|(column, _)| column)
                .collect();
            let names = empty
                .iter()
                .map(|column| format!("`{}`", column.name))
                .collect::<Vec<_>>()
                .join(", ");
            let mut message = Diagnostic::warning(
                "impossible-row",
                table.rows[row].span,
                format!(
                    "dòng này không bao giờ đúng: các ô không để giá trị nào của {names} lọt qua"
                ),
                format!("this row can never hold: its cells let no value of {names} through"),
            )
            .help(
                "sửa các ô, kiểm tra `min` và `max` của dữ kiện, hoặc bỏ dòng này",
                "mend the cells, check the fact's `min` and `max`, or take the row out",
            );
            let cells = empty.iter().flat_map(|column| &column.cells);
            for cell in cells.filter_map(|at| table.rows[row].when.get(*at)) {
                message = message.related(cell.span, "ô này", "this cell");
            }
            self.report(message);
        }
    }

    fn overlaps(&mut self, table: &DecisionTable, analysis: &Analysis, columns: &[Column<'_>]) {
        for (a, b, witness) in &analysis.overlaps {
            let example = describe(witness, columns);
            self.report(
                Diagnostic::error(
                    "table-overlap",
                    table.rows[*b].span,
                    "hai dòng cùng đúng trong một trường hợp, nhưng bảng là `unique`",
                    "two rows hold in the same case, but the table is `unique`",
                )
                .label(
                    format!("cùng đúng khi {example}"),
                    format!("both hold when {example}"),
                )
                .related(table.rows[*a].span, "dòng kia", "the other row")
                .help(
                    "thu hẹp một trong hai dòng, hoặc dùng `hit: first` nếu dòng trên được ưu tiên",
                    "narrow one of the rows, or use `hit: first` if the upper one has precedence",
                ),
            );
        }
    }

    fn unreachable_rows(&mut self, table: &DecisionTable, analysis: &Analysis) {
        for row in &analysis.unreachable {
            self.report(
                Diagnostic::warning(
                    "unreachable-row",
                    table.rows[*row].span,
                    "dòng này không bao giờ được dùng: các dòng trên đã bao hết",
                    "this row is never reached: the rows above cover it",
                )
                .help(
                    "chuyển nó lên trên, thu hẹp các dòng trên, hoặc bỏ nó",
                    "move it up, narrow the rows above, or take it out",
                ),
            );
        }
    }

    fn gaps(&mut self, table: &DecisionTable, analysis: &Analysis, columns: &[Column<'_>]) {
        let more = analysis.gaps.len() > MAX_GAPS || !analysis.complete.gaps;
        for (at, witness) in analysis.gaps.iter().take(MAX_GAPS).enumerate() {
            let example = describe(witness, columns);
            let message = Diagnostic::warning(
                "gap",
                table.hit.span,
                format!("không dòng nào nói gì khi {example}"),
                format!("no row says anything when {example}"),
            )
            .help(
                "thêm một dòng, hoặc `otherwise:`",
                "add a row, or `otherwise:`",
            );
            self.report(if more && at + 1 == MAX_GAPS {
                message.label(
                    "và còn những trường hợp như vậy nữa",
                    "and there are more such cases",
                )
            } else {
                message
            });
        }
    }

    /// Says what was not looked at to the end, so that nobody takes silence for a proof.
    fn not_proven(&mut self, table: &DecisionTable, analysis: &Analysis) {
        let complete = analysis.complete;
        let mut open = Vec::new();
        if table.hit.value == HitPolicy::Unique && !complete.overlaps {
            open.push((
                "không còn hai dòng nào khác cùng đúng",
                "that no other two rows hold in the same case",
            ));
        }
        if table.hit.value == HitPolicy::First && !complete.unreachable {
            open.push((
                "mọi dòng khác đều có lúc được dùng",
                "that every other row is reached",
            ));
        }
        // Gaps that were shown with “and there are more” have been said already.
        if asks_for_gaps(table) && !complete.gaps && analysis.gaps.len() < MAX_GAPS {
            open.push((
                "mọi trường hợp khác đều có dòng nói tới",
                "that the rows cover every other case",
            ));
        }
        if open.is_empty() {
            return;
        }
        let (vi, en): (Vec<_>, Vec<_>) = open.into_iter().unzip();
        self.report(
            Diagnostic::warning(
                "table-not-proven",
                table.hit.span,
                format!(
                    "bảng này lớn quá mức có thể xét hết; chưa chứng minh được rằng {}",
                    vi.join(" và ")
                ),
                format!(
                    "this table is too large to be looked at whole; it is not proven {}",
                    en.join(" and ")
                ),
            )
            .help(
                "tách bảng thành vài định nghĩa nhỏ hơn, hoặc bớt cột và dòng",
                "split it into several smaller definitions, or use fewer inputs and rows",
            ),
        );
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
        range: &Range,
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

/// Each input once: two columns of one input would be taken as independent of each other.
fn columns<'t>(table: &'t DecisionTable, inputs: &'t [Typed]) -> Vec<Column<'t>> {
    let mut columns: Vec<Column<'t>> = Vec::new();
    for (at, ((_, ty), input)) in inputs.iter().zip(&table.inputs).enumerate() {
        let name = input.text.trim();
        match columns.iter_mut().find(|column| column.name == name) {
            Some(column) => column.cells.push(at),
            None => columns.push(Column {
                name,
                ty,
                cells: vec![at],
            }),
        }
    }
    columns
}

/// Whether a case in which no row holds is worth a word: a collecting table collects nothing then.
fn asks_for_gaps(table: &DecisionTable) -> bool {
    let collects = !matches!(table.hit.value, HitPolicy::Unique | HitPolicy::First);
    table.otherwise.is_none() && !collects
}

/// A case in words of the language, which reads the same in Vietnamese and in English.
fn describe(witness: &Witness, columns: &[Column<'_>]) -> String {
    let parts: Vec<String> = witness
        .0
        .iter()
        .zip(columns)
        .filter_map(|(value, column)| match value {
            WitnessValue::Any => None,
            WitnessValue::Value(value) => {
                Some(format!("{} = {}", column.name, literal(*value, column.ty)))
            }
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

//! Time limits, counted: admission has compared the terms as numbers; here both are counted on the calendar from days on
//! which counting goes wrong most easily, and the department's cut and steps are held against the rules for them.

use motcua_model::due::{self, Deadline};
use motcua_model::manifest::TimeLimitRow;
use motcua_model::{Date, Moment, Term, Text};

use super::report::{CheckId, GateCheck};
use super::values::MORNING;
use crate::assess::Context;
use crate::version::Version;

/// A cut of 30 to 50 percent is what offices are asked to commit to, in tenths of a percent.
const CUT: std::ops::RangeInclusive<u32> = 300..=500;
/// As many years are looked at from the first day on.
const YEARS: i16 = 3;

/// The whole check.
pub(super) fn check(version: &Version, context: &Context<'_>) -> GateCheck {
    const ID: CheckId = CheckId::TimeLimits;
    let manifest = version.manifest();
    let rows: Vec<&TimeLimitRow> = manifest
        .time_limit
        .iter()
        .flat_map(|limit| &limit.rows)
        .collect();
    if rows.is_empty() {
        return GateCheck::passed(ID, "không quy định thời hạn", "there is no time limit");
    }
    let starts = starts(version, context);
    let mut late = Vec::new();
    let mut remarks = Vec::new();
    for row in &rows {
        counted(row, &starts, context, &mut late, &mut remarks);
        remarks.extend(cut(row));
        late.extend(steps(row));
    }
    if version.is_demonstration() {
        remarks.push(Text::new(
            "có thời hạn cam kết chỉ để minh họa, chưa nơi nào công bố",
            "a committed term only demonstrates; nobody has published it",
        ));
    }
    let (number, days) = (rows.len(), starts.len());
    if !late.is_empty() {
        return GateCheck::failed(
            ID,
            "thời hạn cam kết hoặc các bước vượt thời hạn theo luật",
            "what the department commits to, or its steps, exceed the law",
        )
        .finding(late.into_iter().chain(remarks));
    }
    let counted = Text::new(
        format!(
            "{number} dòng thời hạn, đếm từ {days} thời điểm khác nhau: cam kết luôn trong hạn luật định"
        ),
        format!(
            "{number} {}, counted from {days} moments: the commitment is always within the law",
            if number == 1 { "row" } else { "rows" }
        ),
    );
    let check = if remarks.is_empty() {
        GateCheck::passed
    } else {
        GateCheck::remark
    };
    check(ID, counted.vi, counted.en).finding(remarks)
}

/// Moments from which to count: early, late and after hours on the first days, on each side of every stretch of days off
/// of the years that follow (Tết is the longest of them), and at the ends of months.
fn starts(version: &Version, context: &Context<'_>) -> Vec<Moment> {
    let calendar = context.calendar;
    let from = version.valid_from();
    let mut days: Vec<Date> = (0..7).filter_map(|by| from.plus_days(by)).collect();
    let first = from.ymd().0;
    let years = first..first.saturating_add(YEARS);
    // Only a year with a file has Tết in it.
    let told = calendar.years().iter().map(|year| year.year);
    for year in years.chain(told.filter(|year| *year > first)) {
        let Ok(first) = Date::from_ymd(year, 1, 1) else {
            continue;
        };
        let mut off = 0;
        for day in (0..365).filter_map(|by| first.plus_days(by)) {
            if !calendar.is_working(day) {
                off += 1;
                continue;
            }
            // Longer than a weekend: the day before it, its days, and the day after it.
            if off > 2 {
                days.extend((-1 - off..=0).filter_map(|by| day.plus_days(by)));
            }
            off = 0;
        }
        let ends = [(1, 31), (2, 28), (8, 31), (12, 31)];
        days.extend(
            ends.into_iter()
                .filter_map(|(month, day)| Date::from_ymd(year, month, day).ok()),
        );
    }
    days.sort_unstable();
    days.dedup();
    let times = [MORNING, 14 * 3600 + 59 * 60, 16 * 3600 + 45 * 60, 22 * 3600];
    days.iter()
        .flat_map(|day| times.map(|time| day.at(time)))
        .collect()
}

/// Counts both terms from everywhere. A day later than the law fails; a later hour of the same day is only told, because
/// the host answers with the law's hour then.
fn counted(
    row: &TimeLimitRow,
    starts: &[Moment],
    context: &Context<'_>,
    late: &mut Vec<Text>,
    remarks: &mut Vec<Text>,
) {
    let Some(committed) = &row.committed else {
        return;
    };
    let Context {
        calendar, office, ..
    } = *context;
    let count = |start: Moment, term: Term| -> Option<Deadline> {
        due::deadline(calendar, office, start, term, row.continuous, &[]).ok()
    };
    let id = &row.id;
    let mut hour = None;
    for &start in starts {
        let (Some(law), Some(promise)) = (
            count(start, row.statutory.term),
            count(start, committed.term),
        ) else {
            continue;
        };
        if promise.due_on > law.due_on {
            late.push(Text::new(
                format!(
                    "{id}: nhận lúc {start} thì cam kết đến {}, luật đến {}",
                    promise.due_on, law.due_on
                ),
                format!(
                    "{id}: received at {start}, the commitment ends on {}, the law on {}",
                    promise.due_on, law.due_on
                ),
            ));
            return;
        }
        if promise.due_at > law.due_at {
            hour.get_or_insert((start, promise.due_at, law.due_at));
        }
    }
    if let Some((start, promise, law)) = hour {
        remarks.push(Text::new(
            format!("{id}: nhận lúc {start} thì cam kết đến {promise}, sau giờ theo luật ({law}); hệ thống trả lời theo giờ của luật"),
            format!("{id}: received at {start}, the commitment ends at {promise}, after the law's hour, {law}; the host answers with the latter"),
        ));
    }
}

/// A cut outside the band.
fn cut(row: &TimeLimitRow) -> Option<Text> {
    let committed = row.committed.as_ref()?.term;
    let (law_scale, law) = row.statutory.term.comparable();
    let (scale, length) = committed.comparable();
    if scale != law_scale || law == 0 {
        return None;
    }
    let cut = law.saturating_sub(length) * 1000 / law;
    if CUT.contains(&cut) {
        return None;
    }
    let id = &row.id;
    let (whole, tenth) = (cut / 10, cut % 10);
    let (law, promise) = (row.statutory.term.text(), committed.text());
    Some(Text::new(
        format!(
            "{id}: cắt giảm {whole},{tenth} % ({} so với {}), ngoài khoảng 30–50 %",
            promise.vi, law.vi
        ),
        format!(
            "{id}: a cut of {whole}.{tenth} % ({} against {}), outside 30–50 %",
            promise.en, law.en
        ),
    ))
}

/// Steps that take longer than the term they divide.
fn steps(row: &TimeLimitRow) -> Option<Text> {
    let whole = row
        .committed
        .as_ref()
        .map_or(row.statutory.term, |committed| committed.term);
    let (scale, length) = whole.comparable();
    let mut sum = 0_u64;
    for step in &row.steps {
        let (step_scale, step) = step.term.comparable();
        sum += u64::from(step);
        if step_scale != scale {
            sum = u64::MAX;
            break;
        }
    }
    (sum > u64::from(length)).then(|| {
        let id = &row.id;
        Text::new(
            format!("{id}: các bước cộng lại dài hơn {}", whole.text().vi),
            format!("{id}: the steps take longer than {}", whole.text().en),
        )
    })
}

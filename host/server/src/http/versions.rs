//! `GET /procedures/{code}/versions` and `…/diff`: everything that was ever put in force, and what changes between two.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use motcua_model::timeline::{Period, Timeline};
use motcua_model::{Date, Moment, Text};
use motcua_registry::compiler::ir::Program;
use motcua_registry::engine::{Classes, inspect};
use motcua_registry::{
    Act, AssessError, DeedError, Difference, Origin, Published, Refusal, Side, Submission, Texts,
    Unavailable, Version,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::assess::{json, not_yet, problem};
use super::caller::Caller;
use super::problem::Problem;
use super::refused::{missing, of_deed};
use super::submissions::bytes_of;
use super::{App, read};
use crate::commands::program_of;

/// As of which moment.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AsOf {
    /// With what had been published by this moment; left out: now.
    #[param(value_type = Option<String>, format = DateTime, example = "2026-03-02T09:00")]
    known_at: Option<Moment>,
}

/// Where a version stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It decides what is received that day.
    InForce,
    /// Its first day has not come.
    Scheduled,
    /// A later one has taken its place. It still decides what was received in its time.
    Superseded,
    /// It has ended by itself.
    Ended,
    /// It was suspended.
    Suspended,
    /// It was taken back.
    Withdrawn,
}

/// A version on the timeline of its procedure.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionOnTimeline {
    /// Digest of the component.
    digest: String,
    /// Where it comes from: `folder` (nobody signed it) or `submission`, then with the statement's `number`.
    #[serde(flatten)]
    origin: Origin,
    /// The first day of receipt that it decides.
    from: Date,
    /// The last one, as far as is known: it ends by itself, is suspended, or the next one begins. Nothing where no end is
    /// known, and where another one begins on the same day, so that this one decides none (`superseded`).
    to: Option<Date>,
    /// Since when it is known.
    published_at: Moment,
    /// Whether it was published after its first day. Decisions recorded before stay as they are.
    retroactive: bool,
    /// Whether it also decides what was received before its first day and is still undecided.
    moves: bool,
    /// From which day of receipt on it is suspended, if it is.
    suspended_from: Option<Date>,
    /// When it was taken back, if it was.
    withdrawn_at: Option<Moment>,
    /// Where it stands today.
    standing: Standing,
}

/// All versions of a procedure.
#[derive(Debug, Serialize, ToSchema)]
pub struct Versions {
    /// National code.
    procedure: String,
    /// What was known at this moment.
    known_at: Moment,
    /// Ascending by first day, then by moment of publication.
    versions: Vec<VersionOnTimeline>,
}

/// Lists every version of a procedure that was ever put in force, also those that were suspended or taken back.
#[utoipa::path(
    get,
    path = "/procedures/{code}/versions",
    tag = "publishing",
    operation_id = "versions",
    params(("code" = String, Path, description = "National code or slug", example = "2.001594"), AsOf),
    responses(
        (status = 200, description = "The timeline", body = Versions),
        (status = 404, description = "No such procedure", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter is wrong", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn versions(
    State(app): State<Arc<App>>,
    Path(code): Path<String>,
    as_of: Result<Query<AsOf>, QueryRejection>,
) -> Result<Response, Problem> {
    let AsOf { known_at } = read::query(as_of, "known_at")?;
    let now = app.now();
    let known_at = known_at.unwrap_or(now);
    if known_at > now {
        return Err(not_yet());
    }
    let snapshot = app.catalogue().snapshot();
    let procedure = snapshot
        .procedure(&code)
        .map_err(|error| problem(error, ""))?;
    let versions = Versions {
        procedure: procedure.latest().manifest().code.clone(),
        known_at,
        versions: timeline(procedure.published(), known_at),
    };
    Ok(json(serde_json::to_vec(&versions).unwrap_or_default()))
}

/// The periods that had been published by a moment, as they were known then.
fn timeline(timeline: &Timeline<Published>, known_at: Moment) -> Vec<VersionOnTimeline> {
    let today = known_at.date();
    let deciding = timeline.deciding(today, known_at).ok();
    let published: Vec<&Period<Published>> = timeline
        .periods()
        .iter()
        .filter(|period| period.published_at <= known_at)
        .collect();
    let mut shown = Vec::with_capacity(published.len());
    for (at, period) in published.iter().enumerate() {
        let withdrawn_at = period.withdrawn_at.filter(|at| *at <= known_at);
        let suspended_from = period.suspended_from(known_at);
        let next = published[at + 1..]
            .iter()
            .find(|next| next.is_known(known_at))
            .map(|next| next.from);
        // Of those that begin on one day, the one published last decides it.
        let replaced = next == Some(period.from);
        let before = |day: Option<Date>| day.and_then(|day| day.plus_days(-1));
        let to = [period.to, before(next), before(suspended_from)]
            .into_iter()
            .flatten()
            .min()
            .filter(|last| *last >= period.from);
        let standing = if withdrawn_at.is_some() {
            Standing::Withdrawn
        } else if deciding.is_some_and(|deciding| std::ptr::eq(deciding, *period)) {
            Standing::InForce
        } else if replaced {
            Standing::Superseded
        } else if suspended_from.is_some_and(|from| from <= today) {
            Standing::Suspended
        } else if period.from > today {
            Standing::Scheduled
        } else if period.to.is_some_and(|last| last < today) {
            Standing::Ended
        } else {
            Standing::Superseded
        };
        shown.push(VersionOnTimeline {
            digest: period.version.component.clone(),
            origin: period.version.origin.clone(),
            from: period.from,
            to,
            published_at: period.published_at,
            retroactive: period.is_retroactive(),
            moves: period.moves,
            suspended_from,
            withdrawn_at,
            standing,
        });
    }
    shown
}

/// Which two versions.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Two {
    /// The version before: a digest, the number of a submission, or a day that it decides.
    #[param(example = "2026-03-02")]
    a: String,
    /// The version after: likewise.
    #[param(example = "3")]
    b: String,
}

/// Shows what changes from one version of a procedure to another, as people affected: over the cases of both and
/// applicants made up around their thresholds.
#[utoipa::path(
    get,
    path = "/procedures/{code}/diff",
    tag = "publishing",
    operation_id = "diff",
    security(("token" = [])),
    params(("code" = String, Path, description = "National code or slug", example = "2.001594"), Two),
    responses(
        (status = 200, description = "What changes", body = Difference),
        (status = 401, description = "No token that counts", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such procedure or version", body = Problem,
            content_type = "application/problem+json"),
        (status = 422, description = "A parameter is wrong", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Busy; ask again", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn diff(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(code): Path<String>,
    two: Result<Query<Two>, QueryRejection>,
) -> Result<Response, Problem> {
    let Two { a, b } = read::query(two, "a, b")?;
    let code = app
        .catalogue()
        .snapshot()
        .code_of(&code)
        .map_or(code.clone(), str::to_owned);
    caller.may(&app, Act::Read, Some(&code)).await?;
    let (old, new) = (digest_of(&app, &code, &a)?, digest_of(&app, &code, &b)?);
    let old = (load(&app, &old).await?, bytes_of(&app, &old).await?);
    let new = (load(&app, &new).await?, bytes_of(&app, &new).await?);
    let difference = app
        .work(move |app| difference(app, &old, &new))
        .await?
        .map_err(|error| problem(AssessError::Unavailable(error), ""))?;
    Ok(json(serde_json::to_vec(&difference).unwrap_or_default()))
}

fn difference(
    app: &App,
    (old, old_bytes): &(Arc<Version>, Vec<u8>),
    (new, new_bytes): &(Arc<Version>, Vec<u8>),
) -> Result<Difference, Unavailable> {
    let classes = Classes::default();
    let [before, after] = [old_bytes, new_bytes].map(|bytes| {
        let inspection = inspect(bytes, &classes);
        (program_of(&inspection, bytes), inspection.source)
    });
    motcua_registry::difference(
        &side(old, &before),
        &side(new, &after),
        &[],
        &app.seen(Texts::None, None).context(),
    )
}

fn side<'a>(
    version: &'a Version,
    (program, source): &'a (Option<Program>, Option<String>),
) -> Side<'a> {
    Side {
        version,
        program: program.as_ref(),
        source: source.as_deref(),
    }
}

/// The version that a digest, the number of a submission or a day names; only of this procedure.
fn digest_of(app: &App, code: &str, name: &str) -> Result<String, Problem> {
    let ledger = app.registry.ledger();
    let found = if let Ok(day) = name.parse::<Date>() {
        app.registry
            .decides(code, day, app.now())
            .map(|version| version.digest().to_owned())
    } else if let Ok(number) = name.parse::<u32>() {
        let submission = Submission {
            procedure: code.to_owned(),
            number,
        };
        ledger
            .stage(&submission)
            .map(|stage| stage.submitted().component.clone())
    } else {
        let published = ledger
            .timeline(code)
            .into_iter()
            .flat_map(Timeline::periods)
            .map(|period| &period.version.component);
        let submitted = ledger
            .submissions()
            .filter(|(submission, _)| submission.procedure == code)
            .map(|(_, stage)| &stage.submitted().component);
        published
            .chain(submitted)
            .find(|component| *component == name)
            .cloned()
    };
    found.ok_or_else(|| {
        missing(
            "unknown",
            Text::new(
                "không có phiên bản này của thủ tục; `a` và `b` là mã băm sha256:…, số hồ sơ trình hoặc một ngày",
                "there is no such version of the procedure; `a` and `b` are a digest sha256:…, the number of a \
                 submission, or a day",
            ),
        )
    })
}

async fn load(app: &App, digest: &str) -> Result<Arc<Version>, Problem> {
    app.registry.load_version(digest).await.map_err(|error| {
        of_deed(DeedError::Refused(Refusal::NotLoaded {
            what: error.text(),
        }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    fn period(component: &str, from: &str, published: &str) -> Period<Published> {
        Period {
            version: Published {
                component: component.to_owned(),
                origin: Origin::Folder,
            },
            from: day(from),
            to: None,
            published_at: day(published).midnight(),
            moves: false,
            withdrawn_at: None,
            suspensions: Vec::new(),
        }
    }

    #[test]
    fn of_versions_that_begin_on_one_day_only_the_last_is_scheduled() {
        let mut all = Timeline::default();
        all.add(period("a", "2026-01-01", "2025-12-01"));
        all.add(period("b", "2026-06-01", "2026-02-01"));
        all.add(period("c", "2026-06-01", "2026-02-02"));
        let mut withdrawn = period("d", "2026-06-01", "2026-02-03");
        withdrawn.withdrawn_at = Some(day("2026-02-05").midnight());
        all.add(withdrawn);
        let at = |moment: &str| -> Vec<(String, Standing, Option<Date>)> {
            timeline(&all, day(moment).midnight())
                .into_iter()
                .map(|shown| (shown.digest, shown.standing, shown.to))
                .collect()
        };
        use Standing::{InForce, Scheduled, Superseded, Withdrawn};
        let row =
            |digest: &str, standing, to: Option<&str>| (digest.to_owned(), standing, to.map(day));
        let a = || row("a", InForce, Some("2026-05-31"));
        assert_eq!(
            at("2026-02-01"),
            [a(), row("b", Scheduled, None)],
            "nothing else was known"
        );
        assert_eq!(
            at("2026-02-04"),
            [
                a(),
                row("b", Superseded, None),
                row("c", Superseded, None),
                row("d", Scheduled, None)
            ]
        );
        assert_eq!(
            at("2026-02-05"),
            [
                a(),
                row("b", Superseded, None),
                row("c", Scheduled, None),
                row("d", Withdrawn, None)
            ],
            "what is taken back takes no place"
        );
        assert_eq!(
            at("2026-06-01")[1..3],
            [row("b", Superseded, None), row("c", InForce, None)]
        );
    }

    #[test]
    fn each_version_says_where_it_stands_as_it_was_known() {
        let mut all = Timeline::default();
        all.add(period("a", "2026-01-01", "2025-12-01"));
        all.add(period("b", "2026-02-01", "2026-03-01"));
        let mut withdrawn = period("c", "2026-06-01", "2026-03-02");
        withdrawn.withdrawn_at = Some(day("2026-03-04").midnight());
        all.add(withdrawn);
        all.add(period("d", "2026-07-01", "2026-03-03"));
        let at = |moment: &str| -> Vec<(String, Standing, Option<Date>, bool)> {
            timeline(&all, day(moment).midnight())
                .into_iter()
                .map(|shown| (shown.digest, shown.standing, shown.to, shown.retroactive))
                .collect()
        };
        assert_eq!(
            at("2026-02-15"),
            [("a".to_owned(), Standing::InForce, None, false)]
        );
        assert_eq!(
            at("2026-03-05"),
            [
                (
                    "a".to_owned(),
                    Standing::Superseded,
                    Some(day("2026-01-31")),
                    false
                ),
                (
                    "b".to_owned(),
                    Standing::InForce,
                    Some(day("2026-06-30")),
                    true
                ),
                (
                    "c".to_owned(),
                    Standing::Withdrawn,
                    Some(day("2026-06-30")),
                    false
                ),
                ("d".to_owned(), Standing::Scheduled, None, false),
            ]
        );
    }
}

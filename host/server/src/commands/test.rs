//! `motcua test`: the cases of versions, run in the sandbox, and what none of them has taken.

use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use motcua_model::Text;
use motcua_model::office::OfficeHours;
use motcua_model::text::counted;
use motcua_registry::engine::Settings;
use motcua_registry::{Context, Slugs, Texts, Trial, try_cases};
use serde_json::json;

use super::Console;
use crate::clock::{Clock, SystemClock};
use crate::failure::{Failure, Turn};
use crate::folder;
use crate::words;

/// Tries everything under the paths.
pub fn run(
    console: Console,
    paths: &[PathBuf],
    calendars: &Path,
    json: bool,
) -> Result<(), Failure> {
    let calendar = super::calendar(console, calendars)?;
    let engine = super::engine(Settings::default())?;
    let office = OfficeHours::default();
    let found = folder::find(paths)?;
    let progress = bar(found.len());
    let mut totals = Totals::default();
    let mut slugs = Slugs::default();
    let mut report = Vec::new();
    for found in found {
        let path = found.path().to_owned();
        progress.set_message(path.clone());
        let at_hand = progress.suspend(|| console.component(found));
        let version = at_hand.and_then(|at_hand| {
            let version = at_hand
                .load(&engine)
                .map_err(|error| Failure::input(error.message()))?;
            Ok((version, at_hand.program))
        });
        progress.inc(1);
        // A package alone may be right and yet not go with the others.
        let version = version.and_then(|(version, program)| {
            let manifest = version.manifest();
            slugs
                .add(&manifest.code, &manifest.slug)
                .map_err(|error| Failure::input(error.text()))?;
            Ok((version, program))
        });
        let (version, program) = match version {
            Ok(version) => version,
            Err(failure) => {
                totals.broken += 1;
                progress.suspend(|| {
                    if !failure.message.is_empty() {
                        console.line(&format!(
                            "{path}: {}",
                            failure.message.get(console.language)
                        ));
                    }
                });
                continue;
            }
        };
        let context = Context {
            now: SystemClock.now(),
            calendar: calendar.calendar(),
            office: &office,
            texts: Texts::All,
        };
        let trial = try_cases(&version, program.as_ref(), &context);
        totals.add(&trial);
        if json {
            report.push(json!({ "path": path, "digest": version.digest(), "trial": trial }));
        } else {
            progress.suspend(|| show(console, &path, &trial));
        }
    }
    progress.finish_and_clear();
    if json {
        console.result(&format!(
            "{}\n",
            serde_json::to_string_pretty(&report).unwrap_or_default()
        ))?;
    }
    totals.say(console);
    totals.end()
}

#[derive(Default)]
struct Totals {
    versions: usize,
    cases: usize,
    failed: usize,
    untaken: usize,
    broken: usize,
    articles: usize,
    articles_taken: usize,
}

impl Totals {
    fn add(&mut self, trial: &Trial) {
        self.versions += 1;
        self.cases += trial.tried.len();
        self.failed += trial
            .tried
            .iter()
            .filter(|tried| !tried.faults.is_empty())
            .count();
        self.untaken += trial.untaken.len();
        self.articles += trial.articles.len();
        self.articles_taken += trial.articles.values().filter(|taken| **taken).count();
    }

    fn say(&self, console: Console) {
        let Self {
            versions,
            cases,
            failed,
            untaken,
            broken,
            articles,
            articles_taken,
        } = self;
        let passed = cases - failed;
        console.say(&Text::new(
            format!(
                "{versions} phiên bản, {passed}/{cases} trường hợp đạt, {articles_taken}/{articles} điều luật đã được thử, \
                 {untaken} chỗ chưa trường hợp nào đi qua, {broken} gói không dùng được"
            ),
            format!(
                "{}, {passed} of {} passed, {articles_taken} of {} taken, {} no case has taken, {} that cannot be used",
                counted(*versions, "version", "versions"),
                counted(*cases, "case", "cases"),
                counted(*articles, "article", "articles"),
                counted(*untaken, "place", "places"),
                counted(*broken, "package", "packages"),
            ),
        ));
    }

    fn end(&self) -> Result<(), Failure> {
        if self.broken > 0 {
            Err(Failure::said(Turn::Input))
        } else if self.failed > 0 {
            Err(Failure::said(Turn::Case))
        } else {
            Ok(())
        }
    }
}

fn show(console: Console, path: &str, trial: &Trial) {
    let failed = trial
        .tried
        .iter()
        .filter(|tried| !tried.faults.is_empty())
        .count();
    let (cases, passed) = (trial.tried.len(), trial.tried.len() - failed);
    let taken = trial.articles.values().filter(|taken| **taken).count();
    let articles = trial.articles.len();
    let mark = if trial.passed() { "✓" } else { "✗" };
    console.say(&Text::new(
        format!("{mark} {path}: {passed}/{cases} trường hợp, {taken}/{articles} điều luật"),
        format!(
            "{mark} {path}: {passed} of {}, {taken} of {}",
            counted(cases, "case", "cases"),
            counted(articles, "article", "articles")
        ),
    ));
    for tried in trial.tried.iter().filter(|tried| !tried.faults.is_empty()) {
        console.line(&format!(
            "    {}: {}",
            tried.case,
            tried.text.get(console.language)
        ));
        for fault in &tried.faults {
            console.line(&format!("        {}", fault.get(console.language)));
        }
    }
    for untaken in &trial.untaken {
        let kind = words::part(untaken.kind, console.language);
        let never = words::outcome(&untaken.never, console.language);
        console.say(&Text::new(
            format!("    chưa thử: {kind} {}: {never}", untaken.id),
            format!("    not taken: {kind} {}: {never}", untaken.id),
        ));
    }
    for (article, _) in trial.articles.iter().filter(|(_, taken)| !**taken) {
        console.say(&Text::new(
            format!("    chưa thử điều luật: {article}"),
            format!("    article not taken: {article}"),
        ));
    }
}

/// A bar on the standard error; nothing where that is no terminal.
fn bar(length: usize) -> ProgressBar {
    let bar = ProgressBar::new(length as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    bar
}

//! `motcua replay`: recorded decisions are worked out again and held against what was answered, byte for byte; or another
//! version is asked in the place of the one that decided.

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use motcua_model::text::counted;
use motcua_model::{Moment, Text};
use serde_json::{Value, json};

use super::Console;
use super::common::{moment, text_of};
use crate::client::HostArgs;
use crate::failure::{Failure, Turn};
use crate::words;

/// So many decisions are replayed by one request.
const PAGE: u32 = 2_000;
/// As many examples are shown.
const EXAMPLES: usize = 20;

/// `motcua replay`
#[derive(Debug, Args)]
pub struct Replay {
    /// Only decisions recorded at or after this moment
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    from: Option<Moment>,
    /// Only decisions recorded before this moment
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    to: Option<Moment>,
    /// Only decisions about this procedure: national code
    #[arg(long, value_name = "CODE")]
    procedure: Option<String>,
    /// Only decisions by this version
    #[arg(long, value_name = "DIGEST")]
    component: Option<String>,
    /// What would have been answered by this version
    #[arg(long, value_name = "DIGEST")]
    instead: Option<String>,
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    host: HostArgs,
}

/// Replays all of them; a difference ends in an error.
pub fn run(console: Console, options: &Replay) -> Result<(), Failure> {
    let client = options.host.client(console)?;
    let bar = ProgressBar::no_length();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} {elapsed} {per_sec}") {
        bar.set_style(style);
    }
    let mut figures = Figures::default();
    let mut after = 0;
    loop {
        let body = json!({
            "after": after,
            "procedure": options.procedure,
            "component": options.component,
            "from": options.from,
            "to": options.to,
            "limit": PAGE,
            "instead": options.instead,
        });
        let page: Value = client.post("/replays", &body)?;
        figures.add(&page);
        bar.set_position(figures.decisions);
        let last = page["last"].as_u64().unwrap_or(0);
        if page["decisions"].as_u64().unwrap_or(0) < u64::from(PAGE) || last <= after {
            break;
        }
        after = last;
    }
    let seconds = bar.elapsed().as_secs_f64();
    bar.finish_and_clear();
    if figures.decisions > 0 {
        // For people only: a rate needs no exactness.
        let rate = figures.decisions as f64 / seconds.max(0.001);
        console.say(&Text::new(
            format!("{seconds:.1} giây, {rate:.0} quyết định mỗi giây"),
            format!("{seconds:.1} seconds, {rate:.0} decisions a second"),
        ));
    }
    if options.json {
        console.json(&figures.to_json())?;
    } else {
        figures.show(console)?;
    }
    if figures.different + figures.failed > 0 {
        Err(Failure::said(Turn::Case))
    } else {
        Ok(())
    }
}

#[derive(Default)]
struct Figures {
    decisions: u64,
    same: u64,
    different: u64,
    erased: u64,
    failed: u64,
    examples: Vec<Value>,
}

impl Figures {
    fn add(&mut self, page: &Value) {
        let number = |member: &str| page[member].as_u64().unwrap_or(0);
        self.decisions += number("decisions");
        self.same += number("same");
        self.different += number("different");
        self.erased += number("erased");
        self.failed += number("failed");
        let left = EXAMPLES.saturating_sub(self.examples.len());
        let examples = page["examples"].as_array().into_iter().flatten();
        self.examples.extend(examples.take(left).cloned());
    }

    fn to_json(&self) -> Value {
        json!({
            "decisions": self.decisions,
            "same": self.same,
            "different": self.different,
            "erased": self.erased,
            "failed": self.failed,
            "examples": self.examples,
        })
    }

    fn show(&self, console: Console) -> Result<(), Failure> {
        for example in &self.examples {
            let decision = text_of(example, "decision");
            let why = &example["why"];
            let what = match console.language {
                motcua_model::text::Language::Vietnamese => text_of(why, "vi"),
                motcua_model::text::Language::English => text_of(why, "en"),
            };
            console.line(&format!(
                "{decision} {} {what}",
                words::replayed(text_of(example, "outcome"), console.language)
            ));
            for changed in example["differences"].as_array().into_iter().flatten() {
                console.line(&format!(
                    "    {}: {} → {}",
                    text_of(changed, "pointer"),
                    changed["before"],
                    changed["now"]
                ));
            }
        }
        let Self {
            decisions,
            same,
            different,
            erased,
            failed,
            ..
        } = self;
        let text = Text::new(
            format!(
                "{decisions} quyết định: {same} giống hệt, {different} khác, {erased} đã xóa hồ sơ, {failed} không tính lại được\n"
            ),
            format!(
                "{}: {same} the same byte for byte, {different} different, {erased} erased, {failed} could not be worked out\n",
                counted(*decisions, "decision", "decisions")
            ),
        );
        console.result(text.get(console.language))
    }
}

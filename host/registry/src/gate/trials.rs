//! The checks that ask: the cases, every question twice, the questions at every bound, and what holds between answers.

use motcua_compiler::ir::Program;
use motcua_model::Text;

use super::asker::{Asked, Asker, Said, Tally};
use super::boundaries::{Boundaries, QUESTIONS, boundaries};
use super::promise;
use super::report::{CheckId, GateCheck, Spent};
use super::thresholds::Thresholds;
use super::words::thousands;
use crate::assess::Context;
use crate::error::Unavailable;
use crate::try_cases::try_cases;

/// After so many questions on which the rules failed, no more are asked: they have one cause for most of them.
const FAULTS: usize = 20;

/// What was found by asking.
pub(super) struct Trials {
    pub cases: GateCheck,
    pub determinism: GateCheck,
    pub boundaries: GateCheck,
    pub tally: Tally,
}

impl Tally {
    /// Tells what was used.
    pub fn spend(&self, spent: &mut Spent) {
        spent.questions = self.calls;
        spent.fuel_most = self.fuel_most;
        spent.output_bytes = self.output_most;
    }
}

impl Trials {
    pub fn run(
        mut asker: Asker<'_>,
        program: Option<&Program>,
        context: &Context<'_>,
    ) -> Result<Self, Unavailable> {
        let cases = cases(&asker, program, context)?;
        let mut twice = Twice::default();
        for case in &asker.version().manifest().cases {
            // Values of JSON can always be written.
            let body = serde_json::to_vec(&case.question).unwrap_or_default();
            twice.ask(&mut asker, &case.id, &body)?;
        }
        let thresholds = program.map(Thresholds::of).unwrap_or_default();
        let questions = boundaries(asker.version(), &thresholds, context);
        let mut answers = Vec::with_capacity(questions.questions.len());
        for question in &questions.questions {
            if twice.faults.len() >= FAULTS || asker.is_exhausted() {
                break;
            }
            answers.push(twice.ask(&mut asker, &question.label, &question.body)?);
        }
        let broken = broken(&asker, &questions, &answers);
        Ok(Self {
            cases,
            determinism: twice.determinism(),
            boundaries: found(&questions, &answers, twice.faults, broken),
            tally: asker.tally,
        })
    }
}

/// All its cases, the way `motcua test` tries them.
fn cases(
    asker: &Asker<'_>,
    program: Option<&Program>,
    context: &Context<'_>,
) -> Result<GateCheck, Unavailable> {
    let trial = try_cases(asker.version(), program, context);
    if let Some(unavailable) = trial.unavailable {
        return Err(unavailable);
    }
    let number = trial.tried.len();
    if number == 0 {
        return Ok(GateCheck::failed(
            CheckId::Cases,
            "phiên bản không có trường hợp mẫu nào; mỗi phiên bản phải có ít nhất một",
            "the version has no cases; every version needs at least one",
        ));
    }
    let failing: Vec<Text> = trial
        .tried
        .iter()
        .filter(|tried| !tried.faults.is_empty())
        .map(|tried| {
            let join = |text: fn(&Text) -> &str| {
                let faults: Vec<&str> = tried.faults.iter().map(text).collect();
                format!("{}: {}", tried.case, faults.join("; "))
            };
            Text::new(join(|text| &text.vi), join(|text| &text.en))
        })
        .collect();
    let failed = failing.len();
    if failed > 0 {
        return Ok(GateCheck::failed(
            CheckId::Cases,
            format!("{failed} trong {number} trường hợp mẫu không đạt"),
            format!("{failed} of {number} cases fail"),
        )
        .finding(failing));
    }
    Ok(GateCheck::passed(
        CheckId::Cases,
        format!("{number} trường hợp mẫu đều đạt"),
        if number == 1 {
            "its one case passes".to_owned()
        } else {
            format!("all {number} cases pass")
        },
    ))
}

/// Asks everything twice, each time a fresh instance.
#[derive(Default)]
struct Twice {
    asked: usize,
    unsteady: Vec<Text>,
    faults: Vec<Text>,
}

impl Twice {
    /// The answer, if there is one; what is wrong is kept.
    fn ask(
        &mut self,
        asker: &mut Asker<'_>,
        label: &str,
        body: &[u8],
    ) -> Result<Option<Said>, Unavailable> {
        let first = asker.ask(body)?;
        // Whatever the host refuses never reaches the component.
        if let Asked::Refused(_) = first {
            return Ok(None);
        }
        self.asked += 1;
        let second = asker.ask(body)?;
        let steady = match (&first, &second) {
            (Asked::Answered(one), Asked::Answered(other)) => one == other,
            (Asked::Fault(one), Asked::Fault(other)) => one.cause.code() == other.cause.code(),
            _ => false,
        };
        if !steady {
            self.unsteady.push(Text::new(
                format!("{label}: hỏi hai lần, hai câu trả lời khác nhau"),
                format!("{label}: asked twice, the answers differ"),
            ));
        }
        match first {
            Asked::Answered(said) => Ok(Some(*said)),
            Asked::Fault(failed) => {
                let what = match &failed.cause {
                    crate::error::Failure::Call(error) => error.message(),
                    other => Text::new(other.to_string(), other.to_string()),
                };
                self.faults.push(Text::new(
                    format!("{label}: {}", what.vi),
                    format!("{label}: {}", what.en),
                ));
                Ok(None)
            }
            Asked::Refused(_) => Ok(None),
        }
    }

    fn determinism(&mut self) -> GateCheck {
        let (number, unsteady) = (self.asked, std::mem::take(&mut self.unsteady));
        if unsteady.is_empty() {
            let (vi, en) = (thousands(number, '.'), thousands(number, ','));
            return GateCheck::passed(
                CheckId::Determinism,
                format!(
                    "{vi} câu hỏi, mỗi câu hỏi hai lần: cùng câu trả lời, cùng công xử lý, cùng từng byte JSON"
                ),
                format!(
                    "{en} questions, each asked twice: the same answer, the same fuel, the same bytes of JSON"
                ),
            );
        }
        GateCheck::failed(
            CheckId::Determinism,
            format!("{} câu hỏi có hai câu trả lời khác nhau", unsteady.len()),
            format!("{} questions have two different answers", unsteady.len()),
        )
        .finding(unsteady)
    }
}

/// Where telling one fact more changed what was certain.
fn broken(asker: &Asker<'_>, questions: &Boundaries, answers: &[Option<Said>]) -> Vec<Text> {
    let manifest = asker.version().manifest();
    let answer = |at: usize| answers.get(at)?.as_ref();
    let mut broken = Vec::new();
    for &(less, more) in &questions.pairs {
        if let (Some(before), Some(after)) = (answer(less), answer(more))
            && let Some(place) = promise::broken(manifest, &before.assessment, &after.assessment)
        {
            let label = questions
                .questions
                .get(more)
                .map_or("", |question| &question.label);
            broken.push(Text::new(
                format!("{label}: {place} đã chắc chắn, nay lại khác đi khi biết thêm một điều"),
                format!("{label}: {place} was certain, and changes when one more fact is told"),
            ));
        }
    }
    broken
}

fn found(
    questions: &Boundaries,
    answers: &[Option<Said>],
    faults: Vec<Text>,
    broken: Vec<Text>,
) -> GateCheck {
    let asked = answers.iter().flatten().count();
    let unasked = questions.questions.len().saturating_sub(answers.len());
    let left_out = questions.found.saturating_sub(QUESTIONS);
    let (number_vi, number_en) = (thousands(asked, '.'), thousands(asked, ','));
    let pairs = questions.pairs.len();
    let wrong = faults.len() + broken.len();
    if wrong > 0 {
        return GateCheck::failed(
            CheckId::Boundaries,
            format!(
                "{} câu hỏi ở ranh giới gặp lỗi, {} chỗ đổi điều đã chắc chắn",
                faults.len(),
                broken.len()
            ),
            format!(
                "the rules fail on {} questions, and {} change what was certain",
                faults.len(),
                broken.len()
            ),
        )
        .finding(faults.into_iter().chain(broken));
    }
    if unasked > 0 {
        return GateCheck::remark(
            CheckId::Boundaries,
            format!(
                "mới hỏi được {number_vi} câu hỏi ở ranh giới, còn {unasked} câu chưa hỏi vì đã hết công xử lý dành cho việc thử"
            ),
            format!(
                "{number_en} questions at bounds were asked; {unasked} were not, as the fuel for trials was used up"
            ),
        );
    }
    let check = GateCheck::passed(
        CheckId::Boundaries,
        format!(
            "{number_vi} câu hỏi ở mọi ranh giới đều có câu trả lời; {pairs} lần biết thêm một điều không đổi điều đã chắc chắn"
        ),
        format!(
            "{number_en} questions at every bound are answered; telling one more fact {pairs} times changes nothing that was certain"
        ),
    );
    if left_out == 0 {
        return check;
    }
    check.finding([Text::new(
        format!(
            "chọn đều {QUESTIONS} trong {} câu hỏi có thể đặt",
            questions.found
        ),
        format!(
            "an even selection of {QUESTIONS} out of {} questions",
            questions.found
        ),
    )])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::report::CheckOutcome;

    #[test]
    fn one_question_with_two_answers_is_enough() {
        // No component can be made that does it: it has no clock, no memory of an earlier question and no dice.
        let mut twice = Twice {
            asked: 7,
            unsteady: vec![Text::new("khác", "differs")],
            faults: Vec::new(),
        };
        let check = twice.determinism();
        assert_eq!(
            (check.outcome, check.findings.len()),
            (CheckOutcome::Failed, 1)
        );
        assert_eq!(Twice::default().determinism().outcome, CheckOutcome::Passed);
    }
}

//! Interleaved rounds: every contestant answers the same questions once, then all again, in another order. A machine that
//! slows down for a while slows all of them, and the ratio within a round stays.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// Somebody who answers question number so-and-so.
pub struct Contestant<'a> {
    pub name: &'static str,
    pub answer: Box<dyn FnMut(usize) + 'a>,
}

impl<'a> Contestant<'a> {
    /// `answer` gives something that must be worked out in full.
    pub fn new<T>(name: &'static str, mut answer: impl FnMut(usize) -> T + 'a) -> Self {
        Self {
            name,
            answer: Box::new(move |number| {
                black_box(answer(black_box(number)));
            }),
        }
    }
}

/// How one contestant did.
pub struct Figures {
    pub name: &'static str,
    /// Median of all rounds, per call.
    pub nanoseconds: f64,
    /// Median, and the middle half, of the ratios to the first contestant in the same round.
    pub ratio: [f64; 3],
}

/// Measures; the first contestant is the one that the others are held against.
pub fn measure(
    mut contestants: Vec<Contestant<'_>>,
    questions: usize,
    rounds: usize,
) -> Vec<Figures> {
    let mut times = vec![Vec::with_capacity(rounds); contestants.len()];
    // The first rounds fill caches and are forgotten.
    let warm_up = rounds / 10 + 1;
    for round in 0..warm_up + rounds {
        for turn in 0..contestants.len() {
            let who = (turn + round) % contestants.len();
            let time = time(questions, &mut contestants[who].answer);
            if round >= warm_up {
                times[who].push(time.as_secs_f64() * 1e9 / questions as f64);
            }
        }
    }
    let first = times[0].clone();
    contestants
        .iter()
        .zip(times)
        .map(|(contestant, times)| {
            let ratios: Vec<f64> = times.iter().zip(&first).map(|(a, b)| a / b).collect();
            Figures {
                name: contestant.name,
                ratio: [0.25, 0.5, 0.75].map(|part| quantile(&ratios, part)),
                nanoseconds: quantile(&times, 0.5),
            }
        })
        .collect()
}

#[expect(
    clippy::disallowed_methods,
    reason = "a bench measures time; no answer hangs on it"
)]
fn time(questions: usize, answer: &mut dyn FnMut(usize)) -> Duration {
    let begin = Instant::now();
    for number in 0..questions {
        answer(number);
    }
    begin.elapsed()
}

fn quantile(values: &[f64], part: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[((sorted.len() - 1) as f64 * part).round() as usize]
}

/// Prints a table.
pub fn print(title: &str, figures: &[Figures]) {
    println!("{title}");
    println!(
        "  {:<34} {:>12} {:>9}   {:<15}",
        "", "per call", "ratio", "(middle half)"
    );
    for Figures {
        name,
        nanoseconds,
        ratio: [low, middle, high],
    } in figures
    {
        let per_call = format!("{:.2} µs", nanoseconds / 1000.0);
        println!("  {name:<34} {per_call:>12} {middle:>8.2}×   ({low:.2} – {high:.2})");
    }
    println!();
}

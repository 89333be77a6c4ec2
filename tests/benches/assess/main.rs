//! How fast one assessment is, as a ratio to the same rules written by hand in Rust, in one process and one run.
//!
//! `cargo bench -p tests` measures Motcua and the function written by hand; with `--features rivals` also `datalogic-rs`
//! and `zen-engine`. `-- --rounds N --seed N` changes how long and what is asked.
//!
//! # What is compared
//!
//! Procedures: pub-01 (licence to publish non-commercial material, from 2025-07-01: an exemption, 6 conditions, 8
//! documents, a fee) and pub-02 (licence to print publications, from 2020-03-01: 8 conditions, 8 documents, a check). One
//! thread, the system's allocator, release profile with overflow checks, as it is served.
//!
//! **Typed in, typed out.** Outcomes of all conditions, documents and fees, the row of the time limit, and the facts that
//! are missing; no JSON, no due dates.
//! - *Motcua*: `Procedure::assess` in a fresh instance, its answer checked against the manifest and the question; then what
//!   must be handed in is drawn from it.
//! - *by hand*: a function from a struct of enums and booleans to a struct of enums ([`native`]).
//!
//! **JSON to JSON.** From the bytes of a question to the bytes of the compact answer (`?texts=none`): all of the above,
//! verdict, two due dates counted on the calendar, fees and their total, what to ask next.
//! - *Motcua*: `Version::assess_json`. It refuses unknown members, wrong types and options, numbers out of range, facts
//!   told twice and channels that are not offered; it asks a fresh instance; it checks what comes back.
//! - *by hand*: `serde_json` into structs, the function above, dates counted by `motcua-model`, `serde_json` out of structs.
//!   It gives the same bytes. It refuses unknown members, wrong types and options and numbers out of range.
//! - *by hand, ready-made pieces*: the same, but the answer is copied together from constants: as fast as this answer can
//!   sensibly be given, for a program that knows one version only.
//! - *datalogic-rs*, *zen-engine*: only pub-02 and only what tells everything; see [`rivals`] for what they are spared.
//!
//! Before timing, all answers are compared: the cases of the package and several hundred generated questions, of which
//! some tell everything and others leave facts out.

mod native;
#[cfg(feature = "rivals")]
mod rivals;
mod rounds;
mod same;
mod world;

use rounds::{Contestant, measure, print};
use serde::de::DeserializeOwned;
use world::{Subject, Told, World, now, questions};

/// Questions of which answers are compared, and of which a round takes the first part.
const COMPARED: usize = 400;
const TIMED: usize = 64;

fn main() {
    let plan = Plan::from_arguments();
    let world = World::read();
    println!("CPU: {}", processor());
    println!(
        "{} rounds of {TIMED} questions, seed {}; time per call, ratio to the function written by hand\n",
        plan.rounds, plan.seed
    );
    pub_01(&world, &plan);
    pub_02(&world, &plan);
}

fn by_hand_world(world: &World) -> native::World<'_> {
    native::World {
        now: now(),
        calendar: world.calendar(),
        office: world.office(),
    }
}

fn pub_01(world: &World, plan: &Plan) {
    let subject = Subject::load("licence-to-publish-non-commercial-material", "2025-07-01");
    let by_hand_world = by_hand_world(world);
    let pens = pens(&native::pub_01::WORDS, subject.version.digest());
    let by_hand = pens
        .each_ref()
        .map(|pen| |body: &[u8]| native::pub_01::assess_json(body, pen, &by_hand_world));
    let [full, part] = asked(&subject, plan);
    for by_hand in by_hand {
        for bodies in [&subject.cases(), &full, &part] {
            same::bytes(&subject, world, bodies, by_hand);
        }
    }
    let by_hand = |bodies| by_hand_contestants(by_hand, bodies);
    typed(
        "pub-01, typed in, typed out",
        &subject,
        world,
        &full,
        plan,
        |question: &native::pub_01::Question| {
            native::pub_01::assess(&question.facts, &question.on_file)
        },
    );
    for (title, bodies) in [
        ("pub-01, JSON to JSON, every fact told", &full),
        ("pub-01, JSON to JSON, six facts in ten told", &part),
    ] {
        let mut contestants = by_hand(bodies);
        contestants.push(motcua(&subject, world, bodies));
        print(title, &measure(contestants, TIMED, plan.rounds));
    }
}

fn pub_02(world: &World, plan: &Plan) {
    let subject = Subject::load("licence-to-print-publications", "2020-03-01");
    let by_hand_world = by_hand_world(world);
    let pens = pens(&native::pub_02::WORDS, subject.version.digest());
    let by_hand = pens
        .each_ref()
        .map(|pen| |body: &[u8]| native::pub_02::assess_json(body, pen, &by_hand_world));
    let [full, part] = asked(&subject, plan);
    for by_hand in by_hand {
        for bodies in [&subject.cases(), &full, &part] {
            same::bytes(&subject, world, bodies, by_hand);
        }
    }
    let by_hand = |bodies| by_hand_contestants(by_hand, bodies);
    typed(
        "pub-02, typed in, typed out",
        &subject,
        world,
        &full,
        plan,
        |question: &native::pub_02::Question| {
            native::pub_02::assess(&question.facts, &question.on_file)
        },
    );
    let mut contestants = by_hand(&part);
    contestants.push(motcua(&subject, world, &part));
    let title = "pub-02, JSON to JSON, six facts in ten told";
    print(title, &measure(contestants, TIMED, plan.rounds));

    let mut contestants = by_hand(&full);
    contestants.push(motcua(&subject, world, &full));
    contestants.extend(rivals(&subject, world, &full));
    let title = "pub-02, JSON to JSON, every fact told";
    print(title, &measure(contestants, TIMED, plan.rounds));
}

/// The rivals, once they have given the same answers.
#[cfg(feature = "rivals")]
fn rivals<'a>(subject: &Subject, world: &'a World, bodies: &'a [Vec<u8>]) -> Vec<Contestant<'a>> {
    let by_hand_world = by_hand_world(world);
    let zen = rivals::zen::Zen::new();
    let mut datalogic = rivals::datalogic::Datalogic::new();
    let told: Vec<Vec<u8>> = subject
        .cases()
        .into_iter()
        .filter(|body| rivals::tells_everything(body))
        .collect();
    for bodies in [&told, bodies] {
        same::decisions(subject, world, bodies, "datalogic-rs", |body| {
            datalogic.assess_json(body, &by_hand_world)
        });
        same::decisions(subject, world, bodies, "zen-engine", |body| {
            zen.assess_json(body, &by_hand_world)
        });
    }
    println!(
        "Rivals gave the same answers to {} cases and {} questions that tell everything.\n",
        told.len(),
        bodies.len()
    );
    vec![
        Contestant::new("datalogic-rs", move |number| {
            datalogic.assess_json(&bodies[number], &by_hand_world)
        }),
        Contestant::new("zen-engine", move |number| {
            zen.assess_json(&bodies[number], &by_hand_world)
        }),
    ]
}

#[cfg(not(feature = "rivals"))]
fn rivals<'a>(_: &Subject, _: &'a World, _: &'a [Vec<u8>]) -> Vec<Contestant<'a>> {
    Vec::new()
}

fn asked(subject: &Subject, plan: &Plan) -> [Vec<Vec<u8>>; 2] {
    let manifest = subject.version.manifest();
    [Told::Everything, Told::Something].map(|told| questions(manifest, told, COMPARED, plan.seed))
}

fn pens<'a>(words: &native::Words, digest: &'a str) -> [native::Pen<'a>; 2] {
    let pieces = native::pieces::Pieces::new(words, digest);
    [native::Pen::Serde(digest), native::Pen::Pieces(pieces)]
}

fn by_hand_contestants<'a>(
    [serde, pieces]: [impl Fn(&[u8]) -> Option<Vec<u8>> + 'a; 2],
    bodies: &'a [Vec<u8>],
) -> Vec<Contestant<'a>> {
    vec![
        Contestant::new("by hand", move |number| serde(&bodies[number])),
        Contestant::new("by hand, ready-made pieces", move |number| {
            pieces(&bodies[number])
        }),
    ]
}

fn motcua<'a>(subject: &'a Subject, world: &'a World, bodies: &'a [Vec<u8>]) -> Contestant<'a> {
    let context = world.context();
    Contestant::new("Motcua, sandboxed", move |number| {
        subject
            .version
            .assess_json(&bodies[number], &context)
            .expect("an answer")
    })
}

fn typed<Question: DeserializeOwned, const E: usize, const C: usize, const D: usize>(
    title: &str,
    subject: &Subject,
    world: &World,
    bodies: &[Vec<u8>],
    plan: &Plan,
    by_hand: fn(&Question) -> native::Decision<E, C, D>,
) {
    let asked = subject.asked(bodies, world);
    let questions: Vec<Question> = bodies
        .iter()
        .map(|body| serde_json::from_slice(body).expect("a right question"))
        .collect();
    let decisions: Vec<_> = questions.iter().map(by_hand).collect();
    same::outcomes(subject, &asked, &decisions);
    let contestants = vec![
        Contestant::new("by hand", |number| by_hand(&questions[number])),
        Contestant::new("Motcua, sandboxed", |number| subject.assess(&asked[number])),
    ];
    print(title, &measure(contestants, TIMED, plan.rounds));
}

struct Plan {
    rounds: usize,
    seed: u64,
}

impl Plan {
    fn from_arguments() -> Self {
        let mut plan = Self {
            rounds: 400,
            seed: 20_260_302,
        };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut number = || {
                let number = arguments.next().and_then(|text| text.parse().ok());
                number.unwrap_or_else(|| panic!("{argument} needs a number"))
            };
            match argument.as_str() {
                "--rounds" => plan.rounds = number() as usize,
                "--seed" => plan.seed = number(),
                // What cargo passes to every bench.
                "--bench" => {}
                other => panic!("unknown argument {other}; there are --rounds N and --seed N"),
            }
        }
        plan
    }
}

fn processor() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let model = std::fs::read_to_string("/proc/cpuinfo")
        .ok()
        .and_then(|text| {
            let line = text.lines().find(|line| line.starts_with("model name"))?;
            Some(line.split_once(':')?.1.trim().to_owned())
        })
        .unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    format!("{model}, {cores} cores, {}", std::env::consts::OS)
}

//! The hostile suite: everything that a department with bad intentions, or a broken plugin, can do to a host and to others.
//!
//! It goes the whole way, over HTTP and with the real program: files are submitted to the gate, versions signed, approved and
//! activated, questions asked. What passes the gate is honest until it hears a word that no test would try. Each attack is held
//! against four promises: it ends as it must; an honest question asked all the while on another connection has the same answer,
//! in hardly more time; the host's memory comes back; nothing that people read (log, API, page) carries a sign that
//! steers a terminal or forges a line. It is done with code compiled just now, again with code from the cache after a
//! restart, and once more with a cache of which every file was tampered with.

mod attacks;
mod files;
mod host;
mod probe;
mod scenes;
mod sent;
mod shown;
mod signed;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::time::Duration;

use motcua_registry::engine::give_way;
use tokio::runtime::Handle;

use crate::binary;
use crate::desk::Desk;
use crate::http::{Connection, Response, request};
use attacks::{Attack, End};
use host::Host;
use probe::{Pace, Probe, Until};
use scenes::{ask_on, break_circuit, hang_up, look, publish};
use sent::Sent;
pub use signed::spoil;

/// What to do.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// For how long each attack goes on, in milliseconds: in parts, with a stretch of quiet before each part.
    pub storm: u64,
    /// For how long each body and file is sent over and over, in milliseconds, in the same parts; at least once in each part.
    pub submitting: u64,
    /// How often each plugin whose answer must never differ is asked.
    pub repeats: usize,
    /// How many functions of 60 KB the dearest file has that is admitted, 1 to 16.
    pub bomb: usize,
    /// How many times as long as in quiet an honest question may take under attack, at the 99th of 100; nothing: it is only
    /// told. A test must not hang on the clock of a busy machine.
    pub most_slower: Option<f64>,
}

/// Parts of an attack, each after a stretch of quiet.
const PARTS: u32 = 10;
/// How often a part is tried again in which others had the processors.
const TRIES: u32 = 15;
/// How often the parts are gone through again, and all of them judged together, when it took too long: what an attack does it does
/// again, and what befell the machine it does not.
const ROUNDS: usize = 4;
/// The fewest latencies of which there is a 99th of 100.
const FEWEST: usize = 100;
/// Connections that attack at once.
const ATTACKERS: usize = 2;
/// One question in so many is an attack: so few that the circuit breaker never opens, and the attack goes on.
const DILUTED: usize = 15;
/// Connections on which what must be the same every time is asked at once.
const THREADS: usize = 8;
/// What the memory of the host may have grown by after an attack, in bytes: pages that the pools keep for the next question, and
/// what the allocator has not given back yet.
const GROWN: u64 = 32 << 20;

/// Runs the suite and prints what came of each attack.
///
/// # Errors
/// A promise was broken: which, and by what.
pub fn run(plan: &Plan) -> Result<(), Box<dyn Error>> {
    binary::motcua();
    // Those who attack do so from machines of their own. Here they share one with the host; what they need themselves is not
    // taken from it.
    let attackers = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .on_thread_start(give_way)
        .build()?;
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(suite(plan, attackers.handle()))
}

/// What is measured on the way.
struct Suite<'p> {
    plan: &'p Plan,
    /// Where those run who attack.
    attackers: &'p Handle,
    /// What the host had of memory before it was attacked.
    base: u64,
    /// Each attack: what honest questions saw.
    paces: Vec<(String, Pace)>,
    /// What each plugin answers when nothing wakes it, and when something does, if that is an answer.
    answers: BTreeMap<String, Vec<u8>>,
}

async fn suite(plan: &Plan, attackers: &Handle) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let mut host = Host::start(&data)?;
    let desk = Desk::open(&["--data".as_ref(), data.as_ref()], host.server.address).await?;
    let mut suite = Suite {
        plan,
        attackers,
        base: 0,
        paces: Vec::new(),
        answers: BTreeMap::new(),
    };
    let attacks = attacks::all();

    println!("bodies that anybody may send, each over and over:");
    for sent in Sent::bodies() {
        suite.over_and_over(&host, 1, sent).await?;
    }
    println!("files, each submitted to the gate over and over:");
    let mut number = 1;
    for file in files::all(&host.cache(), plan.bomb)? {
        let sent = Sent::file(file, &desk.author);
        number = suite.over_and_over(&host, number, sent).await?;
    }
    println!("versions that passed the gate and attack now, code compiled just now:");
    publish(&host, &desk, &attacks).await?;
    suite.wave(&mut host, &attacks).await?;
    break_circuit(&mut host, &attacks).await?;
    suite
        .in_parts(
            &host,
            (6, "asks on what is out of order"),
            suite.part(),
            async |suite, probe| {
                let asking = ask_on(&host, &attacks, suite.attackers, suite.part());
                probe.meanwhile(asking).await
            },
        )
        .await?;
    look(&mut host, &desk).await?;

    println!("the same after a restart, code from the cache:");
    let before = host::kept(&host.cache())?;
    host = host.restart(|_| Ok(()))?;
    suite.wave(&mut host, &attacks).await?;
    if host::kept(&host.cache())? != before {
        return Err("the code was compiled anew instead of taken from the cache".into());
    }
    look(&mut host, &desk).await?;

    println!("the same after a byte of each file of the cache was changed:");
    let mut flipped = 0;
    host = host.restart(|data| {
        flipped = host::flip(&host::cache(data))?;
        Ok(())
    })?;
    for _ in 0..attacks.len() {
        host.says(&["kept code is not used"])?;
    }
    for attack in &attacks {
        suite.single(&mut host, attack).await?;
    }
    suite.base = host.server.resident_bytes()?;
    let mut next = attacks.iter().cycle();
    suite
        .in_parts(
            &host,
            (9, "each in its turn, the cache tampered with"),
            suite.part(),
            async |suite, probe| {
                let attack = next.next().ok_or("no attack")?;
                probe.meanwhile(suite.storm(&host, attack)).await
            },
        )
        .await?;
    println!("  9  {flipped} files: none used, all compiled anew, all answers the same");
    println!("what was never meant by its department:");
    for sent in signed::statements(&desk, host.server.address, number).await? {
        suite.over_and_over(&host, number, sent).await?;
    }
    signed::run(&desk, host.server.address, host.data(), number).await?;
    look(&mut host, &desk).await?;
    suite.judge()
}

/// A response that nobody is harmed by reading.
fn checked(what: &str, response: Response) -> Result<Response, String> {
    match shown::control_in_json(&response.body) {
        None => Ok(response),
        Some(sign) => Err(format!(
            "{what}: the answer {} shows {sign}",
            response.status
        )),
    }
}

impl Suite<'_> {
    /// How long a part of a storm is, and the quiet before it.
    fn part(&self) -> Duration {
        Duration::from_millis(self.plan.storm) / PARTS
    }

    /// Whether a probe has not seen enough parts yet.
    fn goes_on(&self, probe: &Probe) -> bool {
        // Where nothing is judged nothing is tried again.
        let tries = self.plan.most_slower.map_or(1, |_| TRIES);
        let seen = probe.undisturbed();
        seen < PARTS && seen + probe.disturbed() < PARTS * tries
    }

    /// Does something in parts, each after a stretch of quiet as long; the work tells how often it attacked. What the host has of
    /// memory afterwards is held against [`Suite::base`].
    async fn in_parts(
        &mut self,
        host: &Host,
        (kind, name): (u8, &str),
        part: Duration,
        mut work: impl AsyncFnMut(&Self, &mut Probe) -> Result<usize, Box<dyn Error>>,
    ) -> Result<(), Box<dyn Error>> {
        let (mut pace, mut times, mut disturbed) = (Pace::default(), 0, 0);
        for _ in 0..ROUNDS {
            let mut probe = Probe::start(host.server.address).await;
            while self.goes_on(&probe) {
                probe.quiet(part).await;
                times += work(self, &mut probe).await?;
            }
            disturbed += probe.disturbed();
            pace.append(probe.stop()?);
            let most = self.plan.most_slower;
            if most.is_none_or(|most| pace.ratio() <= most) {
                break;
            }
        }
        let grown = host.server.resident_bytes()?;
        remembers(name, self.base, grown)?;
        let ratio = pace.ratio();
        println!(
            "  {kind:<2} {name:<48} {times:>5} times; honest meanwhile: p99 {:>4.0} µs of {:>4}, in quiet {:>4.0} of {:>4}, {ratio:.2} times; \
             {disturbed} parts thrown away; memory {} MiB, before {}",
            micros(pace.attacked.quantile(0.99)),
            pace.attacked.count(),
            micros(pace.quiet.quantile(0.99)),
            pace.quiet.count(),
            grown >> 20,
            self.base >> 20,
        );
        self.paces.push((name.to_owned(), pace));
        Ok(())
    }

    /// Every attack, one after the other.
    async fn wave(&mut self, host: &mut Host, attacks: &[Attack]) -> Result<(), Box<dyn Error>> {
        for attack in attacks {
            self.single(host, attack).await?;
        }
        self.base = host.server.resident_bytes()?;
        for attack in attacks {
            let host = &*host;
            let storm = async |suite: &Self, probe: &mut Probe| {
                probe.meanwhile(suite.storm(host, attack)).await
            };
            self.in_parts(host, (attack.kind, attack.name), self.part(), storm)
                .await?;
        }
        hang_up(host, attacks).await?;
        self.repeat(host, attacks).await
    }

    /// Once honest, once woken: each ends as it must, and what is answered is what was answered before.
    async fn single(&mut self, host: &mut Host, attack: &Attack) -> Result<(), Box<dyn Error>> {
        let mut connection = Connection::open(host.server.address).await?;
        let [honest, waking] = requests(attack);
        let response = checked(attack.name, connection.send(&honest).await?)?;
        self.answered(attack.name, "honest", &response)?;
        let response = checked(attack.name, connection.send(&waking).await?)?;
        match attack.end {
            End::Answers => self.answered(attack.name, "woken", &response)?,
            End::Fails(ways) => {
                failed(attack, &response)?;
                let digest = motcua_registry::engine::digest(&attack.component);
                // Of several ways the log tells which one it was.
                if let [way] = ways {
                    host.says(&[&digest, &format!("\"{way}\"")])?;
                } else {
                    host.says(&[&digest])?;
                }
            }
        }
        Ok(())
    }

    /// Holds an answer against the one that the plugin gave before, to whichever host.
    fn answered(&mut self, name: &str, which: &str, response: &Response) -> Result<(), String> {
        if response.status != 200 {
            return Err(format!(
                "{name}, {which}: {} {}",
                response.status,
                response.text()
            ));
        }
        let known = self
            .answers
            .entry(format!("{name}, {which}"))
            .or_insert_with(|| response.body.clone());
        if *known == response.body {
            Ok(())
        } else {
            Err(format!(
                "{name}, {which}: the answer is another one: {}",
                response.text()
            ))
        }
    }

    /// One part of an attack: again and again, so seldom among honest questions that the circuit breaker does not help. Tells how
    /// often.
    async fn storm(&self, host: &Host, attack: &Attack) -> Result<usize, Box<dyn Error>> {
        let until = Until::after(self.part());
        let mut tasks = Vec::new();
        for _ in 0..ATTACKERS {
            let [honest, waking] = requests(attack);
            let expected = self
                .answers
                .get(&format!("{}, honest", attack.name))
                .cloned()
                .unwrap_or_default();
            let address = host.server.address;
            let fails = attack.end != End::Answers;
            let name = attack.name;
            tasks.push(self.attackers.spawn(async move {
                let mut connection = Connection::open(address)
                    .await
                    .map_err(|error| error.to_string())?;
                let mut attacked = 0;
                for turn in 0_usize.. {
                    let wakes = turn % DILUTED == DILUTED - 1;
                    let request = if wakes { &waking } else { &honest };
                    let response = connection
                        .send(request)
                        .await
                        .map_err(|error| error.to_string())?;
                    attacked += usize::from(wakes);
                    let right = match (wakes, fails) {
                        (true, true) => response.status == 502,
                        (true, false) => response.status == 200,
                        (false, _) => response.status == 200 && response.body == expected,
                    };
                    if !right {
                        return Err(format!(
                            "{name}, turn {turn}: {} {}",
                            response.status,
                            response.text()
                        ));
                    }
                    if wakes && until.is_over() {
                        break;
                    }
                }
                Ok(attacked)
            }));
        }
        let mut attacked = 0;
        for task in tasks {
            attacked += task.await??;
        }
        Ok(attacked)
    }

    /// What answers always, and must answer the same, asked many times at once, all of them in the same places.
    async fn repeat(&mut self, host: &Host, attacks: &[Attack]) -> Result<(), Box<dyn Error>> {
        let steady: Vec<&Attack> = attacks.iter().filter(|attack| attack.kind == 10).collect();
        let mut tasks = Vec::new();
        for _ in 0..THREADS {
            let requests: Vec<Vec<u8>> = steady
                .iter()
                .map(|attack| requests(attack)[0].clone())
                .collect();
            let (address, repeats) = (host.server.address, self.plan.repeats.div_ceil(THREADS));
            tasks.push(tokio::spawn(async move {
                let mut connection = Connection::open(address).await?;
                let mut bodies = vec![BTreeSet::new(); requests.len()];
                for _ in 0..repeats {
                    for (request, bodies) in requests.iter().zip(&mut bodies) {
                        bodies.insert(connection.send(request).await?.body);
                    }
                }
                std::io::Result::Ok(bodies)
            }));
        }
        for task in tasks {
            for (attack, bodies) in steady.iter().zip(task.await??) {
                let known = &self.answers[&format!("{}, honest", attack.name)];
                if bodies.iter().ne([known]) {
                    return Err(
                        format!("{}: {} different answers", attack.name, bodies.len()).into(),
                    );
                }
            }
        }
        println!(
            "  10 {} plugins asked {} times each on {THREADS} connections at once: always the same bytes",
            steady.len(),
            self.plan.repeats.div_ceil(THREADS) * THREADS
        );
        Ok(())
    }

    /// Whether honest questions kept their latency.
    fn judge(self) -> Result<(), Box<dyn Error>> {
        let (mut judged, few): (Vec<_>, Vec<_>) = self
            .paces
            .into_iter()
            .partition(|(_, pace)| pace.attacked.count() >= FEWEST);
        if self.plan.most_slower.is_some() && !few.is_empty() {
            let names: Vec<&str> = few.iter().map(|(name, _)| name.as_str()).collect();
            return Err(format!(
                "too little was seen of these to judge them, the machine is too busy with others: {}",
                names.join("; ")
            )
            .into());
        }
        let mut ratios: Vec<(f64, &str)> = judged
            .iter_mut()
            .map(|(name, pace)| (pace.ratio(), name.as_str()))
            .collect();
        ratios.sort_by(|one, other| other.0.total_cmp(&one.0));
        for (ratio, name) in ratios.iter().take(5) {
            println!("p99 under attack: {ratio:.2} times that in quiet: {name}");
        }
        let middle = ratios
            .get(ratios.len() / 2)
            .map_or(0.0, |(ratio, _)| *ratio);
        println!("the middle one of {}: {middle:.2} times", ratios.len());
        match (self.plan.most_slower, ratios.first()) {
            (Some(most), Some((ratio, name))) if *ratio > most => Err(format!(
                "honest questions took {ratio:.2} times as long at the 99th of 100, at most {most} is promised: {name}"
            )
            .into()),
            (Some(_), None) => Err("the attacks were too short to judge latencies".into()),
            _ => Ok(()),
        }
    }
}

/// An attack's questions as whole requests: the honest one, and the one that wakes it.
fn requests(attack: &Attack) -> [Vec<u8>; 2] {
    let path = format!("/api/v1/procedures/{}/assess?texts=none", attack.slug);
    attack
        .questions()
        .map(|question| request("POST", &path, Some(question.as_bytes())))
}

/// The asker is told that the rules failed, and nothing of how.
fn failed(attack: &Attack, response: &Response) -> Result<(), String> {
    let problem = response.json();
    if response.status == 502 && problem["type"] == "urn:motcua:problem:rules-failed" {
        Ok(())
    } else {
        Err(format!(
            "{}: {} {}",
            attack.name,
            response.status,
            response.text()
        ))
    }
}

fn remembers(what: &str, before: u64, after: u64) -> Result<(), String> {
    if after <= before + GROWN {
        Ok(())
    } else {
        Err(format!(
            "{what}: memory grew from {} to {} MiB",
            before >> 20,
            after >> 20
        ))
    }
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

#![allow(missing_docs)]
use motcua_registry::*;
use motcua_registry::compiler::source::SourceFile;
use std::time::Instant;
fn bench(name: &str, mut f: impl FnMut()) {
    for _ in 0..2000 { f() }
    let mut best = f64::MAX;
    for _ in 0..15 { let t = Instant::now(); for _ in 0..2000 { f() } best = best.min(t.elapsed().as_secs_f64() / 2000.0); }
    println!("{name:40} {:8.0} ns", best * 1e9);
}
fn main() {
    let engine = engine::Engine::new(engine::Limits::default()).unwrap();
    let root = std::path::Path::new("procedures/so-thong-tin-va-truyen-thong/publishing");
    let files: Vec<_> = std::fs::read_dir("procedures/calendars/vn").unwrap().map(|e| e.unwrap().path()).map(|p| SourceFile { path: p.display().to_string(), text: std::fs::read_to_string(p).unwrap() }).collect();
    let cal = LoadedCalendar::read("vn", &files).unwrap();
    let office = Default::default();
    for (slug, date) in [("licence-to-print-publications", "2020-03-01"), ("licence-to-publish-non-commercial-material", "2020-03-01")] {
        let read = |p: std::path::PathBuf| SourceFile { path: p.display().to_string(), text: std::fs::read_to_string(&p).unwrap() };
        let package = read(root.join(slug).join(format!("{date}.yaml")));
        let cases = read(root.join(slug).join("cases").join(format!("{date}.yaml")));
        let c = compiler::compile(&package, Some(&cases));
        for d in &c.diagnostics { println!("{:?} {}", d.severity, d.message.en); }
        let Some(compiled) = c.compiled else { continue };
        println!("{slug}: component {} bytes, manifest {}", compiled.component.len(), serde_json::to_vec(&compiled.manifest).unwrap().len());
        let version = Version::load(&engine, &compiled.component).unwrap();
        let body = serde_json::to_vec(&compiled.manifest.cases[0].question).unwrap();
        println!("{}", String::from_utf8_lossy(&body));
        let ctx = |texts| Context { now: "2026-11-23T09:00".parse().unwrap(), calendar: cal.calendar(), office: &office, texts };
        let none = ctx(Texts::None); let all = ctx(Texts::All);
        println!("{}", String::from_utf8_lossy(&version.assess_json(&body, &none).unwrap()));
        println!("full {} bytes", version.assess_json(&body, &all).unwrap().len());
        bench("read", || { std::hint::black_box(version.read(std::hint::black_box(&body)).unwrap()); });
        bench("assess (read+sandbox+days)", || { std::hint::black_box(version.assess(version.read(&body).unwrap(), &none).unwrap()); });
        let assessed = version.assess(version.read(&body).unwrap(), &none).unwrap();
        let procedure = engine.load(&compiled.component).unwrap();
        bench("sandbox", || { std::hint::black_box(procedure.assess(assessed.application()).unwrap()); });
        bench("write compact", || { std::hint::black_box(assessed.to_json(&none).unwrap()); });
        bench("write full", || { std::hint::black_box(assessed.to_json(&all).unwrap()); });
        bench("json to json compact", || { std::hint::black_box(version.assess_json(&body, &none).unwrap()); });
        bench("json to json full", || { std::hint::black_box(version.assess_json(&body, &all).unwrap()); });
        let receipt = motcua_model::due::Receipt { filed_at: "2024-02-05T08:30".parse().unwrap(), accepted_at: None, received_at: None };
        bench("receipt.start", || { std::hint::black_box(receipt.start(cal.calendar(), &office).unwrap()); });
        let row = &version.manifest().time_limit.as_ref().unwrap().rows[0];
        let start = receipt.start(cal.calendar(), &office).unwrap();
        bench("deadline", || { std::hint::black_box(motcua_model::due::deadline(cal.calendar(), &office, start.told_at, row.statutory.term, false, &[]).unwrap()); });
        bench("moment parse", || { std::hint::black_box(std::hint::black_box("2024-02-05T08:30").parse::<motcua_model::Moment>().unwrap()); });
    }
}

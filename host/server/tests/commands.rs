//! The commands as a user meets them: what is printed where, and what the exit code says. Bad input loses nothing and
//! says why.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const MOTCUA: &str = env!("CARGO_BIN_EXE_motcua");

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn procedures() -> PathBuf {
    root().join("procedures")
}

fn printing() -> PathBuf {
    procedures().join(
        "so-thong-tin-va-truyen-thong/publishing/licence-to-print-publications/2020-03-01.yaml",
    )
}

fn command() -> Command {
    let mut command = Command::new(MOTCUA);
    command
        .current_dir(root())
        .env("MOTCUA_LANG", "en")
        .env("NO_COLOR", "1")
        .env_remove("RUST_LOG");
    command
}

fn run<'a>(arguments: impl IntoIterator<Item = &'a Path>) -> (i32, String, String) {
    ended(command().args(arguments).output().expect("motcua starts"))
}

fn ended(output: Output) -> (i32, String, String) {
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (
        output.status.code().unwrap_or(-1),
        text(output.stdout),
        text(output.stderr),
    )
}

macro_rules! motcua {
    ($($argument:expr),* $(,)?) => { run([$(Path::new($argument)),*]) };
}

/// A component of the printing licence in a folder of its own.
fn component() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("out.wasm");
    let (code, _, errors) = motcua!("build", &printing(), "-o", &file);
    assert_eq!(code, 0, "{errors}");
    (folder, file)
}

#[test]
fn building_twice_gives_the_same_digest_and_no_imports() {
    let (folder, first) = component();
    let second = folder.path().join("again.wasm");
    let (_, digest, _) = motcua!("build", &printing(), "-o", &second);
    assert_eq!(
        fs::read(&first).expect("a file"),
        fs::read(&second).expect("a file")
    );
    let (code, inspection, _) = motcua!("inspect", "--json", &first);
    assert_eq!(code, 0);
    let inspection: serde_json::Value = serde_json::from_str(&inspection).expect("JSON");
    assert_eq!(inspection["digest"], digest.trim());
    assert_eq!(inspection["imports"], serde_json::json!([]));
    let (_, shown, _) = motcua!("inspect", &first);
    assert!(shown.contains("imports      none"), "{shown}");
}

#[test]
fn a_version_that_moves_applications_is_shown_as_such() {
    let folder = tempfile::tempdir().expect("a folder");
    let package = folder.path().join("2020-03-01.yaml");
    let text = fs::read_to_string(printing()).expect("read");
    let (_, shown, _) = motcua!("inspect", &printing());
    assert!(!shown.contains("transition"), "{shown}");
    let moving = text.replacen(
        "valid_from: 2020-03-01\n",
        "valid_from: 2020-03-01\ntransition: {received_before: move, basis: Điều 25(2)}\n",
        1,
    );
    assert_ne!(moving, text);
    fs::write(&package, moving).expect("written");
    let (code, shown, errors) = motcua!("inspect", &package);
    assert_eq!(code, 0, "{errors}");
    let line = "transition   decides what was received before too, unless it is decided by then (Điều 25(2))\n";
    assert!(shown.contains(line), "{shown}");
    let (_, _, messages) = motcua!("check", &package);
    assert!(
        messages.contains("1 package checked: 1 valid, 0 with errors"),
        "{messages}"
    );
}

#[test]
fn all_real_procedures_pass_their_cases_and_nothing_is_left_untaken() {
    let (code, _, messages) = motcua!("test", &procedures());
    assert_eq!(code, 0, "{messages}");
    assert!(
        messages.contains("0 places no case has taken"),
        "{messages}"
    );
}

#[test]
fn packages_with_one_code_and_two_names_do_not_go_together() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = fs::read_to_string(printing()).expect("read");
    let (first, second) = (
        folder.path().join("2020-03-01.yaml"),
        folder.path().join("2021-03-01.yaml"),
    );
    fs::write(&first, &text).expect("written");
    let slug = "slug: licence-to-print-publications";
    let other = text.replacen(slug, "slug: another-name", 1).replacen(
        "valid_from: 2020-03-01",
        "valid_from: 2021-03-01",
        1,
    );
    assert_eq!(other.matches("another-name").count(), 1);
    fs::write(&second, other).expect("written");
    for alone in [&first, &second] {
        let (code, _, messages) = motcua!("check", alone);
        assert_eq!(code, 0, "{messages}");
    }
    for command in ["check", "test"] {
        let (code, _, messages) = motcua!(command, folder.path());
        assert_eq!(code, 3, "{command}: {messages}");
        assert!(
            messages.contains("2021-03-01.yaml: procedure")
                && messages.contains("`licence-to-print-publications`")
                && messages.contains("`another-name`"),
            "{command}: {messages}"
        );
    }
    let (code, report, _) = motcua!("check", "--json", folder.path());
    let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!((code, &report[1]["valid"]), (3, &serde_json::json!(false)));
    assert!(report[0].get("does_not_fit").is_none());
    assert!(report[1]["does_not_fit"]["vi"].is_string(), "{report}");
}

#[test]
fn an_amount_in_a_table_is_shown_with_its_line() {
    let postal =
        procedures().join("so-thong-tin-va-truyen-thong/post/postal-licence/2021-01-01.yaml");
    let text = fs::read_to_string(&postal).expect("read");
    assert_eq!(text.matches("then: 5000000000").count(), 1);
    let folder = tempfile::tempdir().expect("a folder");
    let changed = folder.path().join("2021-01-01.yaml");
    fs::write(
        &changed,
        text.replace("then: 5000000000", "then: 6000000000"),
    )
    .expect("written");
    let line = 1 + text
        .lines()
        .position(|line| line.contains("then: 5000000000"))
        .expect("it");
    let (code, shown, errors) = motcua!("diff", &postal, &changed);
    assert_eq!(code, 0, "{errors}");
    for wanted in [
        format!("  {line:>5}       -           then: 5000000000\n"),
        format!("        {line:>5} +           then: 6000000000\n"),
    ] {
        assert!(shown.contains(&wanted), "{shown}");
    }
}

#[test]
fn a_new_package_passes_check_and_test() {
    let folder = tempfile::tempdir().expect("a folder");
    let package = folder.path().join("a-new-procedure");
    let (code, written, errors) = motcua!("new", &package, "--valid-from", "2026-01-01");
    assert_eq!((code, written.lines().count()), (0, 2), "{errors}");
    let (code, _, errors) = motcua!("check", &package);
    assert_eq!(code, 0, "{errors}");
    assert!(!errors.contains("warning"), "{errors}");
    let (code, _, errors) = motcua!("test", &package);
    assert_eq!(code, 0, "{errors}");
    let (code, _, errors) = motcua!("new", &package, "--valid-from", "2026-01-01");
    assert_eq!(code, 3);
    assert!(
        errors.contains("no version is ever overwritten"),
        "{errors}"
    );
}

#[test]
fn a_mistake_is_shown_at_its_line_in_both_languages() {
    let folder = tempfile::tempdir().expect("a folder");
    let package = folder.path().join("2020-03-01.yaml");
    let text = fs::read_to_string(printing()).expect("a file");
    fs::write(
        &package,
        text.replace(
            "rule: head_is_legal_representative",
            "rule: head_is_legal_reprezentative",
        ),
    )
    .expect("written");
    let (code, out, errors) = motcua!("check", &package);
    assert_eq!((code, out.as_str()), (3, ""));
    assert!(errors.contains("head_is_legal_reprezentative"), "{errors}");
    assert!(
        errors.contains("did you mean `head_is_legal_representative`?"),
        "{errors}"
    );
    let (code, _, errors) = motcua!("--lang", "vi", "check", &package);
    assert_eq!(code, 3);
    assert!(
        errors.contains("có phải ý bạn là `head_is_legal_representative`?"),
        "{errors}"
    );
    let (code, json, _) = motcua!("check", "--json", &package);
    assert_eq!(code, 3);
    let report: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let diagnostics = report[0]["diagnostics"].as_array().expect("a list");
    assert!(
        diagnostics
            .iter()
            .any(|d| d["code"] == "unknown-fact" && d["severity"] == "error"),
        "{json}"
    );
}

#[test]
fn a_case_that_fails_is_told_with_what_came_instead() {
    let folder = tempfile::tempdir().expect("a folder");
    let package = folder.path().join("2020-03-01.yaml");
    fs::copy(printing(), &package).expect("copied");
    let cases = printing()
        .parent()
        .expect("a folder")
        .join("cases/2020-03-01.yaml");
    let text = fs::read_to_string(cases).expect("a file");
    fs::create_dir(folder.path().join("cases")).expect("a folder");
    let wrong = text.replacen("verdict: needs-judgement", "verdict: eligible", 1);
    assert_ne!(wrong, text);
    fs::write(folder.path().join("cases/2020-03-01.yaml"), wrong).expect("written");
    let (code, _, errors) = motcua!("test", &package);
    assert_eq!(code, 4, "{errors}");
    assert!(
        errors.contains("verdict: expected eligible, got needs-judgement"),
        "{errors}"
    );
}

#[test]
fn a_truncated_component_is_refused_with_the_rule_it_breaks() {
    let (folder, file) = component();
    let bytes = fs::read(file).expect("a file");
    let truncated = folder.path().join("truncated.wasm");
    for length in [0, 4, 8, bytes.len() / 2, bytes.len() - 1] {
        fs::write(&truncated, &bytes[..length]).expect("written");
        let (code, _, errors) = motcua!("inspect", &truncated);
        assert_eq!(code, 3, "{length} bytes: {errors}");
        assert!(errors.contains("not admitted"), "{length} bytes: {errors}");
        let (code, _, errors) = motcua!("test", &truncated);
        assert_eq!(code, 3, "{length} bytes: {errors}");
    }
}

#[test]
fn a_question_is_answered_on_the_command_line() {
    let (folder, file) = component();
    let input = folder.path().join("question.json");
    fs::write(
        &input,
        r#"{"received_at": "2026-03-02T09:00", "facts": {"owner_is_vietnamese": false}}"#,
    )
    .expect("written");
    let (code, answer, errors) = motcua!("assess", &file, "--input", &input);
    assert_eq!(code, 0, "{errors}");
    let answer: serde_json::Value = serde_json::from_str(&answer).expect("JSON");
    assert_eq!(answer["verdict"], "ineligible");
    fs::write(&input, r#"{"facts": {"owner_is_vietnamese": "no"}}"#).expect("written");
    let (code, out, errors) = motcua!("assess", &file, "--input", &input);
    assert_eq!((code, out.as_str()), (3, ""));
    assert!(errors.contains("/facts/owner_is_vietnamese"), "{errors}");
}

#[test]
fn what_is_not_there_is_named() {
    let (code, _, errors) = motcua!("check", "no-such-folder");
    assert_eq!(code, 1);
    assert!(errors.contains("no-such-folder"), "{errors}");
    let (code, _, _) = motcua!("no-such-command");
    assert_eq!(code, 2);
}

/// Starts `serve` with a data folder, and waits for its end.
fn serve(data: &Path, listen: &str) -> (i32, String, String) {
    ended(
        command()
            .args(["serve", "--listen", listen, "--procedures"])
            .arg(procedures())
            .arg("--data")
            .arg(data)
            .output()
            .expect("motcua starts"),
    )
}

#[test]
fn a_port_in_use_is_named_with_a_way_out() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let data = tempfile::tempdir().expect("a folder");
    let (code, out, errors) = serve(data.path(), &address);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(
        errors.contains("is in use") && errors.contains("--listen"),
        "{errors}"
    );
    assert!(
        !data.path().join("motcua.db").exists(),
        "nothing is begun before the port is had"
    );
}

#[test]
fn a_file_that_is_no_database_is_left_as_it_is() {
    let data = tempfile::tempdir().expect("a folder");
    let file = data.path().join("motcua.db");
    let garbage =
        b"this is a letter, not a database, and long enough to be read as one ".repeat(40);
    fs::write(&file, &garbage).expect("written");
    let (code, _, errors) = serve(data.path(), "127.0.0.1:0");
    assert_eq!(code, 1, "{errors}");
    assert!(errors.contains("motcua.db"), "{errors}");
    assert_eq!(fs::read(&file).expect("a file"), garbage);
}

/// The signal of Ctrl-C. A shell starts what runs in the background with that one ignored, and a program inherits it: one that
/// comes before the program has an ear for it is lost then, so the tests of such a shell ask with another one to stop.
#[cfg(unix)]
fn interrupting() -> &'static str {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|bits| u64::from_str_radix(bits.trim(), 16).ok());
    if ignored.is_some_and(|bits| bits & 0b10 != 0) {
        "-TERM"
    } else {
        "-INT"
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_while_loading_loses_nothing() {
    let data = tempfile::tempdir().expect("a folder");
    let start = || {
        command()
            .args(["serve", "--listen", "127.0.0.1:0", "--procedures"])
            .arg(procedures())
            .arg("--data")
            .arg(data.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("motcua starts")
    };
    // At any moment of the start: before, while and after it opens its database and loads.
    for milliseconds in [1, 20, 60, 120, 250, 500] {
        let child = start();
        std::thread::sleep(std::time::Duration::from_millis(milliseconds));
        let sent = Command::new("kill")
            .args([interrupting(), &child.id().to_string()])
            .status();
        assert!(sent.is_ok_and(|status| status.success()));
        let output = child.wait_with_output().expect("it ends");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(!errors.contains("panicked"), "{errors}");
    }
    let mut child = start();
    let mut address = String::new();
    let mut out = std::io::BufReader::new(child.stdout.take().expect("piped"));
    std::io::BufRead::read_line(&mut out, &mut address).expect("it says where it answers");
    assert!(address.starts_with("http://127.0.0.1:"), "{address}");
    let _ = child.kill();
    let _ = child.wait();
}

#[test]
fn help_and_complaints_are_in_the_language_that_is_asked_for() {
    let speak = |arguments: &[&str], variable: &str| {
        let mut command = command();
        command.env("MOTCUA_LANG", variable).args(arguments);
        ended(command.output().expect("motcua starts"))
    };
    let (code, help, _) = speak(&["--help"], "vi");
    assert_eq!(code, 0);
    assert!(
        help.contains("Cách dùng: motcua") && help.contains("Vận hành máy chủ:"),
        "{help}"
    );
    let (_, help, _) = speak(&["token", "new", "--help", "--lang", "vi"], "en");
    assert!(help.contains("Cấp một mã truy cập"), "{help}");
    let (_, help, _) = speak(&["--lang=en", "--help"], "vi");
    assert!(
        help.contains("Usage: motcua") && help.contains("Run a host:"),
        "{help}"
    );
    let (code, _, complaint) = speak(&["serve", "--port", "1"], "vi");
    assert_eq!(code, 2);
    assert!(
        complaint.contains("không có tùy chọn hay đối số --port"),
        "{complaint}"
    );
    let (code, _, complaint) = speak(&["check", "/no/such"], "vi");
    assert_eq!(code, 1);
    assert_eq!(
        complaint.trim(),
        "không đọc được `/no/such`: không có tệp hay thư mục này"
    );
}

#[test]
fn a_slip_in_the_name_of_the_data_folder_makes_no_token() {
    let folder = tempfile::tempdir().expect("a folder");
    let nowhere = folder.path().join("dtaa");
    let (code, token, message) = motcua!("token", "first", "--person", "an", "--data", &nowhere);
    assert_eq!((code, token.as_str()), (1, ""), "{message}");
    assert!(message.contains("there is no data of motcua"), "{message}");
    assert!(!nowhere.exists(), "nothing was made");
}

#[test]
fn what_is_neither_a_package_nor_a_component_is_told_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("picture");
    fs::write(&file, b"\xff\xd8\xff\xe0").expect("a file");
    let (code, _, message) = motcua!("inspect", &file);
    assert_eq!(code, 3);
    assert!(
        message.contains("neither a package nor a component"),
        "{message}"
    );
}

#[test]
fn nobody_to_read_the_messages_is_no_reason_to_stop() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("out.wasm");
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = command();
    command.arg("build").arg(printing()).arg("-o").arg(&file);
    let status = command.stderr(writer).stdout(Stdio::null()).status();
    assert_eq!(status.expect("motcua starts").code(), Some(0));
    assert!(file.exists());
}

//! The command line in Vietnamese. clap speaks English only: the texts of the definition are exchanged by one table, and
//! what clap itself would say is said here.

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command};

/// The headings of the groups of commands, the exit codes, and every text of every command and option.
const TEXTS: &[(&str, &str)] = &[
    // Headings.
    ("Write and try a procedure", "Soạn và thử thủ tục"),
    ("Publish it: a department", "Công bố: cơ quan"),
    ("Publish it: a reviewer", "Công bố: người duyệt"),
    ("Look back", "Xem lại"),
    ("Run a host", "Vận hành máy chủ"),
    ("Look after the database", "Chăm sóc cơ sở dữ liệu"),
    ("Options", "Tùy chọn"),
    ("Host", "Máy chủ"),
    // Commands.
    (
        "Administrative procedures as WebAssembly components: write, check, try, serve",
        "Thủ tục hành chính dưới dạng thành phần WebAssembly: soạn, kiểm tra, thử, phục vụ",
    ),
    (
        "Compile the procedures and answer questions over HTTP",
        "Biên dịch các thủ tục và trả lời câu hỏi qua HTTP",
    ),
    (
        "Write a package to start from",
        "Viết một gói mẫu để bắt đầu",
    ),
    (
        "Point at every mistake in packages",
        "Chỉ ra mọi chỗ sai trong các gói",
    ),
    (
        "Compile a package into a component",
        "Biên dịch một gói thành thành phần",
    ),
    (
        "Show what a component says of itself, without running it",
        "Xem thành phần tự mô tả gì, không chạy nó",
    ),
    (
        "Answer one question in the sandbox",
        "Trả lời một câu hỏi trong môi trường cách ly",
    ),
    (
        "Run the cases of packages in the sandbox and show what none of them has taken",
        "Chạy các trường hợp mẫu trong môi trường cách ly và chỉ ra những gì chưa trường hợp nào đi qua",
    ),
    (
        "Show what changes from one version to another, as people affected",
        "Xem phiên bản này khác phiên bản kia ở đâu, ảnh hưởng đến những ai",
    ),
    (
        "Make, register, list and revoke keys of departments",
        "Tạo, đăng ký, liệt kê và thu hồi khóa của cơ quan",
    ),
    (
        "Sign that a version shall decide from a day on; needs no host",
        "Ký rằng một phiên bản sẽ áp dụng từ một ngày; không cần máy chủ",
    ),
    (
        "Sign a version and send it to the host, where the gate tries it",
        "Ký một phiên bản và gửi tới máy chủ để cổng kiểm tra thử",
    ),
    (
        "Put an approved version in force from its day on",
        "Đưa phiên bản đã duyệt vào áp dụng từ ngày của nó",
    ),
    (
        "End an active version from a day on",
        "Tạm ngừng một phiên bản đang áp dụng từ một ngày",
    ),
    (
        "Take back a version before its first day",
        "Rút lại một phiên bản trước ngày đầu tiên của nó",
    ),
    (
        "Show what was submitted, what the gate found, and what changes for whom",
        "Xem bản trình, kết quả của cổng kiểm tra, và điều gì thay đổi với ai",
    ),
    (
        "Approve what was read; not by whoever submitted it",
        "Duyệt phiên bản đã đọc; người trình không được tự duyệt",
    ),
    (
        "Send a submission back to its department, saying why",
        "Trả bản trình lại cho cơ quan, nêu lý do",
    ),
    (
        "List every version that was ever put in force, and where each stands",
        "Liệt kê mọi phiên bản từng được đưa vào áp dụng và tình trạng của từng phiên bản",
    ),
    (
        "Work recorded decisions out again, byte for byte, or by another version",
        "Tính lại các quyết định đã ghi, đúng từng byte, hoặc theo phiên bản khác",
    ),
    (
        "Verify, export or note the chain of deeds",
        "Kiểm chứng, xuất hoặc ghi lại đầu chuỗi nhật ký",
    ),
    (
        "Enter and list departments and the codes of their procedures",
        "Khai báo và liệt kê cơ quan cùng mã thủ tục của họ",
    ),
    (
        "Issue, list and revoke tokens",
        "Cấp, liệt kê và thu hồi mã truy cập",
    ),
    (
        "Erase facts of decisions whose time is up; receipts and answers stay",
        "Xóa dữ kiện của các quyết định đã hết hạn lưu; biên nhận và câu trả lời giữ nguyên",
    ),
    (
        "Bring the database to the form that this motcua needs",
        "Đưa cơ sở dữ liệu về dạng mà bản motcua này cần",
    ),
    (
        "Copy everything, as of one moment, into one new file, while hosts go on",
        "Sao toàn bộ dữ liệu, tại một thời điểm, vào một tệp mới trong khi máy chủ vẫn chạy",
    ),
    (
        "Bring a backup into a database that is empty or not there yet",
        "Khôi phục bản sao lưu vào một cơ sở dữ liệu còn trống hoặc chưa có",
    ),
    (
        "Look at the health of the database without changing anything",
        "Khám cơ sở dữ liệu, không thay đổi gì",
    ),
    (
        "Make a private key in a new file, and print its id and public key",
        "Tạo khóa bí mật trong một tệp mới, in mã khóa và khóa công khai",
    ),
    (
        "Register a department's public key at the host (operator)",
        "Đăng ký khóa công khai của cơ quan với máy chủ (người vận hành)",
    ),
    ("List the registered keys", "Liệt kê các khóa đã đăng ký"),
    (
        "Revoke a key (operator, or an author of the department)",
        "Thu hồi một khóa (người vận hành, hoặc người soạn của cơ quan)",
    ),
    (
        "Enter a department, or give it other codes or another name (operator)",
        "Khai báo một cơ quan, hoặc đổi mã thủ tục hay tên của cơ quan (người vận hành)",
    ),
    (
        "List the departments and the codes of their procedures",
        "Liệt kê các cơ quan và mã thủ tục của họ",
    ),
    (
        "Issue the first token of an operator, straight into the database; refused once there is one",
        "Cấp mã truy cập đầu tiên cho người vận hành, ghi thẳng vào cơ sở dữ liệu; bị từ chối khi đã có",
    ),
    (
        "Issue a token (operator)",
        "Cấp một mã truy cập (người vận hành)",
    ),
    (
        "List the tokens, without their secrets (operator, auditor)",
        "Liệt kê các mã truy cập, không kèm phần bí mật (người vận hành, người kiểm tra)",
    ),
    (
        "Revoke a token (operator)",
        "Thu hồi một mã truy cập (người vận hành)",
    ),
    (
        "Read every entry and verify that none was changed, dropped or put in",
        "Đọc mọi mục và kiểm chứng rằng không mục nào bị sửa, bị bỏ hay bị chèn",
    ),
    (
        "Write every entry to the standard output, one JSON object a line",
        "In mọi mục, mỗi dòng một đối tượng JSON",
    ),
    (
        "Print number and hash of the last entry; noted elsewhere, they show later that nothing was cut off",
        "In số và mã băm của mục cuối cùng; ghi lại ở nơi khác, về sau chúng cho thấy không gì bị cắt bỏ",
    ),
    // Options and arguments.
    (
        "Language of messages [default: vi if LANG begins with vi, else en]",
        "Ngôn ngữ của thông báo [mặc định: vi nếu LANG bắt đầu bằng vi, nếu không thì en]",
    ),
    (
        "Address and port to answer on",
        "Địa chỉ và cổng để trả lời",
    ),
    ("Folder of the database", "Thư mục của cơ sở dữ liệu"),
    (
        "Folder of the database; made if it does not exist",
        "Thư mục của cơ sở dữ liệu; được tạo nếu chưa có",
    ),
    (
        "PostgreSQL database instead, as postgres://user:password@host/name; hosts that share one are one",
        "Thay bằng cơ sở dữ liệu PostgreSQL, dạng postgres://nguoi_dung:mat_khau@may_chu/ten; các máy chủ dùng chung một cơ sở dữ liệu là một",
    ),
    (
        "PostgreSQL database instead, as postgres://user:password@host/name",
        "Thay bằng cơ sở dữ liệu PostgreSQL, dạng postgres://nguoi_dung:mat_khau@may_chu/ten",
    ),
    (
        "Folder of the packages and calendars",
        "Thư mục của các gói và lịch",
    ),
    (
        "Answer only from what departments have signed; leave the folder's packages aside",
        "Chỉ trả lời theo những gì cơ quan đã ký; bỏ qua các gói trong thư mục",
    ),
    (
        "File with the keys that seal facts, one a line in base64 [default: $MOTCUA_FACTS_KEY, else a file in the data folder]",
        "Tệp chứa các khóa mã hóa hồ sơ, mỗi dòng một khóa base64 [mặc định: $MOTCUA_FACTS_KEY, nếu không thì một tệp trong thư mục dữ liệu]",
    ),
    (
        "Go on although the key of the decisions so far is lost: they can never be read or replayed again",
        "Vẫn tiếp tục dù khóa của các quyết định trước đây đã mất: chúng sẽ không bao giờ đọc hay tính lại được nữa",
    ),
    (
        "Erase the facts of decisions after so many days; receipts, answers and digests stay [default: never]",
        "Xóa dữ kiện của quyết định sau ngần ấy ngày; biên nhận, câu trả lời và mã băm giữ nguyên [mặc định: không bao giờ]",
    ),
    (
        "Folder of the new procedure; its last part becomes the name in URLs",
        "Thư mục của thủ tục mới; phần cuối của nó thành tên trong URL",
    ),
    (
        "First day on which the version decides",
        "Ngày đầu tiên phiên bản áp dụng",
    ),
    (
        "Packages, or folders of them",
        "Các gói, hoặc thư mục chứa chúng",
    ),
    (
        "Messages as JSON on the standard output",
        "In thông báo dạng JSON ra đầu ra chuẩn",
    ),
    ("The package", "Gói"),
    ("Where to write the component", "Nơi ghi thành phần"),
    ("The component", "Thành phần"),
    ("As JSON", "In dạng JSON"),
    ("A package or a component", "Một gói hoặc một thành phần"),
    (
        "The question, as JSON; - for the standard input",
        "Câu hỏi, dạng JSON; - để đọc từ đầu vào chuẩn",
    ),
    ("Folder of the calendars", "Thư mục lịch nghỉ"),
    (
        "Ids and outcomes without the words",
        "Chỉ mã và kết quả, không kèm lời",
    ),
    (
        "Packages or components, or folders of them",
        "Các gói hoặc thành phần, hoặc thư mục chứa chúng",
    ),
    (
        "The new file: PKCS #8 PEM, readable only by its owner",
        "Tệp mới: PKCS #8 PEM, chỉ chủ của nó đọc được",
    ),
    (
        "The public key, base64, as `motcua key new` prints it",
        "Khóa công khai, base64, như `motcua key new` đã in",
    ),
    ("The department", "Cơ quan"),
    (
        "Its signatures count from this moment on [default: now]",
        "Chữ ký của khóa có giá trị từ lúc này [mặc định: bây giờ]",
    ),
    ("Until this moment", "Đến lúc này"),
    ("The key's id", "Mã của khóa"),
    (
        "From this moment on; may lie in the past, when the key was lost then [default: now]",
        "Từ lúc này; có thể ở quá khứ, nếu khóa bị mất từ khi đó [mặc định: bây giờ]",
    ),
    ("Why", "Lý do"),
    (
        "Its id: letters without diacritics, digits and .-_@",
        "Mã của cơ quan: chữ không dấu, chữ số và .-_@",
    ),
    ("Its name in Vietnamese", "Tên tiếng Việt"),
    ("Its name in English", "Tên tiếng Anh"),
    (
        "National code of a procedure that belongs to it; one that ends in * stands for all that begin so",
        "Mã quốc gia của thủ tục thuộc cơ quan; mã kết thúc bằng * thay cho mọi mã bắt đầu như thế",
    ),
    ("The department's private key", "Khóa bí mật của cơ quan"),
    (
        "First day of receipt that it shall decide [default: the version's own first day]",
        "Ngày tiếp nhận đầu tiên mà phiên bản áp dụng [mặc định: ngày đầu tiên của chính phiên bản]",
    ),
    (
        "Number of the statement: greater than any before it for this procedure",
        "Số của bản tuyên bố: lớn hơn mọi số trước đó của thủ tục này",
    ),
    (
        "What `motcua sign` has printed, when the key is on another machine",
        "Những gì `motcua sign` đã in, khi khóa nằm trên máy khác",
    ),
    (
        "The department [default: whose key it is]",
        "Cơ quan [mặc định: cơ quan có khóa đó]",
    ),
    (
        "Number of the statement [default: the next one, as the host says]",
        "Số của bản tuyên bố [mặc định: số tiếp theo mà máy chủ cho biết]",
    ),
    ("The submission", "Bản trình"),
    (
        "Digest of the component that was read, as `motcua review` shows it",
        "Mã băm của thành phần đã đọc, như `motcua review` cho thấy",
    ),
    ("What to say about it", "Ý kiến kèm theo"),
    ("What must be mended", "Những gì phải sửa"),
    (
        "First day of receipt that it decides no more [default: today]",
        "Ngày tiếp nhận đầu tiên mà phiên bản thôi áp dụng [mặc định: hôm nay]",
    ),
    (
        "Print the package that the component was made from instead",
        "Thay vào đó, in gói đã tạo ra thành phần",
    ),
    (
        "Also write the component to a file, to try it with `motcua inspect`, `test` and `assess`",
        "Ghi cả thành phần ra tệp để thử bằng `motcua inspect`, `test` và `assess`",
    ),
    ("National code or slug", "Mã quốc gia hoặc tên trong URL"),
    (
        "With what had been published by this moment",
        "Theo những gì đã công bố đến lúc này",
    ),
    (
        "The version before: a package or a component; with --procedure a digest, a submission's number, or a day",
        "Phiên bản trước: một gói hoặc một thành phần; với --procedure thì là mã băm, số bản trình, hoặc ngày",
    ),
    ("The version after: likewise", "Phiên bản sau: tương tự"),
    (
        "Compare two versions of this procedure at the host",
        "So hai phiên bản của thủ tục này trên máy chủ",
    ),
    (
        "Folder of the calendars, for packages and components",
        "Thư mục lịch nghỉ, khi so gói và thành phần",
    ),
    (
        "Only decisions recorded at or after this moment",
        "Chỉ những quyết định ghi từ lúc này trở đi",
    ),
    (
        "Only decisions recorded before this moment",
        "Chỉ những quyết định ghi trước lúc này",
    ),
    (
        "Only decisions about this procedure: national code",
        "Chỉ những quyết định về thủ tục này: mã quốc gia",
    ),
    (
        "Only decisions by this version",
        "Chỉ những quyết định theo phiên bản này",
    ),
    (
        "What would have been answered by this version",
        "Câu trả lời sẽ ra sao nếu theo phiên bản này",
    ),
    (
        "Number and hash that `motcua audit head` printed earlier: the chain must still hold that entry",
        "Số và mã băm mà `motcua audit head` đã in trước đây: chuỗi phải còn đúng mục đó",
    ),
    (
        "Read the database in this folder instead of asking a host",
        "Đọc cơ sở dữ liệu trong thư mục này thay vì hỏi máy chủ",
    ),
    (
        "Read this PostgreSQL database instead of asking a host",
        "Đọc cơ sở dữ liệu PostgreSQL này thay vì hỏi máy chủ",
    ),
    ("Whose it will be", "Cấp cho ai"),
    (
        "Whose it will be; somebody with two tasks has two tokens, and is still one person",
        "Cấp cho ai; người làm hai việc có hai mã truy cập, nhưng vẫn là một người",
    ),
    ("For how many days it counts", "Có giá trị bao nhiêu ngày"),
    ("What it allows", "Được làm gì"),
    (
        "Whose versions an author submits",
        "Người soạn trình phiên bản của cơ quan nào",
    ),
    (
        "As JSON, with the token's id",
        "In dạng JSON, kèm mã nhận dạng của mã truy cập",
    ),
    (
        "The token's id, as `motcua token list` shows it; not the secret",
        "Mã nhận dạng, như `motcua token list` cho thấy; không phải phần bí mật",
    ),
    (
        "Facts of decisions recorded before this moment",
        "Dữ kiện của các quyết định ghi trước lúc này",
    ),
    ("The new file", "Tệp mới"),
    ("The backup", "Bản sao lưu"),
    ("The host", "Máy chủ"),
    (
        "File with the token [default: $MOTCUA_TOKEN]",
        "Tệp chứa mã truy cập [mặc định: $MOTCUA_TOKEN]",
    ),
    (
        "A crate whose rules are Rust",
        "Một crate có quy tắc viết bằng Rust",
    ),
    (
        "Folder of motcua-plugin, for such a crate [default: plugins/sdk of the folders around it]",
        "Thư mục của motcua-plugin, cho crate như thế [mặc định: plugins/sdk của các thư mục bao quanh nó]",
    ),
    (
        "Packages, crates, or folders of them",
        "Các gói, crate, hoặc thư mục chứa chúng",
    ),
    (
        "Make one component of a package, of a crate, or of a package and its code",
        "Tạo một thành phần từ một gói, từ một crate, hoặc từ một gói và mã của nó",
    ),
    (
        "The package, or the folder of a crate",
        "Gói, hoặc thư mục của một crate",
    ),
    (
        "The code of a package that leaves its rules to code: a WebAssembly module or component",
        "Mã của gói để quy tắc cho mã: một mô-đun hoặc thành phần WebAssembly",
    ),
    (
        "A package, a crate or a component",
        "Một gói, một crate hoặc một thành phần",
    ),
    (
        "Packages, crates or components, or folders of them",
        "Các gói, crate hoặc thành phần, hoặc thư mục chứa chúng",
    ),
    (
        "The version before: a package, a crate or a component; with --procedure a digest, a submission's number, or a day",
        "Phiên bản trước: một gói, một crate hoặc một thành phần; với --procedure thì là mã băm, số bản trình, hoặc ngày",
    ),
    (
        "Folder of compiled code, for this host's user alone [default: `cache` in the data folder; none with --database]",
        "Thư mục mã đã biên dịch, chỉ cho người dùng của máy chủ này [mặc định: `cache` trong thư mục dữ liệu; không có nếu dùng --database]",
    ),
    (
        "Folder of compiled code, if `serve` is told one",
        "Thư mục mã đã biên dịch, nếu `serve` được chỉ một thư mục",
    ),
    // Why a value is refused.
    (
        "a submission is CODE/NUMBER, for example 1.003868/3",
        "bản trình ghi dạng MÃ/SỐ, ví dụ 1.003868/3",
    ),
    (
        "a moment is a day or 2026-03-02T09:00",
        "thời điểm là một ngày, hoặc dạng 2026-03-02T09:00",
    ),
    (
        "invalid socket address syntax",
        "cần địa chỉ và cổng, ví dụ 127.0.0.1:8080",
    ),
    ("invalid digit found in string", "cần một số nguyên"),
    ("no such day or hour", "không có ngày hoặc giờ đó"),
    (
        "not a date in the form 2026-04-22, or a moment in the form 2026-04-22T09:00",
        "ngày ghi dạng 2026-04-22, thời điểm ghi dạng 2026-04-22T09:00",
    ),
    (
        "outside 1900-01-01 to 2199-12-31",
        "nằm ngoài khoảng 1900-01-01 đến 2199-12-31",
    ),
    // Names of values.
    ("ADDRESS:PORT", "ĐỊA-CHỈ:CỔNG"),
    ("CODE", "MÃ"),
    ("CODE/NUMBER", "MÃ/SỐ"),
    ("DATE", "NGÀY"),
    ("DAYS", "SỐ-NGÀY"),
    ("DIGEST", "MÃ-BĂM"),
    ("FILE", "TỆP"),
    ("FOLDER", "THƯ-MỤC"),
    ("FROM", "TỪ-TỆP"),
    ("ID", "MÃ"),
    ("KEY", "KHÓA"),
    ("LANGUAGE", "NGÔN-NGỮ"),
    ("MOMENT", "LÚC"),
    ("NAME", "TÊN"),
    ("NUMBER", "SỐ"),
    ("NUMBER HASH", "SỐ MÃ-BĂM"),
    ("PACKAGE", "GÓI"),
    ("PACKAGE|CRATE", "GÓI|CRATE"),
    ("PACKAGE|CRATE|FILE", "GÓI|CRATE|TỆP"),
    ("PACKAGE|FILE", "GÓI|TỆP"),
    ("PATH", "ĐƯỜNG-DẪN"),
    ("PUBLIC-KEY", "KHÓA-CÔNG-KHAI"),
    ("ROLE", "VAI-TRÒ"),
    ("TEXT", "LỜI"),
    ("TO", "ĐẾN-TỆP"),
];

/// The end of `motcua --help`: what an exit code means.
const EXIT_CODES: &str = "Mã kết thúc:
  0  xong
  1  máy cản trở: một tệp, một cổng, cơ sở dữ liệu
  2  dòng lệnh sai
  3  gói, thành phần hoặc dữ liệu vào sai
  4  một trường hợp mẫu không đạt, hoặc bản tính lại hay chuỗi nhật ký không như đã ghi
  5  máy chủ từ chối

Thông báo ra đầu ra lỗi chuẩn, kết quả ra đầu ra chuẩn.";

/// A text in Vietnamese; one that is not in the table stays as it is.
pub fn of(text: &str) -> &str {
    known(text).unwrap_or(text)
}

fn known(text: &str) -> Option<&'static str> {
    let (_, vietnamese) = TEXTS.iter().find(|(english, _)| *english == text)?;
    Some(vietnamese)
}

/// The definition with Vietnamese texts; the commands do the same as before.
pub fn translated(command: Command) -> Command {
    let mut built = command.clone();
    built.build();
    let translated = exchanged(command, &built);
    translated.after_help(EXIT_CODES)
}

/// `built` is the same command as clap completes it: it knows how the command is used.
fn exchanged(command: Command, built: &Command) -> Command {
    let usage = built.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim();
    let usage = usage
        .replace("[OPTIONS]", "[TÙY CHỌN]")
        .replace("<COMMAND>", "<LỆNH>");
    let about = command.get_about().map(ToString::to_string);
    let names: Vec<String> = command
        .get_subcommands()
        .map(|sub| sub.get_name().to_owned())
        .collect();
    let mut command = command
        .override_usage(in_words(&usage))
        .help_template(
            "{before-help}{about-with-newline}\nCách dùng: {usage}\n\n{all-args}{after-help}",
        )
        .subcommand_help_heading("Các lệnh")
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .mut_args(argument)
        .arg(flag("help", 'h', ArgAction::Help, "In trợ giúp"))
        .arg(flag("version", 'V', ArgAction::Version, "In phiên bản"));
    if let Some(about) = about {
        command = command.about(of(&about).to_owned());
    }
    for name in names {
        let Some(built) = built.find_subcommand(&name) else {
            continue;
        };
        command = command.mut_subcommand(name, |sub| exchanged(sub, built));
    }
    command
}

fn flag(name: &'static str, short: char, action: ArgAction, help: &'static str) -> Arg {
    Arg::new(name)
        .short(short)
        .long(name)
        .action(action)
        .help(help)
        .help_heading("Tùy chọn")
}

/// The names of values in a usage.
fn in_words(usage: &str) -> String {
    let mut out = String::new();
    let mut rest = usage;
    while let Some((before, from)) = rest.split_once('<') {
        let Some((name, after)) = from.split_once('>') else {
            break;
        };
        out.push_str(before);
        out.push('<');
        out.push_str(of(name));
        out.push('>');
        rest = after;
    }
    out + rest
}

fn argument(arg: Arg) -> Arg {
    let mut help = arg
        .get_help()
        .map(|help| of(&help.to_string()).to_owned())
        .unwrap_or_default();
    let possible: Vec<String> = match arg.get_action() {
        ArgAction::Set | ArgAction::Append => arg
            .get_possible_values()
            .iter()
            .map(|value| value.get_name().to_owned())
            .collect(),
        _ => Vec::new(),
    };
    if let Some(variable) = arg.get_env() {
        help += &format!(" [biến môi trường: {}]", variable.to_string_lossy());
    }
    let defaults: Vec<String> = arg
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy().into_owned())
        .filter(|value| !value.is_empty())
        .collect();
    if !defaults.is_empty() && arg.get_action().takes_values() {
        help += &format!(" [mặc định: {}]", defaults.join(" "));
    }
    if !possible.is_empty() {
        help += &format!(" [một trong: {}]", possible.join(", "));
    }
    let heading = match arg.get_help_heading().and_then(known) {
        Some(heading) => heading,
        None if arg.is_positional() => "Đối số",
        None => "Tùy chọn",
    };
    let names: Option<Vec<&'static str>> = arg
        .get_value_names()
        .and_then(|names| names.iter().map(|name| known(name)).collect());
    let arg = arg
        .help(help)
        .help_heading(heading)
        .hide_default_value(true)
        .hide_possible_values(true)
        .hide_env(true);
    match names {
        Some(names) if arg.get_action().takes_values() => arg.value_names(names),
        _ => arg,
    }
}

/// What is wrong with a command line. Nothing for what is no complaint: help that was asked for.
pub fn complaint(error: &clap::Error) -> Option<String> {
    let said = |kind| error.get(kind).map(shown).unwrap_or_default();
    let argument = said(ContextKind::InvalidArg);
    let value = said(ContextKind::InvalidValue);
    let what = match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => format!("{argument} cần một giá trị"),
        ErrorKind::InvalidValue => format!("`{value}` không phải giá trị của {argument}"),
        ErrorKind::UnknownArgument => format!("không có tùy chọn hay đối số {argument}"),
        ErrorKind::InvalidSubcommand => {
            format!("không có lệnh `{}`", said(ContextKind::InvalidSubcommand))
        }
        ErrorKind::NoEquals => format!("{argument} cần dấu ="),
        ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map(ToString::to_string);
            let why = why.as_deref().map(reason).unwrap_or_default();
            format!("`{value}` không dùng được cho {argument}: {why}")
        }
        ErrorKind::TooManyValues => format!("{argument} không nhận thêm giá trị `{value}`"),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("{argument} không nhận đúng số giá trị")
        }
        ErrorKind::ArgumentConflict => {
            let other = said(ContextKind::PriorArg);
            if other == argument {
                format!("{argument} chỉ được ghi một lần")
            } else {
                format!("{argument} không đi cùng {other}")
            }
        }
        ErrorKind::MissingRequiredArgument => format!("thiếu {argument}"),
        ErrorKind::MissingSubcommand => "thiếu lệnh con".to_owned(),
        ErrorKind::InvalidUtf8 => "dòng lệnh có chữ không phải UTF-8".to_owned(),
        _ => return None,
    };
    let mut text = format!("lỗi: {what}\n");
    let hints = [
        (ContextKind::ValidValue, "dùng được"),
        (ContextKind::ValidSubcommand, "các lệnh"),
        (ContextKind::SuggestedArg, "có phải là"),
        (ContextKind::SuggestedSubcommand, "có phải là"),
        (ContextKind::SuggestedValue, "có phải là"),
    ];
    for (kind, words) in hints {
        let hint = said(kind);
        if !hint.is_empty() {
            text += &format!("  {words}: {hint}\n");
        }
    }
    let usage = said(ContextKind::Usage);
    let usage = usage.trim_start_matches("Usage:").trim();
    if !usage.is_empty() {
        text += &format!("\nCách dùng: {usage}\n");
    }
    text += "\nXem thêm: --help\n";
    Some(text)
}

/// Why a value is refused; what is not in the table stays in English.
fn reason(text: &str) -> String {
    let range = text
        .split_once(" is not in ")
        .and_then(|(_, range)| range.split_once("..="));
    match range {
        Some((least, most)) => format!("phải từ {least} đến {most}"),
        None => of(text).to_owned(),
    }
}

fn shown(value: &ContextValue) -> String {
    let unstyled = |text: &StyledStr| text.to_string();
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(list) => list.join(", "),
        ContextValue::StyledStr(text) => unstyled(text),
        ContextValue::StyledStrs(list) => list.iter().map(unstyled).collect::<Vec<_>>().join(", "),
        ContextValue::Number(number) => number.to_string(),
        ContextValue::Bool(truth) => truth.to_string(),
        _ => String::new(),
    }
}

//! What can go wrong, and whose fault it is.

use motcua_model::assessment::AssessmentError;
use motcua_model::{Subject, Text};

use crate::admission::Refusal;

/// Who has to act when a call gives no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The component broke a rule of the sandbox or of the contract. It will do so again for the same question: the
    /// department that wrote it has to act.
    Plugin,
    /// The machine could not do it now. Nothing is said about the component: the same question may be asked again.
    Platform,
}

/// Why a call has no answer. No text of the component appears in it as it is: what comes from a stranger has gone through
/// [`crate::printable`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// It worked longer than it may.
    #[error("the component used up its fuel of {budget} units before it answered")]
    OutOfFuel {
        /// [`crate::Limits::fuel`].
        budget: u64,
    },
    /// It wanted more memory or larger tables than it may have, and could not go on without.
    #[error("the component wanted more than the {limit} bytes of memory it may have")]
    OutOfMemory {
        /// The limit that held, in bytes.
        limit: usize,
    },
    /// It called itself too deep.
    #[error("the component used up its stack of {limit} bytes")]
    StackOverflow {
        /// [`crate::Limits::stack_bytes`].
        limit: usize,
    },
    /// It did something that WebAssembly stops.
    #[error("the component was stopped: {0}")]
    Trapped(TrapKind),
    /// Its answer cannot be read as a value of the contract.
    #[error("the answer of the component cannot be read: {what}")]
    Unreadable {
        /// What is wrong with it.
        what: String,
    },
    /// Its answer is too large.
    #[error("the answer of the component is too large: {what}, at most {limit} allowed")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How much is allowed.
        limit: usize,
    },
    /// Its answer does not fit its own manifest, or the question.
    #[error("the answer of the component contradicts its manifest: {0}")]
    Contradicts(#[from] AssessmentError),
    /// The facts that it told as the reason of a result are not.
    #[error("the component told false grounds for {subject}: {why}")]
    Grounds {
        /// Whose result.
        subject: Subject,
        /// What is wrong with them.
        why: FalseGrounds,
    },
    /// The wall clock stopped it. It had fuel left, so the machine was too slow.
    #[error(
        "the component was stopped after {milliseconds} ms, with fuel left: the machine is overloaded"
    )]
    Stopped {
        /// [`crate::Limits::tick`] times [`crate::Limits::deadline_ticks`].
        milliseconds: u128,
    },
    /// As many calls as allowed are running.
    #[error("all {slots} places of the sandbox are taken")]
    Busy {
        /// [`crate::Limits::slots`].
        slots: u32,
    },
    /// The machine failed: no memory could be had, or the like.
    #[error("the sandbox failed: {what}")]
    Platform {
        /// What failed.
        what: String,
    },
}

impl CallError {
    /// Who has to act.
    pub fn fault(&self) -> Fault {
        match self {
            Self::OutOfFuel { .. }
            | Self::OutOfMemory { .. }
            | Self::StackOverflow { .. }
            | Self::Trapped(_)
            | Self::Unreadable { .. }
            | Self::TooLarge { .. }
            | Self::Contradicts(_)
            | Self::Grounds { .. } => Fault::Plugin,
            Self::Stopped { .. } | Self::Busy { .. } | Self::Platform { .. } => Fault::Platform,
        }
    }

    /// A stable word for it, for JSON, logs and metrics.
    pub fn code(&self) -> &'static str {
        match self {
            Self::OutOfFuel { .. } => "out-of-fuel",
            Self::OutOfMemory { .. } => "out-of-memory",
            Self::StackOverflow { .. } => "stack-overflow",
            Self::Trapped(_) => "trapped",
            Self::Unreadable { .. } => "unreadable-answer",
            Self::TooLarge { .. } => "answer-too-large",
            Self::Contradicts(_) => "answer-contradicts-manifest",
            Self::Grounds { .. } => "false-grounds",
            Self::Stopped { .. } => "stopped",
            Self::Busy { .. } => "busy",
            Self::Platform { .. } => "sandbox-failed",
        }
    }

    /// For the officer who wrote the package and the operator who runs it.
    pub fn message(&self) -> Text {
        let vi = match self {
            Self::OutOfFuel { budget } => {
                format!(
                    "thủ tục tính toán quá lâu: đã dùng hết {budget} đơn vị xử lý mà chưa có câu trả lời"
                )
            }
            Self::OutOfMemory { limit } => {
                format!("thủ tục đòi nhiều bộ nhớ hơn mức cho phép ({limit} byte)")
            }
            Self::StackOverflow { limit } => {
                format!("thủ tục gọi lồng nhau quá sâu (ngăn xếp {limit} byte đã đầy)")
            }
            Self::Trapped(kind) => format!("thủ tục bị dừng: {}", kind.vietnamese()),
            Self::Unreadable { what } => format!("không đọc được câu trả lời của thủ tục: {what}"),
            Self::TooLarge { what, limit } => {
                format!("câu trả lời của thủ tục quá lớn: {what}, tối đa {limit}")
            }
            Self::Contradicts(error) => {
                format!("câu trả lời của thủ tục trái với bản mô tả của chính nó: {error}")
            }
            Self::Grounds { subject, why } => format!(
                "thủ tục nêu sai căn cứ của {}: {}",
                vietnamese(*subject),
                why.vietnamese()
            ),
            Self::Stopped { milliseconds } => {
                format!("máy chủ quá tải: phép tính bị dừng sau {milliseconds} ms, xin thử lại")
            }
            Self::Busy { slots } => {
                format!("máy chủ bận: cả {slots} chỗ xử lý đều đang dùng, xin thử lại sau giây lát")
            }
            Self::Platform { what } => format!("máy chủ gặp sự cố: {what}"),
        };
        Text::new(vi, self.to_string())
    }
}

/// What a result is about, by its position in the manifest, counted from 0.
fn vietnamese(subject: Subject) -> String {
    match subject {
        Subject::Exemption(number) => format!("trường hợp miễn {number}"),
        Subject::Condition(number) => format!("điều kiện {number}"),
        Subject::Document(number) => format!("giấy tờ {number}"),
        Subject::TimeLimit => "thời hạn giải quyết".to_owned(),
        Subject::Fee(number) => format!("phí, lệ phí {number}"),
    }
}

/// What is wrong with facts that a component told as the reason of a result. Facts are named by their position in the
/// manifest, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FalseGrounds {
    /// One of them was not told.
    #[error("fact {0} was not told")]
    NotTold(u16),
    /// One is told twice.
    #[error("fact {0} stands there twice")]
    Twice(u16),
    /// They do not ascend.
    #[error("fact {0} stands after one of a higher number")]
    Order(u16),
    /// An application that tells only these has another result.
    #[error("an application that tells only these facts has another result")]
    TooFew,
}

impl FalseGrounds {
    fn vietnamese(self) -> String {
        match self {
            Self::NotTold(fact) => format!("thông tin {fact} không được khai"),
            Self::Twice(fact) => format!("thông tin {fact} được nêu hai lần"),
            Self::Order(fact) => format!("thông tin {fact} đứng sau một thông tin có số lớn hơn"),
            Self::TooFew => "hồ sơ chỉ khai những thông tin này có kết quả khác".to_owned(),
        }
    }
}

/// What WebAssembly stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrapKind {
    /// An `unreachable` instruction: the component gave up, often after a check of its own.
    #[error("it gave up (`unreachable`)")]
    Unreachable,
    /// Outside its memory.
    #[error("it reached outside its memory")]
    OutOfBounds,
    /// A call through a table to a place where no function of this type is.
    #[error("it called a function that is not there")]
    BadCall,
    /// An overflow, a division by zero, a number that does not fit.
    #[error("a calculation had no result (division by zero or overflow)")]
    Arithmetic,
    /// Anything else.
    #[error("it broke a rule of WebAssembly")]
    Other,
}

impl TrapKind {
    fn vietnamese(self) -> &'static str {
        match self {
            Self::Unreachable => "nó tự dừng (`unreachable`)",
            Self::OutOfBounds => "nó truy cập ra ngoài bộ nhớ của mình",
            Self::BadCall => "nó gọi một hàm không tồn tại",
            Self::Arithmetic => "phép tính không có kết quả (chia cho 0 hoặc tràn số)",
            Self::Other => "nó vi phạm quy tắc của WebAssembly",
        }
    }
}

/// Why a component cannot be loaded.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LoadError {
    /// It breaks a rule of admission.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It is admissible, but cannot be compiled: it meets a limit of the WebAssembly compiler.
    #[error("the component cannot be compiled: {what}")]
    Compile {
        /// What the compiler says.
        what: String,
    },
    /// It is admissible, but compiling it takes more than is allowed.
    #[error("compiling the component takes more than {most} {}", limit.english())]
    TooDear {
        /// Which limit was met.
        limit: CompileLimit,
        /// The limit, in the unit of its kind.
        most: u64,
    },
    /// It could not be compiled now: the machine has no process, memory or time for it. Nothing is said about the component.
    #[error("the component could not be compiled: {0}")]
    Compiler(#[source] CallError),
    /// It cannot be instantiated.
    #[error("the component does not start: {0}")]
    Trial(#[source] CallError),
}

/// The limits of compilation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompileLimit {
    /// [`crate::Limits::compile_bytes`], in bytes.
    Memory,
    /// [`crate::Limits::compile_seconds`], in seconds.
    Processor,
    /// [`crate::Limits::code_bytes`], in bytes.
    Code,
}

impl CompileLimit {
    fn english(self) -> &'static str {
        match self {
            Self::Memory => "bytes of memory",
            Self::Processor => "seconds of processor time",
            Self::Code => "bytes of compiled code",
        }
    }

    fn vietnamese(self) -> &'static str {
        match self {
            Self::Memory => "byte bộ nhớ",
            Self::Processor => "giây xử lý",
            Self::Code => "byte mã máy",
        }
    }
}

impl LoadError {
    /// Who has to act.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Refused(_) | Self::Compile { .. } | Self::TooDear { .. } => Fault::Plugin,
            Self::Compiler(error) | Self::Trial(error) => error.fault(),
        }
    }

    /// A stable word for it, for JSON, logs and metrics.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.rule.code(),
            Self::Compile { .. } => "compile",
            Self::TooDear { limit, .. } => match limit {
                CompileLimit::Memory => "compile-memory",
                CompileLimit::Processor => "compile-time",
                CompileLimit::Code => "code-size",
            },
            Self::Compiler(error) | Self::Trial(error) => error.code(),
        }
    }

    /// For the officer who wrote the package and the reviewer who tries it.
    pub fn message(&self) -> Text {
        match self {
            Self::Refused(refusal) => refusal.message.clone(),
            Self::Compile { what } => Text::new(
                format!("không biên dịch được thành phần: {what}"),
                self.to_string(),
            ),
            Self::TooDear { limit, most } => Text::new(
                format!(
                    "biên dịch thành phần tốn hơn mức cho phép ({most} {})",
                    limit.vietnamese()
                ),
                self.to_string(),
            ),
            Self::Compiler(error) => {
                let reason = error.message();
                Text::new(
                    format!("hiện không biên dịch được thành phần: {}", reason.vi),
                    self.to_string(),
                )
            }
            Self::Trial(error) => {
                let reason = error.message();
                Text::new(
                    format!("thành phần không khởi động được: {}", reason.vi),
                    self.to_string(),
                )
            }
        }
    }
}

/// Why there is no engine. The operator has to act: the limits do not fit the machine, or each other.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sandbox cannot be set up with these limits: {what}")]
pub struct EngineError {
    /// What is wrong.
    pub what: String,
}

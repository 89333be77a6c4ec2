//! What can go wrong with the database, told to the operator: what it is, that nothing was changed, and a way out.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;

use motcua_model::Text;

/// Why something could not be kept or read. On each of these the file is left as it was.
#[derive(Debug)]
pub enum StoreError {
    /// The data folder is missing and cannot be made, or is not a folder.
    NoFolder {
        /// The data folder.
        folder: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// No file can be created in the data folder.
    FolderNotWritable {
        /// The data folder.
        folder: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The database file may be read, but not written.
    ReadOnly {
        /// The database file.
        file: PathBuf,
    },
    /// The database file may not even be read.
    Unreadable {
        /// The database file.
        file: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// There is a file of that name, and it is no database.
    NotADatabase {
        /// The file.
        file: PathBuf,
    },
    /// There is a database of that name, and another program made it.
    AnotherProgram {
        /// The file.
        file: PathBuf,
    },
    /// The database is damaged.
    Corrupt {
        /// The database file.
        file: PathBuf,
        /// What the check found, line by line, at most a few lines.
        findings: Vec<String>,
    },
    /// A later version of motcua has changed the database in a way that this one does not know.
    Newer {
        /// The database file.
        file: PathBuf,
        /// The last migration this program knows.
        known: i64,
        /// The last migration found.
        found: i64,
    },
    /// A migration that was applied is not the one this program carries under the same number.
    Altered {
        /// The database file.
        file: PathBuf,
        /// The number of the migration.
        migration: i64,
    },
    /// No room left.
    DiskFull {
        /// The database file.
        file: PathBuf,
    },
    /// Another program holds the database locked longer than we wait.
    Locked {
        /// The database file.
        file: PathBuf,
    },
    /// The file system cannot do what the database needs to be safe (WAL: shared memory and locks).
    NoWal {
        /// The database file.
        file: PathBuf,
    },
    /// The store has been closed: the host is stopping.
    Closed,
    /// A row does not say what it should. A fault of the program or of somebody who edited the file by hand.
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The row's key.
        key: String,
        /// What is wrong.
        what: String,
    },
    /// What was to be kept cannot be kept by anyone: a fault of the program.
    Unfit {
        /// What is wrong with it.
        what: String,
    },
    /// Anything else the database driver says.
    Driver {
        /// The database file.
        file: PathBuf,
        /// What the driver says.
        source: Box<dyn Error + Send + Sync>,
    },
}

impl StoreError {
    /// The message in both languages: what is wrong, and what to do.
    pub fn text(&self) -> Text {
        match self {
            Self::NoFolder { folder, source } => Text::new(
                format!(
                    "không mở được thư mục dữ liệu `{0}`: {source}. Hãy tạo thư mục đó, hoặc chỉ thư mục khác bằng --data.",
                    folder.display()
                ),
                format!(
                    "the data folder `{0}` cannot be opened: {source}. Create it, or name another one with --data.",
                    folder.display()
                ),
            ),
            Self::FolderNotWritable { folder, source } => Text::new(
                format!(
                    "không ghi được vào thư mục dữ liệu `{0}`: {source}. Cơ sở dữ liệu cần tạo tệp bên cạnh nó. Hãy cấp quyền \
                     ghi cho tài khoản đang chạy motcua, hoặc chỉ thư mục khác bằng --data.",
                    folder.display()
                ),
                format!(
                    "the data folder `{0}` cannot be written: {source}. The database needs to create files beside itself. \
                     Give the account that runs motcua the right to write there, or name another folder with --data.",
                    folder.display()
                ),
            ),
            Self::ReadOnly { file } => Text::new(
                format!(
                    "tệp cơ sở dữ liệu `{0}` chỉ cho đọc. Không có gì bị thay đổi. Hãy cấp quyền ghi tệp đó cho tài khoản đang \
                     chạy motcua, hoặc kiểm tra xem ổ đĩa có bị gắn ở chế độ chỉ đọc không.",
                    file.display()
                ),
                format!(
                    "the database file `{0}` is read-only. Nothing was changed. Give the account that runs motcua the right \
                     to write it, or see whether its disk is mounted read-only.",
                    file.display()
                ),
            ),
            Self::Unreadable { file, source } => Text::new(
                format!(
                    "không đọc được tệp cơ sở dữ liệu `{0}`: {source}. Không có gì bị thay đổi. Hãy cấp quyền đọc và ghi tệp đó \
                     cho tài khoản đang chạy motcua.",
                    file.display()
                ),
                format!(
                    "the database file `{0}` cannot be read: {source}. Nothing was changed. Give the account that runs motcua \
                     the right to read and write it.",
                    file.display()
                ),
            ),
            Self::NotADatabase { file } => Text::new(
                format!(
                    "tệp `{0}` không phải là cơ sở dữ liệu. Nó được giữ nguyên. Nếu đó là tệp khác, hãy chuyển nó đi hoặc chỉ \
                     thư mục khác bằng --data; nếu đó từng là cơ sở dữ liệu, hãy khôi phục từ bản sao lưu.",
                    file.display()
                ),
                format!(
                    "the file `{0}` is not a database. It was left as it is. If it is something else, move it away or name \
                     another folder with --data; if it used to be the database, restore it from a backup.",
                    file.display()
                ),
            ),
            Self::AnotherProgram { file } => Text::new(
                format!(
                    "tệp `{0}` là cơ sở dữ liệu của một chương trình khác, không phải của motcua. Nó được giữ nguyên. Hãy chỉ \
                     thư mục khác bằng --data.",
                    file.display()
                ),
                format!(
                    "the file `{0}` is the database of another program, not of motcua. It was left as it is. Name another \
                     folder with --data.",
                    file.display()
                ),
            ),
            Self::Corrupt { file, findings } => Text::new(
                format!(
                    "cơ sở dữ liệu `{0}` bị hỏng: {1}. Không có gì bị thay đổi. Hãy giữ lại một bản sao của tệp, rồi khôi phục từ \
                     bản sao lưu; kiểm tra ổ đĩa.",
                    file.display(),
                    findings.join("; ")
                ),
                format!(
                    "the database `{0}` is damaged: {1}. Nothing was changed. Keep a copy of the file, then restore it from a \
                     backup; check the disk.",
                    file.display(),
                    findings.join("; ")
                ),
            ),
            Self::Newer { file, known, found } => Text::new(
                format!(
                    "cơ sở dữ liệu `{0}` thuộc một phiên bản motcua mới hơn (bước chuyển đổi {found}, chương trình này biết đến \
                     {known}). Không có gì bị thay đổi. Hãy chạy phiên bản mới hơn đó, hoặc khôi phục bản sao lưu có trước khi \
                     nâng cấp.",
                    file.display()
                ),
                format!(
                    "the database `{0}` belongs to a newer version of motcua (migration {found}; this program knows up to \
                     {known}). Nothing was changed. Run that newer version, or restore the backup from before the upgrade.",
                    file.display()
                ),
            ),
            Self::Altered { file, migration } => Text::new(
                format!(
                    "cơ sở dữ liệu `{0}` được tạo bởi một bản motcua khác: bước chuyển đổi {migration} không giống bước của \
                     chương trình này. Không có gì bị thay đổi. Hãy dùng đúng bản phát hành đã tạo ra nó.",
                    file.display()
                ),
                format!(
                    "the database `{0}` was made by a different build of motcua: its migration {migration} is not the one this \
                     program carries. Nothing was changed. Use the released program that made it.",
                    file.display()
                ),
            ),
            Self::DiskFull { file } => Text::new(
                format!(
                    "hết chỗ trống khi ghi vào `{0}`. Việc đang làm không được lưu; những gì đã lưu vẫn còn nguyên. Hãy giải \
                     phóng chỗ trên ổ đĩa rồi làm lại.",
                    file.display()
                ),
                format!(
                    "no room left while writing to `{0}`. What was being done is not kept; what was kept before is intact. \
                     Free some space on the disk and try again.",
                    file.display()
                ),
            ),
            Self::Locked { file } => Text::new(
                format!(
                    "một chương trình khác đang khóa cơ sở dữ liệu `{0}`. Hãy đóng chương trình đó (một motcua khác, một công cụ \
                     quản trị cơ sở dữ liệu, một bản sao lưu đang chạy) rồi thử lại.",
                    file.display()
                ),
                format!(
                    "another program holds the database `{0}` locked. Close it (another motcua, a database tool, a running \
                     backup) and try again.",
                    file.display()
                ),
            ),
            Self::NoWal { file } => Text::new(
                format!(
                    "ổ đĩa chứa `{0}` không hỗ trợ nhật ký ghi trước (WAL), thường vì là thư mục mạng. Hãy đặt thư mục dữ liệu \
                     trên một ổ đĩa của chính máy này bằng --data.",
                    file.display()
                ),
                format!(
                    "the disk of `{0}` does not support the write-ahead log (WAL), usually because it is a network folder. \
                     Put the data folder on a disk of this machine with --data.",
                    file.display()
                ),
            ),
            Self::Closed => Text::new(
                "cơ sở dữ liệu đã đóng vì máy chủ đang dừng. Hãy thử lại sau khi máy chủ khởi động lại.",
                "the database is closed because the host is stopping. Try again when it has started again.",
            ),
            Self::Inconsistent { table, key, what } => Text::new(
                format!(
                    "trong bảng `{table}`, dòng `{key}` sai: {what}. Có thể tệp đã bị sửa bằng tay hoặc ổ đĩa hỏng. Hãy khôi phục \
                     từ bản sao lưu."
                ),
                format!(
                    "in the table `{table}` the row `{key}` is wrong: {what}. The file may have been edited by hand, or the disk \
                     may be failing. Restore it from a backup."
                ),
            ),
            Self::Unfit { what } => Text::new(
                format!(
                    "không lưu được: {what}. Không có gì bị thay đổi. Đây là lỗi của chương trình; hãy gửi thông báo này cho người \
                     phát triển."
                ),
                format!(
                    "this cannot be kept: {what}. Nothing was changed. It is a fault of the program; send this message to the \
                     developers."
                ),
            ),
            Self::Driver { file, source } => Text::new(
                format!(
                    "lỗi cơ sở dữ liệu `{0}`: {source}. Việc đang làm không được lưu. Nếu lỗi lặp lại, hãy kiểm tra ổ đĩa và gửi \
                     thông báo này cho người phát triển.",
                    file.display()
                ),
                format!(
                    "the database `{0}` failed: {source}. What was being done is not kept. If it happens again, check the disk \
                     and send this message to the developers.",
                    file.display()
                ),
            ),
        }
    }

    /// Whether the same call may succeed a little later, with nobody doing anything.
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Locked { .. })
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text().en)
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NoFolder { source, .. }
            | Self::FolderNotWritable { source, .. }
            | Self::Unreadable { source, .. } => Some(source),
            Self::Driver { source, .. } => Some(&**source),
            _ => None,
        }
    }
}

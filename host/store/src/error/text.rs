//! The messages, in both languages.

use motcua_model::Text;

use super::{StoreError, of_system};

impl StoreError {
    /// The message in both languages: what is wrong, and what to do.
    pub fn text(&self) -> Text {
        match self {
            Self::NoFolder { folder, source } => {
                let source = of_system(source);
                Text::new(
                    format!(
                        "không mở được thư mục dữ liệu `{0}`: {1}. Hãy tạo thư mục đó, hoặc chỉ thư mục khác bằng --data.",
                        folder.display(),
                        source.vi
                    ),
                    format!(
                        "the data folder `{0}` cannot be opened: {1}. Create it, or name another one with --data.",
                        folder.display(),
                        source.en
                    ),
                )
            }
            Self::FolderNotWritable { folder, source } => {
                let source = of_system(source);
                Text::new(
                    format!(
                        "không ghi được vào thư mục dữ liệu `{0}`: {1}. Cơ sở dữ liệu cần tạo tệp bên cạnh nó. Hãy cấp quyền \
                     ghi cho tài khoản đang chạy motcua, hoặc chỉ thư mục khác bằng --data.",
                        folder.display(),
                        source.vi
                    ),
                    format!(
                        "the data folder `{0}` cannot be written: {1}. The database needs to create files beside itself. \
                     Give the account that runs motcua the right to write there, or name another folder with --data.",
                        folder.display(),
                        source.en
                    ),
                )
            }
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
            Self::Unreadable { file, source } => {
                let source = of_system(source);
                Text::new(
                    format!(
                        "không đọc được tệp cơ sở dữ liệu `{0}`: {1}. Không có gì bị thay đổi. Hãy cấp quyền đọc và ghi tệp đó \
                     cho tài khoản đang chạy motcua.",
                        file.display(),
                        source.vi
                    ),
                    format!(
                        "the database file `{0}` cannot be read: {1}. Nothing was changed. Give the account that runs motcua \
                     the right to read and write it.",
                        file.display(),
                        source.en
                    ),
                )
            }
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
            Self::Corrupt { database, findings } => Text::new(
                format!(
                    "cơ sở dữ liệu `{database}` bị hỏng: {0}. Không có gì bị thay đổi. Hãy giữ lại một bản sao của tệp, rồi khôi phục từ \
                     bản sao lưu; kiểm tra ổ đĩa.",
                    findings.join("; ")
                ),
                format!(
                    "the database `{database}` is damaged: {0}. Nothing was changed. Keep a copy of the file, then restore it from a \
                     backup; check the disk.",
                    findings.join("; ")
                ),
            ),
            Self::Newer {
                database,
                known,
                found,
            } => Text::new(
                format!(
                    "cơ sở dữ liệu `{database}` thuộc một phiên bản motcua mới hơn (bước chuyển đổi {found}, chương trình này biết đến \
                     {known}). Không có gì bị thay đổi. Hãy chạy phiên bản mới hơn đó, hoặc khôi phục bản sao lưu có trước khi \
                     nâng cấp."
                ),
                format!(
                    "the database `{database}` belongs to a newer version of motcua (migration {found}; this program knows up to \
                     {known}). Nothing was changed. Run that newer version, or restore the backup from before the upgrade."
                ),
            ),
            Self::Altered {
                database,
                migration,
            } => Text::new(
                format!(
                    "cơ sở dữ liệu `{database}` được tạo bởi một bản motcua khác: bước chuyển đổi {migration} không giống bước của \
                     chương trình này. Không có gì bị thay đổi. Hãy dùng đúng bản phát hành đã tạo ra nó."
                ),
                format!(
                    "the database `{database}` was made by a different build of motcua: its migration {migration} is not the one this \
                     program carries. Nothing was changed. Use the released program that made it."
                ),
            ),
            Self::DiskFull { database } => Text::new(
                format!(
                    "hết chỗ trống khi ghi vào `{database}`. Việc đang làm không được lưu; những gì đã lưu vẫn còn nguyên. Hãy giải \
                     phóng chỗ trên ổ đĩa rồi làm lại."
                ),
                format!(
                    "no room left while writing to `{database}`. What was being done is not kept; what was kept before is intact. \
                     Free some space on the disk and try again."
                ),
            ),
            Self::Locked { database } => Text::new(
                format!(
                    "một chương trình khác đang khóa cơ sở dữ liệu `{database}`. Hãy đóng chương trình đó (một motcua khác, một công cụ \
                     quản trị cơ sở dữ liệu, một bản sao lưu đang chạy) rồi thử lại."
                ),
                format!(
                    "another program holds the database `{database}` locked. Close it (another motcua, a database tool, a running \
                     backup) and try again."
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
            Self::Unavailable { database, why } => Text::new(
                format!(
                    "cơ sở dữ liệu `{database}` hiện không trả lời: {why}. Việc ghi nhận sẽ tự tiếp tục khi cơ sở dữ liệu hoạt \
                     động trở lại; hãy thử lại sau ít phút. Người vận hành kiểm tra máy chủ PostgreSQL và đường mạng."
                ),
                format!(
                    "the database `{database}` does not answer now: {why}. Recording resumes by itself when the database is \
                     back; try again in a few minutes. Operators: see to the PostgreSQL server and the network."
                ),
            ),
            Self::CannotConnect { database, why } => Text::new(
                format!(
                    "không kết nối được với cơ sở dữ liệu `{database}`: {why}. Hãy kiểm tra tên máy và cổng trong địa chỉ, xem \
                     PostgreSQL có đang chạy và có nhận kết nối từ máy này không (listen_addresses, tường lửa); nếu là do chứng thư, \
                     hãy xem sslmode và sslrootcert trong địa chỉ."
                ),
                format!(
                    "cannot connect to the database `{database}`: {why}. Check host and port in its address, and whether \
                     PostgreSQL is running and takes connections from this machine (listen_addresses, firewall); if it is about \
                     the certificate, see to sslmode and sslrootcert in the address."
                ),
            ),
            Self::WrongPassword { database, why } => Text::new(
                format!(
                    "máy chủ của cơ sở dữ liệu `{database}` không cho đăng nhập: {why}. Hãy kiểm tra tên và mật khẩu trong địa chỉ, \
                     hoặc quyền trong pg_hba.conf của máy chủ."
                ),
                format!(
                    "the server of the database `{database}` does not let us in: {why}. Check user and password in its \
                     address, or the rules in the server's pg_hba.conf."
                ),
            ),
            Self::NoDatabase { database, name } => Text::new(
                format!(
                    "trên máy chủ của `{database}` không có cơ sở dữ liệu `{name}`. Hãy tạo nó: createdb --encoding=UTF8 \
                     --template=template0 {name}, hoặc sửa tên trong địa chỉ."
                ),
                format!(
                    "the server of `{database}` has no database `{name}`. Make it: createdb --encoding=UTF8 \
                     --template=template0 {name}, or correct the name in the address."
                ),
            ),
            Self::TooOld { database, found } => Text::new(
                format!(
                    "máy chủ của cơ sở dữ liệu `{database}` là PostgreSQL {found}; motcua cần phiên bản 15 trở lên. Không có gì bị \
                     thay đổi. Hãy nâng cấp máy chủ, hoặc dùng cơ sở dữ liệu khác."
                ),
                format!(
                    "the server of the database `{database}` is PostgreSQL {found}; motcua needs 15 or later. Nothing was \
                     changed. Upgrade the server, or use another one."
                ),
            ),
            Self::Pooled { database } => Text::new(
                format!(
                    "trước máy chủ của cơ sở dữ liệu `{database}` có bộ gộp kết nối (như PgBouncer) dùng chung phiên làm việc cho \
                     nhiều bên; khóa và thông báo của motcua không giữ được qua đó. Không có gì bị thay đổi. Hãy ghi địa chỉ của \
                     chính máy chủ PostgreSQL; motcua tự giữ vài kết nối nên không cần bộ gộp."
                ),
                format!(
                    "before the server of the database `{database}` stands a connection pooler (such as PgBouncer) that shares \
                     sessions; locks and notifications of motcua do not last through it. Nothing was changed. Give the \
                     address of the PostgreSQL server itself; motcua keeps a few connections of its own and needs no pooler."
                ),
            ),
            Self::NotUtf8 { database, found } => Text::new(
                format!(
                    "cơ sở dữ liệu `{database}` dùng bảng mã {found}, không chứa được mọi chữ tiếng Việt. Không có gì bị thay đổi. \
                     Hãy tạo cơ sở dữ liệu mới: createdb --encoding=UTF8 --template=template0."
                ),
                format!(
                    "the database `{database}` has the encoding {found}, which cannot hold every letter of Vietnamese. Nothing \
                     was changed. Make a new database: createdb --encoding=UTF8 --template=template0."
                ),
            ),
            Self::NotAllowed { database, why } => Text::new(
                format!(
                    "người dùng của cơ sở dữ liệu `{database}` không có đủ quyền: {why}. Không có gì bị thay đổi. Hãy cho người dùng \
                     đó làm chủ cơ sở dữ liệu (ALTER DATABASE … OWNER TO …)."
                ),
                format!(
                    "the user of the database `{database}` lacks a right: {why}. Nothing was changed. Make that user the owner \
                     of the database (ALTER DATABASE … OWNER TO …)."
                ),
            ),
            Self::Foreign { database } => Text::new(
                format!(
                    "trong cơ sở dữ liệu `{database}` có bảng của một chương trình khác. Chúng được giữ nguyên. Hãy tạo cho motcua \
                     một cơ sở dữ liệu riêng, còn trống."
                ),
                format!(
                    "in the database `{database}` there are tables of another program. They were left as they are. Make an \
                     empty database for motcua alone."
                ),
            ),
            Self::NoPlace { why } => Text::new(
                format!(
                    "nơi lưu dữ liệu không đúng: {}. Hãy ghi một thư mục, hoặc một địa chỉ dạng \
                     postgres://nguoi_dung:mat_khau@may_chu:5432/ten.",
                    why.vi
                ),
                format!(
                    "the place of the data is wrong: {}. Name a folder, or an address such as \
                     postgres://user:password@host:5432/name.",
                    why.en
                ),
            ),
            Self::NotEmpty { place } => Text::new(
                format!("`{place}` đã có dữ liệu. Nó được giữ nguyên. Hãy chỉ một nơi còn trống."),
                format!(
                    "there is something at `{place}` already. It was left as it is. Name an empty place."
                ),
            ),
            Self::NothingThere { place } => Text::new(
                format!(
                    "ở `{place}` chưa có dữ liệu của motcua. Hãy kiểm tra --data; máy chủ tạo cơ sở dữ liệu khi khởi động lần \
                     đầu."
                ),
                format!(
                    "there is no data of motcua at `{place}` yet. Check --data; the host makes the database when it starts for \
                     the first time."
                ),
            ),
            Self::NotTheSame { place, table } => Text::new(
                format!(
                    "bản sao ở `{place}` không giống bản gốc (bảng `{table}`). Nó không được dùng. Hãy kiểm tra ổ đĩa và bộ nhớ của \
                     máy rồi làm lại."
                ),
                format!(
                    "the copy at `{place}` does not equal what it was copied from (table `{table}`). It is not used. Check the \
                     disk and the memory of the machine, and try again."
                ),
            ),
            Self::BackupFile { file, source } => {
                let source = of_system(source);
                Text::new(
                    format!(
                        "không dùng được tệp sao lưu `{0}`: {1}. Hãy kiểm tra đường dẫn, quyền và chỗ trống trên ổ đĩa.",
                        file.display(),
                        source.vi
                    ),
                    format!(
                        "the backup file `{0}` cannot be used: {1}. Check the path, the rights and the room on the disk.",
                        file.display(),
                        source.en
                    ),
                )
            }
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
            Self::Driver { database, source } => Text::new(
                format!(
                    "lỗi cơ sở dữ liệu `{database}`: {source}. Việc đang làm không được lưu. Nếu lỗi lặp lại, hãy kiểm tra ổ đĩa và gửi \
                     thông báo này cho người phát triển."
                ),
                format!(
                    "the database `{database}` failed: {source}. What was being done is not kept. If it happens again, check the disk \
                     and send this message to the developers."
                ),
            ),
        }
    }
}

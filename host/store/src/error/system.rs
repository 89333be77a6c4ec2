//! What the operating system says of files and connections, in both languages.

use std::io::{Error, ErrorKind};

use motcua_model::Text;

/// What the operating system says; what it says in rarer cases stays as it says it.
pub fn of_system(error: &Error) -> Text {
    let (vi, en) = match error.kind() {
        ErrorKind::NotFound => (
            "không có tệp hay thư mục này",
            "there is no such file or folder",
        ),
        ErrorKind::PermissionDenied => ("không có quyền", "permission denied"),
        ErrorKind::AlreadyExists => ("đã có tệp mang tên đó", "there is a file of that name"),
        ErrorKind::NotADirectory => (
            "một phần của đường dẫn không phải thư mục",
            "a part of the path is not a folder",
        ),
        ErrorKind::IsADirectory => ("đó là một thư mục", "it is a folder"),
        ErrorKind::ReadOnlyFilesystem => ("ổ đĩa chỉ cho đọc", "the disk is read-only"),
        ErrorKind::StorageFull => ("ổ đĩa đã đầy", "the disk is full"),
        ErrorKind::AddrNotAvailable => (
            "máy này không có địa chỉ đó",
            "this machine has no such address",
        ),
        ErrorKind::ConnectionRefused => ("không có gì trả lời ở đó", "nothing answers there"),
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => {
            ("kết nối bị ngắt", "the connection broke")
        }
        ErrorKind::TimedOut => ("quá lâu không có trả lời", "no answer for too long"),
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => {
            ("không tới được máy đó", "that machine cannot be reached")
        }
        _ => return Text::new(error.to_string(), error.to_string()),
    };
    Text::new(vi, en)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_frequent_is_told_in_both_languages_and_the_rest_as_it_is() {
        let missing = of_system(&std::fs::read("/no/such/file").unwrap_err());
        assert_eq!(missing.vi, "không có tệp hay thư mục này");
        assert_eq!(missing.en, "there is no such file or folder");
        let rare = of_system(&Error::other("something rare"));
        assert_eq!(
            (rare.vi.as_str(), rare.en.as_str()),
            ("something rare", "something rare")
        );
    }
}

//! A manifest for tests, with one of everything.

use motcua_model::Manifest;

pub fn manifest() -> Manifest {
    serde_json::from_str(MANIFEST).unwrap()
}

const MANIFEST: &str = r#"{
  "contract": "motcua:procedure@1.0.0", "rules": "plugin",
  "code": "9.000001", "code_confirmed": false, "slug": "licence-to-try",
  "valid_from": "2020-01-01",
  "name": {"vi": "Cấp giấy phép thử nghiệm", "en": "Licence to try"},
  "field": "publishing",
  "department": {"vi": "Sở Thử nghiệm", "en": "Department of Trials"},
  "authority": {"vi": "UBND cấp tỉnh", "en": "Provincial people's committee"},
  "applicants": {"vi": "Tổ chức", "en": "Organisations"},
  "result": {"vi": "Giấy phép", "en": "Licence"},
  "legal_basis": ["Điều 1"],
  "confidence": "low", "sources": [],
  "channels": [{"channel": "online"}, {"channel": "counter"}],
  "facts": [
    {"id": "is_local", "question": {"vi": "Có ở địa phương không?", "en": "Is it local?"}, "type": "boolean"},
    {"id": "pages", "question": {"vi": "Bao nhiêu trang?", "en": "How many pages?"}, "type": "integer", "min": 1, "max": 100000,
     "unit": {"vi": "trang", "en": "pages"}},
    {"id": "hours", "question": {"vi": "Bao nhiêu giờ?", "en": "How many hours?"}, "help": {"vi": "Kể cả nghỉ", "en": "With breaks"},
     "type": "decimal", "min": "0", "max": "1000000000", "decimals": 2},
    {"id": "title", "question": {"vi": "Tên?", "en": "Title?"}, "type": "text", "max_length": 20},
    {"id": "issued_on", "question": {"vi": "Ngày cấp?", "en": "Issued on?"}, "type": "date"},
    {"id": "conference_at", "question": {"vi": "Họp báo lúc nào?", "en": "When is the conference?"}, "type": "moment"},
    {"id": "medium", "question": {"vi": "Dạng?", "en": "Medium?"}, "type": "choice",
     "options": [{"id": "paper", "label": {"vi": "Giấy", "en": "Paper"}}, {"id": "electronic", "label": {"vi": "Điện tử", "en": "Electronic"}}]},
    {"id": "topics", "question": {"vi": "Chủ đề?", "en": "Topics?"}, "type": "choices",
     "options": [{"id": "history", "label": {"vi": "Lịch sử", "en": "History"}}, {"id": "law", "label": {"vi": "Pháp luật", "en": "Law"}},
                 {"id": "health", "label": {"vi": "Y tế", "en": "Health"}}]},
    {"id": "partners", "question": {"vi": "Đối tác?", "en": "Partners?"}, "type": "rows", "max_rows": 3, "fields": [
      {"id": "country", "question": {"vi": "Nước?", "en": "Country?"}, "type": "choice",
       "options": [{"id": "domestic", "label": {"vi": "Trong nước", "en": "Domestic"}}, {"id": "foreign", "label": {"vi": "Nước ngoài", "en": "Foreign"}}]},
      {"id": "share", "question": {"vi": "Tỷ lệ?", "en": "Share?"}, "type": "decimal", "min": "0", "max": "100", "decimals": 1}]},
    {"id": "noticed_in_time", "question": {"vi": "Gửi trước 24 giờ", "en": "Filed 24 hours before"}, "type": "filing-window",
     "side": "before", "event": "conference_at", "term": {"amount": 24, "unit": "hour"}, "basis": "Điều 41"}
  ],
  "data_sources": [{"id": "business-registry", "name": {"vi": "Đăng ký doanh nghiệp", "en": "Business registry"}, "basis": "Điều 4"},
                   {"id": "population", "name": {"vi": "Dân cư", "en": "Population"}, "basis": "Điều 4"}],
  "exemptions": [{"id": "through-a-publisher", "text": {"vi": "Qua nhà xuất bản", "en": "Through a publisher"}, "basis": "Điều 25", "rule": "not(is_local)"}],
  "conditions": [
    {"id": "local", "text": {"vi": "Ở địa phương", "en": "Is local"}, "basis": "Điều 2", "rule": "is_local"},
    {"id": "party-opinion", "text": {"vi": "Có ý kiến", "en": "Opinion"}, "basis": "Điều 3", "when": "is_local", "rule": "pages > 3",
     "judgement": {"vi": "Nội dung phù hợp", "en": "Content fits"}},
    {"id": "in-time", "text": {"vi": "Đúng hạn", "en": "In time"}, "basis": "Điều 41", "rule": "noticed_in_time"}
  ],
  "documents": [
    {"id": "application", "name": {"vi": "Đơn", "en": "Application"}, "basis": "Điều 5", "form": "Mẫu 1", "originals": "1", "copies": "0"},
    {"id": "paper-manuscript", "name": {"vi": "Bản thảo giấy", "en": "Paper manuscript"}, "basis": "Điều 5", "when": "medium = \"paper\"",
     "because": {"vi": "in trên giấy", "en": "printed on paper"}, "group": "manuscript", "originals": "2", "copies": "0"},
    {"id": "disk-manuscript", "name": {"vi": "Bản thảo đĩa", "en": "Manuscript on disk"}, "basis": "Điều 5", "when": "medium = \"paper\"",
     "because": {"vi": "in trên giấy", "en": "printed on paper"}, "group": "manuscript", "originals": "1", "copies": "0"},
    {"id": "registration", "name": {"vi": "Giấy đăng ký", "en": "Registration"}, "basis": "Điều 6", "replaced_by": ["business-registry"],
     "originals": "0", "copies": "1", "note": {"vi": "Có chứng thực", "en": "Certified"}}
  ],
  "time_limit": {"starts": {"vi": "từ ngày nhận đủ hồ sơ", "en": "from the day the complete dossier is received"}, "suspension": "restart", "rows": [
    {"id": "urgent", "when": "pages < 10", "because": {"vi": "ít trang", "en": "few pages"},
     "statutory": {"amount": 2, "unit": "working-day", "basis": "Điều 7"}},
    {"id": "standard", "statutory": {"amount": 15, "unit": "working-day", "basis": "Điều 7"},
     "committed": {"amount": 9.5, "unit": "working-day", "source": "demonstration", "basis": "Minh họa"},
     "steps": [{"id": "intake", "name": {"vi": "Tiếp nhận", "en": "Intake"}, "role": {"vi": "Một cửa", "en": "One-stop"}, "amount": 0.5, "unit": "working-day"},
               {"id": "appraisal", "name": {"vi": "Thẩm định", "en": "Appraisal"}, "role": {"vi": "Phòng", "en": "Division"}, "amount": 9, "unit": "working-day"}]}
  ]},
  "fees": [
    {"id": "appraisal", "name": {"vi": "Phí thẩm định", "en": "Appraisal fee"}, "basis": "TT 214/2016", "when": "medium = \"paper\"", "amount": "pages * 15000",
     "per": {"vi": "trang", "en": "page"},
     "reliefs": [{"id": "half", "text": {"vi": "Giảm 50 %", "en": "Half"}, "basis": "TT 44/2023", "when": "is_local", "amount": "pages * 7500"}]},
    {"id": "licence", "name": {"vi": "Lệ phí", "en": "Licence fee"}, "basis": "TT 1", "amount": "300000"}
  ],
  "fees_status": "known",
  "checks": [{"id": "few-pages", "text": {"vi": "Mâu thuẫn", "en": "Contradiction"}, "rule": "pages < 5", "facts": ["pages"]}],
  "silence": {"effect": "approved", "text": {"vi": "Được làm", "en": "May go ahead"}, "basis": "khoản 5 Điều 41"},
  "validity": {"text": {"vi": "Năm năm", "en": "Five years"}, "basis": "Điều 9"},
  "notes": [{"about": "remark", "text": {"vi": "Ghi chú", "en": "A note"}}]
}"#;

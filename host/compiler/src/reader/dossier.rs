//! What is handed in and what is paid: documents, fees and reliefs.

use motcua_model::manifest::limits;

use super::ids::IdKind;
use super::shape::{Map, Noun, Reader};
use super::yaml::Node;
use crate::package::{Document, Fee, Relief};

impl Reader<'_> {
    pub(super) fn documents(&mut self, map: &mut Map<'_>) -> Vec<Document> {
        let items = self.required_list(map, "documents", DOCUMENTS, limits::ITEMS);
        items
            .iter()
            .filter_map(|item| self.document(item))
            .collect()
    }

    fn document(&mut self, node: &Node) -> Option<Document> {
        let keys = [
            "id",
            "name",
            "basis",
            "form",
            "when",
            "because",
            "group",
            "replaced_by",
            "originals",
            "copies",
            "note",
        ];
        let mut map = self.map(node, DOCUMENT, &keys)?;
        let id = self.id(&mut map, IdKind::Word);
        let name = self.required_text(&mut map, "name", NAME);
        let basis = self.basis(&mut map);
        let form = self.optional_words(&map, "form", FORM);
        let when = self.optional_expression(&map, "when", WHEN);
        let because = self.because(&map);
        let group = self
            .optional(&map, "group")
            .and_then(|node| self.id_of(node, IdKind::Word));
        let replaced_by = self.optional_list(&map, "replaced_by", REPLACED_BY, limits::ITEMS);
        let replaced_by = replaced_by
            .iter()
            .filter_map(|item| self.id_of(item, IdKind::Word))
            .collect();
        let originals = self.optional_expression(&map, "originals", ORIGINALS);
        let copies = self.optional_expression(&map, "copies", COPIES);
        let note = self.optional_text(&map, "note", NOTE);
        self.finish(&map);
        Some(Document {
            span: map.span,
            id,
            name,
            basis,
            form,
            when,
            because,
            group,
            replaced_by,
            originals,
            copies,
            note,
        })
    }

    pub(super) fn fees(&mut self, map: &Map<'_>) -> Vec<Fee> {
        let items = self.optional_list(map, "fees", FEES, limits::ITEMS);
        items.iter().filter_map(|item| self.fee(item)).collect()
    }

    fn fee(&mut self, node: &Node) -> Option<Fee> {
        let mut map = self.map(
            node,
            FEE,
            &["id", "name", "basis", "when", "amount", "per", "reliefs"],
        )?;
        let id = self.id(&mut map, IdKind::Word);
        let name = self.required_text(&mut map, "name", FEE_NAME);
        let basis = self.basis(&mut map);
        let when = self.optional_expression(&map, "when", WHEN);
        let amount = self.required_expression(&mut map, "amount", AMOUNT);
        let per = self.optional_text(&map, "per", PER);
        let reliefs = self.optional_list(&map, "reliefs", RELIEFS, limits::ITEMS);
        let reliefs = reliefs
            .iter()
            .filter_map(|item| self.relief(item))
            .collect();
        self.finish(&map);
        Some(Fee {
            span: map.span,
            id,
            name,
            basis,
            when,
            amount,
            per,
            reliefs,
        })
    }

    fn relief(&mut self, node: &Node) -> Option<Relief> {
        let mut map = self.map(node, RELIEF, &["id", "text", "basis", "when", "amount"])?;
        let id = self.id(&mut map, IdKind::Word);
        let text = self.required_text(&mut map, "text", RELIEF_TEXT);
        let basis = self.basis(&mut map);
        let when = self.required_expression(&mut map, "when", WHEN);
        let amount = self.required_expression(&mut map, "amount", AMOUNT);
        self.finish(&map);
        Some(Relief {
            id,
            text,
            basis,
            when,
            amount,
        })
    }
}

const DOCUMENTS: Noun = Noun {
    vi: "các giấy tờ",
    en: "the documents",
};
const DOCUMENT: Noun = Noun {
    vi: "giấy tờ",
    en: "the document",
};
const NAME: Noun = Noun {
    vi: "tên giấy tờ",
    en: "the name of the document",
};
const FORM: Noun = Noun {
    vi: "mẫu đơn",
    en: "the form to use",
};
const WHEN: Noun = Noun {
    vi: "điều kiện áp dụng (`when`)",
    en: "the expression of `when`",
};
const REPLACED_BY: Noun = Noun {
    vi: "các cơ sở dữ liệu thay giấy tờ",
    en: "the data sources that replace it",
};
const ORIGINALS: Noun = Noun {
    vi: "số bản chính",
    en: "the number of originals",
};
const COPIES: Noun = Noun {
    vi: "số bản sao",
    en: "the number of copies",
};
const NOTE: Noun = Noun {
    vi: "ghi chú",
    en: "the note",
};
const FEES: Noun = Noun {
    vi: "các phí, lệ phí",
    en: "the fees",
};
const FEE: Noun = Noun {
    vi: "khoản phí",
    en: "the fee",
};
const FEE_NAME: Noun = Noun {
    vi: "tên khoản phí",
    en: "the name of the fee",
};
const AMOUNT: Noun = Noun {
    vi: "mức thu",
    en: "the amount",
};
const PER: Noun = Noun {
    vi: "đơn vị tính phí",
    en: "what the fee is counted by",
};
const RELIEFS: Noun = Noun {
    vi: "các mức giảm",
    en: "the reliefs",
};
const RELIEF: Noun = Noun {
    vi: "mức giảm",
    en: "the relief",
};
const RELIEF_TEXT: Noun = Noun {
    vi: "nội dung mức giảm",
    en: "the text of the relief",
};

//! Articles as an English reader writes them: "khoản 2 Điều 5" is Article 5(2).

/// The citation with its articles in English; names of laws and decrees stay as they are.
pub(crate) fn english(basis: &str) -> String {
    let words: Vec<&str> = basis.split(' ').filter(|word| !word.is_empty()).collect();
    let mut out: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        match article(words.get(at..).unwrap_or_default()) {
            Some((text, taken)) => {
                out.push(text);
                at += taken;
            }
            None => {
                out.push((*word).to_owned());
                at += 1;
            }
        }
    }
    out.join(" ")
}

/// `điểm a khoản 2 Điều 5`, each part but the last optional, and how many words that are.
fn article(words: &[&str]) -> Option<(String, usize)> {
    /// No clause is listed with more words.
    const LONGEST: usize = 8;
    let is = |at: usize, name: &str| {
        words
            .get(at)
            .is_some_and(|word| word.to_lowercase() == name)
    };
    let mut at = 0;
    let (mut points, mut clauses) = (String::new(), String::new());
    if is(0, "điểm") {
        let end = (1..LONGEST).find(|&end| is(end, "khoản"))?;
        points = words.get(1..end)?.join(" ");
        at = end;
    }
    if is(at, "khoản") {
        let end = (at + 1..at + LONGEST).find(|&end| is(end, "điều"))?;
        clauses = words.get(at + 1..end)?.join(" ");
        at = end;
    }
    if !is(at, "điều") {
        return None;
    }
    let number = *words.get(at + 1)?;
    if !number.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    // What stands after the number belongs to the sentence.
    let bare = number.trim_end_matches([',', ';', '.', ')']);
    let after = number.get(bare.len()..).unwrap_or_default();
    let part = |part: &str| {
        if part.is_empty() {
            String::new()
        } else {
            format!("({part})")
        }
    };
    // Of several clauses, each with its own word, the point belongs to the first.
    let (clause, others) = clauses.split_once(", khoản ").unwrap_or((&clauses, ""));
    let others: String = others
        .split(", khoản ")
        .filter(|other| !other.is_empty())
        .map(|other| format!(", ({other})"))
        .collect();
    let text = format!(
        "Article {bare}{}{}{others}{after}",
        part(clause),
        part(&points)
    );
    Some((text, at + 2))
}

#[cfg(test)]
mod tests {
    use super::english;

    #[test]
    fn articles_are_written_as_english_readers_do() {
        for (vi, en) in [
            ("Điều 5", "Article 5"),
            ("khoản 2 Điều 5", "Article 5(2)"),
            (
                "điểm a khoản 1 Điều 42 Luật Xuất bản 19/2012/QH13",
                "Article 42(1)(a) Luật Xuất bản 19/2012/QH13",
            ),
            (
                "khoản 1 Điều 41, khoản 3 Điều 42 Luật Xuất bản 19/2012/QH13",
                "Article 41(1), Article 42(3) Luật Xuất bản 19/2012/QH13",
            ),
            (
                "khoản 3, 5 Điều 41 Luật Báo chí",
                "Article 41(3, 5) Luật Báo chí",
            ),
            (
                "điểm b khoản 1 Điều 23đ NĐ 72/2013/NĐ-CP (bổ sung bởi NĐ 27/2018/NĐ-CP)",
                "Article 23đ(1)(b) NĐ 72/2013/NĐ-CP (bổ sung bởi NĐ 27/2018/NĐ-CP)",
            ),
            (
                "điểm b khoản 1, khoản 2 Điều 23a NĐ 72/2013/NĐ-CP",
                "Article 23a(1)(b), (2) NĐ 72/2013/NĐ-CP",
            ),
            ("Điều 41, 42 Luật Xuất bản", "Article 41, 42 Luật Xuất bản"),
            ("TT 214/2016/TT-BTC", "TT 214/2016/TT-BTC"),
            ("Minh họa: cắt giảm 40 %", "Minh họa: cắt giảm 40 %"),
            ("điểm a", "điểm a"),
            ("", ""),
        ] {
            assert_eq!(english(vi), en);
        }
    }
}

//! `motcua sign`: a department signs that a component shall decide from a day on. Needs no host and no network.

use std::path::{Path, PathBuf};

use clap::Args;
use motcua_model::statement::{FORM, Statement};
use motcua_model::{Date, Text};
use motcua_registry::PrivateKey;
use motcua_registry::engine::{Classes, digest, inspect};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Console;
use crate::clock::{Clock, SystemClock};
use crate::failure::{Failure, Turn};
use crate::folder;

/// `motcua sign`
#[derive(Debug, Args)]
pub struct Sign {
    /// A package, a crate or a component
    #[arg(value_name = "PACKAGE|CRATE|FILE")]
    source: PathBuf,
    /// The department's private key
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The department
    #[arg(long, value_name = "ID")]
    department: String,
    /// First day of receipt that it shall decide [default: the version's own first day]
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Number of the statement: greater than any before it for this procedure
    #[arg(long, value_name = "NUMBER")]
    number: u32,
}

/// A statement with its signature, as `motcua sign` prints it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Signed {
    /// The statement, exactly as it was signed.
    pub statement: String,
    /// The signature, base64.
    pub signature: String,
}

/// A component to publish, and what of its manifest a statement says.
pub struct ToSign {
    /// The component.
    pub component: Vec<u8>,
    /// Its digest.
    pub digest: String,
    /// National code.
    pub code: String,
    /// Its own first day.
    pub valid_from: Date,
}

/// Signs and prints.
pub fn run(console: Console, options: &Sign) -> Result<(), Failure> {
    let to_sign = read(console, &options.source)?;
    let key = key(&options.key)?;
    let signed = sign(
        &key,
        &to_sign,
        &options.department,
        options.from,
        options.number,
    );
    console.say(&Text::new(
        format!(
            "đã ký {} của thủ tục {} bằng khóa {}",
            to_sign.digest,
            to_sign.code,
            key.id()
        ),
        format!(
            "signed {} of procedure {} with key {}",
            to_sign.digest,
            to_sign.code,
            key.id()
        ),
    ));
    console.json(&json!(signed))
}

/// Compiles a package or a crate, or reads a component.
pub fn read(console: Console, source: &Path) -> Result<ToSign, Failure> {
    let component = console.component(folder::read(source)?)?.component;
    let inspection = inspect(&component, &Classes::default());
    let Some(manifest) = inspection.manifest else {
        if let Some(refused) = inspection.refused {
            console.say(&refused.message);
        }
        console.say(&Text::new(
            "thành phần không có bản mô tả đọc được, nên không biết là thủ tục nào",
            "the component has no manifest that can be read, so nobody knows which procedure it is",
        ));
        return Err(Failure::said(Turn::Input));
    };
    Ok(ToSign {
        digest: digest(&component),
        component,
        code: manifest.code,
        valid_from: manifest.valid_from,
    })
}

/// Reads a private key.
pub fn key(file: &Path) -> Result<PrivateKey, Failure> {
    let pem = folder::text(file)?.text;
    PrivateKey::from_pem(&pem).map_err(|what| {
        Failure::input(Text::new(
            format!("`{}`: {}", file.display(), what.vi),
            format!("`{}`: {}", file.display(), what.en),
        ))
    })
}

/// Makes and signs a statement.
pub fn sign(
    key: &PrivateKey,
    to_sign: &ToSign,
    department: &str,
    from: Option<Date>,
    number: u32,
) -> Signed {
    let statement = Statement {
        form: FORM.to_owned(),
        department: department.to_owned(),
        key: key.id(),
        procedure: to_sign.code.clone(),
        number,
        component: to_sign.digest.clone(),
        from: from.unwrap_or(to_sign.valid_from),
        made_at: SystemClock.now(),
    }
    .to_text();
    Signed {
        signature: key.sign(&statement),
        statement,
    }
}

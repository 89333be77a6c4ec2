//! To describe a procedure: everything that a version says of itself, for everybody.

use motcua_engine::Class;
use motcua_model::{Date, Manifest, Moment};
use serde::Serialize;
use utoipa::ToSchema;

use crate::calendar::{CalendarName, LoadedCalendar};
use crate::catalogue::Procedure;
use crate::error::NotInForce;
use crate::find::VersionSummary;
use crate::ledger::Origin;
use crate::version::Version;

/// The whole public description: names, facts, conditions, documents, terms, steps, fees, each with its article and with
/// the rule as the package writes it, in both languages.
#[derive(Debug, Serialize, ToSchema)]
pub struct Description<'a> {
    /// Digest of the component.
    pub digest: &'a str,
    /// Whether this version is in force on the day asked for.
    pub in_force: bool,
    /// Where this version comes from: `folder` (nobody signed it) or `submission`, then with the statement's `number`.
    #[serde(flatten)]
    pub origin: &'a Origin,
    /// The class of component: `compiled`, or `interpreted` for a language runtime with a program inside, which answers slowly.
    #[schema(value_type = String, example = "compiled")]
    pub class: Class,
    /// Since when it has been out of order: its rules keep failing and are not run for a while. Nothing: it is in order.
    pub out_of_order_since: Option<Moment>,
    /// Whether a part of it (a committed term) only demonstrates, and nobody has published it.
    pub demonstration: bool,
    /// All versions of the procedure.
    pub versions: Vec<VersionSummary<'a>>,
    /// What due dates are counted by.
    pub calendar: CalendarName<'a>,
    /// Everything else, as the component's manifest says it.
    #[serde(flatten)]
    pub manifest: &'a Manifest,
}

impl Procedure {
    /// Describes the version in force on a day; without one, that of today, or the latest where none is in force today.
    ///
    /// # Errors
    /// No version was in force on the day asked for.
    pub fn describe<'a>(
        &'a self,
        on: Option<Date>,
        now: Moment,
        calendar: &'a LoadedCalendar,
    ) -> Result<Description<'a>, NotInForce> {
        let (version, in_force) = self.shown(on, now)?;
        Ok(Description {
            digest: version.digest(),
            in_force,
            origin: self.origin(version, in_force.then(|| on.unwrap_or(now.date())), now),
            class: version.class(),
            out_of_order_since: version.out_of_order_since(),
            demonstration: version.is_demonstration(),
            versions: self.summaries(now),
            calendar: calendar.name(),
            manifest: version.manifest(),
        })
    }

    /// The version to show, and whether it is in force then.
    ///
    /// # Errors
    /// No version was in force on the day asked for.
    pub fn shown(&self, on: Option<Date>, now: Moment) -> Result<(&Version, bool), NotInForce> {
        match (self.in_force(on.unwrap_or(now.date()), now), on) {
            (Ok(version), _) => Ok((version, true)),
            (Err(missing), Some(_)) => Err(missing),
            (Err(_), None) => Ok((self.latest(), false)),
        }
    }

    /// Where a version comes from that decides on a day, or, without a day, begins last. One version can be here more than
    /// once: first from the folder, then signed.
    pub fn origin(&self, version: &Version, day: Option<Date>, now: Moment) -> &Origin {
        let published = self.published();
        day.and_then(|day| published.deciding(day, now).ok())
            .or_else(|| {
                let is_it = |digest: &str| digest == version.digest();
                let mut periods = published.periods().iter().rev();
                periods.find(|period| is_it(&period.version.component))
            })
            // What nobody is known to have signed is unsigned.
            .map_or(&Origin::Folder, |period| &period.version.origin)
    }
}

//! Whatever is named exists.

use super::{Checked, check_term};
use crate::manifest::{Case, FactKind, Manifest, ManifestError};

impl Manifest {
    pub(super) fn check_names(&self) -> Checked {
        let fact = |name: &str| self.facts.iter().find(|fact| fact.id == name);
        for window in &self.facts {
            let FactKind::FilingWindow(told) = &window.kind else {
                continue;
            };
            check_term(&window.id, told.term)?;
            // An event of another type cannot be counted from: no such date or moment exists.
            let counts = fact(&told.event)
                .is_some_and(|e| matches!(e.kind, FactKind::Date | FactKind::Moment));
            known("facts", &window.id, &told.event, counts)?;
        }
        for document in &self.documents {
            for name in &document.replaced_by {
                let exists = self.data_sources.iter().any(|source| source.id == *name);
                known("documents", &document.id, name, exists)?;
            }
        }
        for check in &self.checks {
            for name in &check.facts {
                known("checks", &check.id, name, fact(name).is_some())?;
            }
        }
        self.cases.iter().try_for_each(|case| self.check_case(case))
    }

    /// What a case expects something of.
    fn check_case(&self, case: &Case) -> Checked {
        let expect = &case.expect;
        let named = |name: &String, exists: bool| known("cases", &case.id, name, exists);
        for name in expect.exemptions.keys() {
            named(name, self.exemptions.iter().any(|x| x.id == *name))?;
        }
        for name in expect.conditions.keys() {
            named(name, self.conditions.iter().any(|x| x.id == *name))?;
        }
        for name in expect.documents.keys() {
            named(name, self.documents.iter().any(|x| x.id == *name))?;
        }
        for name in expect.fees.keys() {
            named(name, self.fees.iter().any(|x| x.id == *name))?;
        }
        if let Some(name) = &expect.time_limit {
            named(
                name,
                self.time_limit
                    .iter()
                    .flat_map(|limit| &limit.rows)
                    .any(|x| x.id == *name),
            )?;
        }
        for name in expect.ask_next.iter().flatten() {
            named(name, self.facts.iter().any(|x| x.id == *name))?;
        }
        for name in expect.problems.iter().flatten() {
            named(name, self.checks.iter().any(|x| x.id == *name))?;
        }
        Ok(())
    }
}

fn known(list: &'static str, id: &str, name: &str, exists: bool) -> Checked {
    if exists {
        return Ok(());
    }
    Err(ManifestError::Unknown {
        list,
        id: id.to_owned(),
        name: super::texts::shown(name),
    })
}

//! Decisions, their receipts and their facts.

use motcua_model::Moment;
use sqlx::{QueryBuilder, SqliteConnection};

use super::{SqliteStore, deeds};
use crate::plan::{self, Links};
use crate::rows;
use crate::{DecisionRange, DecisionRecord, Digest, NewDecision, NewDeed, Recorded, StoreError};

const COLUMNS: &str = "SELECT number, id, code, component, who, at, receipt, sealed, answer \
     FROM decisions LEFT JOIN decision_facts USING (number) WHERE ";

pub async fn record(
    store: &SqliteStore,
    decisions: &[NewDecision<'_>],
) -> Result<Vec<Recorded>, StoreError> {
    let fault = |error| store.fault(error);
    let mut deed = store.begin().await?;
    let mut earlier = plan::Earlier::new();
    for (who, key) in decisions.iter().filter_map(plan::key) {
        let row = sqlx::query("SELECT id, request FROM decisions WHERE who = ? AND key = ?")
            .bind(who)
            .bind(key)
            .fetch_optional(&mut *deed)
            .await
            .map_err(fault)?;
        if let Some(row) = row {
            earlier.insert((who, key), rows::earlier(&row)?);
        }
    }
    let head = deeds::last(store, &mut deed).await?;
    let plan = plan::recording(decisions, earlier, head)?;
    if plan.new.is_empty() {
        return Ok(plan.outcomes);
    }
    deeds::insert(&mut deed, &plan.links.entries)
        .await
        .map_err(fault)?;
    insert(&mut deed, &plan.new).await.map_err(fault)?;
    store.commit(deed).await?;
    deeds::told(store, &plan.links.entries);
    Ok(plan.outcomes)
}

async fn insert(
    deed: &mut SqliteConnection,
    decisions: &[(u64, &NewDecision<'_>)],
) -> Result<(), sqlx::Error> {
    for decisions in decisions.chunks(deeds::ROWS) {
        QueryBuilder::new(
            "INSERT INTO decisions (number, id, code, component, who, at, key, request, receipt, answer) ",
        )
        .push_values(decisions, |mut row, (number, decision)| {
            row.push_bind(rows::number(*number))
                .push_bind(decision.id)
                .push_bind(decision.code)
                .push_bind(decision.component.to_string())
                .push_bind(decision.entry.who)
                .push_bind(rows::unix(decision.entry.at))
                .push_bind(decision.key)
                .push_bind(decision.request.to_string())
                .push_bind(decision.receipt)
                .push_bind(decision.answer);
        })
        .build()
        .execute(&mut *deed)
        .await?;
        QueryBuilder::new("INSERT INTO decision_facts (number, sealed) ")
            .push_values(decisions, |mut row, (number, decision)| {
                row.push_bind(rows::number(*number))
                    .push_bind(decision.facts);
            })
            .build()
            .execute(&mut *deed)
            .await?;
    }
    Ok(())
}

/// What an idempotency key stands for.
pub async fn request(
    store: &SqliteStore,
    who: &str,
    key: &str,
) -> Result<Option<(String, Digest)>, StoreError> {
    let row = sqlx::query("SELECT id, request FROM decisions WHERE who = ? AND key = ?")
        .bind(who)
        .bind(key)
        .fetch_optional(&store.readers)
        .await
        .map_err(|error| store.fault(error))?;
    row.map(|row| rows::earlier(&row)).transpose()
}

pub async fn one(store: &SqliteStore, id: &str) -> Result<Option<DecisionRecord>, StoreError> {
    QueryBuilder::new(COLUMNS)
        .push("id = ")
        .push_bind(id)
        .build()
        .fetch_optional(&store.readers)
        .await
        .map_err(|error| store.fault(error))?
        .map(|row| rows::decision(&row))
        .transpose()
}

pub async fn some(
    store: &SqliteStore,
    range: DecisionRange<'_>,
) -> Result<Vec<DecisionRecord>, StoreError> {
    let mut query = QueryBuilder::new(COLUMNS);
    query.push("number > ").push_bind(rows::number(range.after));
    if let Some(code) = range.code {
        query.push(" AND code = ").push_bind(code);
    }
    if let Some(component) = range.component {
        query
            .push(" AND component = ")
            .push_bind(component.to_string());
    }
    if let Some(from) = range.from {
        query.push(" AND at >= ").push_bind(rows::unix(from));
    }
    if let Some(to) = range.to {
        query.push(" AND at < ").push_bind(rows::unix(to));
    }
    query
        .push(" ORDER BY number LIMIT ")
        .push_bind(i64::from(range.limit))
        .build()
        .fetch_all(&store.readers)
        .await
        .map_err(|error| store.fault(error))?
        .iter()
        .map(|row| rows::decision(row))
        .collect()
}

pub async fn erase_facts(
    store: &SqliteStore,
    before: Moment,
    entry: NewDeed<'_>,
) -> Result<u64, StoreError> {
    let fault = |error| store.fault(error);
    let mut deed = store.begin().await?;
    let count = sqlx::query(
        "DELETE FROM decision_facts WHERE number IN (SELECT number FROM decision_facts JOIN decisions USING (number) \
         WHERE at < ? ORDER BY number LIMIT ?)",
    )
    .bind(rows::unix(before))
    .bind(plan::ERASED_AT_ONCE)
    .execute(&mut *deed)
    .await
    .map_err(fault)?
    .rows_affected();
    if count == 0 {
        return Ok(0);
    }
    let body = plan::with_count(entry.body, count)?;
    let mut links = Links::after(deeds::last(store, &mut deed).await?);
    links.add(&NewDeed {
        body: &body,
        ..entry
    })?;
    deeds::insert(&mut deed, &links.entries)
        .await
        .map_err(fault)?;
    store.commit(deed).await?;
    deeds::told(store, &links.entries);
    Ok(count)
}

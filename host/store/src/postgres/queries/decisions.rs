//! Decisions, their receipts and their facts.

use motcua_model::Moment;
use sqlx::{PgConnection, QueryBuilder, Row as _};

use super::{PostgresStore, deeds};
use crate::plan::{self, Links};
use crate::rows;
use crate::{DecisionRange, DecisionRecord, Digest, NewDecision, NewDeed, Recorded, StoreError};

const COLUMNS: &str = "SELECT number, id, code, component, who, at, receipt, sealed, answer \
     FROM decisions LEFT JOIN decision_facts USING (number) WHERE ";

pub async fn record(
    store: &PostgresStore,
    decisions: &[NewDecision<'_>],
) -> Result<Vec<Recorded>, StoreError> {
    let fault = |error| store.fault(error);
    let mut deed = store.begin().await?;
    let earlier = earlier(store, &mut deed, decisions).await?;
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
    Ok(plan.outcomes)
}

/// What the keys among these decisions stand for already.
async fn earlier<'a>(
    store: &PostgresStore,
    deed: &mut PgConnection,
    decisions: &[NewDecision<'a>],
) -> Result<plan::Earlier<'a>, StoreError> {
    let keys: Vec<plan::Key<'a>> = decisions.iter().filter_map(plan::key).collect();
    let mut earlier = plan::Earlier::new();
    if keys.is_empty() {
        return Ok(earlier);
    }
    let (who, key): (Vec<&str>, Vec<&str>) = keys.iter().copied().unzip();
    let found = sqlx::query(
        "SELECT place, id, request FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (who, key, place) \
         JOIN decisions USING (who, key) WHERE decisions.key IS NOT NULL",
    )
    .bind(who)
    .bind(key)
    .fetch_all(deed)
    .await
    .map_err(|error| store.fault(error))?;
    for row in &found {
        let place: i64 = row.try_get("place").map_err(|error| store.fault(error))?;
        let asked = usize::try_from(place - 1)
            .ok()
            .and_then(|place| keys.get(place));
        if let Some(key) = asked {
            earlier.insert(*key, rows::earlier(row)?);
        }
    }
    Ok(earlier)
}

async fn insert(
    deed: &mut PgConnection,
    decisions: &[(u64, &NewDecision<'_>)],
) -> Result<(), sqlx::Error> {
    // One statement of the same text, however many there are; columns as arrays.
    let numbers: Vec<i64> = decisions
        .iter()
        .map(|(number, _)| rows::number(*number))
        .collect();
    let texts = |text: fn(&NewDecision<'_>) -> String| -> Vec<String> {
        decisions
            .iter()
            .map(|(_, decision)| text(decision))
            .collect()
    };
    sqlx::query(
        "INSERT INTO decisions (number, id, code, component, who, at, key, request, receipt, answer) \
         SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[], \
         $8::text[], $9::text[], $10::bytea[])",
    )
    .bind(&numbers)
    .bind(texts(|decision| decision.id.to_owned()))
    .bind(texts(|decision| decision.code.to_owned()))
    .bind(texts(|decision| decision.component.to_string()))
    .bind(texts(|decision| decision.entry.who.to_owned()))
    .bind(
        decisions
            .iter()
            .map(|(_, decision)| rows::unix(decision.entry.at))
            .collect::<Vec<_>>(),
    )
    .bind(
        decisions
            .iter()
            .map(|(_, decision)| decision.key)
            .collect::<Vec<_>>(),
    )
    .bind(texts(|decision| decision.request.to_string()))
    .bind(texts(|decision| decision.receipt.to_owned()))
    .bind(
        decisions
            .iter()
            .map(|(_, decision)| decision.answer)
            .collect::<Vec<_>>(),
    )
    .execute(&mut *deed)
    .await?;
    sqlx::query(
        "INSERT INTO decision_facts (number, sealed) SELECT * FROM unnest($1::bigint[], $2::bytea[])",
    )
    .bind(&numbers)
    .bind(
        decisions
            .iter()
            .map(|(_, decision)| decision.facts)
            .collect::<Vec<_>>(),
    )
    .execute(deed)
    .await?;
    Ok(())
}

/// What an idempotency key stands for.
pub async fn request(
    store: &PostgresStore,
    who: &str,
    key: &str,
) -> Result<Option<(String, Digest)>, StoreError> {
    let row = sqlx::query("SELECT id, request FROM decisions WHERE who = $1 AND key = $2")
        .bind(who)
        .bind(key)
        .fetch_optional(&store.readers)
        .await
        .map_err(|error| store.fault(error))?;
    row.map(|row| rows::earlier(&row)).transpose()
}

pub async fn one(store: &PostgresStore, id: &str) -> Result<Option<DecisionRecord>, StoreError> {
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
    store: &PostgresStore,
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
    store: &PostgresStore,
    before: Moment,
    entry: NewDeed<'_>,
) -> Result<u64, StoreError> {
    let fault = |error| store.fault(error);
    let mut deed = store.begin().await?;
    let count = sqlx::query(
        "DELETE FROM decision_facts WHERE number IN (SELECT number FROM decision_facts JOIN decisions USING (number) \
         WHERE at < $1 ORDER BY number LIMIT $2)",
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
    Ok(count)
}

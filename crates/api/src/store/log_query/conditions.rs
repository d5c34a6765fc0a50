//! What a question asks of an entry, as conditions of a query.

/// Those who heard of the entry at hand. Written so that PostgreSQL looks them up entry by entry: from
/// an equality it could make a hash of everybody that an organisation ever was told of.
macro_rules! of_entry {
    ($heard:expr) => {
        $heard
            .field(log_recipient::idx)
            .between(log_entry::idx, log_entry::idx)
    };
}

/// Whether an organisation acted, was the source or heard.
macro_rules! takes_part {
    ($organisation:expr) => {{
        let organisation: OrganisationId = $organisation;
        let heard = diesel::alias!(log_recipient as heard);
        let heard_it = heard.filter(of_entry!(heard)).filter(not(heard
            .field(log_recipient::organisation_id)
            .ne(Db(organisation))));
        log_entry::actor_organisation
            .eq(Db(organisation))
            .or(log_entry::source_organisation.eq(Db(organisation)))
            .or(exists(heard_it))
    }};
}

/// Whether the organisation that asks is the source, or acted where nobody is: what only those
/// inside are told, others can't search for.
macro_rules! inside {
    ($question:expr) => {
        not(log_entry::source_organisation.ne(Db($question.organisation))).or(
            log_entry::source_organisation.is_null().and(not(
                log_entry::actor_organisation.ne(Db($question.organisation))
            )),
        )
    };
}

/// Adds the conditions of a question, each of which costs a look at the row and no more.
///
/// `NOT (a <> b)` is `a = b` to PostgreSQL's planner, and no way into an index to SQLite's.
macro_rules! narrowed {
    ($query:expr, $question:expr) => {{
        let (mut query, question): (_, &Question) = ($query, $question);
        if let Some(kind) = question.kind {
            query = query.filter(not(log_entry::kind.ne(Db(kind))));
        }
        if let Some(reason) = question.reason {
            query = query.filter(not(log_entry::reason_code.ne(Db(reason))));
        }
        if let Some(outcome) = question.outcome {
            query = query.filter(log_entry::outcome.eq(Db(outcome)));
        }
        if let Some(patient) = question.patient {
            query = query
                .filter(not(log_entry::patient_id.ne(Db(patient))))
                .filter(inside!(question).or(log_entry::outcome.eq(Db(Outcome::Disclosed))));
        }
        if let Some(case) = question.case {
            query = query
                .filter(not(log_entry::case_id.ne(Db(case))))
                .filter(inside!(question));
        }
        if let Some(discussion) = question.discussion {
            query = query.filter(not(log_entry::discussion_id.ne(Db(discussion))));
        }
        if let Some(actor) = question.actor {
            query = query.filter(not(log_entry::actor_id.ne(Db(actor))));
        }
        if let Some(party) = question.party {
            query = query.filter(takes_part!(party));
        }
        if let Some(unit) = question.unit {
            let heard = diesel::alias!(log_recipient as heard);
            let heard_it = heard
                .filter(of_entry!(heard))
                .filter(not(heard.field(log_recipient::unit_id).ne(Db(unit))));
            query = query.filter(
                log_entry::unit_id
                    .eq(Db(unit))
                    .or(log_entry::actor_unit.eq(Db(unit)))
                    .or(exists(heard_it)),
            );
        }
        query
    }};
}

pub(super) use {inside, narrowed, of_entry, takes_part};

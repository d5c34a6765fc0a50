//! Whether the searchable columns beside a body say what the body says: who looks a log up by its
//! columns must find what happened.

use crate::tree::Hash;
use crate::verify::Id;
use crate::verify::chains::Link;
use crate::verify::report::Code;

use super::line::{Actor, Body, Columns, Line, Subject, text};
use super::{Fault, unhex};

/// Compare columns, places and holder with the body. `holder_of` is the holder that a person key
/// gives with the entry's salt.
pub fn judge(line: &Line, body: &Body, holder_of: impl Fn(&Hash) -> Hash, faults: &mut Vec<Fault>) {
    if let Some(columns) = &line.columns {
        let differing = differing(columns, body);
        if !differing.is_empty() {
            let what = format!(
                "the body says something else than the columns {}",
                differing.join(", ")
            );
            faults.push((Code::Columns, what));
        }
    }
    if !same_places(line, body) {
        faults.push((Code::Places, "the body has other places of work".to_owned()));
    }
    let right = match (text(&line.person_key), text(&body.holder)) {
        (None, None) => true,
        (Some(person), Some(holder)) => match (unhex(person), unhex(holder)) {
            (Some(person), Some(holder)) => holder_of(&person) == holder,
            (_, _) => false,
        },
        (_, _) => false,
    };
    if !right {
        faults.push((
            Code::Holder,
            "stands in another person's log than the body says".to_owned(),
        ));
    }
}

/// What an erased entry's columns say of its place in a chain.
pub fn link_of_columns(line: &Line) -> Option<Link> {
    let columns = line.columns.as_ref()?;
    let subject = Id::parse(text(&columns.subject)?)?;
    Some(Link {
        subject,
        seq: columns.subject_seq?,
        prev: columns.subject_prev,
    })
}

fn differing(columns: &Columns, body: &Body) -> Vec<&'static str> {
    let nobody = Actor {
        kind: None,
        id: None,
        organisation: None,
        unit: None,
    };
    let actor = body.actor.as_ref().unwrap_or(&nobody);
    let same: [(&'static str, bool); 13] = [
        ("kind", text(&columns.kind) == Some(body.kind.as_str())),
        ("reason", columns.reason == body.reason),
        ("outcome", columns.outcome == body.outcome),
        ("actorKind", columns.actor_kind == actor.kind),
        ("actorId", columns.actor_id == actor.id),
        (
            "actorOrganisation",
            columns.actor_organisation == actor.organisation,
        ),
        ("actorUnit", columns.actor_unit == actor.unit),
        ("source", columns.source == body.source),
        ("unit", columns.unit == body.unit),
        ("patient", columns.patient == body.patient),
        ("case", columns.case == body.case),
        ("discussion", columns.discussion == body.discussion),
        ("requestId", columns.request_id == body.request_id),
    ];
    let link = differing_link(columns, body.subject.as_ref());
    same.into_iter()
        .chain(link)
        .filter(|(_, same)| !same)
        .map(|(name, _)| name)
        .collect()
}

fn differing_link(columns: &Columns, subject: Option<&Subject>) -> [(&'static str, bool); 3] {
    [
        (
            "subject",
            text(&columns.subject) == subject.map(|subject| subject.id.as_str()),
        ),
        (
            "subjectSeq",
            columns.subject_seq == subject.map(|subject| subject.seq),
        ),
        (
            "subjectPrev",
            columns.subject_prev == subject.and_then(|subject| subject.prev),
        ),
    ]
}

/// The same places, in whatever order.
fn same_places(line: &Line, body: &Body) -> bool {
    let listed = line.places.as_deref().unwrap_or_default();
    if listed.len() != body.places.len() {
        return false;
    }
    let (mut listed, mut told): (Vec<_>, Vec<_>) =
        (listed.iter().collect(), body.places.iter().collect());
    listed.sort_unstable();
    told.sort_unstable();
    listed == told
}

use super::{Body, ConsentUsed, Erased, Heard, Link, PlaceOfWork, Who};
use uuid::Uuid;

/// A text that canonicalisers differ about: controls, quotes, what lies beyond the BMP, a separator.
const AWKWARD: &str = "\u{1}\u{7f}\u{8}\t\n\u{c}\r\"\\/<&>\u{2028}æøå\u{1f469}\u{fb33}";

fn full() -> Body {
    let id = || Some(Uuid::from_u128(7));
    let text = || Some(AWKWARD.to_owned());
    Body {
        actor: Who {
            assurance: text(),
            id: id(),
            kind: AWKWARD.to_owned(),
            name: text(),
            organisation: id(),
            role: text(),
            unit: id(),
        },
        case: id(),
        categories: vec![AWKWARD.to_owned(), String::new()],
        consents: vec![ConsentUsed {
            id: Uuid::nil(),
            version: u32::MAX,
        }],
        digest: text(),
        discussion: id(),
        ground: text(),
        holder: text(),
        ips_note: id(),
        kind: AWKWARD.to_owned(),
        legal_basis: text(),
        log_key: text(),
        note: id(),
        operation: AWKWARD.to_owned(),
        outcome: AWKWARD.to_owned(),
        participation: id(),
        patient: id(),
        person: id(),
        places: vec![PlaceOfWork {
            organisation: Uuid::max(),
            person: id(),
            unit: id(),
        }],
        purpose: text(),
        reason: text(),
        recipients: vec![Heard {
            id: Uuid::nil(),
            kind: AWKWARD.to_owned(),
            role: text(),
        }],
        redaction: Some(Erased {
            approved_by: id(),
            index: 1 << 53,
            legal_ground: AWKWARD.to_owned(),
            requested_by: Uuid::nil(),
        }),
        request_id: AWKWARD.to_owned(),
        source: id(),
        subject: Some(Link {
            id: Uuid::nil(),
            prev: Some(0),
            seq: 1,
        }),
        unit: id(),
    }
}

#[test]
fn what_is_written_is_canonical() {
    let body = full();
    let written = body.canonical().expect("it is JSON");
    let canonical = serde_json_canonicalizer::to_vec(&body).expect("it is JSON");
    assert_eq!(
        String::from_utf8_lossy(&written),
        String::from_utf8_lossy(&canonical)
    );
}

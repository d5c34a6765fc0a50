//! Keys, notes, signatures and cosignatures.

use samrad_ledger::checkpoint::{Checkpoint, CheckpointError};
use samrad_ledger::note::{
    Cosigner, KeyError, Kind, Note, NoteError, SignatureLine, Signer, Verifier,
};

const TEXT: &str = "log.example/samrad\n3\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

fn log() -> Signer {
    Signer::from_seed("log.example/samrad", &[1; 32]).unwrap()
}

fn witness() -> Cosigner {
    Cosigner::from_seed("witness.example/w1", &[2; 32]).unwrap()
}

fn signed() -> Note {
    let mut note = Note::new(TEXT).unwrap();
    note.sign(&log());
    note
}

#[test]
fn a_note_reads_as_it_was_written_and_verifies() {
    let mut note = signed();
    note.cosign(&witness(), 1_679_315_147);
    let read = Note::parse(&note.to_string()).unwrap();
    assert_eq!(read, note);
    let keys = [log().verifier(), witness().verifier()];
    let signed = read.verify(&keys).unwrap();
    let who: Vec<_> = signed
        .iter()
        .map(|signed| (signed.verifier.kind(), signed.at))
        .collect();
    assert_eq!(
        who,
        [(Kind::Ed25519, None), (Kind::Cosigner, Some(1_679_315_147))]
    );
}

#[test]
fn unknown_keys_are_ignored_but_one_known_key_must_have_signed() {
    let mut note = signed();
    note.cosign(&witness(), 5);
    let stranger = Signer::from_seed("log.example/samrad", &[9; 32])
        .unwrap()
        .verifier();
    assert_eq!(
        note.verify(&[log().verifier(), stranger.clone()])
            .unwrap()
            .len(),
        1
    );
    assert_eq!(note.verify(&[stranger]).unwrap_err(), NoteError::Unsigned);
    assert_eq!(note.verify(&[]).unwrap_err(), NoteError::Unsigned);
}

#[test]
fn a_wrong_signature_of_a_known_key_condemns_the_note() {
    let mut note = signed();
    note.cosign(&witness(), 5);
    let keys = [log().verifier(), witness().verifier()];
    for which in 0..2 {
        let mut line = note.signatures()[which].clone();
        line.signature[20] ^= 1;
        let mut spoilt = note.clone();
        spoilt.add(line);
        assert!(
            matches!(spoilt.verify(&keys), Err(NoteError::BadSignature(_))),
            "{which}"
        );
    }
}

#[test]
fn no_other_text_and_no_other_time_passes() {
    let mut note = signed();
    note.cosign(&witness(), 5);
    let keys = [log().verifier(), witness().verifier()];
    let other = Note::parse(&note.to_string().replacen("\n3\n", "\n4\n", 1)).unwrap();
    assert!(matches!(
        other.verify(&keys),
        Err(NoteError::BadSignature(_))
    ));
    let mut line = note.signatures()[1].clone();
    line.signature[7] = 6;
    note.add(line);
    assert!(matches!(
        note.verify(&keys),
        Err(NoteError::BadSignature(_))
    ));
}

#[test]
fn signing_again_takes_the_place_of_the_earlier_signature() {
    let mut note = signed();
    note.sign(&log());
    assert_eq!(note.signatures().len(), 1);
    note.cosign(&witness(), 5);
    note.cosign(&witness(), 6);
    assert_eq!(note.signatures().len(), 2);
    assert_eq!(note.verify(&[witness().verifier()]).unwrap()[0].at, Some(6));
}

#[test]
fn a_log_key_is_no_witness_key() {
    let log = log().verifier();
    let as_witness = Cosigner::from_seed("log.example/samrad", &[1; 32])
        .unwrap()
        .verifier();
    assert_ne!(log.id(), as_witness.id());
    assert_eq!(
        signed().verify(&[as_witness]).unwrap_err(),
        NoteError::Unsigned
    );
}

#[test]
fn a_text_may_have_empty_lines_but_the_last_one_parts_the_signatures() {
    let mut note = Note::new("one\n\ntwo\n").unwrap();
    note.sign(&log());
    assert_eq!(
        Note::parse(&note.to_string()).unwrap().text(),
        "one\n\ntwo\n"
    );
}

#[test]
fn what_is_no_note_is_refused() {
    let good = signed().to_string();
    let line = signed().signatures()[0].to_string();
    let wrong = [
        String::new(),
        "\n\n".to_owned(),
        TEXT.to_owned(),
        format!("{TEXT}\n"),
        good.trim_end().to_owned(),
        good.replace("— ", "- "),
        good.replace("— ", "—  "),
        good.replace("\n\n", "\n"),
        good.replace("\n3\n", "\n3\u{7}\n"),
        good.replace("\n3\n", "\r\n3\r\n"),
        good.replace("— log.example/samrad", "— log+example"),
        format!("{TEXT}\n— name AAAAAA==\n"),
        format!("{TEXT}\n{line}\nmore\n"),
        format!("{TEXT}\n{}", format!("{line}\n").repeat(101)),
        format!("{}{good}", "x".repeat(1 << 20)),
    ];
    for wrong in wrong {
        assert_eq!(
            Note::parse(&wrong).unwrap_err(),
            NoteError::Form,
            "{wrong:.200}"
        );
    }
    assert!(Note::parse(&format!("{TEXT}\n{}", format!("{line}\n").repeat(16))).is_ok());
    assert_eq!(Note::new("no end of line").unwrap_err(), NoteError::Form);
}

#[test]
fn a_signature_line_reads_as_it_was_written() {
    let line = signed().signatures()[0].clone();
    assert_eq!(SignatureLine::parse(&line.to_string()), Ok(line));
}

#[test]
fn a_verifier_key_reads_as_it_was_written() {
    for key in [log().verifier(), witness().verifier()] {
        assert_eq!(key.to_string().parse::<Verifier>().unwrap(), key);
    }
}

#[test]
fn a_mistyped_verifier_key_is_refused() {
    let right = log().verifier().to_string();
    let (name, rest) = right.split_once('+').unwrap();
    let (id, key) = rest.split_once('+').unwrap();
    let other = witness().verifier().to_string();
    let other = other.splitn(3, '+').nth(2).unwrap();
    for (wrong, why) in [
        (String::new(), KeyError::Form),
        (format!("{name}+{id}"), KeyError::Form),
        (format!("{name}+{id}+!"), KeyError::Form),
        (format!("{name}+{id}+"), KeyError::Form),
        (
            format!("{name}+{}+{key}", id.to_uppercase()),
            KeyError::Hash,
        ),
        (format!("{name}x+{id}+{key}"), KeyError::Hash),
        (format!("{name}+{id}+{other}"), KeyError::Hash),
        (format!("+{id}+{key}"), KeyError::Name),
        (format!("a b+{id}+{key}"), KeyError::Name),
        (format!("{name}+{id}+AgEB"), KeyError::Kind(2)),
        (format!("{name}+{id}+AQEB"), KeyError::Point),
        // The neutral element: anybody can sign for it.
        (
            format!("{name}+{id}+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
            KeyError::Point,
        ),
    ] {
        assert_eq!(wrong.parse::<Verifier>().unwrap_err(), why, "{wrong}");
    }
}

#[test]
fn a_key_has_a_name_without_spaces_or_pluses() {
    for name in ["", " ", "a b", "a+b", "a\u{a0}b", "a\nb"] {
        assert_eq!(
            Signer::from_seed(name, &[0; 32]).unwrap_err(),
            KeyError::Name,
            "{name:?}"
        );
        assert_eq!(
            Cosigner::from_seed(name, &[0; 32]).unwrap_err(),
            KeyError::Name,
            "{name:?}"
        );
    }
}

#[test]
fn a_private_key_does_not_print() {
    assert_eq!(format!("{:?}", log()), "Signer(log.example/samrad, ..)");
    assert_eq!(
        format!("{:?}", witness()),
        "Cosigner(witness.example/w1, ..)"
    );
}

#[test]
fn a_checkpoint_must_be_signed_by_a_key_of_its_own_log() {
    let (checkpoint, _) = Checkpoint::open(&signed(), &[log().verifier()]).unwrap();
    assert_eq!((checkpoint.size, checkpoint.text().as_str()), (3, TEXT));
    let other = Signer::from_seed("other.example/log", &[3; 32]).unwrap();
    let mut note = Note::new(TEXT).unwrap();
    note.sign(&other);
    note.cosign(&witness(), 5);
    let known = [log().verifier(), other.verifier(), witness().verifier()];
    let unsigned = CheckpointError::Unsigned("log.example/samrad".to_owned());
    assert_eq!(Checkpoint::open(&note, &known).unwrap_err(), unsigned);
}

//! The witness protocol: C2SP tlog-witness.

use samrad_ledger::checkpoint::Checkpoint;
use samrad_ledger::note::{Cosigner, Note, Signer};
use samrad_ledger::proof;
use samrad_ledger::tree::{Hash, empty_root};
use samrad_ledger::witness::{Answer, Request, Witness, parse_cosignatures};

use crate::naive::Tree;

const ORIGIN: &str = "log.example/samrad";

fn log() -> Signer {
    Signer::from_seed(ORIGIN, &[1; 32]).unwrap()
}

fn cosigner() -> Cosigner {
    Cosigner::from_seed("witness.example/w1", &[2; 32]).unwrap()
}

fn witness() -> Witness {
    let mut witness = Witness::new(cosigner());
    witness.trust(log().verifier());
    witness
}

fn checkpoint(origin: &str, size: u64, root: Hash, signer: &Signer) -> Note {
    let checkpoint = Checkpoint {
        origin: origin.to_owned(),
        size,
        root,
        extensions: vec![],
    };
    let mut note = Note::new(&checkpoint.text()).unwrap();
    note.sign(signer);
    note
}

fn request(old: u64, size: u64) -> Request {
    let tree = Tree::of(size);
    let proof = if old == 0 {
        vec![]
    } else {
        proof::consistency(&tree, old, size).unwrap()
    };
    Request {
        old,
        proof,
        checkpoint: checkpoint(ORIGIN, size, proof::root(&tree, size).unwrap(), &log()),
    }
}

fn ask(witness: &mut Witness, request: &Request) -> Answer {
    witness.add_checkpoint(&request.to_string(), 1_679_315_147)
}

#[test]
fn a_request_reads_as_it_was_written() {
    for request in [request(0, 7), request(3, 7), request(7, 7)] {
        assert_eq!(Request::parse(&request.to_string()), Ok(request));
    }
}

#[test]
fn a_witness_follows_a_growing_log_and_cosigns() {
    let mut witness = witness();
    for (old, size) in [(0, 3), (3, 3), (3, 300), (300, 301)] {
        let mut request = request(old, size);
        let answer = ask(&mut witness, &request);
        assert_eq!(answer.status(), 200, "{old} to {size}: {answer:?}");
        for line in parse_cosignatures(&answer.body()).unwrap() {
            request.checkpoint.add(line);
        }
        let keys = [log().verifier(), cosigner().verifier()];
        let signed = request.checkpoint.verify(&keys).unwrap();
        assert_eq!(
            signed
                .iter()
                .filter_map(|signed| signed.at)
                .collect::<Vec<_>>(),
            [1_679_315_147]
        );
        assert_eq!(witness.seen(ORIGIN).unwrap().size, size);
    }
}

#[test]
fn another_old_size_is_a_conflict_that_tells_the_right_one() {
    let mut witness = witness();
    assert_eq!(ask(&mut witness, &request(3, 7)), Answer::Conflict(0));
    ask(&mut witness, &request(0, 7));
    let answer = ask(&mut witness, &request(0, 9));
    assert_eq!(
        (
            answer.status(),
            answer.body().as_str(),
            answer.content_type()
        ),
        (409, "7\n", "text/x.tlog.size")
    );
    assert_eq!(ask(&mut witness, &request(3, 9)), Answer::Conflict(7));
    assert_eq!(
        ask(&mut witness, &request(3, 5)),
        Answer::Conflict(7),
        "an older checkpoint"
    );
    assert_eq!(ask(&mut witness, &request(7, 9)).status(), 200);
}

#[test]
fn a_fork_is_not_cosigned() {
    let mut witness = witness();
    ask(&mut witness, &request(0, 7));
    let fork = Request {
        checkpoint: checkpoint(ORIGIN, 7, [9; 32], &log()),
        ..request(7, 7)
    };
    assert_eq!(ask(&mut witness, &fork), Answer::Conflict(7));
    let fork = Request {
        checkpoint: checkpoint(ORIGIN, 9, [9; 32], &log()),
        ..request(7, 9)
    };
    assert_eq!(ask(&mut witness, &fork), Answer::Unprocessable);
    let short = Request {
        proof: vec![],
        ..request(7, 9)
    };
    assert_eq!(ask(&mut witness, &short), Answer::Unprocessable);
    assert_eq!(witness.seen(ORIGIN).unwrap().size, 7);
}

#[test]
fn from_nothing_the_proof_is_empty() {
    let mut witness = witness();
    let proved = Request {
        proof: vec![[0; 32]],
        ..request(0, 7)
    };
    assert_eq!(ask(&mut witness, &proved), Answer::Unprocessable);
    let empty = Request {
        old: 0,
        proof: vec![],
        checkpoint: checkpoint(ORIGIN, 0, empty_root(), &log()),
    };
    assert_eq!(ask(&mut witness, &empty).status(), 200);
}

#[test]
fn only_a_known_log_with_its_own_key_is_cosigned() {
    let mut witness = witness();
    let stranger = Signer::from_seed(ORIGIN, &[9; 32]).unwrap();
    let other = Request {
        checkpoint: checkpoint("other.example/log", 7, [0; 32], &log()),
        ..request(0, 7)
    };
    assert_eq!(ask(&mut witness, &other), Answer::UnknownLog);
    let unsigned = Request {
        checkpoint: checkpoint(ORIGIN, 7, [0; 32], &stranger),
        ..request(0, 7)
    };
    assert_eq!(ask(&mut witness, &unsigned), Answer::Forbidden);
    witness.trust(stranger.verifier());
    assert_eq!(
        ask(&mut witness, &unsigned).status(),
        200,
        "a second key of the log"
    );
}

#[test]
fn what_is_no_request_is_refused() {
    let mut witness = witness();
    let good = request(3, 7).to_string();
    for wrong in [
        String::new(),
        good.replace("old 3", "old 03"),
        good.replace("old 3", "old"),
        good.replace("old 3", "new 3"),
        good.replace("old 3\n", "old 3\nAAAA\n"),
        good.replacen("\n\n", "\n", 1),
        good.replace("\n7\n", "\n07\n"),
        good.replace(
            "old 3\n",
            &format!("old 3\n{}", format!("{}=\n", "A".repeat(43)).repeat(64)),
        ),
    ] {
        assert_eq!(
            witness.add_checkpoint(&wrong, 5),
            Answer::BadRequest,
            "{wrong}"
        );
    }
    let backwards = Request {
        old: 9,
        ..request(3, 7)
    };
    assert_eq!(ask(&mut witness, &backwards), Answer::BadRequest);
}

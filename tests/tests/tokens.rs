//! Tokens that prove nothing: each is answered by a problem that says what is wrong with it and
//! nothing more, and nothing is done.

use samrad_tests::{Caller as _, Client, Reply, Token, World, clock, on_both};
use serde_json::json;

on_both! {
    fn a_whole_token_is_believed(world) {
        world.administrator().get("/me").expect(200).done();
        world.nobody().with_token(honest(world).signed()).get("/me").expect(200).done();
    }

    fn an_expired_token(world) {
        is_refused(world, &honest(world).expired().signed(), "expired");
        let now = clock::now().as_second();
        let just = honest(world).claim("iat", now - 90).claim("nbf", now - 90);
        is_refused(world, &just.claim("exp", now - 60).signed(), "expired");
        is_refused(world, &honest(world).without("exp").signed(), "malformed");
    }

    fn a_token_of_the_future(world) {
        let soon = clock::now().as_second() + 300;
        is_refused(world, &honest(world).claim("nbf", soon).signed(), "notYetValid");
        is_refused(world, &honest(world).claim("iat", soon).signed(), "notYetValid");
    }

    fn a_token_that_nobody_signed(world) {
        is_refused(world, &honest(world).unsigned(), "unsigned");
        let signed = honest(world).signed();
        let (content, _) = signed.rsplit_once('.').expect("three parts");
        is_refused(world, &format!("{content}."), "unsigned");
        for none in ["None", "NONE", "nOnE"] {
            is_refused(world, &honest(world).header("alg", none).signed(), "unsigned");
        }
    }

    /// HS256 with the issuer's public key for a secret passes where the token chooses the algorithm.
    fn a_token_signed_with_the_public_key(world) {
        is_refused(world, &honest(world).confused(), "wrongAlgorithm");
        for algorithm in ["RS256", "ES384", "HS512", "es256"] {
            is_refused(world, &honest(world).header("alg", algorithm).signed(), "wrongAlgorithm");
        }
    }

    fn a_token_signed_by_a_stranger(world) {
        is_refused(world, &honest(world).signed_by_a_stranger(), "badSignature");
        let (one, other) = (honest(world).signed(), honest(world).claim("sub", "another").signed());
        let (content, _) = one.rsplit_once('.').expect("three parts");
        let (_, signature) = other.rsplit_once('.').expect("three parts");
        is_refused(world, &format!("{content}.{signature}"), "badSignature");
    }

    fn a_token_of_a_wrong_issuer(world) {
        is_refused(world, &honest(world).claim("iss", "https://evil.test").signed(), "unknownIssuer");
        is_refused(world, &honest(world).claim("iss", "https://staff.test/").signed(), "unknownIssuer");
        is_refused(world, &honest(world).without("iss").signed(), "malformed");
        // Of a known issuer, by the key of another.
        let citizen = world.issuers().citizen.url();
        is_refused(world, &honest(world).claim("iss", citizen).signed(), "unknownKey");
    }

    fn a_token_for_a_wrong_audience(world) {
        is_refused(world, &honest(world).claim("aud", "another-service").signed(), "wrongAudience");
        is_refused(world, &honest(world).claim("aud", json!([])).signed(), "wrongAudience");
        is_refused(world, &honest(world).claim("aud", json!(["samrad "])).signed(), "wrongAudience");
        is_refused(world, &honest(world).without("aud").signed(), "malformed");
        let several = honest(world).claim("aud", json!(["another-service", "samrad"])).signed();
        world.nobody().with_token(several).get("/me").expect(200).done();
    }

    fn a_token_with_an_unknown_key(world) {
        is_refused(world, &honest(world).header("kid", "no-such-key").signed(), "unknownKey");
        is_refused(world, &honest(world).without_header("kid").signed(), "unknownKey");
        is_refused(world, &honest(world).header("kid", "../../etc/passwd").signed(), "unknownKey");
        is_refused(world, &honest(world).header("kid", json!(7)).signed(), "malformed");
    }

    fn a_citizen_who_was_not_identified_strongly(world) {
        let number = world.sheet().identity_number;
        let citizen = |acr: &str| world.issuers().citizen.for_citizen(&number).claim("acr", acr);
        for weak in ["Level3", "idporten-loa-substantial", "idporten-loa-high ", ""] {
            let reply = is_refused(world, &citizen(weak).signed(), "weakAssurance");
            let challenge = reply.header("WWW-Authenticate").expect("a challenge");
            assert!(challenge.contains("insufficient_user_authentication"), "{challenge}");
        }
        is_refused(world, &citizen("").without("acr").signed(), "weakAssurance");
        is_refused(world, &citizen("Level4").without("pid").signed(), "malformed");
        world.nobody().with_token(citizen("Level4").signed()).get("/me/log").expect(200).done();
    }

    fn what_is_no_token_at_all(world) {
        let whole = honest(world).signed();
        let huge = format!("{whole}{}", "A".repeat(9000));
        let crit = honest(world).header("crit", json!(["exp"])).signed();
        let typ = honest(world).header("typ", "id+jwt").signed();
        for token in ["x", "x.y.z", "..", "e30.e30.e30", &whole.replace('.', " "), &format!("{whole}.x"), &huge, &crit, &typ] {
            is_refused(world, token, "malformed");
        }
    }

    fn a_scheme_that_is_not_bearer(world) {
        let whole = honest(world).signed();
        for value in [whole.clone(), format!("Basic {whole}"), "Bearer".to_owned(), String::new()] {
            let reply = world.nobody().call("GET", "/me").header("Authorization", &value).send();
            reply.refused(401, "unauthenticated").done();
        }
        let holder = world.nobody().with_token(&whole);
        let twice = holder.call("GET", "/me").header("Authorization", &format!("Bearer {whole}"));
        twice.send().refused(401, "unauthenticated").done();
    }

    /// A key that is rotated is fetched; the old one is forgotten by its issuer, and by the service.
    fn a_key_that_was_rotated(world) {
        let old = world.administrator();
        old.get("/me").expect(200).done();
        world.issuers().staff.rotate();
        let fresh = world.administrator();
        let answered = std::iter::repeat_with(|| {
            std::thread::sleep(std::time::Duration::from_millis(250));
            fresh.get("/me").status
        });
        assert!(answered.take(60).any(|status| status == 200), "the new key was never fetched");
        old.get("/me").refused(401, "unauthenticated").done();
    }
}

/// The token of the administrator, who may change most.
fn honest(world: &World) -> Token {
    world
        .issuers()
        .staff
        .for_subject(samrad_tests::world::FIRST_ADMINISTRATOR)
}

/// Whoever holds `token` is told why it proves nothing, reading and writing; and nothing is done.
#[track_caller]
fn is_refused(world: &World, token: &str, why: &str) -> Reply {
    let holder = world.nobody().with_token(token);
    let before = registered(&world.administrator());
    let written = holder.post(
        "/organisations",
        json!({"number": "313876144", "name": "Nobody's"}),
    );
    let read = holder.get("/me");
    for reply in [&written, &read] {
        let reply = reply.clone().refused(401, "unauthenticated");
        let problem = reply.json();
        assert_eq!(problem["errors"][0]["pointer"], "Authorization");
        assert_eq!(problem["errors"][0]["code"], why, "{problem}");
        let challenge = reply.header("WWW-Authenticate").expect("a challenge");
        assert!(
            challenge.starts_with("Bearer realm=\"samrad\", error="),
            "{challenge}"
        );
        assert!(challenge.contains(why), "{challenge}");
        assert!(
            !reply.everything().contains("eyJ"),
            "{}",
            reply.everything()
        );
    }
    assert_eq!(
        registered(&world.administrator()),
        before,
        "something was done"
    );
    read
}

fn registered(administrator: &Client) -> String {
    administrator.get("/organisations").expect(200).text()
}

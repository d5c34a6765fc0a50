mod forged;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use p256::SecretKey;
use p256::pkcs8::{EncodePrivateKey, EncodePublicKey, LineEnding};
use serde_json::{Value, json};

use super::*;
use crate::auth::issuers::KeySource;

const NOW: i64 = 1_790_000_000;

fn secret(seed: u8) -> SecretKey {
    SecretKey::from_slice(&[seed; 32]).unwrap()
}

fn signing(seed: u8) -> EncodingKey {
    EncodingKey::from_ec_pem(
        secret(seed)
            .to_pkcs8_pem(LineEnding::LF)
            .unwrap()
            .as_bytes(),
    )
    .unwrap()
}

fn checking(seed: u8) -> DecodingKey {
    DecodingKey::from_ec_pem(
        secret(seed)
            .public_key()
            .to_public_key_pem(LineEnding::LF)
            .unwrap()
            .as_bytes(),
    )
    .unwrap()
}

fn issuer(kind: Kind) -> Issuer {
    Issuer {
        issuer: "https://id.example/".into(),
        audience: "samrad".into(),
        keys: KeySource::File("/nowhere".into()),
        algorithm: Algorithm::ES256,
        kind,
        claims: Default::default(),
        assurances: Vec::new(),
    }
}

fn header() -> Value {
    json!({"alg": "ES256", "kid": "k1", "typ": "JWT"})
}

fn claims() -> Value {
    json!({"iss": "https://id.example/", "aud": "samrad", "sub": "s-1", "exp": NOW + 600, "nbf": NOW, "iat": NOW,
        "pid": "01019012345", "client_id": "app", "scope": "a b", "acr": "Level4"})
}

fn part(value: &str) -> String {
    URL_SAFE_NO_PAD.encode(value)
}

fn signed(header: &str, payload: &str, seed: u8) -> String {
    let message = format!("{}.{}", part(header), part(payload));
    let signature =
        jsonwebtoken::crypto::sign(message.as_bytes(), &signing(seed), Algorithm::ES256).unwrap();
    format!("{message}.{signature}")
}

fn check_as(token: &str, issuer: &Issuer) -> Result<Proof, TokenFault> {
    let unverified = Unverified::read(token, [issuer])?;
    unverified.verify(issuer, &checking(1), Timestamp::from_second(NOW).unwrap())
}

fn check(token: &str) -> Result<Proof, TokenFault> {
    check_as(token, &issuer(Kind::Staff))
}

fn changed(change: impl FnOnce(&mut Value)) -> Result<Proof, TokenFault> {
    let mut claims = claims();
    change(&mut claims);
    check(&signed(&header().to_string(), &claims.to_string(), 1))
}

fn headed(change: impl FnOnce(&mut Value)) -> Result<Proof, TokenFault> {
    let mut header = header();
    change(&mut header);
    check(&signed(&header.to_string(), &claims().to_string(), 1))
}

#[track_caller]
fn fails(outcome: Result<Proof, TokenFault>, fault: TokenFault) {
    assert_eq!(outcome.unwrap_err(), fault);
}

#[test]
fn a_valid_token_is_proof() {
    let proof = check(&signed(&header().to_string(), &claims().to_string(), 1)).unwrap();
    assert_eq!(
        (proof.subject.as_str(), proof.issuer.as_str()),
        ("s-1", "https://id.example/")
    );
    assert_eq!(proof.scopes, ["a", "b"]);
    assert_eq!(
        proof.identity_number.as_ref().map(|n| n.as_str()),
        Some("01019012345")
    );
    assert_eq!(proof.expires.as_second(), NOW + 600);
}

#[test]
fn proof_does_not_print_who_it_is_about() {
    let proof = check(&signed(&header().to_string(), &claims().to_string(), 1)).unwrap();
    let printed = format!("{proof:?}");
    assert!(!printed.contains("01019012345") && !printed.contains("s-1"));
}

#[test]
fn trailing_and_leading_garbage_is_refused() {
    let token = signed(&header().to_string(), &claims().to_string(), 1);
    for end in ["A", "AAAA", "=", "=="] {
        fails(check(&format!("{token}{end}")), TokenFault::BadSignature);
    }
    for other in [
        format!("{token}.x"),
        format!("x.{token}"),
        format!(".{token}"),
        format!("{token}."),
        token.replace('.', ""),
    ] {
        assert!(check(&other).is_err(), "{other}");
    }
    let trailing = signed(&header().to_string(), &format!("{}{{}}", claims()), 1);
    fails(check(&trailing), TokenFault::Malformed);
}

#[test]
fn what_is_not_a_token_is_malformed() {
    for text in [
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        "æ.ø.å",
        "e30.e30.e30",
        "Bearer x",
    ] {
        assert!(
            matches!(
                check(text),
                Err(TokenFault::Malformed | TokenFault::Unsigned)
            ),
            "{text}"
        );
    }
    let huge = signed(
        &header().to_string(),
        &json!({"iss": "x".repeat(MAX_BYTES)}).to_string(),
        1,
    );
    fails(check(&huge), TokenFault::Malformed);
}

#[test]
fn a_claim_that_stands_twice_makes_it_malformed() {
    let twice = |name: &str, value: &str| {
        let text = claims().to_string();
        signed(
            &header().to_string(),
            &format!("{{\"{name}\":{value},{}", &text[1..]),
            1,
        )
    };
    fails(check(&twice("sub", "\"other\"")), TokenFault::Malformed);
    fails(check(&twice("exp", "1")), TokenFault::Malformed);
    let head = "{\"alg\":\"ES256\",\"alg\":\"none\",\"kid\":\"k1\"}";
    fails(
        check(&signed(head, &claims().to_string(), 1)),
        TokenFault::Malformed,
    );
}

#[test]
fn the_issuer_must_be_known_to_the_letter() {
    for iss in [
        "https://id.example",
        "https://ID.example/",
        "https://id.example/ ",
        "https://evil.example/",
    ] {
        fails(
            changed(|c| c["iss"] = json!(iss)),
            TokenFault::UnknownIssuer,
        );
    }
    fails(
        changed(|c| c["iss"] = json!(["https://id.example/"])),
        TokenFault::Malformed,
    );
    fails(
        changed(|c| drop(c.as_object_mut().unwrap().remove("iss"))),
        TokenFault::Malformed,
    );
}

#[test]
fn the_audience_must_be_this_service() {
    for aud in [
        json!("other"),
        json!(["other"]),
        json!([]),
        json!("samrad2"),
        json!("SAMRAD"),
    ] {
        fails(changed(|c| c["aud"] = aud), TokenFault::WrongAudience);
    }
    fails(changed(|c| c["aud"] = json!(7)), TokenFault::Malformed);
    fails(
        changed(|c| drop(c.as_object_mut().unwrap().remove("aud"))),
        TokenFault::Malformed,
    );
    assert!(changed(|c| c["aud"] = json!(["other", "samrad"])).is_ok());
}

#[test]
fn a_token_works_within_its_time_and_half_a_minute() {
    assert!(
        changed(|c| c["exp"] = json!(NOW - 29)).is_err(),
        "it would end before it began"
    );
    let early = |c: &mut Value| (c["nbf"], c["iat"]) = (json!(NOW - 900), json!(NOW - 900));
    assert!(
        changed(|c| {
            early(c);
            c["exp"] = json!(NOW - 29);
        })
        .is_ok()
    );
    fails(
        changed(|c| {
            early(c);
            c["exp"] = json!(NOW - 30);
        }),
        TokenFault::Expired,
    );
    assert!(changed(|c| c["nbf"] = json!(NOW + 30)).is_ok());
    fails(
        changed(|c| c["nbf"] = json!(NOW + 31)),
        TokenFault::NotYetValid,
    );
    fails(
        changed(|c| c["iat"] = json!(NOW + 31)),
        TokenFault::NotYetValid,
    );
}

#[test]
fn times_must_be_times() {
    for exp in [
        json!("1790000600"),
        json!(null),
        json!(-1),
        json!(1e300),
        json!([NOW + 600]),
        json!(true),
    ] {
        fails(changed(|c| c["exp"] = exp), TokenFault::Malformed);
    }
    fails(
        changed(|c| drop(c.as_object_mut().unwrap().remove("exp"))),
        TokenFault::Malformed,
    );
    fails(changed(|c| c["nbf"] = json!("soon")), TokenFault::Malformed);
    fails(
        changed(|c| c["nbf"] = json!(NOW + 601)),
        TokenFault::Malformed,
    );
    assert!(
        changed(|c| drop(c.as_object_mut().unwrap().remove("nbf"))).is_ok(),
        "nbf may be left out"
    );
}

#[test]
fn the_key_must_be_named() {
    fails(
        headed(|h| drop(h.as_object_mut().unwrap().remove("kid"))),
        TokenFault::UnknownKey,
    );
    fails(headed(|h| h["kid"] = json!("")), TokenFault::UnknownKey);
    fails(headed(|h| h["kid"] = json!(1)), TokenFault::Malformed);
}

#[test]
fn only_access_tokens_and_plain_ones_are_taken() {
    for typ in ["JWT", "at+jwt", "AT+JWT", "application/at+jwt"] {
        assert!(headed(|h| h["typ"] = json!(typ)).is_ok(), "{typ}");
    }
    assert!(headed(|h| drop(h.as_object_mut().unwrap().remove("typ"))).is_ok());
    for typ in ["dpop+jwt", "logout+jwt", "JWE", "secevent+jwt"] {
        fails(headed(|h| h["typ"] = json!(typ)), TokenFault::Malformed);
    }
    fails(
        headed(|h| h["crit"] = json!(["b64"])),
        TokenFault::Malformed,
    );
}

#[test]
fn a_weak_sign_in_is_told_apart() {
    let mut strict = issuer(Kind::Citizen);
    strict.assurances = vec!["idporten-loa-high".into(), "Level4".into()];
    let token = |acr: Value| {
        let mut claims = claims();
        claims["acr"] = acr;
        signed(&header().to_string(), &claims.to_string(), 1)
    };
    assert!(check_as(&token(json!("Level4")), &strict).is_ok());
    for acr in [json!("Level3"), json!(null), json!(["Level4"])] {
        fails(check_as(&token(acr), &strict), TokenFault::WeakAssurance);
    }
    assert!(
        TokenFault::WeakAssurance
            .challenge()
            .contains("insufficient_user_authentication")
    );
}

#[test]
fn each_kind_has_the_claims_it_is_known_by() {
    let without = |kind: Kind, name: &str| {
        let mut claims = claims();
        claims.as_object_mut().unwrap().remove(name);
        check_as(
            &signed(&header().to_string(), &claims.to_string(), 1),
            &issuer(kind),
        )
    };
    fails(without(Kind::Citizen, "pid"), TokenFault::Malformed);
    fails(without(Kind::Machine, "client_id"), TokenFault::Malformed);
    fails(without(Kind::Staff, "sub"), TokenFault::Malformed);
    assert_eq!(without(Kind::Machine, "sub").unwrap().subject, "app");
    assert!(without(Kind::Staff, "pid").is_ok());
}

//! Tokens that somebody else than the issuer made.

use super::*;

#[test]
fn an_unsigned_token_is_none() {
    for alg in ["none", "None", "NONE", "nOnE"] {
        let token = format!(
            "{}.{}.",
            part(&json!({"alg": alg, "kid": "k1"}).to_string()),
            part(&claims().to_string())
        );
        fails(check(&token), TokenFault::Unsigned);
        fails(check(&format!("{token}AAAA")), TokenFault::Unsigned);
    }
    let stripped = format!(
        "{}.{}.",
        part(&header().to_string()),
        part(&claims().to_string())
    );
    fails(check(&stripped), TokenFault::Unsigned);
}

#[test]
fn a_token_signed_symmetrically_with_the_public_key_is_refused() {
    let public = secret(1).public_key();
    let pem = public.to_public_key_pem(LineEnding::LF).unwrap();
    let der = public.to_public_key_der().unwrap();
    let point = public.to_sec1_bytes();
    for secret in [pem.as_bytes(), der.as_bytes(), &point] {
        for alg in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
            let head = json!({"alg": format!("{alg:?}"), "kid": "k1", "typ": "JWT"}).to_string();
            let message = format!("{}.{}", part(&head), part(&claims().to_string()));
            let signature = jsonwebtoken::crypto::sign(
                message.as_bytes(),
                &EncodingKey::from_secret(secret),
                alg,
            )
            .unwrap();
            fails(
                check(&format!("{message}.{signature}")),
                TokenFault::WrongAlgorithm,
            );
            // The same signature under a header that says ES256.
            let relabelled = format!(
                "{}.{}.{signature}",
                part(&header().to_string()),
                part(&claims().to_string())
            );
            fails(check(&relabelled), TokenFault::BadSignature);
        }
    }
}

#[test]
fn another_algorithm_than_the_issuers_is_refused() {
    for alg in ["RS256", "ES384", "EdDSA", "es256", "ES256 ", ""] {
        fails(
            headed(|h| h["alg"] = json!(alg)),
            TokenFault::WrongAlgorithm,
        );
    }
}

#[test]
fn a_signature_by_another_key_or_over_other_words_does_not_hold() {
    fails(
        check(&signed(&header().to_string(), &claims().to_string(), 2)),
        TokenFault::BadSignature,
    );
    let token = signed(&header().to_string(), &claims().to_string(), 1);
    let mut other = claims();
    other["sub"] = json!("s-2");
    let signature = token.rsplit('.').next().unwrap();
    let forged = format!(
        "{}.{}.{signature}",
        part(&header().to_string()),
        part(&other.to_string())
    );
    fails(check(&forged), TokenFault::BadSignature);
}

#[test]
fn a_zero_signature_does_not_hold() {
    let zeros = URL_SAFE_NO_PAD.encode([0; 64]);
    let token = format!(
        "{}.{}.{zeros}",
        part(&header().to_string()),
        part(&claims().to_string())
    );
    fails(check(&token), TokenFault::BadSignature);
}

#[test]
fn a_key_in_the_token_is_not_looked_at() {
    let jwk: Value = serde_json::from_str(&secret(2).public_key().to_jwk_string()).unwrap();
    let mut head = header();
    (head["jwk"], head["jku"]) = (jwk, json!("https://evil.example/jwks"));
    fails(
        check(&signed(&head.to_string(), &claims().to_string(), 2)),
        TokenFault::BadSignature,
    );
}

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::*;

fn key(seed: u8) -> String {
    let bytes: Vec<u8> = (0..32).map(|n| n ^ seed).collect();
    STANDARD.encode(bytes)
}

fn good() -> HashMap<&'static str, String> {
    HashMap::from([
        ("DATABASE_URL", "postgres://samrad:hunter2@db/samrad".to_owned()),
        ("SAMRAD_MASTER_KEY", format!("m2:{},m1:{}", key(1), key(2))),
        ("SAMRAD_LOOKUP_KEY", key(3)),
        ("SAMRAD_LOG_ORIGIN", "samrad.example.no/log".to_owned()),
        ("SAMRAD_LOG_KEY", key(4)),
        ("SAMRAD_LOG_CHECKPOINT_FILE", "/var/lib/samrad/log.checkpoint".to_owned()),
        ("SAMRAD_ISSUERS", r#"[{"issuer":"https://id.example/","audience":"samrad","jwks":"https://id.example/jwks","algorithm":"RS256","kind":"staff"}]"#.to_owned()),
    ])
}

fn read(changes: &[(&'static str, &str)]) -> Result<Settings, Vec<Fault>> {
    let mut environment = good();
    for (name, value) in changes {
        environment.insert(name, (*value).to_owned());
    }
    Settings::for_serve(|name| environment.get(name).cloned())
}

#[track_caller]
fn refused(changes: &[(&'static str, &str)], setting: &str) {
    let faults = read(changes).unwrap_err();
    assert!(
        faults.iter().any(|fault| fault.setting == setting),
        "{faults:?}"
    );
}

#[test]
fn a_whole_environment_is_taken() {
    let settings = read(&[]).unwrap();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.vault.current_master(), "m2");
    assert_eq!(settings.key_floor, Duration::from_secs(60));
    assert!(!settings.development && !settings.allow_synthetic);
}

#[test]
fn all_that_is_missing_is_told_at_once() {
    let faults = Settings::for_serve(|_| None).unwrap_err();
    let named: Vec<_> = faults.iter().map(|fault| fault.setting).collect();
    assert_eq!(
        named,
        [
            "DATABASE_URL",
            "SAMRAD_MASTER_KEY",
            "SAMRAD_LOOKUP_KEY",
            "SAMRAD_LOG_ORIGIN",
            "SAMRAD_LOG_KEY",
            "SAMRAD_LOG_CHECKPOINT_FILE",
            "SAMRAD_ISSUERS"
        ]
    );
}

#[test]
fn synthetic_numbers_need_a_development_machine() {
    refused(
        &[("SAMRAD_ALLOW_SYNTHETIC", "yes")],
        "SAMRAD_ALLOW_SYNTHETIC",
    );
    assert!(
        read(&[
            ("SAMRAD_ALLOW_SYNTHETIC", "yes"),
            ("SAMRAD_DEVELOPMENT", "yes")
        ])
        .unwrap()
        .allow_synthetic
    );
    refused(&[("SAMRAD_DEVELOPMENT", "true")], "SAMRAD_DEVELOPMENT");
}

#[test]
fn unsafe_issuers_are_refused() {
    let issuer = |jwks: &str, algorithm: &str, name: &str| {
        format!(
            r#"[{{"issuer":"{name}","audience":"samrad","jwks":"{jwks}","algorithm":"{algorithm}","kind":"staff"}}]"#
        )
    };
    for text in [
        "[]".to_owned(),
        "{".to_owned(),
        issuer("http://id.example/jwks", "RS256", "a"),
        issuer("https://id.example/jwks", "HS256", "a"),
        issuer("https://id.example/jwks", "none", "a"),
        issuer(
            "https://id.example/jwks",
            "ES256",
            "https://demo.samrad.invalid/staff",
        ),
        issuer("file:///home/x/.samrad/jwks.json", "ES256", "a"),
    ] {
        refused(&[("SAMRAD_ISSUERS", &text)], "SAMRAD_ISSUERS");
    }
    let demo = issuer(
        "file:///home/x/.samrad/jwks.json",
        "ES256",
        "https://demo.samrad.invalid/staff",
    );
    assert!(read(&[("SAMRAD_ISSUERS", &demo), ("SAMRAD_DEVELOPMENT", "yes")]).is_ok());
}

#[test]
fn weak_and_shared_keys_are_refused() {
    let short = STANDARD.encode([1, 2, 3]);
    let flat = STANDARD.encode([0; 32]);
    for master in [
        key(1),
        format!("m:{short}"),
        format!("m:{flat}"),
        "m:?".into(),
        format!(":{}", key(1)),
        format!("a:{},a:{}", key(1), key(2)),
        format!("a:{0},b:{0}", key(1)),
        format!("m m:{}", key(1)),
    ] {
        refused(&[("SAMRAD_MASTER_KEY", &master)], "SAMRAD_MASTER_KEY");
    }
    for lookup in [short, flat, "?".into(), key(1), key(2)] {
        refused(&[("SAMRAD_LOOKUP_KEY", &lookup)], "SAMRAD_LOOKUP_KEY");
    }
}

#[test]
fn a_secret_comes_from_the_environment_or_a_file_but_not_both() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("key");
    std::fs::write(&path, format!("{}\n", key(9))).unwrap();
    let path = path.to_str().unwrap();
    refused(&[("SAMRAD_LOOKUP_KEY_FILE", path)], "SAMRAD_LOOKUP_KEY");
    assert!(read(&[("SAMRAD_LOOKUP_KEY", ""), ("SAMRAD_LOOKUP_KEY_FILE", path)]).is_ok());
    refused(
        &[
            ("SAMRAD_LOOKUP_KEY", ""),
            ("SAMRAD_LOOKUP_KEY_FILE", "/nowhere"),
        ],
        "SAMRAD_LOOKUP_KEY",
    );
}

#[test]
fn what_can_not_be_read_is_refused() {
    refused(&[("SAMRAD_LISTEN", "localhost")], "SAMRAD_LISTEN");
    refused(&[("DATABASE_URL", "mysql://db")], "DATABASE_URL");
    refused(&[("DATABASE_URL", "sqlite://")], "DATABASE_URL");
    refused(
        &[("MIGRATION_DATABASE_URL", "mysql://db")],
        "MIGRATION_DATABASE_URL",
    );
    refused(&[("SAMRAD_LOG_FORMAT", "xml")], "SAMRAD_LOG_FORMAT");
    refused(
        &[("SAMRAD_JWKS_FLOOR_SECONDS", "1")],
        "SAMRAD_JWKS_FLOOR_SECONDS",
    );
    assert!(
        read(&[
            ("SAMRAD_JWKS_FLOOR_SECONDS", "1"),
            ("SAMRAD_DEVELOPMENT", "yes")
        ])
        .is_ok()
    );
    assert!(
        read(&[
            ("DATABASE_URL", ""),
            ("DB_URL", "sqlite:///var/lib/samrad.db")
        ])
        .is_ok()
    );
}

#[test]
fn origins_are_https_and_bare() {
    for origin in [
        "*",
        "http://app.example",
        "https://app.example/",
        "https://app.example/x",
        "app.example",
        "null",
        "https://a@b",
    ] {
        refused(&[("SAMRAD_CORS_ORIGINS", origin)], "SAMRAD_CORS_ORIGINS");
    }
    assert_eq!(
        read(&[(
            "SAMRAD_CORS_ORIGINS",
            "https://a.example, https://b.example:8443"
        )])
        .unwrap()
        .edge
        .origins
        .len(),
        2
    );
    assert!(
        read(&[
            ("SAMRAD_CORS_ORIGINS", "http://localhost:5173"),
            ("SAMRAD_DEVELOPMENT", "yes")
        ])
        .is_ok()
    );
}

#[test]
fn a_client_may_ask_so_often_unless_told_otherwise() {
    let edge = read(&[]).unwrap().edge;
    assert!(edge.client_rate.is_some() && edge.peer_rate.is_some() && edge.hsts.is_none());
    let edge = read(&[
        ("SAMRAD_RATE_CLIENT", "no"),
        ("SAMRAD_RATE_PEER", "10/1"),
        ("SAMRAD_CONNECTIONS", "100"),
        ("SAMRAD_HSTS_SECONDS", "31536000"),
    ]);
    let edge = edge.unwrap().edge;
    assert_eq!(edge.client_rate, None);
    assert_eq!(edge.peer_rate.map(|quota| quota.requests.get()), Some(10));
    assert_eq!((edge.connections, edge.hsts), (100, Some(31_536_000)));
    let development = read(&[("SAMRAD_DEVELOPMENT", "yes")]).unwrap().edge;
    assert_eq!(
        (development.client_rate, development.peer_rate),
        (None, None)
    );
    refused(&[("SAMRAD_RATE_CLIENT", "100")], "SAMRAD_RATE_CLIENT");
    refused(&[("SAMRAD_RATE_PEER", "0/1")], "SAMRAD_RATE_PEER");
    refused(&[("SAMRAD_CONNECTIONS", "1")], "SAMRAD_CONNECTIONS");
    refused(&[("SAMRAD_HSTS_SECONDS", "a year")], "SAMRAD_HSTS_SECONDS");
}

#[test]
fn no_secret_is_printed_in_settings_or_faults() {
    let settings = format!("{:?}", read(&[]).unwrap());
    let faults = format!(
        "{:?}",
        read(&[
            ("DATABASE_URL", "mysql://u:hunter2@db"),
            ("SAMRAD_MASTER_KEY", "hunter2"),
            ("SAMRAD_LOOKUP_KEY", "hunter2")
        ])
        .unwrap_err()
    );
    for text in [settings, faults] {
        for secret in ["hunter2", &key(1), &key(2), &key(3)] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

#[test]
fn migrations_run_as_the_owner_where_one_is_given() {
    let read = |pairs: &[(&str, &str)]| {
        let environment: HashMap<_, _> = pairs
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect();
        Migration::from_environment(|name| environment.get(name).cloned())
    };
    let owner = DatabaseUrl::parse("postgres://owner@db/samrad").unwrap();
    let both = [
        ("DATABASE_URL", "postgres://app@db/samrad"),
        ("MIGRATION_DATABASE_URL", "postgres://owner@db/samrad"),
    ];
    assert_eq!(read(&both).unwrap().database, owner);
    assert!(read(&both[..1]).unwrap().first_administrator.is_none());
    assert!(read(&[]).is_err());
    let (masters, lookup) = (format!("m:{}", key(1)), key(3));
    let first = [
        both[0],
        ("SAMRAD_BOOTSTRAP_ADMIN", "https://id.example/|admin"),
        ("SAMRAD_BOOTSTRAP_ORGANISATION", "974760673|Drift"),
        ("SAMRAD_MASTER_KEY", &masters),
        ("SAMRAD_LOOKUP_KEY", &lookup),
    ];
    let known = read(&first).unwrap().first_administrator.unwrap();
    assert_eq!(
        (known.subject.as_str(), known.organisation.name.as_str()),
        ("admin", "Drift")
    );
    for missing in 2..first.len() {
        let rest = first.iter().enumerate().filter(|(n, _)| *n != missing);
        let rest: Vec<_> = rest.map(|(_, pair)| *pair).collect();
        assert!(read(&rest).is_err(), "{}", first[missing].0);
    }
    assert!(read(&[both[0], ("SAMRAD_BOOTSTRAP_ADMIN", "admin")]).is_err());
}

//! Problems: each code has a page in three languages, and what a caller is told is in theirs.

use std::collections::BTreeSet;

use samrad_tests::{Caller as _, Client, Reply, World, on_both};

on_both! {
    fn a_page_that_no_code_has_is_a_problem_that_repeats_nothing(world) {
        let nobody = world.nobody();
        for path in ["/problems/noSuchCode", "/problems/%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/problems/notFound/x",
            "/problems/NOTFOUND", "/problems/", "/problems/..%2f..%2fetc"]
        {
            let reply = nobody.request("GET", path).send().refused(404, "unknownRoute");
            let said = reply.everything();
            assert!(!said.contains("script") && !said.contains("etc"), "{path}: {said}");
        }
        for query in ["lang=de", "lang=", "lang=%3Cb%3E", "lang=nb&lang=nn", "x=1"] {
            let reply = nobody.request("GET", &format!("/problems/notFound?{query}")).send();
            let reply = reply.refused(400, "malformed");
            assert!(!reply.text().contains("<b>"), "{}", reply.text());
        }
    }

    fn a_page_loads_nothing_and_runs_nothing(world) {
        for path in pages(world) {
            let reply = page(world, &path);
            let text = reply.text();
            for sign in ["src=", "http://", "https://", "url(", "@import", "<script", "onload", "javascript:"] {
                assert!(!text.contains(sign), "{path}: {sign}");
            }
            for link in text.split("href=\"").skip(1) {
                assert!(link.starts_with("/problems"), "{path}: {}", &link[..40.min(link.len())]);
            }
            let policy = reply.header("Content-Security-Policy").expect("a policy");
            assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{policy}");
            assert!(reply.header("Cache-Control").is_some_and(|c| c.contains("public") && c.contains("max-age")));
            assert_eq!(reply.header("Vary"), Some("Accept-Language"));
            assert_eq!(reply.header("Content-Type"), Some("text/html; charset=utf-8"));
        }
    }

    fn every_code_of_the_document_has_its_page_in_each_language(world) {
        let pages = pages(world);
        let codes = codes_of_the_document(world);
        assert!(codes.len() > 10, "{codes:?}");
        for code in &codes {
            assert!(pages.contains(&format!("/problems/{code}")), "{code} has no page");
        }
        for path in pages.iter().filter(|path| *path != "/problems") {
            let code = path.rsplit('/').next().expect("a code");
            let mut seen = BTreeSet::new();
            for (language, cause, cure) in [("nb", "Årsak", "Hva du kan gjøre"), ("nn", "Årsak", "Kva du kan gjere"),
                ("en", "Cause", "What to do")]
            {
                let reply = page(world, &format!("{path}?lang={language}"));
                let text = reply.text();
                assert_eq!(reply.header("Content-Language"), Some(language), "{path}");
                assert!(text.contains(&format!("<html lang=\"{language}\">")), "{path}");
                for heading in [cause, cure] {
                    let after = text.split_once(&format!("<h2>{heading}</h2><p>"));
                    let said = after.and_then(|(_, after)| after.split_once("</p>")).map(|(said, _)| said);
                    assert!(said.is_some_and(|said| said.len() > 20), "{path} {language}: {heading}");
                }
                assert!(text.contains(&format!("<code>{code}</code>")), "{path}");
                for other in ["nb", "nn", "en"].iter().filter(|other| **other != language) {
                    assert!(text.contains(&format!("{path}?lang={other}")), "{path}: no way to {other}");
                }
                assert!(seen.insert(text), "{path}: the same in two languages");
            }
        }
    }

    fn the_type_of_a_problem_opens_the_page_of_its_code(world) {
        let clinician = world.clinician_at(&world.dps("Søndre Oslo DPS"));
        let nobody = world.nobody();
        let nothing = format!("/cases/{}", samrad_tests::contract::NOTHING);
        let problems = [
            nobody.get("/me").refused(401, "unauthenticated"),
            clinician.get(&nothing).refused(404, "notFound"),
            clinician.get("/cases/x").refused(400, "malformed"),
            clinician.get("/nowhere").refused(404, "unknownRoute"),
            clinician.call("PUT", "/cases").send().refused(405, "methodNotAllowed"),
            clinician.post("/cases", serde_json::json!({})).refused(422, "invalid"),
            clinician.call("POST", "/cases").body("text/plain", "x").send().refused(415, "unsupportedMediaType"),
        ];
        for problem in problems {
            let json = problem.json();
            let opened = page(world, json["type"].as_str().expect("a type"));
            let text = opened.text();
            assert!(text.contains(&format!("<code>{}</code>", json["code"].as_str().expect("a code"))), "{text}");
            assert!(text.contains(&format!("<td>{} ", json["status"])), "{text}");
        }
    }

    fn a_problem_is_told_in_the_language_that_is_wanted_most(world) {
        let nobody = world.nobody();
        for (wanted, language, title) in LANGUAGES {
            let reply = asked(nobody, wanted).refused(401, "unauthenticated");
            assert_eq!(reply.header("Content-Language"), Some(*language), "{wanted}");
            assert_eq!(reply.json()["title"], *title, "{wanted}");
        }
        let silent = nobody.get("/me").refused(401, "unauthenticated");
        assert_eq!(silent.header("Content-Language"), Some("nb"));
    }

    fn a_page_is_in_the_language_wanted_unless_another_is_named(world) {
        let nobody = world.nobody();
        let english = |path: &str| nobody.request("GET", path).header("Accept-Language", "en-GB").send().expect(200);
        for path in ["/problems", "/problems/conflict"] {
            assert_eq!(english(path).header("Content-Language"), Some("en"));
            assert_eq!(english(&format!("{path}?lang=nn")).header("Content-Language"), Some("nn"));
        }
    }
}

/// What is asked for, which language that is, and the title of a 401 in it.
const LANGUAGES: &[(&str, &str, &str)] = &[
    ("en", "en", "Not authenticated"),
    ("en-GB,en;q=0.9,nb;q=0.8", "en", "Not authenticated"),
    ("nn-NO", "nn", "Ikkje innlogga"),
    ("no", "nb", "Ikke innlogget"),
    ("NO-no", "nb", "Ikke innlogget"),
    ("de, en;q=0.5, nn;q=0.8", "nn", "Ikkje innlogga"),
    ("nb;q=0, *", "nn", "Ikkje innlogga"),
    ("en;q=0", "nb", "Ikke innlogget"),
    ("de, fr;q=0.3", "nb", "Ikke innlogget"),
    ("nb;q=0.1, en;q=0.11", "en", "Not authenticated"),
    ("en;q=2, ;;, nn;q=x", "nb", "Ikke innlogget"),
    ("*", "nb", "Ikke innlogget"),
];

fn asked(client: &Client, language: &str) -> Reply {
    let call = client.call("GET", "/me");
    call.header("Accept-Language", language).send()
}

fn page(world: &World, path: &str) -> Reply {
    world.nobody().request("GET", path).send().expect(200)
}

/// The index, and each page that it leads to.
fn pages(world: &World) -> BTreeSet<String> {
    let index = page(world, "/problems?lang=nb").text();
    let links = index.split("href=\"/problems/").skip(1);
    let codes = links.filter_map(|after| after.split(['?', '"']).next());
    let pages = codes.map(|code| format!("/problems/{code}"));
    pages.chain(["/problems".to_owned()]).collect()
}

fn codes_of_the_document(world: &World) -> BTreeSet<String> {
    let contract = world.contract();
    let paths = contract.document["paths"].as_object().into_iter().flatten();
    let operations = paths.flat_map(|(_, item)| item.as_object().into_iter().flatten());
    let responses = operations.flat_map(|(_, o)| o["responses"].as_object().into_iter().flatten());
    let codes = responses.flat_map(|(_, response)| {
        let codes = &contract.resolved(response)["x-samrad-codes"];
        codes.as_array().into_iter().flatten()
    });
    codes
        .filter_map(|code| code.as_str().map(str::to_owned))
        .collect()
}

//! `/docs`: the page and its files out of the service alone, under a strict policy; the demo's
//! tokens a click away in the demo, and never in the service.

use samrad_tests::{Caller as _, on_both};

use crate::demo::Demo;

const FILES: [&str; 5] = [
    "",
    "page.css",
    "start.js",
    "swagger-ui.css",
    "swagger-ui-bundle.js",
];
const OF_THE_DEMO: [&str; 2] = ["persons.js", "persons.json"];

on_both! {
    fn the_page_and_its_files_come_out_of_the_service(world) {
        let nobody = world.nobody();
        for file in FILES {
            let got = nobody.request("GET", &format!("/docs/{file}")).send().expect(200);
            let policy = got.header("Content-Security-Policy").expect("a policy").to_owned();
            assert!(policy.starts_with("default-src 'none'"), "{policy}");
            assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
        }
        let page = nobody.request("GET", "/docs/").send().expect(200).text();
        assert!(!page.contains("http:") && !page.contains("https:"), "{page}");
        assert!(!page.contains("<style") && !page.contains("onclick"), "{page}");
    }

    fn the_service_offers_nobodys_token(world) {
        let nobody = world.nobody();
        for file in OF_THE_DEMO {
            nobody.request("GET", &format!("/docs/{file}")).send().refused(404, "unknownRoute").done();
        }
        let page = nobody.request("GET", "/docs/").send().expect(200).text();
        assert!(!page.contains("persons.js"), "{page}");
    }

    fn the_page_knows_no_other_files(world) {
        for file in ["index.html", "swagger-initializer.js", "..%2fopenapi.json", "page.html"] {
            world.nobody().request("GET", &format!("/docs/{file}")).send().expect(404).done();
        }
    }
}

#[test]
fn the_demo_offers_the_token_of_each_of_its_persons() {
    let directory = tempfile::tempdir().expect("a directory");
    let demo = Demo::start(directory.path());
    let nobody = demo.caller("CLINICIAN").with_token("");
    let page = nobody.request("GET", "/docs/").send().expect(200).text();
    assert!(page.contains("persons.js"), "{page}");
    let list = nobody
        .request("GET", "/docs/persons.json")
        .send()
        .expect(200);
    assert_eq!(list.header("Cache-Control"), Some("no-store"));
    let persons = list.json();
    let persons = persons.as_array().expect("persons");
    assert_eq!(persons.len(), 15);
    for person in persons {
        let token = person["token"].as_str().expect("a token");
        let caller = nobody.with_token(token);
        caller.get("/me").expect(200).done();
    }
}

//! What README tells a newcomer to paste gives what README says it gives.

use std::path::Path;
use std::process::Command;

use crate::demo::Demo;

/// The lines of README's story, each of which must give what stands behind `# →`.
fn script(readme: &str) -> String {
    let mut script = String::from(
        "must() { case \"$1\" in *\"$2\"*) ;; *) printf 'not there: %s\\n%s\\n' \"$2\" \"$1\"; exit 1;; esac; }\n",
    );
    let blocks = readme.split("```sh\n").skip(1);
    for line in blocks
        .filter_map(|block| block.split("```").next())
        .flat_map(str::lines)
    {
        match line.split_once(" # → ") {
            Some((command, expected)) => {
                script.push_str(&format!("must \"$({command})\" '{expected}'\n"));
            }
            None => script.push_str(&format!("{line}\n")),
        }
    }
    script
}

#[test]
fn the_story_in_readme_runs_as_it_is_told() {
    if Command::new("curl").arg("--version").output().is_err() {
        let ci = std::env::var("CI").unwrap_or_default();
        assert!(
            !matches!(ci.as_str(), "true" | "1"),
            "there is no curl: README was not tested"
        );
        eprintln!("SKIPPED: there is no curl here, so README's story was NOT run");
        return;
    }
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let script = script(&std::fs::read_to_string(readme).expect("README.md"));
    assert!(
        script.matches("must \"$(").count() > 20,
        "the story is there"
    );
    let directory = tempfile::tempdir().expect("a directory");
    let demo = Demo::start(directory.path());
    let ran = Command::new("bash")
        .args(["-eu", "-c", &script])
        .current_dir(directory.path())
        .output()
        .expect("bash");
    drop(demo);
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(
        ran.status.success(),
        "{said}\n{}",
        String::from_utf8_lossy(&ran.stderr)
    );
}

//! The examples of docs/filters.md, and what `--template` refuses.

use housekey_emulator::Dialect;
use insta::assert_snapshot;

use crate::context::TestContext;

const DOCUMENT: &str = include_str!("../../../../docs/filters.md");

#[tokio::test(flavor = "multi_thread")]
async fn every_example_of_the_document_runs() {
    let context = TestContext::with_key(Dialect::Local).await;
    let examples: Vec<&str> =
        DOCUMENT.lines().filter(|line| line.starts_with("housekey ")).collect();
    for option in ["--jq", "--template"] {
        assert!(examples.iter().any(|example| example.contains(option)), "{option}");
    }
    for example in examples {
        let line = example.replacen("housekey", env!("CARGO_BIN_EXE_housekey"), 1);
        let output = context.command_of("/bin/sh", &["-c", &line]).output().expect("run");
        let said = context.said(&output);
        assert_eq!((said.exit, said.stderr.as_str()), (0, ""), "{example}\n{said}");
        assert!(
            !said.stdout.is_empty() && !said.stdout.contains("<no value>"),
            "{example}\n{said}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_formats_the_json_of_a_command() {
    let context = TestContext::with_key(Dialect::Local).await;
    let format = |template: &str| context.run(&["zones", "list", "--template", template]);
    assert_snapshot!(format("{{range .}}{{if .active}}{{tablerow .name (color \"green\" \"active\")}}{{end}}{{end}}"), @"
    exit: 0
    stdout: nothing
    stderr: nothing
    ");
    assert_snapshot!(format("{{range .}}{{.name}"), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: --template is not understood: template: 1:19: unexpected character: '}'
    hint: the language is that of Go, as in `--template '{{range .}}{{.name}}{{"\n"}}{{end}}'`
    "#);
    assert_snapshot!(format("{{range .}}{{timeago .name}}{{end}}"), @"
    exit: 1
    stdout: nothing
    stderr:
    error: --template failed: execution error: `Living room` is no time
    ");
    assert_snapshot!(context.run(&["zones", "list", "--template", "{{len .}}", "--jq", "."]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: the argument '--template <TEMPLATE>' cannot be used with '--jq <FILTER>'

    Usage: housekey zones list --template <TEMPLATE>

    For more information, try '--help'.
    ");
    assert_snapshot!(context.run(&["zones", "list", "--template", "{{len .}}", "--format", "csv"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: --jq and --template take JSON: they go with `--format json` alone
    ");
    assert_snapshot!(context.run(&["zones", "list", "--template", "{{len .}}", "--format", "json"]), @"
    exit: 0
    stdout:
    8
    stderr: nothing
    ");
    assert_snapshot!(context.run(&["zones", "create", "Attic", "--dry-run", "--template", "{{.method}} {{.body.name}}"]), @r#"
    exit: 0
    stdout:
    POST Attic
    stderr:
    Nothing is sent. Without --dry-run: The zone Attic is made (Homey "http://HOMEY/")
    "#);
}

//! The tree of commands, as every `--help` tells it.

use crate::context::TestContext;

/// The help of a command and of all below it.
pub(crate) fn tree(context: &TestContext, path: &[String], told: &mut String) {
    let mut arguments: Vec<&str> = path.iter().map(String::as_str).collect();
    arguments.push("--help");
    let said = context.run(&arguments);
    assert_eq!((said.exit, said.stderr.as_str()), (0, ""), "{path:?}");
    told.push_str(&format!("$ housekey {}\n{}\n", arguments.join(" "), said.stdout));
    // Those of the program stand in groups, those of a command under one heading.
    let is_first = |line: &&str| matches!(*line, "Start:" | "Commands:");
    let is_last = |line: &&str| !line.ends_with("ptions:") && !line.starts_with("Options of");
    for line in said.stdout.lines().skip_while(|line| !is_first(line)).take_while(is_last) {
        // Lines of one command are indented by two; what continues its text by more.
        let name = line.strip_prefix("  ").filter(|rest| !rest.starts_with(' '));
        let name = name.and_then(|rest| rest.split_whitespace().next());
        if let Some(name) = name.filter(|name| *name != "help") {
            tree(context, &[path, &[name.to_owned()]].concat(), told);
        }
    }
}

#[test]
fn every_command_says_what_it_does() {
    let mut told = String::new();
    tree(&TestContext::alone(), &[], &mut told);
    insta::assert_snapshot!("commands", told);
}

#[test]
fn every_command_has_an_example() {
    let mut told = String::new();
    tree(&TestContext::alone(), &[], &mut told);
    for help in told.split("$ housekey ").skip(2) {
        let command = help.lines().next().unwrap_or_default();
        let has_commands = help.contains("\nCommands:\n");
        // A line to be typed is indented, which the line of usage is not.
        let has_example =
            help.lines().any(|line| line.starts_with("  ") && line.contains("housekey "));
        assert!(has_commands || has_example, "{command} has no example");
    }
}

#[test]
fn every_list_takes_the_options_of_lists() {
    let mut told = String::new();
    tree(&TestContext::alone(), &[], &mut told);
    let mut lists = 0;
    for help in told.split("$ housekey ").skip(2) {
        let mut lines = help.lines();
        let (command, about) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
        if about.starts_with("List ") && !help.contains("\nCommands:\n") {
            lists += 1;
            assert!(help.contains("--where <CONDITION>"), "{command}");
        }
    }
    assert!(lists > 25, "{lists}");
}

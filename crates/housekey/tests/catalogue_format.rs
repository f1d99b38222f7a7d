//! The reader of the catalogue files, which the build uses: what it understands, and how it refuses.

#[path = "../build/parse.rs"]
#[expect(dead_code, reason = "the build reads fields that these tests do not")]
mod parse;

use parse::{Answer, manager};

const GOOD: &str = "\
# About.
manager google-assistant as googleAssistant

sync  POST /
  on      v2

getLog  GET /log/:uri/:id
  on      v2
  scope   homey.insights homey.system.readonly
  path    id:number
  query   a?:string b:any
  answer  list Log
  access  getAll Log
  private
  slow

getLog  GET /log/:id
  on      local cloud
  field   log?:object|string
    x:number
    y:any
  answer  object
    z:string
  open
";

#[test]
fn reads_every_kind_of_line() {
    let read = manager(GOOD).unwrap();
    assert_eq!(read.name, "google-assistant");
    assert_eq!(read.camel.as_deref(), Some("googleAssistant"));
    assert!(!read.service);
    let [sync, get_log] = &read.operations[..] else { panic!("two operations") };
    assert_eq!(sync.variants[0].path, "/api/manager/google-assistant");
    let [first, second] = &get_log.variants[..] else { panic!("two variants") };

    assert_eq!(first.path, "/api/manager/google-assistant/log/:uri/:id");
    assert_eq!(first.scopes, ["homey.insights", "homey.system.readonly"]);
    let rendered: Vec<String> = first
        .parameters
        .iter()
        .map(|p| format!("{} {} {} {:?}", p.place, p.name, p.required, p.kinds))
        .collect();
    assert_eq!(
        rendered,
        [
            r#"path uri true ["string"]"#,
            r#"path id true ["number"]"#,
            r#"query a false ["string"]"#,
            "query b true []",
        ]
    );
    assert!(
        matches!(&first.answer, Some(Answer::Items(kind, of)) if kind == "list" && of == "Log")
    );
    assert_eq!(first.access, Some(("getAll".to_owned(), "Log".to_owned())));
    assert!(first.private && !first.open && !second.private && second.open);
    assert!(first.slow && !second.slow);

    assert_eq!(second.dialects, ["local", "cloud"]);
    let keys = &second.parameters[1].keys;
    assert_eq!(keys[..], [("x".to_owned(), vec!["number".to_owned()]), ("y".to_owned(), vec![])]);
    assert!(matches!(&second.answer, Some(Answer::Shape(shape)) if shape == "object z:string"));
}

#[test]
fn names_the_line_of_a_mistake() {
    let dialects = "2: `get` needs `on` and dialects, a service has none";
    let keys = "4: keys have to stand below an object";
    let rows = [
        ("", "1: the file is empty"),
        ("devices\n", "1: expected `manager NAME`, `manager NAME as NAME` or `service NAME`"),
        ("manager m\n  on v2\n", "2: an operation has to come first"),
        ("manager m\n\nget GET\n", "3: expected `operation METHOD /path`"),
        ("manager m\nget FETCH /\n", "2: `FETCH` is no method: GET, POST, PUT, DELETE"),
        ("manager m\nget GET /a/\n", "2: `/a/` has to start with a slash and end without one"),
        ("manager m\nget GET /a\n", dialects),
        ("service m\nget GET /a\n  on v2\n", dialects),
        ("manager m\nget GET /a\n  on v3\n", "3: `v3` is no dialect: v2, local, cloud"),
        ("manager m\nget GET /a\n  at v2\n", "3: `at v2` is not understood"),
        ("manager m\nget GET /a\n  path id:number\n", "3: `:id` is not in the path"),
        ("manager m\nget GET /:a\n  query a:any\n", "3: `a` is declared twice"),
        ("manager m\nget GET /a\n  query a\n", "3: `a` has no type: `name:type`"),
        (
            "manager m\nget GET /a\n  query a:text\n",
            "3: `text` is no type: string, number, boolean, object, array",
        ),
        ("manager m\nget GET /a\n  query a:string\n    x:any\n", keys),
        ("manager m\nget GET /a\n  answer one A\n    x:any\n", keys),
        ("manager m\nget GET /a\n  query a:object\n  on v2\n    x:any\n", &keys.replace('4', "5")),
        (
            "manager m\nget GET /a\n  access getSome A\n",
            "3: `getSome` is no access: getOne, getAll, createOne, updateOne, deleteOne",
        ),
        (
            "manager m\nget PUT /a\n  on v2\n  root a:any\n  field b:any\n",
            "2: the body of `get` is given more than once",
        ),
        ("manager m\nget GET /a\n  on v2\nget GET /b\n  on v2\n", "4: `get` is on `v2` twice"),
        (
            "manager m\nget GET /a\n  on v2\nset PUT /a\n  on v2\nget GET /b\n  on local\n",
            "6: the blocks of `get` have to stand together",
        ),
    ];
    for (text, want) in rows {
        let error = manager(text).err().map(|error| error.to_string());
        assert_eq!(error.as_deref(), Some(want), "{text}");
    }
}

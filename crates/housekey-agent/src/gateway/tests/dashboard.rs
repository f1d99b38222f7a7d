//! The dashboard through the gateway, against the emulator: who gets in, what a session may do, and what it
//! may not.

use housekey::catalogue::{Permission, Preset};
use housekey_emulator::Emulator;
use housekey_web::{Dashboard, Grant, Sessions};

use crate::dashboard;
use crate::gateway::tests::harness::{Emulated, TestGateway, settings};
use crate::key::new_key;
use crate::settings::{AccessSettings, DashboardSettings, KeySettings};
use crate::status_board::StatusBoard;

/// A gateway with a dashboard, and what stands beside it.
struct Site {
    emulated: Emulated,
    gateway: TestGateway,
    sessions: Sessions,
    dashboard: Dashboard,
    key: String,
}

/// What a browser keeps of a sign-in.
struct Browser {
    cookie: String,
    csrf: String,
}

impl Site {
    async fn open() -> Self {
        let emulated = Emulated::with(Emulator::builder()).await;
        let (key, hash) = new_key();
        let settings_of_key = KeySettings {
            name: "panel".to_owned(),
            hash,
            scopes: vec![Permission::Preset(Preset::Readonly)],
            homeys: None,
            expires: None,
            mcp: None,
        };
        let access = AccessSettings { keys: vec![settings_of_key], ..AccessSettings::default() };
        let sessions = Sessions::default();
        let shared = sessions.clone();
        let clock = emulated.clock.clone();
        let mut started = None;
        let gateway = TestGateway::with_dashboard(
            vec![emulated.served(8)],
            clock.clone(),
            settings(),
            &access,
            |homeys, counts| {
                let board = StatusBoard::new("agent.toml".as_ref(), clock.clone());
                let shown = DashboardSettings::default();
                let homeys: Vec<_> = homeys.iter().map(|homey| (homey.clone(), None)).collect();
                let dashboard = dashboard::start(shown, &homeys, (shared, clock), (board, counts));
                started.insert(dashboard).clone()
            },
        );
        let dashboard = started.unwrap();
        Self { emulated, gateway, sessions, dashboard, key: key.expose().to_owned() }
    }

    /// The answer, head and body.
    async fn say(&self, request: &str, lines: &str, body: &str) -> String {
        let (address, length) = (self.gateway.address, body.len());
        let text = format!(
            "{request} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{lines}Content-Length: {length}\r\n\r\n{body}"
        );
        self.gateway.say(text.as_bytes()).await
    }

    async fn sign_in(&self, form: &str) -> Result<Browser, String> {
        let answer = self.say("POST /dashboard/sign-in", "", form).await;
        let Some((_, rest)) = answer.split_once("set-cookie: ") else { return Err(answer) };
        assert!(rest.contains("HttpOnly; SameSite=Strict"), "{answer}");
        let cookie = format!("Cookie: {}\r\n", rest.split(';').next().unwrap());
        let page = self.say("GET /dashboard/homeys/home/", &cookie, "").await;
        let csrf = page.split_once("data-csrf=\"").expect(&page).1.split('"').next().unwrap();
        Ok(Browser { cookie, csrf: csrf.to_owned() })
    }

    async fn with_link(&self, scopes: Option<Vec<Permission>>) -> Browser {
        let now = housekey::clock::Clock::now(&*self.emulated.clock);
        let code = self.sessions.new_link(Grant::link(scopes), now);
        self.sign_in(&format!("link={}", code.expose())).await.unwrap()
    }

    async fn page(&self, path: &str, browser: &Browser) -> String {
        self.say(&format!("GET /dashboard/{path}"), &browser.cookie, "").await
    }

    /// A switch on the home page: the path it sends to, and the value.
    async fn switch(&self, browser: &Browser) -> (String, String) {
        let page = self.page("homeys/home/", browser).await;
        let switch = page.split("class=\"switch\"").nth(1).expect("a switch");
        let attribute = |name: &str| {
            let rest = switch.split_once(&format!("{name}=\"")).unwrap().1;
            rest.split('"').next().unwrap().to_owned()
        };
        (format!("/dashboard/homeys/home/{}", attribute("formaction")), attribute("value"))
    }
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}

const SCRIPT: &str = "Accept: application/json\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_is_led_to_the_sign_in_and_sees_nothing_before() {
    let site = Site::open().await;
    for (path, to) in [
        ("/", "dashboard/"),
        ("/dashboard", "dashboard/"),
        ("/dashboard/", "./sign-in"),
        ("/dashboard/homeys/home/", "../../sign-in"),
        ("/dashboard/homeys/home/device/x", "../../../sign-in"),
        ("/dashboard/agent", "./sign-in"),
    ] {
        let answer = site.say(&format!("GET {path}"), "", "").await;
        assert_eq!(status(&answer), "303", "{path}: {answer}");
        assert!(answer.contains(&format!("location: {to}\r\n")), "{path}: {answer}");
    }
    let page = site.say("GET /dashboard/sign-in", "", "").await;
    assert_eq!(status(&page), "200");
    let policy = page.split_once("content-security-policy: ").unwrap().1.lines().next().unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    let asset = page.split_once("href=\"./assets/").unwrap().1.split('"').next().unwrap();
    let asset = site.say(&format!("GET /dashboard/assets/{asset}"), "", "").await;
    assert!(asset.contains("immutable"), "{}", &asset[..400]);
    let live = site.say("GET /dashboard/homeys/home/live?page=home", "", "").await;
    assert_eq!(status(&live), "401");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_good_once_and_a_key_as_long_as_it_lives() {
    let site = Site::open().await;
    let now = housekey::clock::Clock::now(&*site.emulated.clock);
    let code = site.sessions.new_link(Grant::link(None), now);
    let form = format!("link={}", code.expose());
    let browser = site.sign_in(&form).await.unwrap();
    let replayed = site.sign_in(&form).await.err().expect("it is good once");
    assert_eq!(status(&replayed), "401");
    assert!(!replayed.contains(code.expose()));
    assert_eq!(status(&site.page("homeys/home/", &browser).await), "200");
    let wrong = site.sign_in("key=hk_guessed").await.err().unwrap();
    assert!(status(&wrong) == "401" && wrong.contains("unknown here"), "{wrong}");
    let panel = site.sign_in(&format!("key={}", site.key)).await.unwrap();
    assert_eq!(status(&site.page("homeys/home/", &panel).await), "200");
    site.sessions.keep_keys(|_| false);
    assert_eq!(status(&site.page("homeys/home/", &panel).await), "303", "its key is gone");
    assert_eq!(status(&site.page("homeys/home/", &browser).await), "200", "the link's stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_needs_the_token_of_the_page_and_is_done_when_the_home_reports_it() {
    let site = Site::open().await;
    let browser = site.with_link(None).await;
    let (path, value) = site.switch(&browser).await;
    let lines = format!("{}{SCRIPT}", browser.cookie);
    let post = format!("POST {path}");
    for csrf in ["", "csrf=&", "csrf=wrong&"] {
        let refused = site.say(&post, &lines, &format!("{csrf}value={value}")).await;
        assert_eq!(status(&refused), "403", "{csrf}: {refused}");
    }
    let foreign = format!("{lines}Origin: https://evil.example\r\n");
    let form = format!("csrf={}&value={value}", browser.csrf);
    assert_eq!(status(&site.say(&post, &foreign, &form).await), "403");
    assert_eq!(site.switch(&browser).await.1, value, "nothing was switched");
    let done = site.say(&post, &lines, &form).await;
    assert_eq!(status(&done), "200", "{done}");
    assert!(done.contains("\"reported\":true"), "{done}");
    assert_ne!(site.switch(&browser).await.1, value, "the page shows it");
    let without_script = site.say(&post, &browser.cookie, &form).await;
    assert_eq!(status(&without_script), "303", "{without_script}");
    let nonsense = format!("csrf={}&value=perhaps", browser.csrf);
    assert_eq!(status(&site.say(&post, &lines, &nonsense).await), "422");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_session_sees_no_controls_and_may_not_write() {
    let site = Site::open().await;
    let (path, value) = {
        let owner = site.with_link(None).await;
        site.switch(&owner).await
    };
    let browser = site.sign_in(&format!("key={}", site.key)).await.unwrap();
    let page = site.page("homeys/home/", &browser).await;
    assert!(page.contains("class=\"tile\"") && !page.contains("formaction"), "{page}");
    let form = format!("csrf={}&value={value}", browser.csrf);
    let lines = format!("{}{SCRIPT}", browser.cookie);
    assert_eq!(status(&site.say(&format!("POST {path}"), &lines, &form).await), "403");
    assert_eq!(status(&site.page("agent", &browser).await), "403");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_is_good_for_the_dashboard_alone_and_for_nothing_after_signing_out() {
    let site = Site::open().await;
    let browser = site.with_link(None).await;
    for path in [
        "/api/manager/zones/zone",
        "/homeys/home/api/manager/zones/zone",
        "/events",
        "/openapi.json",
    ] {
        let answer = site.say(&format!("GET {path}"), &browser.cookie, "").await;
        assert_eq!(status(&answer), "401", "{path}: {answer}");
    }
    let elsewhere =
        "GET /dashboard/homeys/home/ HTTP/1.1\r\nHost: localhost:1\r\nConnection: close\r\n";
    let answer = site.gateway.say(format!("{elsewhere}{}\r\n", browser.cookie).as_bytes()).await;
    assert_eq!(status(&answer), "303", "bound to the address it was made at: {answer}");
    let form = format!("csrf={}", browser.csrf);
    let out = site.say("POST /dashboard/sign-out", &browser.cookie, &form).await;
    assert_eq!(status(&out), "303");
    assert_eq!(
        status(&site.page("homeys/home/", &browser).await),
        "303",
        "a stolen cookie is worth nothing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_from_another_page_leads_in_without_the_cookie() {
    let site = Site::open().await;
    let browser = site.with_link(None).await;
    let follows =
        "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n";
    let lines = format!("{}{follows}", browser.cookie);
    let answer = site.say("GET /dashboard/homeys/home/", &lines, "").await;
    assert!(answer.contains("http-equiv=\"refresh\"") && !answer.contains("tile"), "{answer}");
    for dest in ["iframe", "image", "script"] {
        let lines = lines.replace("document", dest);
        assert_eq!(status(&site.say("GET /dashboard/homeys/home/", &lines, "").await), "403");
    }
    assert_eq!(status(&site.say("POST /dashboard/sign-in", &lines, "link=x").await), "403");
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_names_are_text() {
    let site = Site::open().await;
    let browser = site.with_link(None).await;
    let served = site.emulated.served(8);
    let devices = served.homey.devices().get_devices().await.unwrap();
    let names = [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "\u{202e}reversed",
        &"x".repeat(200),
    ];
    for (device, name) in devices.iter().zip(names) {
        let body = serde_json::json!({ "name": name });
        served.homey.devices().update_device(&device.id, body).await.unwrap();
    }
    let id = devices.first().unwrap().id.clone();
    for _ in 0..200 {
        if site.page(&format!("homeys/home/device/{id}"), &browser).await.contains("alert(1)") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    for path in ["homeys/home/".to_owned(), format!("homeys/home/device/{id}")] {
        let page = site.page(&path, &browser).await;
        assert!(page.contains("&lt;script&gt;alert(1)"), "{path}");
        assert!(!page.contains("<script>alert") && !page.contains("<img"), "{path}");
    }
}

#[cfg(feature = "mcp")]
#[tokio::test(flavor = "multi_thread")]
async fn a_call_of_an_assistant_is_approved_on_its_page() {
    use std::sync::{Arc, Mutex};

    use housekey_web::Approving;
    use housekey_web::view::approvals::WaitingCall;

    #[derive(Default)]
    struct One(Mutex<Vec<bool>>);
    impl Approving for One {
        fn waiting(&self) -> Vec<WaitingCall> {
            let text = |text: &str| text.to_owned();
            let waits = self.0.lock().unwrap().is_empty();
            let call = || WaitingCall {
                id: text("5f0c9a1e"),
                expires: "2026-03-01T12:01:00Z".parse().unwrap(),
                key: text("claude"),
                client: text("<b>desk</b>"),
                call: text("set \"Hall\" / \"Front door\" · locked=false"),
            };
            waits.then(call).into_iter().collect()
        }

        fn answer(&self, id: &str, allow: bool) -> bool {
            let mut answers = self.0.lock().unwrap();
            let waits = answers.is_empty() && id == "5f0c9a1e";
            answers.extend(waits.then_some(allow));
            waits
        }
    }
    let site = Site::open().await;
    let browser = site.with_link(None).await;
    assert_eq!(status(&site.page("approvals", &browser).await), "404", "there are no assistants");
    let one = Arc::new(One::default());
    site.dashboard.show_approvals(one.clone());
    let page = site.page("approvals", &browser).await;
    assert!(page.contains("Front door") && page.contains("&lt;b&gt;desk"), "{page}");
    assert!(page.contains("<span class=\"count\">1</span>"), "{page}");
    let count = site.page("approvals/count", &browser).await;
    assert!(count.ends_with("{\"waiting\":[\"5f0c9a1e\"]}"), "{count}");
    let reader = site.with_link(Some(vec![Permission::Preset(Preset::Control)])).await;
    assert_eq!(status(&site.page("approvals", &reader).await), "403");
    let answer = async |browser: &Browser, csrf: &str| {
        let form = format!("csrf={csrf}&allow=true");
        let lines = &browser.cookie;
        site.say("POST /dashboard/approvals/5f0c9a1e", lines, &form).await
    };
    for (browser, csrf, want) in [
        (&browser, "forged", "403"),
        (&reader, &*reader.csrf, "403"),
        (&browser, &*browser.csrf, "303"),
        (&browser, &*browser.csrf, "410"),
    ] {
        assert_eq!(status(&answer(browser, csrf).await), want, "{csrf}");
    }
    assert_eq!(*one.0.lock().unwrap(), [true]);
}

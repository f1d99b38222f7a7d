//! `housekey operations`, which needs neither network nor store.

use std::collections::BTreeSet;

use insta::assert_snapshot;
use serde_json::Value;

use crate::context::TestContext;

fn json(arguments: &[&str]) -> Vec<Value> {
    let said = TestContext::alone().run(arguments);
    assert_eq!((said.exit, said.stderr.as_str()), (0, ""), "{arguments:?}");
    serde_json::from_str(&said.stdout).expect("an array")
}

#[test]
fn the_whole_catalogue_is_listed_for_programs() {
    let all = json(&["operations", "--json"]);
    let ids: BTreeSet<&str> = all.iter().filter_map(|one| one["id"].as_str()).collect();
    let entries: usize =
        all.iter().filter_map(|one| one["dialects"].as_array()).map(Vec::len).sum();
    assert_eq!((ids.len(), entries), (436, 871));
    for one in &all {
        for key in ["manager", "operation", "method", "path"] {
            assert!(one[key].is_string(), "{key} of {one}");
        }
        for key in ["dialects", "scopes", "parameters"] {
            assert!(one[key].is_array(), "{key} of {one}");
        }
    }
    for (dialect, count) in [("v2", 259), ("local", 352), ("cloud", 260)] {
        assert_eq!(json(&["operations", "--dialect", dialect, "--json"]).len(), count, "{dialect}");
    }
    assert_eq!(json(&["operations", "--account", "--json"]).len(), 58);
}

#[test]
fn one_operation_for_programs() {
    let filter = "map(select(.dialects | index(\"local\"))) | .[0]";
    let said =
        TestContext::alone().run(&["operations", "devices.setCapabilityValue", "--jq", filter]);
    assert_snapshot!(said, @r#"
    exit: 0
    stdout:
    {"id":"devices.setCapabilityValue","manager":"devices","operation":"setCapabilityValue","method":"PUT","path":"/api/manager/devices/device/:deviceId/capability/:capabilityId","dialects":["local","cloud"],"scopes":["homey.device.control"],"parameters":[{"name":"deviceId","in":"path","required":true,"types":["string"],"keys":{}},{"name":"capabilityId","in":"path","required":true,"types":["string"],"keys":{}},{"name":"value","in":"field","required":true,"types":["string","number","boolean"],"keys":{}},{"name":"opts","in":"field","required":false,"types":["object"],"keys":{"duration":["number"]}},{"name":"transactionId","in":"field","required":false,"types":["string"],"keys":{}}],"answer":"object transactionId:string transactionTime:number value:any","private":false,"open":false}
    stderr: nothing
    "#);
}

#[test]
fn words_search_and_one_find_is_explained() {
    let context = TestContext::alone();
    assert_snapshot!(context.run(&["operations", "zone", "PUT"]), @"
    exit: 0
    stdout:
    OPERATION                               METHOD  PATH                                                DIALECTS
    energy.setDynamicPricesElectricityZone  PUT     /api/manager/energy/price/electricity/dynamic/zone  local
    energy.setDynamicPricesElectricityZone  PUT     /api/manager/energy/price/electricity/dynamic/zone  cloud
    zones.updateZone                        PUT     /api/manager/zones/zone/:id                         v2
    zones.updateZone                        PUT     /api/manager/zones/zone/:id                         local cloud
    stderr: nothing
    ");
    assert_snapshot!(context.run(&["operations", "/api/manager/zones/zone/", "post"]), @r#"
    exit: 0
    stdout:
    zones.createZone

    POST /api/manager/zones/zone
      on       v2
      needs    homey.zone
      answers  one Zone

      ARGUMENT  TAKES  NEEDED  IN
      zone      any    yes     root

      housekey call zones.createZone zone:='{"...": "..."}'

    POST /api/manager/zones/zone
      on       local, cloud
      needs    homey.zone
      answers  one Zone

      ARGUMENT   TAKES   NEEDED  IN
      zone       object  yes     root
        .name    string
        .icon    string
        .parent  string

      housekey call zones.createZone zone:='{"name": "..."}'
    stderr: nothing
    "#);
    assert_snapshot!(context.run(&["operations", "devices.setCapabilityValue", "--dialect", "local"]), @"
    exit: 0
    stdout:
    devices.setCapabilityValue

    PUT /api/manager/devices/device/:deviceId/capability/:capabilityId
      on       local, cloud
      needs    homey.device.control
      answers  object transactionId:string transactionTime:number value:any

      ARGUMENT       TAKES                        NEEDED  IN
      deviceId       string                       yes     path
      capabilityId   string                       yes     path
      value          string or number or boolean  yes     field
      opts           object                               field
        .duration    number
      transactionId  string                               field

      housekey call devices.setCapabilityValue deviceId=DEVICEID capabilityId=CAPABILITYID value=VALUE
    stderr: nothing
    ");
    assert_snapshot!(context.run(&["operations", "account.getHomey"]), @"
    exit: 0
    stdout:
    account.getHomey

    GET /homey/:id
      answers  not known
      private  the vendor does not mean it for others

      ARGUMENT  TAKES   NEEDED  IN
      id        string  yes     path
    stderr: nothing
    ");
}

#[test]
fn nothing_found_says_what_to_do() {
    let context = TestContext::alone();
    assert_snapshot!(context.run(&["operations", "teapot", "devices"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: no operation has `teapot` and `devices`
    hint: `housekey operations` lists all of them
    ");
    assert_snapshot!(context.run(&["operations", "zones.getZnes"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: there is no operation `zones.getZnes`; did you mean zones.getZones or zones.getZone?
    hint: `housekey operations` lists all of them
    ");
    assert_snapshot!(context.run(&["operations", "devices.getState", "--dialect", "v2"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: a `v2` Homey has no devices.getState; it is there on local and cloud
    ");
}

#[test]
fn the_catalogue_as_openapi() {
    let context = TestContext::alone();
    let count = "[.openapi, .info.title, (.paths | map(length) | add)]";
    for (words, want) in [
        (&[][..], "[\"3.1.0\",\"Homey Web API, dialect local\",352]\n"),
        (&["--dialect", "local"], "[\"3.1.0\",\"Homey Web API, dialect local\",352]\n"),
        (&["--dialect", "v2"], "[\"3.1.0\",\"Homey Web API, dialect v2\",259]\n"),
        (&["--dialect", "cloud"], "[\"3.1.0\",\"Homey Web API, dialect cloud\",260]\n"),
    ] {
        let words = [&["operations", "--openapi", "--jq", count], words].concat();
        assert_eq!(context.run(&words).stdout, want, "{words:?}");
    }
    assert_eq!(context.run(&["operations", "--openapi", "zones"]).exit, 2);
}

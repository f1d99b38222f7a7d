//! From a call to its answer.

use rmcp::service::{RequestContext, RoleServer};
use serde_json::{Map, Value};

use super::consent::Returned;
use super::state::Server;
use super::writes::{Call, Reply};
use crate::answer::{Answer, Outcome, Refused};
use crate::arguments::Arguments;
use crate::find::find;
use crate::homes::HomeState;
use crate::read;
use crate::tools::{Effect, Tool};
use crate::view::View;

impl Server {
    /// The answer of a tool; a refusal is one as well.
    pub(super) async fn reply(
        &self,
        tool: &Tool,
        given: Map<String, Value>,
        returned: &Returned,
        context: &RequestContext<RoleServer>,
    ) -> Reply {
        let reply = self.try_to_reply(tool, given, returned, context).await;
        reply.unwrap_or_else(|refused| Reply::Answer(refused.into()))
    }

    async fn try_to_reply(
        &self,
        tool: &Tool,
        given: Map<String, Value>,
        returned: &Returned,
        context: &RequestContext<RoleServer>,
    ) -> Outcome<Reply> {
        let arguments = Arguments::of(tool, given)?;
        let home = self.home(arguments.text("homey"))?;
        if tool.name == "homey_doctor" {
            return Ok(Reply::Answer(self.doctor(home).await));
        }
        self.check_rights(tool, home.source.dialect)?;
        let view = home.view().await?;
        let reply = match tool.effect {
            Effect::Reads => Reply::Answer(self.read(tool, home, &view, &arguments).await?),
            _ => {
                let call = Call { tool, arguments: &arguments, returned, context };
                Box::pin(self.write(home, &view, call)).await?
            }
        };
        Ok(match (reply, view.warning()) {
            (Reply::Answer(answer), Some(warning)) => {
                let text = format!("{warning}\n{}", answer.text);
                Reply::Answer(Answer { text, ..answer })
            }
            (reply, _) => reply,
        })
    }

    /// The home of that name, or the only one.
    fn home(&self, wanted: Option<&str>) -> Outcome<&HomeState> {
        let named = || {
            self.homes.iter().map(|home| housekey::model::name::Called {
                id: &home.source.name,
                name: &home.source.title,
                group: None,
            })
        };
        match (wanted, &self.homes[..]) {
            (Some(wanted), _) => find("Homey", named(), wanted).map(|place| &self.homes[place]),
            (None, [home, ..]) => Ok(home),
            (None, []) => Err(Refused::new("No Homey is configured.")),
        }
    }

    async fn doctor(&self, home: &HomeState) -> Answer {
        let client = read::Client { groups: self.grant.groups, dry_run: self.grant.dry_run };
        let view = home.view().await;
        let view = view.as_ref().map_err(|Refused(why)| why.as_str());
        read::doctor(&home.source.title, view, &client)
    }
}

impl Server {
    pub(super) async fn read(
        &self,
        tool: &Tool,
        home: &HomeState,
        view: &View,
        arguments: &Arguments,
    ) -> Outcome {
        match tool.name {
            "homey_home_overview" => Ok(read::overview(view, arguments)),
            "homey_devices_search" => read::devices(view, arguments),
            "homey_device_get" => device(home, view, arguments).await,
            "homey_flows_list" => read::flows(&*home.facts(view).await?, arguments),
            "homey_flow_get" => read::flow(&*home.facts(view).await?, arguments),
            "homey_flow_audit" => read::audit(&*home.facts(view).await?, arguments),
            "homey_history" => self.history(home, view, arguments).await,
            "homey_events" => self.events(home, view, arguments).await,
            "homey_flowcards" => self.flowcards(home, view, arguments).await,
            other => Err(Refused::new(format!("{other} cannot be called."))),
        }
    }
}

async fn device(home: &HomeState, view: &View, arguments: &Arguments) -> Outcome {
    let included = arguments.texts("include");
    let mut beside = read::Beside::default();
    if included.contains(&"flows") {
        beside.facts = Some(home.facts(view).await?);
    }
    if included.contains(&"settings") {
        let device = read::find_device(view, arguments.text("device").unwrap_or_default())?;
        let item = view.home.item(housekey::mirror::ItemKind::Device, &device.id);
        if let Some(item) = item {
            beside.setup = home.setup(&device.id, &item.value()).await;
        }
    }
    read::device(view, &beside, arguments)
}

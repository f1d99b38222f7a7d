//! Resources, prompts and completion.

use rmcp::ErrorData;
use rmcp::model::{
    CacheScope, CompleteRequestParams, CompleteResult, CompletionInfo, GetPromptRequestParams,
    GetPromptResult, ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult, Prompt,
    PromptArgument, PromptMessage, ReadResourceResult, Reference, Resource, ResourceContents,
    ResourceTemplate, Role,
};
use serde_json::Map;

use super::LIST_LIFE;
use super::state::Server;
use crate::answer::Refused;
use crate::arguments::Arguments;
use crate::group::Groups;
use crate::homes::HomeState;
use crate::lines::{MOST_TOKENS, fitted};
use crate::prompts;
use crate::quote::{plain, quoted};
use crate::resources::{self, Address, GUIDES};
use crate::tools;

/// How long a client may keep what it read of a home, in milliseconds.
const VALUE_LIFE: u64 = 2_000;

/// The most zones that are listed.
const ZONES: usize = 200;

impl Server {
    /// The overviews, the zones and the guides; devices and flows have templates.
    pub(super) async fn resources(&self) -> ListResourcesResult {
        let mut list = Vec::new();
        for home in &*self.homes {
            let name = &home.source.name;
            let overview = Resource::new(resources::overview(name), format!("{name} overview"));
            list.push(overview.with_title("Overview of the home").with_mime_type("text/plain"));
            let Ok(view) = home.view().await else { continue };
            list.extend(view.zones.iter().take(ZONES).map(|zone| {
                let uri = resources::address(name, "zone", &zone.id);
                let title = quoted(zone.name());
                Resource::new(uri, format!("{name} zone {}", plain(&zone.id, 40)))
                    .with_title(title)
                    .with_mime_type("text/plain")
            }));
        }
        list.extend(GUIDES.iter().map(|guide| {
            let uri = resources::guide(guide.name);
            Resource::new(uri, guide.name).with_title(guide.title).with_mime_type("text/plain")
        }));
        let list = ListResourcesResult::with_all_items(list);
        list.with_ttl_ms(LIST_LIFE).with_cache_scope(CacheScope::Private)
    }

    pub(super) fn templates() -> ListResourceTemplatesResult {
        let templates = [
            ("device/{id}", "device", "A device with its values"),
            ("zone/{id}", "zone", "The devices of a zone"),
            ("flow/{id}", "flow", "A flow in words"),
            ("flow/{id}.json", "flow-json", "A flow as JSON"),
        ];
        let template = |(path, name, title): (&str, &str, &str)| {
            let uri = format!("homey://{{homey}}/{path}");
            ResourceTemplate::new(uri, name).with_title(title).with_mime_type("text/plain")
        };
        let list = templates.into_iter().map(template).collect();
        let list = ListResourceTemplatesResult::with_all_items(list);
        list.with_ttl_ms(LIST_LIFE).with_cache_scope(CacheScope::Private)
    }

    pub(super) async fn resource(&self, uri: &str) -> Result<ReadResourceResult, ErrorData> {
        let unknown =
            || ErrorData::invalid_params(format!("there is no resource {}", quoted(uri)), None);
        let (text, life) = match Address::parse(uri).ok_or_else(unknown)? {
            Address::Guide(guide) => (guide.text.to_owned(), LIST_LIFE),
            Address::OfHome { homey, tool, arguments } => {
                let home = self.homes.iter().find(|home| home.source.name == homey);
                let home = home.ok_or_else(unknown)?;
                let text = self.page(home, tool, arguments).await;
                let text = text.map_err(|Refused(why)| ErrorData::invalid_params(why, None))?;
                (text, VALUE_LIFE)
            }
        };
        let contents = vec![ResourceContents::text(fitted(text, MOST_TOKENS), uri)];
        let result = ReadResourceResult::new(contents);
        Ok(result.with_ttl_ms(life).with_cache_scope(CacheScope::Private))
    }

    async fn page(
        &self,
        home: &HomeState,
        tool: &str,
        arguments: Vec<(&'static str, String)>,
    ) -> Result<String, Refused> {
        let tool = tools::find(Groups::default(), tool);
        let tool = tool.ok_or_else(|| Refused::new("there is no such resource"))?;
        let given: Map<_, _> =
            arguments.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        let arguments = Arguments::of(tool, given)?;
        let view = home.view().await?;
        let answer = self.read(tool, home, &view, &arguments).await?;
        Ok(answer.text)
    }

    pub(super) fn prompts() -> ListPromptsResult {
        let listed = |prompt: &prompts::Prompt| {
            let argument = |(name, is_required): &(&str, bool)| {
                PromptArgument::new(*name).with_required(*is_required)
            };
            let arguments: Vec<_> = prompt.arguments.iter().map(argument).collect();
            let arguments = (!arguments.is_empty()).then_some(arguments);
            Prompt::new(prompt.name, Some(prompt.description), arguments).with_title(prompt.title)
        };
        let list = ListPromptsResult::with_all_items(prompts::PROMPTS.iter().map(listed).collect());
        list.with_ttl_ms(LIST_LIFE).with_cache_scope(CacheScope::Private)
    }

    pub(super) fn prompt(request: &GetPromptRequestParams) -> Result<GetPromptResult, ErrorData> {
        let prompt = prompts::find(&request.name).ok_or_else(|| {
            let message = format!("there is no prompt {}", quoted(&request.name));
            ErrorData::invalid_params(message, None)
        })?;
        let none = Map::new();
        let text = prompt.filled(request.arguments.as_ref().unwrap_or(&none));
        let text = text.map_err(|Refused(why)| ErrorData::invalid_params(why, None))?;
        let messages = vec![PromptMessage::new_text(Role::User, text)];
        Ok(GetPromptResult::new(messages).with_description(prompt.description))
    }

    /// Values of an argument: names of devices for prompts, ids for templates.
    pub(super) async fn completed(&self, request: &CompleteRequestParams) -> CompleteResult {
        let typed = housekey::model::name::as_seen(&request.argument.value);
        let fits = |text: &str| housekey::model::name::as_seen(text).contains(&typed);
        let mut values = Vec::new();
        match (&request.r#ref, request.argument.name.as_str()) {
            (Reference::Resource(_), "homey") => {
                let names = self.homes.iter().map(|home| home.source.name.clone());
                values.extend(names.filter(|name| fits(name)));
            }
            (Reference::Resource(of), "id") => {
                let homey = request.context.as_ref().and_then(|one| one.get_argument("homey"));
                for home in &*self.homes {
                    if homey.is_none_or(|homey| *homey == home.source.name) {
                        values.extend(ids(home, &of.uri, &fits).await);
                    }
                }
            }
            (Reference::Prompt(of), "device") if of.name == "why" => {
                for home in &*self.homes {
                    let Ok(view) = home.view().await else { continue };
                    let names = view.devices.iter().map(|device| match view.zone_of(device) {
                        Some(zone) => format!("{}/{}", zone.name(), device.name()),
                        None => device.name().to_owned(),
                    });
                    values.extend(names.filter(|name| fits(name)).map(|name| plain(&name, 120)));
                }
            }
            _ => {}
        }
        let total = u32::try_from(values.len()).ok();
        let has_more = values.len() > CompletionInfo::MAX_VALUES;
        values.truncate(CompletionInfo::MAX_VALUES);
        let info = CompletionInfo::with_pagination(values, total, has_more);
        CompleteResult::new(info.unwrap_or_default())
    }
}

/// The ids of items of which the name or the id fits.
async fn ids(home: &HomeState, template: &str, fits: &impl Fn(&str) -> bool) -> Vec<String> {
    let Ok(view) = home.view().await else { return Vec::new() };
    let of = |all: Vec<(String, String)>| -> Vec<String> {
        all.into_iter().filter(|(id, name)| fits(name) || fits(id)).map(|(id, _)| id).collect()
    };
    if template.contains("/device/") {
        of(view.devices.iter().map(|one| (one.id.clone(), one.name().to_owned())).collect())
    } else if template.contains("/zone/") {
        of(view.zones.iter().map(|one| (one.id.clone(), one.name().to_owned())).collect())
    } else if template.contains("/flow/") {
        let Ok(facts) = home.facts(&view).await else { return Vec::new() };
        let name = |item: &housekey_backup::graph::ItemRef| {
            (item.id.clone(), facts.home.name(item.part, &item.id).to_owned())
        };
        of(facts.flows().map(|(item, _)| name(&item)).collect())
    } else {
        Vec::new()
    }
}

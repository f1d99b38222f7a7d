//! The protocol: lists, calls and answers.

mod calls;
mod consent;
mod http;
mod instructions;
mod list;
mod listening;
mod pages;
mod past;
mod plans;
mod questions;
mod scopes;
mod sessions;
mod state;
mod writes;

use rmcp::ErrorData;
use rmcp::handler::server::ServerHandler;
use rmcp::model::{
    CacheScope, CallToolRequestParams, CallToolResponse, CallToolResult, CompleteRequestParams,
    CompleteResult, ContentBlock, GetPromptRequestParams, GetPromptResponse, Implementation,
    ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult, ListToolsResult,
    PaginatedRequestParams, ReadResourceRequestParams, ReadResourceResponse, ServerCapabilities,
    ServerConfig, SubscriptionFilter, Tool,
};
use rmcp::service::{RequestContext, RoleServer, SubscriptionContext};

use self::consent::Returned;
pub use self::http::{Endpoint, LARGEST_MESSAGE};
pub use self::state::{Grant, Options, Server};
use self::writes::Reply;
use crate::answer::{Answer, Refused};
use crate::lines::{MOST_TOKENS, fitted};
use crate::quote::quoted;
use crate::tools;

/// How long a client may keep the list of tools, in milliseconds.
const LIST_LIFE: u64 = 300_000;

impl Server {
    /// Begins to read the homes, so that the first call finds them. Must be called within a runtime.
    pub fn read_ahead(&self) {
        let server = self.clone();
        tokio::spawn(async move {
            for home in &*server.homes {
                if let Err(Refused(why)) = home.view().await {
                    tracing::info!(homey = home.source.name, why, "not read yet");
                }
            }
        });
    }

    /// Serves one client over these streams, until its end of input.
    ///
    /// A client that leaves before it has said what it speaks is no error.
    pub async fn serve<R, W>(self, input: R, output: W)
    where
        R: tokio::io::AsyncRead + Send + Unpin + 'static,
        W: tokio::io::AsyncWrite + Send + Unpin + 'static,
    {
        match rmcp::serve_server(self, (input, output)).await {
            Ok(running) => {
                if let Err(error) = running.waiting().await {
                    tracing::debug!(%error, "the client is gone");
                }
            }
            Err(error) => tracing::debug!(%error, "the client left before it had begun"),
        }
    }

    fn tool(&self, name: &str) -> Option<&'static tools::Tool> {
        tools::find(self.grant.groups, name)
    }
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder()
            .enable_tools()
            .enable_resources()
            .enable_resources_subscribe()
            .enable_prompts()
            .enable_completions()
            .build();
        let about =
            Implementation::new("housekey", env!("CARGO_PKG_VERSION")).with_title("housekey");
        let titles: Vec<_> = self.homes.iter().map(|home| home.source.name.as_str()).collect();
        ServerConfig::new(capabilities)
            .with_server_info(about)
            .with_instructions(instructions::instructions(&titles, &self.grant))
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        one_page(request)?;
        let list = ListToolsResult::with_all_items(list::tools(self.grant.groups));
        Ok(list.with_ttl_ms(LIST_LIFE).with_cache_scope(CacheScope::Private))
    }

    async fn list_resources(
        &self,
        request: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        one_page(request)?;
        Ok(self.resources().await)
    }

    async fn list_resource_templates(
        &self,
        request: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        one_page(request)?;
        Ok(Self::templates())
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        Box::pin(self.resource(&request.uri)).await.map(Into::into)
    }

    async fn list_prompts(
        &self,
        request: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        one_page(request)?;
        Ok(Self::prompts())
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        Self::prompt(&request).map(Into::into)
    }

    async fn complete(
        &self,
        request: CompleteRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        Ok(Box::pin(self.completed(&request)).await)
    }

    fn accepted_subscription_filter(
        &self,
        requested: &SubscriptionFilter,
    ) -> Option<SubscriptionFilter> {
        Some(self.accepted(requested))
    }

    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        Box::pin(self.notify(context)).await;
        Ok(())
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        self.tool(name).map(list::listed)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(tool) = self.tool(&request.name) else {
            let message = format!("there is no tool {}", quoted(&request.name));
            return Err(ErrorData::invalid_params(message, None));
        };
        let given = request.arguments.unwrap_or_default();
        let returned =
            Returned { responses: request.input_responses, state: request.request_state };
        let cancelled = context.ct.clone();
        // The answer to a call that was cancelled is not sent: see `rmcp::service`.
        let reply = tokio::select! {
            reply = Box::pin(self.reply(tool, given, &returned, &context)) => reply,
            () = cancelled.cancelled() => Reply::Answer(Answer::text("cancelled")),
        };
        Ok(match reply {
            Reply::Answer(answer) => result(answer).into(),
            Reply::Question(question) => CallToolResponse::InputRequired(*question),
        })
    }
}

/// Lists have one page.
fn one_page(request: Option<PaginatedRequestParams>) -> Result<(), ErrorData> {
    match request.and_then(|request| request.cursor) {
        Some(_) => Err(ErrorData::invalid_params("the list has one page: send no cursor", None)),
        None => Ok(()),
    }
}

/// An answer as the protocol has it.
fn result(answer: Answer) -> CallToolResult {
    let content = vec![ContentBlock::text(fitted(answer.text, MOST_TOKENS))];
    let mut result = match answer.is_error {
        true => CallToolResult::error(content),
        false => CallToolResult::success(content),
    };
    if !answer.values.is_empty() {
        result.structured_content = Some(answer.values.into());
    }
    result
}

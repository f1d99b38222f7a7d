//! A device as people read it: all its capabilities with their values.

use housekey::model::Device;

use crate::context::Context;
use crate::items::typed_value;
use crate::output::table::Table;
use crate::output::terminal::one_line;
use crate::output::value::value_text;

/// The device, which is called `full`.
pub(super) fn text(context: &Context, device: &Device, full: &str) -> String {
    let mut table = Table::new(["capability", "value", "title", "can be set to"]);
    for capability in device.all_capabilities() {
        table.row([
            capability.id.clone(),
            value_text(capability),
            capability.title.label().unwrap_or_default().to_owned(),
            typed_value::takes(capability),
        ]);
    }
    let class = device.class().unwrap_or("device");
    let head = one_line(&format!("{full}  {class}  {}", device.id));
    format!("{head}\n\n{}", context.out.render(table))
}

//! A case put before one audience (R3): read, written in, recognised, closed.

pub mod body;
mod list;
mod messages;
mod open;
mod oral;
mod read;
mod turn;

pub(super) use read::visible;

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this resource.
pub fn mount(api: &mut ServiceConfig) {
    api.service(open::open_discussion)
        .service(list::list_case_discussions)
        .service(list::list_inbox)
        .service(read::read_discussion)
        .service(messages::write_message)
        .service(turn::press_recognised)
        .service(turn::close_discussion)
        .service(oral::record_oral_disclosure);
}

//! Who the caller is, and what concerns the caller as a patient.

mod get_me;
mod read_log;

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this resource.
pub fn mount(api: &mut ServiceConfig) {
    api.service(get_me::get_me).service(read_log::read_my_log);
}

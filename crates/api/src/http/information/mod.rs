//! Information given to a patient (R1): what every consent rests on.

mod body;
mod list;
mod record;

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this resource.
pub fn mount(api: &mut ServiceConfig) {
    api.service(record::record_information)
        .service(list::list_information);
}

//! What the patient allows (R2).

mod approach;
mod body;
mod draft;
mod grant;
mod list;
mod narrow;
mod read;
mod refuse;
mod renew;
mod said;
mod withdraw;

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this resource.
pub fn mount(api: &mut ServiceConfig) {
    api.service(draft::draft_consent)
        .service(list::list_consents)
        .service(list::list_my_consents)
        .service(read::get_consent)
        .service(read::get_consent_history)
        .service(grant::grant_consent)
        .service(refuse::refuse_consent)
        .service(withdraw::withdraw_consent)
        .service(withdraw::withdraw_from_discussion)
        .service(narrow::narrow_consent)
        .service(renew::renew_consent);
}

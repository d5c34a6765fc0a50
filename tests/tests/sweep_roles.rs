//! Who may call what, over every operation of the document: nobody without a token, and nobody in
//! a role that the document doesn't name.

use samrad_tests::{Caller as _, Client, Operation, Stock, on_both};

/// Every kind of caller that `x-samrad-roles` can name.
const CALLERS: [&str; 13] = [
    "clinician",
    "gp",
    "navAdviser",
    "jobSpecialist",
    "methodSupervisor",
    "coordinator",
    "employerContact",
    "auditor",
    "administrator",
    "privacyOfficer",
    "patient",
    "guardian",
    "system",
];

on_both! {
    fn without_a_token_no_operation_answers_anything_else(world) {
        let contract = world.contract();
        assert!(!contract.operations().is_empty());
        for operation in contract.operations() {
            for body in ["{}", "{", ""] {
                let path = operation.nowhere();
                let reply = world.nobody().call(&operation.method, &path).body("application/json", body).send();
                let reply = reply.refused(401, "unauthenticated");
                assert_eq!(reply.header("WWW-Authenticate"), Some("Bearer realm=\"samrad\""), "{}", operation.name());
            }
        }
    }

    fn in_a_role_that_is_not_named_every_operation_is_forbidden(world) {
        let stock = world.stock();
        for operation in stock.contract.operations() {
            let named = |role: &str| operation.roles.contains(role);
            assert!(operation.roles.iter().all(|role| CALLERS.contains(&role.as_str())), "{}", operation.name());
            for role in CALLERS {
                // A citizen is a patient to one operation and a guardian to another.
                let same = match role {
                    "patient" | "guardian" => named("patient") || named("guardian"),
                    _ => named(role),
                };
                if !same {
                    is_forbidden(&stock, &operation, &stock.in_role(role), role);
                }
            }
        }
    }

    fn a_system_without_the_scope_is_forbidden(world) {
        let stock = world.stock();
        let scopeless = world.system_of(&stock.dps.organisation, "samrad:other");
        let mut swept = 0;
        for operation in stock.contract.operations() {
            if operation.roles.contains("system") && !is_directory(&operation) {
                is_forbidden(&stock, &operation, &scopeless, "a system without the scope");
                swept += 1;
            }
        }
        assert!(swept > 0);
    }
}

/// What anybody known may read needs no scope.
fn is_directory(operation: &Operation) -> bool {
    operation.roles.len() == CALLERS.len()
}

/// Refused for what they are, before anything else of the request is looked at: the ids exist, and
/// the body is no JSON.
fn is_forbidden(stock: &Stock<'_>, operation: &Operation, caller: &Client, who: &str) {
    let path = operation.at(&stock.ids_of(operation));
    let reply = caller
        .call(&operation.method, &path)
        .body("application/json", "{")
        .send();
    assert_eq!(
        (reply.status, reply.problem_code().as_str()),
        (403, "forbidden"),
        "{who}: {}",
        operation.name()
    );
}

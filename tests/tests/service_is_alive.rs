//! The service comes up on an empty database, tells the platform so, and comes up again on the
//! same database after it was killed.

use samrad_tests::{Caller as _, on_both};

on_both! {
    /// The platform asks without a token.
    fn it_is_alive_and_ready(world) {
        world.nobody().request("GET", "/internal/isAlive").send().expect(200).done();
        world.nobody().request("GET", "/internal/isReady").send().expect(200).done();
    }

    /// Anything of the API asks for a token.
    fn nobody_gets_nothing(world) {
        world.nobody().get("/me").expect(401).done();
    }

    /// `migrate` made the first administrator, whom the token names.
    fn the_first_administrator_is_known(world) {
        world.administrator().get("/me").expect(200).done();
    }

    /// What was registered is there after `kill -9`.
    fn it_comes_back_after_kill_9(world) {
        let organisation = world.organisation("Søndre Oslo DPS");
        world.server().kill9();
        world.server().restart();
        world.administrator().get(&format!("/organisations/{}", organisation.id)).expect(200).done();
    }
}

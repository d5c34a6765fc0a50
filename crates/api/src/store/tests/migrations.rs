//! Migrations run, run again without effect, and can be taken back.

use super::schema::tables_of;
use crate::store::conn::{Access, Backend, establish};
use crate::store::migrate::{self, Standing};
use crate::store::testing::{on_each, on_each_empty};
use diesel::connection::SimpleConnection;

#[test]
fn up_then_down_then_up_gives_the_same_tables() {
    on_each_empty(|database| {
        let mut conn = establish(&database.url, Access::Migrate).unwrap();
        assert_eq!(migrate::pending(&mut conn).unwrap().len(), 14);
        assert_eq!(migrate::run(&mut conn).unwrap().len(), 14);
        assert!(migrate::pending(&mut conn).unwrap().is_empty());
        assert!(migrate::run(&mut conn).unwrap().is_empty());
        let first = tables_of(&mut conn);
        migrate::revert_all(&mut conn).unwrap();
        assert!(tables_of(&mut conn).is_empty());
        assert_eq!(migrate::run(&mut conn).unwrap().len(), 14);
        assert_eq!(tables_of(&mut conn), first);
    });
}

#[test]
fn whether_migrations_are_pending_can_be_asked_without_the_right_to_write() {
    on_each(|database| {
        let mut conn = establish(&database.url, Access::Read).unwrap();
        assert!(migrate::pending(&mut conn).unwrap().is_empty());
    });
}

#[test]
fn a_role_that_could_rewrite_the_log_is_known() {
    on_each(|database| {
        let mut owner = establish(&database.url, Access::Migrate).unwrap();
        if database.backend() == Backend::Sqlite {
            assert_eq!(migrate::standing(&mut owner).unwrap(), Standing::NoRoles);
            return;
        }
        assert_eq!(migrate::standing(&mut owner).unwrap(), Standing::Superuser);
        let name = format!("app_{}", crate::ids::new_uuid().simple());
        owner
            .batch_execute(&format!(
                "CREATE ROLE {name} LOGIN PASSWORD '{name}' IN ROLE samrad_app"
            ))
            .unwrap();
        let mut app = establish(&database.as_role(&name), Access::Write).unwrap();
        assert_eq!(migrate::standing(&mut app).unwrap(), Standing::Appends);
        assert!(migrate::pending(&mut app).unwrap().is_empty());
        owner
            .batch_execute(&format!("GRANT DELETE ON log_entry TO {name}"))
            .unwrap();
        assert_eq!(migrate::standing(&mut app).unwrap(), Standing::MayRewrite);
        owner
            .batch_execute(&format!("ALTER TABLE log_entry OWNER TO {name}"))
            .unwrap();
        assert_eq!(migrate::standing(&mut app).unwrap(), Standing::Owner);
        drop(app);
        owner
            .batch_execute(&format!(
                "REASSIGN OWNED BY {name} TO CURRENT_USER; DROP OWNED BY {name}; DROP ROLE {name}"
            ))
            .unwrap();
    });
}

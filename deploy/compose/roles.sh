#!/usr/bin/env bash
# The roles of a new cluster, made by its superuser: who owns the database and migrates it, who serves, and the role in
# which `samrad migrate` puts the rights of those who serve. Run once, by the image of PostgreSQL or by hand, with
# POSTGRES_DB, OWNER_PASSWORD and APP_PASSWORD in the environment.
set -euo pipefail

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
    --set database="$POSTGRES_DB" --set owner_password="$OWNER_PASSWORD" --set app_password="$APP_PASSWORD" <<'SQL'
CREATE ROLE samrad_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE samrad_service LOGIN PASSWORD :'app_password';
CREATE ROLE samrad_app NOLOGIN;
GRANT samrad_app TO samrad_owner WITH ADMIN OPTION;
ALTER DATABASE :"database" OWNER TO samrad_owner;
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO samrad_service;
SQL

#!/bin/sh
# Run once by PostgreSQL's image in an empty cluster: the two roles and the database.
set -eu
psql -v ON_ERROR_STOP=1 -v owner="$OWNER_PASSWORD" -v app="$APP_PASSWORD" --username postgres <<'SQL'
CREATE ROLE policy_owner LOGIN PASSWORD :'owner';
CREATE ROLE policy_app LOGIN PASSWORD :'app';
CREATE DATABASE policy_tracker OWNER policy_owner ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0;
SQL

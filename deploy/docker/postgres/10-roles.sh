#!/bin/sh
# Run once by the postgres image on an empty volume: the owner of the schema, and the app's role,
# which owns nothing. The passwords go in by the environment, not by the command line.
set -eu
psql --quiet -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\getenv owner_password OWNER_PASSWORD
\getenv app_password APP_PASSWORD
CREATE ROLE sunshine_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE
    PASSWORD :'owner_password';
CREATE ROLE sunshine_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE
    PASSWORD :'app_password';
CREATE DATABASE sunshine OWNER sunshine_owner;
REVOKE ALL ON DATABASE sunshine FROM PUBLIC;
GRANT CONNECT ON DATABASE sunshine TO sunshine_app;
SQL

#!/bin/sh
# Run once by Patroni in a new database, with where it is. As docker-compose.yml does it for one PostgreSQL; but that
# Patroni's superuser keeps its password, which it needs on both nodes.
exec psql --no-psqlrc --set ON_ERROR_STOP=1 --set owner="$POSTGRES_PASSWORD" --set application="$APPLICATION_PASSWORD" "$1" <<'SQL'
CREATE ROLE ringup_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'owner';
CREATE ROLE ringup_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'application';
CREATE DATABASE ringup OWNER ringup_owner;
REVOKE ALL ON DATABASE ringup FROM PUBLIC;
GRANT CONNECT ON DATABASE ringup TO ringup_app;
SQL

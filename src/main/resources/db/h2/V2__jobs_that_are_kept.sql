alter table jobs add column kept_until timestamp(6) with time zone;

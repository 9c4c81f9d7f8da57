-- Until when a job is not removed though its time is over, since somebody reads it at some node.
alter table jobs add column kept_until timestamp(6) with time zone;

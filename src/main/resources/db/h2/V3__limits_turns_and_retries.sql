alter table jobs add column retry_of varchar(64);
create index jobs_retries on jobs (retry_of, finished);

create index jobs_unfinished_of_owner on jobs (owner, finished, created desc, id desc);
drop index jobs_queued_of_owner;

create index jobs_turns on jobs (state, priority, owner, due, id);

create table turns (
    owner varchar primary key,
    claimed timestamp(6) with time zone not null
);

alter table blobs add column owner varchar;
alter table blobs add column bytes bigint default 0 not null;

alter table owners add column bytes bigint default 0 not null;

create table storage_changes (
    id bigint generated always as identity primary key,
    owner varchar not null,
    bytes bigint not null
);
create index storage_changes_of_owner on storage_changes (owner);

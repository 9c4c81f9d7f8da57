-- The job that this one retries.
alter table jobs add column retry_of varchar(64) collate "C";
create index jobs_retries on jobs (retry_of) where retry_of is not null and finished is null;

-- Counts an owner's unfinished jobs, and pages through them, newest first.
create index jobs_unfinished_of_owner on jobs (owner, finished, created desc, id desc) where finished is null;
drop index jobs_queued_of_owner;

-- Finds the owners with due jobs, and each one's oldest, without reading the other jobs.
create index jobs_turns on jobs (priority, owner, due, id) where state = 'queued';

-- When a job of the owner was last claimed. Only claims write it, so that they wait for no submission.
create table turns (
    owner text collate "C" primary key,
    claimed timestamp(6) with time zone not null
);

-- What an owner stores: set when a job names the blob, 0 and null until then and for blobs named by version 2.
alter table blobs add column owner text;
alter table blobs add column bytes bigint not null default 0;

-- The bytes of the owner's named blobs, but for storage_changes.
alter table owners add column bytes bigint not null default 0;

-- Bytes that came and went. Rows are only inserted by those who must not wait for the owner's row; who locks it adds
-- them up and deletes them.
create table storage_changes (
    id bigint generated always as identity primary key,
    owner text not null,
    bytes bigint not null
);
create index storage_changes_of_owner on storage_changes (owner);

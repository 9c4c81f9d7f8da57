-- Jobs, their logs, and the files that come with them. The same tables as in db/h2; comments are kept here.

-- A job and what its owner's node needs to know. Numbers in a log are base + seq: raising base raises all of them.
create table jobs (
    id varchar(64) collate "C" primary key,
    type varchar(64) not null,
    title text,
    owner text not null,
    params text not null,
    priority integer not null,
    created timestamp(6) with time zone not null,
    worker boolean not null,
    state varchar(9) not null,
    cancel_requested boolean not null,
    cancel_by text,
    attempt integer not null,
    started timestamp(6) with time zone,
    finished timestamp(6) with time zone,
    due timestamp(6) with time zone not null,
    progress text,
    result text,
    error text,
    artifacts text not null,
    base bigint not null,
    latest bigint not null,
    oldest bigint not null,
    -- The newest progress event while no other event follows it: it is not in the table of events then.
    pending_seq bigint,
    pending text,
    log_lines integer not null,
    -- Raised by every claim and by the end of each; a write of who holds a lower one is refused.
    claim bigint not null,
    node text,
    tries integer not null,
    ordinal bigint not null,
    lease_until timestamp(6) with time zone
) with (fillfactor = 70);

create index jobs_of_owner on jobs (owner, created desc, id desc);
create index jobs_newest on jobs (created desc, id desc);
create index jobs_due on jobs (priority desc, due, id) where state = 'queued';
create index jobs_queued_of_owner on jobs (owner) where state = 'queued';
create index jobs_running on jobs (node) where state = 'running';
create index jobs_finished on jobs (finished) where finished is not null;

-- The log: every event but superseded progress. body is the event's JSON without its number.
create table events (
    job varchar(64) collate "C" not null,
    seq bigint not null,
    kind varchar(8) not null,
    body text not null,
    primary key (job, seq)
);

create table inputs (
    job varchar(64) collate "C" not null,
    name text collate "C" not null,
    media_type text not null,
    size bigint not null,
    sha256 varchar(64) not null,
    blob varchar(64) not null,
    primary key (job, name)
);
create index inputs_of_blob on inputs (blob);

-- Bytes of inputs and artifacts. 'staged': being written, and swept when they stop growing; 'named' by an input or an
-- artifact; 'dropped': being deleted.
create table blobs (
    id varchar(64) collate "C" primary key,
    state varchar(7) not null,
    grown timestamp(6) with time zone not null
);
create index blobs_to_sweep on blobs (grown) where state <> 'named';

create table chunks (
    blob varchar(64) collate "C" not null,
    n integer not null,
    bytes bytea not null,
    primary key (blob, n)
);
alter table chunks alter column bytes set storage external;

-- Who submits is counted under the lock of this row.
create table owners (
    owner text collate "C" primary key
);

-- Kept when the job is deleted, so that a repeated request learns that it is gone.
create table idempotency_keys (
    owner text collate "C" not null,
    name text collate "C" not null,
    fingerprint text not null,
    job varchar(64) not null,
    created timestamp(6) with time zone not null,
    primary key (owner, name)
);
create index idempotency_keys_by_age on idempotency_keys (created);

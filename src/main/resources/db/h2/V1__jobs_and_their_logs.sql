-- The same tables as in db/postgresql, where they are commented. Bytes are VARBINARY: large objects of H2 leave the transaction.

create table jobs (
    id varchar(64) primary key,
    type varchar(64) not null,
    title varchar,
    owner varchar not null,
    params varchar not null,
    priority integer not null,
    created timestamp(6) with time zone not null,
    worker boolean not null,
    state varchar(9) not null,
    cancel_requested boolean not null,
    cancel_by varchar,
    attempt integer not null,
    started timestamp(6) with time zone,
    finished timestamp(6) with time zone,
    due timestamp(6) with time zone not null,
    progress varchar,
    result varchar,
    error varchar,
    artifacts varchar not null,
    base bigint not null,
    latest bigint not null,
    oldest bigint not null,
    pending_seq bigint,
    pending varchar,
    log_lines integer not null,
    claim bigint not null,
    node varchar,
    tries integer not null,
    ordinal bigint not null,
    lease_until timestamp(6) with time zone
);

create index jobs_of_owner on jobs (owner, created desc, id desc);
create index jobs_newest on jobs (created desc, id desc);
create index jobs_due on jobs (state, priority desc, due, id);
create index jobs_queued_of_owner on jobs (owner, state);
create index jobs_finished on jobs (finished);

create table events (
    job varchar(64) not null,
    seq bigint not null,
    kind varchar(8) not null,
    body varchar not null,
    primary key (job, seq)
);

create table inputs (
    job varchar(64) not null,
    name varchar not null,
    media_type varchar not null,
    size bigint not null,
    sha256 varchar(64) not null,
    blob varchar(64) not null,
    primary key (job, name)
);
create index inputs_of_blob on inputs (blob);

create table blobs (
    id varchar(64) primary key,
    state varchar(7) not null,
    grown timestamp(6) with time zone not null
);
create index blobs_to_sweep on blobs (state, grown);

create table chunks (
    blob varchar(64) not null,
    n integer not null,
    bytes varbinary(262144) not null,
    primary key (blob, n)
);

create table owners (
    owner varchar primary key
);

create table idempotency_keys (
    owner varchar not null,
    name varchar not null,
    fingerprint varchar not null,
    job varchar(64) not null,
    created timestamp(6) with time zone not null,
    primary key (owner, name)
);
create index idempotency_keys_by_age on idempotency_keys (created);

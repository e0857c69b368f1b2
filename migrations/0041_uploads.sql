-- What each account has sent, so that one cannot fill the disk. Rows older than a day count no more.
create table uploads (
  n       integer primary key,
  account text not null references accounts (id),
  at      integer not null,
  bytes   integer not null
);
create index uploads_by_account on uploads (account, at);

-- 邮件订阅: who was asked for a yes, and by whom, by hashes alone: leaving a subscription does not begin the
-- count anew.
create table mail_asks (
  at      integer not null,
  -- SHA-256 of the address in lower case.
  address blob not null,
  -- SHA-256 of the network address that asked for it.
  client  blob not null
);
create index mail_asks_at on mail_asks (at);

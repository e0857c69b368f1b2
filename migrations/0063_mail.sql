-- 邮件订阅: nothing is sent to an address that has not said yes by its own link; every mail carries the way
-- out. The token is both: who reads the mailbox may confirm and cancel.
create table mail_subscriptions (
  id           text primary key,
  email        text not null,
  -- A comma list of lot, notice, result.
  topics       text not null,
  kind         text,
  center       text references centers (id),
  token        text not null constraint mail_subscriptions_token unique,
  asked_at     integer not null,
  confirmed_at integer
);
create unique index mail_subscriptions_once
  on mail_subscriptions (email, topics, coalesce(kind, ''), coalesce(center, ''));

-- The outbox: a mail is written in the transaction that takes its event, and sent by one task.
create table mails (
  id           integer primary key autoincrement,
  subscription text not null references mail_subscriptions (id) on delete cascade,
  -- Absent for the mail that asks for the yes.
  event        integer references public_events (n),
  subject      text not null,
  text         text not null,
  made_at      integer not null,
  next_at      integer not null,
  tries        integer not null default 0,
  done_at      integer,
  outcome      text constraint mails_outcome check (outcome in ('sent', 'failed')),
  constraint mails_once unique (subscription, event),
  constraint mails_done check ((done_at is null) = (outcome is null))
);
create index mails_due on mails (next_at) where done_at is null;
create index mails_done_at on mails (done_at);

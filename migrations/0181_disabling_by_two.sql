-- An administrator is switched off by two persons, as he came to be; and it is known at whose word somebody was.

alter table accounts add column disabled_by text references accounts (id);
update accounts
   set disabled_by = (
     select a.account
       from audit a
      where a.action = 'disable account'
        and a.subject = accounts.id
      order by a.n desc
      limit 1
   )
 where disabled = 1;

create table staff_proposals_anew (
  id             text primary key,
  kind           text not null constraint staff_proposals_kind check (kind in ('new', 'change', 'enable', 'disable')),
  -- Whom it is about; of a new account, the id it will have.
  account        text not null,
  login          text not null,
  -- JSON: name, role, center, agency, duties as they shall be.
  wish           text not null,
  -- Of a new account that waits.
  password_hash  text,
  -- Keyed hash of the identity number, where one is given: the number itself is kept nowhere.
  person         text,
  reason         text not null,
  asked_by       text not null references accounts (id),
  asked_at       integer not null,
  decided_by     text references accounts (id),
  decided_at     integer,
  granted        integer,
  refused_reason text,
  -- Who proposed may take back, never grant.
  constraint staff_proposals_two_persons check (granted is null or granted = 0 or decided_by <> asked_by),
  constraint staff_proposals_decided check ((decided_by is null) = (granted is null)),
  constraint staff_proposals_new check (kind = 'new' or password_hash is null)
);
insert into staff_proposals_anew
  select id, kind, account, login, wish, password_hash, person, reason, asked_by, asked_at, decided_by, decided_at,
         granted, refused_reason
    from staff_proposals;
drop table staff_proposals;
alter table staff_proposals_anew rename to staff_proposals;
create unique index staff_proposals_one_waits on staff_proposals (login) where decided_by is null;

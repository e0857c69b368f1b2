-- The life of a lot around the auction. Only lots that have a file (标的档案) take part; what happens on
-- the floor stays the journal's and is never written here.

create table lot_files (
  lot              text primary key references lots (id),
  basis            text not null,
  -- JSON: what staff wrote of the parcel or asset, its boundary included.
  body             text not null,
  computed_area_m2 text,
  written_by       text not null references accounts (id),
  written_at       integer not null,
  -- How far it has come; what the desk and the floor know is not repeated here.
  progress         text not null default 'draft' constraint lot_files_progress check (progress in
                   ('draft', 'filing_asked', 'filed', 'post_review', 'confirmed', 'publicity', 'contracted', 'paid',
                    'registered', 'void', 'defaulted')),
  -- 重新上市: the lot this one takes the place of. A lot is relisted once.
  follows_lot      text constraint lot_files_relisted_once unique references lots (id)
);

-- 附件: the bytes lie in the content store under their hash.
create table lot_documents (
  lot    text not null references lots (id),
  no     integer not null,
  title  text not null,
  kind   text not null constraint lot_documents_kind check (kind in ('pdf', 'jpeg', 'png', 'docx', 'xlsx', 'zip')),
  bytes  integer not null,
  sha256 text not null,
  by     text not null references accounts (id),
  at     integer not null,
  primary key (lot, no),
  constraint lot_documents_once unique (lot, sha256)
);

-- What happened, in order. `act` is one of the table's acts, or what money must follow.
create table life_events (
  n          integer primary key autoincrement,
  lot        text not null references lots (id),
  at         integer not null,
  act        text not null,
  -- Absent where the state stays.
  to_state   text,
  -- JSON: number of the confirmation, ground, due money.
  data       text not null default '{}',
  by         text not null references accounts (id),
  -- 双人: the one who asked for it, where two persons must.
  asked_by   text references accounts (id),
  constraint life_events_two_persons check
    (act not in ('confirm', 'default', 'pay') or (asked_by is not null and asked_by <> by))
);
create index life_events_by_lot on life_events (lot, n);
create trigger life_events_are_not_changed before update on life_events
begin
  select raise(abort, 'life_events_is_append_only');
end;
create trigger life_events_are_not_erased before delete on life_events
begin
  select raise(abort, 'life_events_is_append_only');
end;

-- The first person's word, waiting for the second's.
create table life_proposals (
  lot  text not null references lots (id),
  act  text not null,
  data text not null,
  by   text not null references accounts (id),
  at   integer not null,
  primary key (lot, act)
);

-- 分期付款.
create table life_instalments (
  lot        text not null references lots (id),
  no         integer not null,
  percent    integer not null,
  -- A decimal string in yuan.
  amount     text not null,
  due        text not null,
  paid_on    text,
  receipt    text,
  entered_by text references accounts (id),
  confirmed_by text references accounts (id),
  primary key (lot, no),
  constraint life_instalments_two_persons check
    ((paid_on is null) = (confirmed_by is null) and (confirmed_by is null or confirmed_by <> entered_by))
);

-- 不得参加再次竞买: who defaulted on a lot may not bid when it is offered again.
create table life_bars (
  lot     text not null references lots (id),
  account text not null references accounts (id),
  at      integer not null,
  primary key (lot, account)
);

-- 公告 numbers: the words before the year, for each center.
create table notice_prefixes (
  center_code text primary key,
  prefix      text not null
);
insert into notice_prefixes values ('440300', '深土交告');

create table notices (
  id         text primary key,
  lot        text not null references lots (id),
  center     text not null references centers (id),
  kind       text not null constraint notices_kind check (kind in
             ('grant', 'supplementary', 'suspension', 'resumption', 'termination', 'result')),
  -- Given at publication, with the year; a correction keeps them and raises the version.
  prefix     text,
  year       integer,
  no         integer,
  version    integer not null default 1,
  corrects   text references notices (id),
  title_zh   text not null,
  title_en   text not null,
  text_zh    text not null,
  text_en    text not null,
  -- Changes what was bid on: bids made before it are void.
  material   integer not null default 0,
  -- A supplementary notice's new moment of opening.
  opens_at   integer,
  written_by text not null references accounts (id),
  written_at integer not null,
  -- The floor's own act in fixed words; nothing is left to check.
  of_floor   integer not null default 0,
  checked_by text references accounts (id),
  published_at integer,
  constraint notices_numbered check ((published_at is null) = (no is null)),
  constraint notices_two_persons check (of_floor or (published_at is null) = (checked_by is null)
    and (checked_by is null or checked_by <> written_by)),
  constraint notices_number_taken unique (center, year, no, version)
);
create index notices_by_lot on notices (lot, published_at);
create index notices_by_time on notices (published_at);
create trigger notices_are_frozen before update on notices when old.published_at is not null
begin
  select raise(abort, 'notices_are_frozen');
end;

-- What a bidder is told outside the room.
create table bidder_messages (
  id      integer primary key autoincrement,
  account text not null references accounts (id),
  lot     text not null references lots (id),
  at      integer not null,
  zh      text not null,
  en      text not null
);
create index bidder_messages_by_account on bidder_messages (account, id);

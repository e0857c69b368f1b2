-- More kinds of lots. SQLite changes no constraint in place: the table is written anew, its rows kept.
pragma defer_foreign_keys = on;

create table lots_anew (
  id             text primary key,
  center         text not null references centers (id),
  number         text not null constraint lots_number_taken unique,
  kind           text not null constraint lots_kind check (kind in
                 ('housing_land', 'industrial_land', 'commercial_land', 'vehicle', 'equipment', 'property_right',
                  'mineral_right', 'plate_quota', 'carbon_allowance', 'procurement')),
  title_zh       text not null,
  title_en       text not null,
  location       text not null,
  area_m2        text,
  description_zh text not null,
  description_en text not null,
  grantor        text not null,
  facts          text not null,
  deposit        text not null,
  terms          text not null,
  status         text not null constraint lots_status check (status in ('draft', 'checked', 'published')),
  created_by     text not null references accounts (id),
  created_at     integer not null,
  checked_by     text references accounts (id),
  revision       integer not null default 0,
  constraint lots_two_persons check (checked_by is null or checked_by <> created_by)
);
insert into lots_anew (id, center, number, kind, title_zh, title_en, location, area_m2, description_zh, description_en,
    grantor, facts, deposit, terms, status, created_by, created_at, checked_by, revision)
  select id, center, number, kind, title_zh, title_en, location, area_m2, description_zh, description_en,
    grantor, facts, deposit, terms, status, created_by, created_at, checked_by, revision from lots;
drop table lots;
alter table lots_anew rename to lots;
create index lots_by_center on lots (center);

-- 规则模板: a version is written by one person and published by another; then it is frozen.
create table profiles (
  id           text not null,
  version      integer not null,
  name_zh      text not null,
  name_en      text not null,
  terms        text not null,
  created_by   text not null references accounts (id),
  created_at   integer not null,
  published_by text references accounts (id),
  primary key (id, version),
  constraint profiles_two_persons check (published_by is null or published_by <> created_by)
);

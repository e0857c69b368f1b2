-- 裁量基准 belongs to the agency that wrote it: no other writes its next version.
create table discretion_rules_owned (
  code           text not null,
  version        integer not null,
  agency         text not null references agencies (id),
  -- JSON: law, article, act, grades with their conditions, ranges and evidence.
  body           text not null,
  effective_from text not null,
  written_by     text not null references accounts (id),
  written_at     integer not null,
  published_by   text references accounts (id),
  published_at   integer,
  primary key (code, version),
  constraint discretion_rules_two_persons check (published_by is null or published_by <> written_by),
  constraint discretion_rules_published check ((published_by is null) = (published_at is null))
) strict;
insert into discretion_rules_owned
  (code, version, agency, body, effective_from, written_by, written_at, published_by, published_at)
select r.code, r.version, a.agency, r.body, r.effective_from, r.written_by, r.written_at, r.published_by, r.published_at
from discretion_rules r
join accounts a on a.id = r.written_by;
drop trigger discretion_rules_are_not_erased;
drop table discretion_rules;
alter table discretion_rules_owned rename to discretion_rules;
create trigger discretion_rules_stand before update on discretion_rules
when old.published_at is not null
begin
  select raise(abort, 'discretion_rules_stand_as_published');
end;
create trigger discretion_rules_are_not_erased before delete on discretion_rules
when old.published_at is not null
begin
  select raise(abort, 'discretion_rules_stand_as_published');
end;
create trigger discretion_rules_of_one_agency before insert on discretion_rules
when exists (select 1 from discretion_rules where code = new.code and agency <> new.agency)
begin
  select raise(abort, 'discretion_rules_of_one_agency');
end;

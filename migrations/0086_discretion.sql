-- 裁量基准: what an act is punished with, by grade. Published by a second person, and to everybody
-- (行政处罚法 art. 34); a version once published is never changed.
create table discretion_rules (
  code           text not null,
  version        integer not null,
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

-- 偏离裁量基准: a decision outside the range, or of another grade than the facts'. Supervision reads it.
create table deviations (
  id          integer primary key autoincrement,
  case_id     text not null references enforcement_cases (id),
  rule        text not null,
  version     integer not null,
  facts_grade text not null,
  grade       text not null,
  -- JSON list: other_grade, outside_range, bar_outside_range.
  kinds       text not null,
  reason      text not null,
  proposed_by text not null references accounts (id),
  proposed_at integer not null,
  approved_by text references accounts (id),
  decided_at  integer,
  -- Whether another officer approved; null while it waits.
  approved    integer,
  constraint deviations_another_officer check (approved_by is null or approved_by <> proposed_by)
) strict;
create index deviations_of_case on deviations (case_id);

-- 网上执法反馈: cases, complaints, transfers, tasks, and everything anybody did to them.

-- One table of acts for all: append-only, the evidence of who did what when.
create table enforcement_events (
  n       integer primary key autoincrement,
  -- A case, a complaint, a criminal transfer, a handover or a task, by its id.
  subject text not null,
  at      integer not null,
  by      text not null,
  act     text not null,
  note    text not null default '',
  -- JSON object: what the act said beside its note.
  data    text not null default '{}'
) strict;
create index enforcement_events_by_subject on enforcement_events (subject, n);
create trigger enforcement_events_are_not_changed before update on enforcement_events
begin
  select raise(abort, 'enforcement_events_are_append_only');
end;
create trigger enforcement_events_are_not_erased before delete on enforcement_events
begin
  select raise(abort, 'enforcement_events_are_append_only');
end;

create table enforcement_cases (
  id         text primary key,
  number     text not null constraint enforcement_cases_number_taken unique,
  source     text not null constraint enforcement_cases_source check (source in ('alert', 'complaint', 'transfer', 'own')),
  -- The alert's or the complaint's id, or the other house's number.
  source_ref text not null default '',
  lot        text,
  agency     text not null references agencies (id),
  title      text not null,
  facts      text not null,
  filed_by   text not null references accounts (id),
  filed_at   integer not null,
  -- JSON: where its events have brought it.
  place      text not null,
  status     text not null,
  outcome    text constraint enforcement_cases_outcome
             check (outcome in ('penalised', 'no_penalty', 'not_founded', 'annulled')),
  constraint enforcement_cases_end check (status not in ('closed', 'annulled') or outcome is not null)
) strict;
-- An alert or a complaint is one case.
create unique index enforcement_cases_of_source on enforcement_cases (source, source_ref)
  where source_ref <> '' and source in ('alert', 'complaint');
create index enforcement_cases_by_agency on enforcement_cases (agency, status, filed_at);

-- A card reaches whom its step names beside those of its duty, and says of what kind its subject is.
alter table cards add column kind text
  constraint cards_kind check (kind in ('case', 'complaint', 'transfer', 'handover', 'task'));
-- JSON list of accounts.
alter table cards add column named text not null default '[]';
update cards set kind = case
  when exists (select 1 from enforcement_cases where id = subject) then 'case'
  when exists (select 1 from complaints where id = subject) then 'complaint'
  when exists (select 1 from criminal_transfers where id = subject) then 'transfer'
  when exists (select 1 from case_handovers where id = subject) then 'handover'
  when exists (select 1 from enforcement_tasks where id = subject) then 'task'
end
where of = 'enforcement';
alter table watched_steps add column kind text;
alter table watched_steps add column named text not null default '[]';

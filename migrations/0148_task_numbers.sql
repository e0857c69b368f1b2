-- A task has a number people call it by: RW-2026-00001.
alter table enforcement_tasks add column number text;
update enforcement_tasks as t set number =
  strftime('RW-%Y-', t.at / 1000, 'unixepoch', '+8 hours') || printf('%05d',
    (select count(*) from enforcement_tasks e
     where e.rowid <= t.rowid
       and strftime('%Y', e.at / 1000, 'unixepoch', '+8 hours') = strftime('%Y', t.at / 1000, 'unixepoch', '+8 hours')));
create unique index enforcement_tasks_number on enforcement_tasks (number);

-- Who checks or publishes a lot names the revision he has read, so that nothing changes in between.
alter table lots add column revision integer not null default 0;

-- 中心工作人员 belong to a center; nobody's clerk would see everybody's drafts.
create trigger accounts_clerk_has_center before insert on accounts
when new.role = 'clerk' and new.center is null
begin
  select raise(abort, 'accounts_clerk_has_center');
end;

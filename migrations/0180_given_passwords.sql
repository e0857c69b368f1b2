-- A password somebody else chose opens one door: that to choose one's own.

-- Every account begins with one: an administrator made or proposed it, or whoever started the server gave it.
alter table accounts add column password_given integer not null default 1;
update accounts
   set password_given = 0
 where exists (
   select 1
     from audit
    where audit.account = accounts.id
      and audit.action = 'set a new password'
 );

-- 公告字号: two centers never share numbers. Each has words of its own; one without is named by its code.
create unique index notice_prefixes_taken on notice_prefixes (prefix);
insert into notice_prefixes (center_code, prefix) values
  ('440303', '深罗交告'),
  ('440304', '深福交告'),
  ('440305', '深南交告'),
  ('440306', '深宝交告'),
  ('440307', '深龙交告'),
  ('440308', '深盐交告'),
  ('440309', '深龙华交告'),
  ('440310', '深坪交告'),
  ('440311', '深光交告');

-- What was numbered before stays as it was published, and keeps its number when corrected; from here on a new
-- number is one notice's.
create trigger notices_number_is_once before update of published_at on notices
when new.published_at is not null and new.version = 1 and exists (
  select 1 from notices
  where prefix = new.prefix and year = new.year and no = new.no and id <> new.id)
begin
  select raise(abort, 'notices_number_is_once');
end;

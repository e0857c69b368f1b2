-- What a lot came to, beside its state: read by results and statistics. Written by the projection alone,
-- which rebuilds itself when its cursor's name rises.
alter table lot_states add column announced_at integer;
alter table lot_states add column closed_at integer;
-- The paddle a sale to one fell to.
alter table lot_states add column winner integer;
-- 成交额: a decimal string in yuan; of a sale to many the sum. Absent for a trading session.
alter table lot_states add column deal text;
-- 溢价率 of a sale to one, per cent with two places.
alter table lot_states add column premium text;
create index lot_states_by_close on lot_states (closed_at);

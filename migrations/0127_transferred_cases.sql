-- 移送司法机关: a case whose goods are with the police is closed on our side. Those that had come so far before it was
-- so, and were not decided, are closed as well; what an officer proposed waits for his withdrawal of it.
update enforcement_cases
  set status = 'transferred', place = json_remove(json_set(place, '$.status', 'transferred'), '$.evidence_since')
  where status in ('filed', 'investigating', 'reported', 'noticed', 'hearing_asked', 'hearing_set', 'heard')
    and exists (select 1 from criminal_transfers t where t.case_id = enforcement_cases.id and t.status = 'goods_handed_over');

-- 退回: a transfer that came back is over, and another may be begun.
drop index criminal_transfers_one_open;
create unique index criminal_transfers_one_open on criminal_transfers (case_id)
  where status not in ('rejected', 'goods_handed_over', 'ended', 'returned');

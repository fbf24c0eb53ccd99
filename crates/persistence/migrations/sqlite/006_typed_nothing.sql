-- A decision for a value of its own named both sides, with null for the one that nobody typed. From now on that one is
-- left out, and null is a value: the field becomes empty.
UPDATE conflicts SET winner = json_remove(winner, '$.shopify')
WHERE winner ->> '$.winner' = 'value' AND json_type(winner, '$.shopify') = 'null';

UPDATE conflicts SET winner = json_remove(winner, '$.odoo')
WHERE winner ->> '$.winner' = 'value' AND json_type(winner, '$.odoo') = 'null';

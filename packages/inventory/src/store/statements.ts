const COLUMNS = 'id, name, price, manufacturer, quantity'

/** One item by its id. */
export const GET = { name: 'get-item', text: `SELECT ${COLUMNS} FROM items WHERE id = $1` }

/** Always one row, `created` or not. The update comes first, so that a replaced item uses up no number. */
export const PUT = {
  name: 'put-item',
  text: `
    WITH replaced AS (
      UPDATE items SET name = $2, price = $3, manufacturer = $4, quantity = $5 WHERE id = $1 RETURNING id
    ), inserted AS (
      INSERT INTO items (${COLUMNS}) SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (SELECT FROM replaced)
      ON CONFLICT (id) DO UPDATE SET name = excluded.name, price = excluded.price, manufacturer = excluded.manufacturer, quantity = excluded.quantity
      RETURNING xmax = 0 AS created
    )
    SELECT coalesce((SELECT created FROM inserted), false) AS created`,
}

/** No row when there was none. */
export const REMOVE = { name: 'remove-item', text: 'DELETE FROM items WHERE id = $1 RETURNING id' }

/** A page with what was reserved of each item in the last 24 hours, which `reservations_item_id` finds. */
export const PAGE = {
  name: 'page-of-items',
  text: `
    SELECT ${COLUMNS}, coalesce((
      SELECT sum(r.quantity) FROM reservations r WHERE r.item_id = items.id AND r.created_at > now() - interval '24 hours'
    ), 0)::float8 AS reserved
    FROM items WHERE id > $1 ORDER BY id LIMIT $2`,
}

/** Takes the pieces and notes the reservation, both or neither; no row when there are too few. */
export const RESERVE = {
  name: 'reserve-item',
  text: `
    WITH taken AS (
      UPDATE items SET quantity = quantity - $2::int WHERE id = $1 AND quantity >= $2::int RETURNING id, quantity
    ), noted AS (
      INSERT INTO reservations (item_id, quantity) SELECT id, $2::int FROM taken
    )
    SELECT quantity FROM taken`,
}

/** Why RESERVE took nothing. */
export const COUNT_LEFT = { name: 'count-left', text: 'SELECT quantity FROM items WHERE id = $1' }

/** The first item from a random number (0 to 1 of the highest) on. */
export const PICK = {
  name: 'pick-item',
  text: `
    SELECT ${COLUMNS} FROM items
    WHERE number >= (SELECT ($1::float8 * max(number))::bigint FROM items) ORDER BY number LIMIT 1`,
}

/** What is asked of every proxy: one item of the shop. */
export const PROBE_PATH = '/items/17'

/** What every backend answers. */
export const ANSWER = '{"id":"17","name":"Oak shelf 80 cm","price":79.5,"manufacturer":"Nordwood","quantity":120}'

import { Type } from 'typebox'

/** A file of the user's own prices, in the form of `model-prices.json`; it goes before that one's. */
export const usageSettings = { MODEL_PRICES: Type.Optional(Type.String({ minLength: 1, description: 'the path of a JSON file' })) }

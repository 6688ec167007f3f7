import type { StoredItem } from '../api.ts'

const MAKERS = ['Aldgate Tools', 'Brightwater', 'Cormorant & Sons', 'Delphine', 'Eastlake Works', 'Fennimore', 'Granby', 'Hollis Marine']
const KINDS = ['kettle', 'lamp', 'chair', 'rucksack', 'clock', 'notebook', 'drill', 'umbrella', 'blanket', 'radio', 'skillet', 'compass']
const FINISHES = ['plain', 'oak', 'steel', 'blue', 'folding', 'small', 'large', 'travel', 'enamel', 'brass', 'second edition']

const SIZE = 5_000

/** What the shop sells when its store is new: 5,000 items with the ids "1" to "5000", always the same. */
export function* createCatalogue(): Generator<StoredItem> {
  for (let number = 1; number <= SIZE; number++) {
    yield {
      id: String(number),
      name: `${FINISHES[number % FINISHES.length]} ${KINDS[number % KINDS.length]} no. ${number}`,
      price: (((number * 7_919) % 20_000) + 99) / 100,
      manufacturer: MAKERS[number % MAKERS.length] ?? '',
      quantity: 100 + (number % 900),
    }
  }
}

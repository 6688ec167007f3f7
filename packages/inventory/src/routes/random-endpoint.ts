import { notFound } from '@oncall-lab/service-kit/errors'
import type { Service } from '@oncall-lab/service-kit/service'
import { Type } from 'typebox'
import { StoredItem } from '../api.ts'
import { composeTeaser, loadCampaigns } from '../campaigns.ts'
import type { ItemStore } from '../store/item-store.ts'

const Teaser = Type.Object({ title: Type.String(), headline: Type.String(), color: Type.String(), item: StoredItem })
const params = Type.Object({ trigger: Type.String({ maxLength: 100 }) })

/** `/random-endpoint`: any item; with the name of a campaign, that campaign's teaser for any item. */
export function addRandomEndpoint(app: Service, store: ItemStore): void {
  const campaigns = loadCampaigns()

  app.get('/random-endpoint', { schema: { response: { 200: StoredItem } } }, () => pickItem(store))

  app.get('/random-endpoint/:trigger', { schema: { params, response: { 200: Teaser } } }, async ({ params: { trigger } }) => {
    const campaign = campaigns.get(trigger)
    if (!campaign) throw notFound(`There is no campaign ${JSON.stringify(trigger)}; there are ${[...campaigns.keys()].join(', ')}`)
    return composeTeaser(campaign, await pickItem(store))
  })
}

async function pickItem(store: ItemStore): Promise<StoredItem> {
  const item = await store.pickAny()
  if (!item) throw notFound('The shop has no items')
  return item
}

import { readFileSync } from 'node:fs'
import type { StoredItem } from './api.ts'

/** A marketing campaign as the editors keep it in campaigns.json. */
export interface Campaign {
  title: string
  banner: { headline: string; color: string }
}

/** What a customer sees of a campaign. */
export interface Teaser {
  title: string
  headline: string
  color: string
  item: StoredItem
}

/** All campaigns by their name. */
export function loadCampaigns(): Map<string, Campaign> {
  const text = readFileSync(new URL('./campaigns.json', import.meta.url), 'utf8')
  return new Map(Object.entries(JSON.parse(text) as Record<string, Campaign>))
}

/** The campaign's banner with the item's name in it. */
export function composeTeaser(campaign: Campaign, item: StoredItem): Teaser {
  const headline = campaign.banner.headline.replace('{item}', item.name)
  return { title: campaign.title, headline, color: campaign.banner.color, item }
}

import { html } from './element.js'

export type Tone = 'good' | 'warn' | 'bad' | 'neutral'

/** A word that a colour underlines: the word alone says it too. */
export const pill = (text: string, tone: Tone): HTMLElement =>
  html('span', { class: 'pill', 'data-tone': tone }, text)

const TONES: Readonly<Record<string, Tone>> = {
  active: 'good',
  ready: 'good',
  fresh: 'good',
  'ca-verified': 'good',
  'self-signed': 'good',
  pending: 'warn',
  suspended: 'warn',
  degraded: 'warn',
  failing: 'warn',
  stale: 'warn',
  starting: 'warn',
  revoked: 'bad',
  refused: 'bad',
  missing: 'bad',
  away: 'bad',
  'not ready': 'bad',
}

/** A state of the API, in the tone that it has everywhere. */
export const statePill = (state: string): HTMLElement => pill(state, TONES[state] ?? 'neutral')

const SOON = 30
const VERY_SOON = 7

/** How urgent an expiry is. */
export function expiryTone(daysLeft: number | null): Tone {
  if (daysLeft === null) return 'neutral'
  if (daysLeft < VERY_SOON) return 'bad'
  return daysLeft < SOON ? 'warn' : 'good'
}

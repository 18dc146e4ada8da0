const dateAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })
const shortClock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const number = new Intl.NumberFormat()

const MISSING = '–'
const MILLISECONDS_A_MINUTE = 60_000
const MINUTES_AN_HOUR = 60
const MINUTES_A_DAY = 1_440

/** Times come as ISO 8601 and are shown in the zone and the words of who looks. */
export const formatTime = (iso: string | null): string =>
  iso === null ? MISSING : dateAndTime.format(new Date(iso))

export const formatDay = (iso: string | null): string =>
  iso === null ? MISSING : day.format(new Date(iso))

export const formatClock = (iso: string): string => clock.format(new Date(iso))

export const formatMinute = (iso: string): string => shortClock.format(new Date(iso))

export const formatCount = (count: number): string => number.format(count)

export function formatMilliseconds(milliseconds: number | null): string {
  if (milliseconds === null) return MISSING
  if (milliseconds >= 1_000) return `${(milliseconds / 1_000).toFixed(1)} s`
  return `${milliseconds >= 10 ? milliseconds.toFixed(0) : milliseconds.toFixed(1)} ms`
}

/** `in 12 days`, `expired 3 days ago`. */
export function formatDaysLeft(daysLeft: number | null): string {
  if (daysLeft === null) return MISSING
  if (daysLeft < 0) return `expired ${plural(-daysLeft, 'day')} ago`
  return daysLeft === 0 ? 'today' : `in ${plural(daysLeft, 'day')}`
}

/** How long ago a time was, in the largest unit that fits. */
export function formatAge(iso: string | null, now: string): string {
  if (iso === null) return MISSING
  const minutes = Math.round((Date.parse(now) - Date.parse(iso)) / MILLISECONDS_A_MINUTE)
  const said = formatMinutes(Math.abs(minutes))
  return minutes < 0 ? `in ${said}` : `${said} ago`
}

function formatMinutes(minutes: number): string {
  if (minutes < 1) return 'less than a minute'
  if (minutes < MINUTES_AN_HOUR) return plural(minutes, 'minute')
  if (minutes < MINUTES_A_DAY) return plural(Math.round(minutes / MINUTES_AN_HOUR), 'hour')
  return plural(Math.round(minutes / MINUTES_A_DAY), 'day')
}

export const plural = (count: number, noun: string): string =>
  `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`

/** Enough of a thumbprint to tell two apart by eye; the whole one is in the title and in the details. */
export const shorten = (thumbprint: string): string => `${thumbprint.slice(0, 12)}…`

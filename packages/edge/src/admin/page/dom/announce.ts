import { byId } from './element.js'

/** Tells a screen reader what has happened; sighted people see it happen. */
export function announce(text: string): void {
  byId('announcer').textContent = text
}

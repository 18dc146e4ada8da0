import { type InspectColor, styleText } from 'node:util'
import type { Environment } from '../configuration/index.js'
import type { WordStream } from './surroundings.js'

export type Paint = (color: InspectColor | readonly InspectColor[], text: string) => string

/**
 * Colours for a stream: on a terminal alone, never where NO_COLOR says no.
 *
 * @see https://no-color.org
 */
export function createPaint(stream: WordStream, environment: Environment): Paint {
  const { NO_COLOR } = environment
  if (stream.isTTY !== true || NO_COLOR) return (_color, text) => text
  return (color, text) => styleText(color, text, { validateStream: false })
}

// Controls and characters that change the direction of writing, but for the line's end.
const HARMFUL = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** Makes text of a file or a certificate harmless to a terminal. */
export const makeHarmless = (text: string): string => text.replace(HARMFUL, '\u{fffd}')

/** `1 problem`, `2 problems`, `no problems`. */
export function count(number: number, noun: string): string {
  return `${number === 0 ? 'no' : number} ${noun}${number === 1 ? '' : 's'}`
}

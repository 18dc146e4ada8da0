import { ApiError } from '../api/client.js'
import { html } from './element.js'

/** What went wrong and how to mend it, where it happened. */
export function problem(error: unknown): HTMLElement {
  const { message, mend } = describe(error)
  return html(
    'div',
    { class: 'problem', role: 'alert' },
    html('p', {}, message),
    mend !== null && html('p', {}, mend),
  )
}

function describe(error: unknown): { readonly message: string; readonly mend: string | null } {
  if (error instanceof ApiError) return { message: error.message, mend: error.mend }
  if (error instanceof TypeError && error.message.includes('fetch'))
    return {
      message: 'The edge does not answer.',
      mend: 'Is it running, and is this address still its admin address?',
    }
  return { message: error instanceof Error ? error.message : String(error), mend: null }
}

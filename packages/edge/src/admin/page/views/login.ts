import { request } from '../api/client.js'
import type { Session } from '../api/types.js'
import { fill, html } from '../dom/element.js'
import { problem } from '../dom/problem.js'

/** Asks for the token, once. It goes to the edge and is kept nowhere; the browser then has a session cookie that no script can read. */
export function loginView(onSignedIn: (session: Session) => void): HTMLElement {
  const token = html('input', {
    id: 'token',
    type: 'password',
    required: true,
    autofocus: true,
    autocomplete: 'current-password',
    spellcheck: 'false',
    'aria-describedby': 'token-hint',
  })
  const actor = html('input', {
    id: 'actor',
    type: 'text',
    maxlength: 150,
    autocomplete: 'name',
    'aria-describedby': 'actor-hint',
  })
  const failure = html('div', {})
  const button = html('button', { type: 'submit', class: 'primary' }, 'Sign in')

  async function signIn(event: Event): Promise<void> {
    event.preventDefault()
    fill(failure)
    button.disabled = true
    try {
      const body = { token: token.value.trim(), actor: actor.value.trim() || null }
      const session = await request<Session>('POST', '/api/session', { body })
      token.value = ''
      onSignedIn(session)
    } catch (error) {
      fill(failure, problem(error))
      token.select()
    } finally {
      button.disabled = false
    }
  }

  return html(
    'form',
    { class: 'login card', onsubmit: (event) => void signIn(event) },
    html('h1', {}, 'mtls-edge'),
    html('label', { for: 'token' }, 'Admin token'),
    token,
    html(
      'p',
      { class: 'hint', id: 'token-hint' },
      'What the configuration names as admin.token or admin.tokenFile.',
    ),
    html('label', { for: 'actor' }, 'Your name (optional)'),
    actor,
    html(
      'p',
      { class: 'hint', id: 'actor-hint' },
      'Stands in the audit trail beside what you change.',
    ),
    failure,
    button,
  )
}

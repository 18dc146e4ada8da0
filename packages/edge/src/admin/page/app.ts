import { request, SIGNED_OUT } from './api/client.js'
import type { Session } from './api/types.js'
import { byId, fill } from './dom/element.js'
import { problem } from './dom/problem.js'
import { header } from './header.js'
import { routeOf } from './routes.js'
import { loginView } from './views/login.js'

/** Ends what the view that is shown has begun. */
let ending = new AbortController()
let session: Session | null = null

window.addEventListener('hashchange', () => show())
window.addEventListener(SIGNED_OUT, () => {
  session = null
  show()
})
start()

async function start(): Promise<void> {
  try {
    session = await request<Session>('GET', '/api/session')
    show()
  } catch (error) {
    if (!isSignedOut(error)) return fill(byId('main'), problem(error))
    show()
  }
}

function show(): void {
  ending.abort()
  ending = new AbortController()
  const { signal } = ending
  const main = byId('main')
  if (session === null) {
    fill(byId('header'))
    fill(main, loginView(onSignedIn))
    return
  }
  const route = routeOf(location.hash)
  document.title = `${route.title} · mtls-edge`
  fill(byId('header'), header(route, signOut, signal))
  fill(main, route.view(signal))
}

function onSignedIn(next: Session): void {
  session = next
  show()
  byId('main').focus()
}

async function signOut(): Promise<void> {
  await request('DELETE', '/api/session')
  session = null
  show()
}

const isSignedOut = (error: unknown): boolean =>
  error instanceof Error && 'status' in error && error.status === 401

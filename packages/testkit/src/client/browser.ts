import type { MtlsFetch } from './mtls-fetch.js'

// The whole flow of the stand-in is five redirects; more than this is a loop.
const MAX_REDIRECTS = 12

/**
 * Does what a browser does with an authorization URL: follows redirects, keeps cookies, and stops at the client's redirect
 * URI, which it does not open.
 *
 * It keeps cookies of one origin by name alone: path, lifetime and `SameSite` are not looked at.
 *
 * @returns the redirect URI with the parameters of the authorization response.
 * @throws Error with status and body, where an answer is not a redirect.
 */
export async function followAuthorization(
  browser: MtlsFetch,
  authorizationUrl: URL,
  redirectUri: string,
): Promise<URL> {
  const cookies = new Map<string, string>()
  let url = authorizationUrl
  for (let step = 0; step < MAX_REDIRECTS; step++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await browser.fetch(url.href, {
      method: 'GET',
      headers: cookie === '' ? {} : { cookie },
      body: undefined,
      redirect: 'manual',
    })
    for (const line of answer.headers.getSetCookie()) keepCookie(cookies, line)
    const location = answer.headers.get('location')
    const body = await answer.text()
    if (location === null) throw new Error(`not a redirect: ${answer.status} ${body}`)
    url = new URL(location, url)
    if (url.href.startsWith(redirectUri)) return url
  }
  throw new Error(`more than ${MAX_REDIRECTS} redirects`)
}

function keepCookie(cookies: Map<string, string>, line: string): void {
  const [pair = ''] = line.split(';')
  const separator = pair.indexOf('=')
  const name = pair.slice(0, separator)
  const value = pair.slice(separator + 1)
  if (value === '') cookies.delete(name)
  else cookies.set(name, value)
}

import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import type { Test } from 'tap'
import { TOKEN } from './admin-stage.ts'

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const program = process.env.CHROMIUM ?? PROGRAMS.find((path) => existsSync(path))

/** Why tests in a browser are passed over, or `false`. */
export const withoutBrowser: string | false =
  program === undefined && 'there is no Chromium here; CHROMIUM may name one'

/** Runs as root in a container; and asks nobody but the page. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]
/** Milliseconds; generous, since a busy machine is slow to draw. */
const PATIENCE = 30_000

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** A page of a real browser, and everything that it complained of or asked for. */
export interface BrowserPage {
  readonly page: Page
  /** Errors of scripts and of the content security policy. Answers other than 2xx are not among them. */
  readonly complaints: readonly string[]
  /** URL and body of each request. */
  readonly requests: readonly { readonly url: string; readonly body: string }[]
  signIn(): Promise<void>
  /** What stands in the way of people who can't see, hear or use a mouse (axe-core). */
  findBarriers(): Promise<readonly string[]>
}

/** Opens the admin page in a browser of its own, in English and at UTC. */
export async function openAdminPage(
  t: Test,
  port: number,
  options: BrowserContextOptions = {},
): Promise<BrowserPage> {
  if (program === undefined) throw new TypeError('there is no browser')
  const browser = await chromium.launch({ executablePath: program, args: ARGUMENTS })
  t.teardown(() => browser.close())
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', ...options })
  context.setDefaultTimeout(PATIENCE)
  const page = await context.newPage()
  const complaints: string[] = []
  const requests: { url: string; body: string }[] = []
  page.on('pageerror', ({ message }) => complaints.push(message))
  page.on('console', (message) => {
    const isAnswer = message.text().startsWith('Failed to load resource')
    if (message.type() === 'error' && !isAnswer) complaints.push(message.text())
  })
  page.on('request', (request) => {
    requests.push({ url: request.url(), body: request.postData() ?? '' })
  })
  await page.goto(`http://127.0.0.1:${port}/`)
  await page.getByLabel('Admin token').waitFor()
  return {
    page,
    complaints,
    requests,
    async signIn() {
      await page.getByLabel('Admin token').fill(TOKEN)
      await page.getByLabel('Your name').fill('ana')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('navigation').waitFor()
    },
    async findBarriers() {
      const found: readonly Barrier[] = await page.evaluate(
        `${axe}; axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations)`,
      )
      return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
    },
  }
}

interface Barrier {
  readonly id: string
  readonly nodes: readonly { readonly html: string }[]
}

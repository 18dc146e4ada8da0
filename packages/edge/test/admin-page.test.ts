import t from 'tap'
import { openAdminPage, withoutBrowser } from './admin-browser.ts'
import { startAdminStage, TOKEN } from './admin-stage.ts'

const VIEWS = ['Now', 'Registry', 'Expiry', 'Revocation', 'Configuration']

t.test(
  'lets in with the token and out again, and keeps the token nowhere',
  {
    skip: withoutBrowser,
  },
  async (t) => {
    const stage = await startAdminStage(t)
    const { page, complaints, signIn } = await openAdminPage(t, stage.adminPort)
    await page.getByLabel('Admin token').fill('wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').waitFor()
    t.equal(await page.getByRole('navigation').count(), 0, 'a wrong token opens nothing')

    await signIn()
    const kept = await page.evaluate(() => ({
      stored: JSON.stringify({ ...localStorage, ...sessionStorage }),
      cookie: document.cookie,
      page: document.documentElement.outerHTML,
    }))
    for (const [place, text] of Object.entries(kept)) t.notMatch(text, TOKEN, place)
    t.equal(kept.cookie, '', 'no script can read the session')

    await page.reload()
    await page.getByRole('navigation').waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('Admin token').waitFor()
    await page.reload()
    await page.getByLabel('Admin token').waitFor()
    t.equal(await page.getByRole('navigation').count(), 0, 'the session is over')
    t.same(complaints, [])
  },
)

t.test('can be used by keyboard alone', { skip: withoutBrowser }, async (t) => {
  const stage = await startAdminStage(t)
  const { page } = await openAdminPage(t, stage.adminPort)
  await page.getByLabel('Admin token').focus()
  await page.keyboard.type(TOKEN)
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: 'Registry' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Add certificates' }).press('Enter')
  await page.getByRole('dialog').waitFor()
  for (let steps = 0; steps < 20; steps += 1) {
    await page.keyboard.press('Tab')
    const isOut = await page.evaluate(
      () => document.activeElement?.closest('dialog, body > *:not(dialog)')?.localName === 'main',
    )
    if (isOut) t.fail('the focus left the dialog for the page behind it')
  }
  await page.keyboard.press('Escape')
  t.equal(await page.getByRole('dialog').count(), 0)
  const focused = await page.evaluate(() => document.activeElement?.textContent)
  t.equal(focused, 'Add certificates', 'the focus is where it was')
})

t.test(
  'shows every view without a barrier, in light and dark, wide and narrow, and asks nobody else',
  {
    skip: withoutBrowser,
  },
  async (t) => {
    const stage = await startAdminStage(t)
    const sizes = [
      { viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
      { viewport: { width: 380, height: 800 }, colorScheme: 'dark' },
    ] as const
    for (const options of sizes) {
      const { width } = options.viewport
      const opened = await openAdminPage(t, stage.adminPort, options)
      const { page } = opened
      t.same(await opened.findBarriers(), [], `signing in at ${width}`)
      await opened.signIn()
      for (const view of VIEWS) {
        await page.getByRole('link', { name: view }).click()
        await page.getByRole('heading', { level: 1, name: view }).waitFor()
        await page.waitForFunction(() => document.querySelector('[aria-busy]') === null)
        t.same(await opened.findBarriers(), [], `${view} at ${width}`)
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - window.innerWidth,
        )
        t.ok(overflow <= 0, `${view} fits into ${width}`)
        t.equal(await page.getByRole('alert').count(), 0, `${view} shows no problem`)
      }
      t.same(opened.complaints, [])
      const foreign = opened.requests.filter(
        ({ url }) => !url.startsWith(`http://127.0.0.1:${stage.adminPort}/`),
      )
      t.same(foreign, [])
    }
  },
)

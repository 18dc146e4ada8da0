import t from 'tap'
import { openAdminPage, withoutBrowser } from './admin-browser.ts'
import { startAdminStage } from './admin-stage.ts'
import { clients } from './edge-stage.ts'

const TOKEN_REQUEST =
  'POST /oauth/token HTTP/1.1\r\nhost: mtls.auth.example.com\r\ncontent-length: 0\r\nconnection: close\r\n\r\n'
const PAST = {
  notBefore: new Date('2020-01-01T00:00:00Z'),
  notAfter: new Date('2020-02-01T00:00:00Z'),
}

t.test(
  'shows who was refused and why while it happens, and stands still when told to',
  {
    skip: withoutBrowser,
  },
  async (t) => {
    const stage = await startAdminStage(t)
    const { page, complaints, signIn, findBarriers } = await openAdminPage(t, stage.adminPort)
    await signIn()
    await page.getByText('Nobody was refused since the edge began to count.').waitFor()

    const late = clients.client({ subject: 'CN=late payer', ...PAST })
    await stage.ask({ bytes: TOKEN_REQUEST, certificate: late })
    const refusal = page.getByRole('row').filter({ hasText: 'late payer' })
    await refusal.waitFor()
    t.match(await refusal.textContent(), 'expired')
    t.match(await refusal.textContent(), 'mtls.auth.example.com/oauth/token → 401')
    t.match(await page.locator('.reasons').textContent(), /expired\s*1/)
    t.match(await page.locator('.legend').textContent(), 'refused: 1')
    t.same(await findBarriers(), [], 'with figures in it')

    await page.getByRole('button', { name: 'Pause' }).click()
    const asked = page.waitForRequest(/activity/, { timeout: 4_000 }).then(
      () => true,
      () => false,
    )
    t.notOk(await asked, 'nothing is asked while it is paused')
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.waitForRequest(/activity/)
    t.same(complaints, [])
  },
)

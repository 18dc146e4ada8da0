import type { Issued } from '@mtls-edge/testkit'
import type { Page } from 'playwright-core'
import t from 'tap'
import { openAdminPage, withoutBrowser } from './admin-browser.ts'
import { type AdminStage, startAdminStage } from './admin-stage.ts'
import { clients } from './edge-stage.ts'

const TOKEN_REQUEST =
  'POST /oauth/token HTTP/1.1\r\nhost: mtls.auth.example.com\r\ncontent-length: 0\r\nconnection: close\r\n\r\n'

const startRegistered = (t: Parameters<typeof startAdminStage>[0]) =>
  startAdminStage(t, (domain) => ({
    ...domain,
    clientCertificates: { ...domain.clientCertificates, selfSigned: 'registered' },
  }))

async function openAddDialog(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Registry' }).click()
  await page.getByRole('button', { name: 'Add certificates' }).click()
}

t.test(
  'registers a certificate after showing what it is, and refuses it again',
  {
    skip: withoutBrowser,
  },
  async (t) => {
    const stage = await startRegistered(t)
    const client = clients.selfSignedClient({ subject: 'payments' })
    const { page, complaints, signIn } = await openAdminPage(t, stage.adminPort)
    await signIn()
    t.equal(await statusOf(stage, client), 401, 'nobody knows it yet')

    await openAddDialog(page)
    const add = page.getByRole('button', { name: /^Add/ }).last()
    await page.getByLabel('Certificates in PEM').fill(client.pem)
    t.ok(await add.isDisabled(), 'nothing is added unseen')
    await page.getByRole('button', { name: 'Preview' }).click()
    const preview = page.locator('.preview')
    await preview.waitFor()
    t.match(await preview.textContent(), 'not_registered')
    t.match(await preview.textContent(), /Once registered and active: self-signed/)
    await page.getByLabel('Client', { exact: true }).fill('Payments')
    await add.click()
    await page.getByRole('listitem').filter({ hasText: ': added' }).waitFor()
    t.equal(await statusOf(stage, client), 200, 'it is let in')
    await page.keyboard.press('Escape')

    await page.getByLabel('Search').fill('payments')
    await page.getByRole('button', { name: 'Payments', exact: true }).click()
    await page.getByRole('button', { name: 'Suspend' }).click()
    await page.getByRole('button', { name: 'Cancel' }).click()
    t.equal(await statusOf(stage, client), 200, 'nothing happens unconfirmed')
    await page.getByRole('button', { name: 'Suspend' }).click()
    await page.getByRole('button', { name: 'Suspend' }).last().click()
    await page.getByRole('button', { name: 'Activate' }).waitFor()
    t.equal(await statusOf(stage, client), 401, 'suspended')
    t.match(await page.getByRole('dialog').textContent(), 'ana', 'the history says who it was')

    await page.getByRole('button', { name: 'Revoke' }).click()
    await page.getByRole('button', { name: 'Revoke' }).last().click()
    await page.getByText('suspended → revoked').waitFor()
    t.equal(await statusOf(stage, client), 401, 'revoked')
    t.same(complaints, [])
  },
)

t.test('sends no private key, and forgets it', { skip: withoutBrowser }, async (t) => {
  const stage = await startRegistered(t)
  const client = clients.selfSignedClient({ subject: 'payments' })
  const { page, requests, signIn } = await openAdminPage(t, stage.adminPort)
  await signIn()
  await openAddDialog(page)
  await page.getByLabel('Certificates in PEM').fill(client.pem + client.keyPem)
  await page.getByRole('alert').waitFor()
  t.match(await page.getByRole('alert').textContent(), 'private key')
  t.equal(await page.getByLabel('Certificates in PEM').inputValue(), '')
  await page.getByLabel('Or choose files').setInputFiles({
    name: 'client.pem',
    mimeType: 'application/x-pem-file',
    buffer: Buffer.from(client.keyPem),
  })
  await page.getByRole('alert').waitFor()
  t.equal(await page.getByLabel('Certificates in PEM').inputValue(), '')
  t.same(
    requests.filter(({ body }) => body.includes('PRIVATE KEY')),
    [],
  )
})

t.test('shows what a client wrote into its names as text', { skip: withoutBrowser }, async (t) => {
  // Attack: a certificate whose subject is markup, registered by an operator who trusts the page to show it.
  const stage = await startRegistered(t)
  const markup = '<img src=x onerror="document.title=1">'
  const client = clients.selfSignedClient({ subject: { CN: markup } })
  const { page, complaints, signIn } = await openAdminPage(t, stage.adminPort)
  await signIn()
  await openAddDialog(page)
  await page.getByLabel('Certificates in PEM').fill(client.pem)
  await page.getByRole('button', { name: 'Preview' }).click()
  await page.locator('.preview').waitFor()
  t.match(await page.locator('.preview').textContent(), '<img src')
  t.equal(await page.locator('img').count(), 0)
  t.same(complaints, [])
})

/** What the edge answers this client. */
async function statusOf(stage: AdminStage, certificate: Issued): Promise<number> {
  const { status } = await stage.ask({ bytes: TOKEN_REQUEST, certificate })
  return status
}

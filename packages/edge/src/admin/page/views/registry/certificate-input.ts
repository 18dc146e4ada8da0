import { html } from '../../dom/element.js'

export interface CertificateInput {
  readonly element: HTMLElement
  /** What was pasted or read from files. */
  readonly read: () => string
}

/** Files of certificates are small; what is larger is something else. */
const MAX_FILE_BYTES = 1_000_000

const KEY_WAS_GIVEN =
  'That was a private key. It was not sent and is forgotten; the registry wants the certificate alone.'

/**
 * Takes certificates as text, as files, or dropped on it. A private key never leaves the browser: its text is emptied and the
 * person is told.
 */
export function certificateInput(onChange: (problem: string | null) => void): CertificateInput {
  const area = html('textarea', {
    id: 'pem',
    rows: 8,
    spellcheck: 'false',
    autocomplete: 'off',
    autocapitalize: 'none',
    placeholder: '-----BEGIN CERTIFICATE-----',
  })
  const file = html('input', {
    id: 'pem-files',
    type: 'file',
    multiple: true,
    accept: '.pem,.crt,.cer',
  })

  function judge(): void {
    if (area.value.includes('PRIVATE KEY')) {
      area.value = ''
      onChange(KEY_WAS_GIVEN)
      // What the emptying brings about in turn leaves the words where they are.
    } else if (area.value !== '') onChange(null)
  }

  async function take(files: FileList | null): Promise<void> {
    const texts: string[] = []
    for (const chosen of files ?? []) {
      if (chosen.size > MAX_FILE_BYTES)
        return onChange(`${chosen.name} is too large to be a certificate.`)
      texts.push(await chosen.text())
    }
    area.value = [area.value.trim(), ...texts].filter((text) => text !== '').join('\n')
    judge()
  }

  area.addEventListener('input', judge)
  file.addEventListener('change', () => void take(file.files))
  area.addEventListener('dragover', (event) => event.preventDefault())
  area.addEventListener('drop', (event) => {
    event.preventDefault()
    void take(event.dataTransfer?.files ?? null)
  })
  return {
    element: html(
      'div',
      {},
      html(
        'label',
        { for: 'pem' },
        'Certificates in PEM, one or several: paste them, or drop files here',
      ),
      area,
      html('label', { for: 'pem-files' }, 'Or choose files'),
      file,
    ),
    read: () => area.value,
  }
}

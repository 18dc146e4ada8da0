import type { Refusal } from '../../api/types.js'
import { type Child, html } from '../../dom/element.js'
import { formatClock, formatTime, shorten } from '../../dom/format.js'
import { table } from '../../dom/table.js'

/** Who was refused last, and why: enough to answer the client who asks. */
export function refusalsOf(refusals: readonly Refusal[]): HTMLElement {
  return table<Refusal>({
    caption: 'The last refusals, the newest first',
    empty: 'Nobody was refused since the edge began to count.',
    items: refusals,
    columns: [
      {
        label: 'Time',
        cell: ({ at }) => html('time', { datetime: at, title: formatTime(at) }, formatClock(at)),
      },
      { label: 'Reason', cell: reasonOf },
      { label: 'Certificate', cell: certificateOf },
      {
        label: 'Request',
        cell: ({ kind, host, path, status }) =>
          kind === 'handshake'
            ? `handshake for ${host ?? 'no name'}`
            : `${host ?? ''}${path ?? ''} → ${status ?? ''}`,
      },
      { label: 'Client', cell: ({ remoteAddress }) => remoteAddress },
    ],
  })
}

function reasonOf({ reason, detail }: Refusal): Child {
  const code = html('code', {}, reason)
  return detail === null ? code : html('span', {}, code, html('small', { class: 'detail' }, detail))
}

function certificateOf({ subject, thumbprint }: Refusal): Child {
  if (thumbprint === null) return '–'
  return html(
    'span',
    {},
    subject ?? '(no subject)',
    html('small', { class: 'detail' }, html('code', { title: thumbprint }, shorten(thumbprint))),
  )
}

import type { ResumptionLink } from '../../resumption/link.js'
import type { PrimaryMessage, WorkerMessage } from './messages.js'

export type ResumptionMessage = Extract<
  WorkerMessage,
  { readonly type: 'remember' | 'recall' | 'session_unknown' }
>

export const isResumptionMessage = (message: WorkerMessage): message is ResumptionMessage =>
  ['remember', 'recall', 'session_unknown'].includes(message.type)

/** Does for a worker what it can't do itself: the primary's end of `createPrimaryLink`. */
export function serveResumption(
  message: ResumptionMessage,
  link: ResumptionLink,
  tell: (message: PrimaryMessage) => void,
): void {
  const { host } = message
  if (message.type === 'remember') link.remember(host, message.thumbprint, message.chain)
  else if (message.type === 'session_unknown') link.reportUnknown(host)
  else {
    const { id, thumbprint } = message
    link.recall(host, thumbprint).then((chain) => tell({ type: 'recalled', id, chain }))
  }
}

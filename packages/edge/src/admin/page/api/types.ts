import type { Static } from 'typebox'
import type * as activitySchemas from '../../schemas/activity.js'
import type * as healthSchemas from '../../schemas/health.js'
import type * as operationSchemas from '../../schemas/operation.js'
import type * as registrySchemas from '../../schemas/registry.js'
import type * as sessionSchemas from '../../schemas/session.js'

/*
 * What the API answers, by the very schemas that hold its answers. Times are ISO 8601, thumbprints SHA-256 in hex.
 */

export type Session = Static<typeof sessionSchemas.identity>
export type Health = Static<typeof healthSchemas.health>

export type Domains = Static<typeof registrySchemas.domains>
export type Domain = Domains['domains'][number]
export type Entry = Static<typeof registrySchemas.entry>
export type State = Entry['state']
export type EntryPage = { items: Entry[]; next: string | null }
export type EntryDetail = Static<typeof registrySchemas.shownEntry>
export type TrailLine = EntryDetail['trail'][number]
export type Previews = Static<typeof registrySchemas.previews>
export type Preview = Previews['previews'][number]
export type Explanation = Preview['now']
export type Added = Static<typeof registrySchemas.added>
export type AddResult = Added['results'][number]
export type Imported = Static<typeof registrySchemas.imported>

export type Activity = Static<typeof activitySchemas.activity>
export type Minute = Activity['minutes'][number]
export type Refusal = Activity['refusals'][number]
export type WorkerActivity = Activity['workers'][number]
export type Histogram = Activity['latency']['edge']

export type Expiry = Static<typeof operationSchemas.expiring>
export type ExpiryBucket = Expiry['buckets'][number]
export type Expiring = Expiry['items'][number]
export type Revocation = Static<typeof operationSchemas.revocation>
export type RevocationDomain = Revocation['domains'][number]
export type RevocationSource = RevocationDomain['sources'][number]
export type Configuration = Static<typeof operationSchemas.configuration>
export type ConfigurationProblem = Configuration['problems'][number]

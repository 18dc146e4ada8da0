export { type ConnectionBounds, prepareConnectionPlaces } from './connection-places.js'
export {
  type Counts,
  createLocalCounts,
  createOwnCounts,
  type Hits,
  type OwnCounts,
} from './counts.js'
export { type Place, takePlace } from './place.js'
export {
  answerWorker,
  type CountAnswer,
  type CountQuestion,
  type CountsOfWorker,
  createWorkerCounts,
  type WorkerCounts,
} from './worker-counts.js'

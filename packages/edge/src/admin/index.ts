export type { AdminContext } from './context.js'
export { type AdminServer, startAdminServer } from './start-admin.js'
